/** The transactions that end or park a purchase: license, operation, budget holds, jobs and audit event together. */
import { v7 as uuidv7 } from 'uuid';
import type { Asset } from '../domain/asset.js';
import type { AuditAction } from '../domain/audit-event.js';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { License, LicenseOrigin } from '../domain/license.js';
import type { Operation, OperationFailure, OperationState, StoredOutcome } from '../domain/operation.js';
import type { Sealing } from '../domain/sealing.js';
import { captureHolds, releaseHolds } from '../store/budget.store.js';
import { inTenant, type TenantTx } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import { findLicense, insertLicense, supersedeLicense } from '../store/license.store.js';
import { lockOperation, moveOperation, type OperationChange } from '../store/operation.store.js';
import { lockSpend } from '../store/spend.store.js';
import { giveApprovalBack } from './approval-gate.js';
import { sampleLag } from './lag.sample.js';
import { rememberFile } from './license-file.memory.js';
import { auditPurchase, auditSuperseded } from './licensing.audit.js';
import { findHeld, type StepDeps } from './licensing.steps.js';
import { termsOfFollowing } from './terms-of-purchase.js';

export interface ResultDeps extends StepDeps {
  readonly sealing: Sealing;
}

/** The first look at an unclear purchase; later ones are further apart. */
export const FIRST_SETTLE_MS = 5_000;

/** A look at an unclear purchase, at its time. */
export const enqueueLook = (
  tx: TenantTx,
  tenantId: TenantId,
  operationUuid: string,
  runAt: Instant,
  keepWaiting?: true,
): Promise<void> =>
  enqueueJob(tx, {
    name: 'settle_operation',
    key: `settle/${operationUuid}`,
    payload: { tenantId, operationUuid },
    runAt,
    ...(keepWaiting && { keepWaiting }),
  });

/** What was sent without a hold has none: nothing needs to be asked then. */
const mayHold = ({ holdsBudget }: Operation): boolean => holdsBudget !== false;

/** A person's decision, told in the event that it makes. */
export interface Resolution {
  readonly actor: string;
  readonly reason: string;
}

export interface Ending {
  readonly state: Extract<OperationState, 'REJECTED' | 'UNKNOWN' | 'NEEDS_REVIEW'>;
  readonly action: AuditAction;
  readonly outcome?: StoredOutcome;
  readonly failure: OperationFailure;
  /** The operation ended without effect before anything was sent: its key may be used again. */
  readonly freesKey?: true;
  readonly resolution?: Resolution;
}

/**
 * Ends or parks an operation without a license; a doubtful one gets a settle job in the same transaction. With `attempt` only the process
 * whose request it was may do so: one that was paused must not speak for a later one.
 */
export const recordEnding = (
  deps: StepDeps,
  tenantId: TenantId,
  uuid: string,
  from: OperationState,
  ending: Ending,
  attempt?: number,
): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const operation = await lockOperation(tx, uuid);
    if (operation.state !== from || (attempt !== undefined && operation.sentCount !== attempt)) return operation;
    const at = instantOf(deps.now());
    const nextLookAt = ending.state === 'UNKNOWN' ? instantOf(deps.now() + FIRST_SETTLE_MS) : null;
    const moved = await moveOperation(tx, uuid, from, {
      state: ending.state,
      failure: ending.failure,
      leaseUntil: null,
      nextLookAt,
      ...(ending.outcome && { outcome: ending.outcome }),
      ...(ending.state === 'REJECTED' && { settledAt: at }),
      ...(ending.freesKey && { keyBound: false as const }),
      ...(ending.resolution && { resolvedBy: ending.resolution.actor }),
    });
    if (ending.state === 'REJECTED' && mayHold(operation)) await releaseHolds(tx, uuid, at);
    if (ending.state === 'REJECTED' && operation.command.approvalUuid !== undefined)
      await giveApprovalBack(tx, tenantId, operation, at);
    await auditPurchase(tx, tenantId, operation, {
      action: ending.action,
      at,
      data: {
        code: ending.failure.code,
        message: ending.failure.message,
        ...(ending.resolution && { resolution: 'REJECTED', reason: ending.resolution.reason }),
      },
      ...(ending.resolution && { actor: ending.resolution.actor }),
    });
    if (nextLookAt !== null) await enqueueLook(tx, tenantId, uuid, nextLookAt);
    return moved ?? operation;
  });

export interface GrantedFacts {
  readonly licenseType: string;
  readonly licensedAt: Instant | null;
  readonly sourceReference: string | null;
  readonly price: License['price'];
  readonly units: number | null;
  readonly file?: { readonly address: string; readonly expiresAt: number };
}

const confirm = (
  tx: TenantTx,
  operation: Operation,
  kind: 'LicenseGranted' | 'LicenseAlreadyHeld',
  change: Omit<OperationChange, 'state'>,
) =>
  moveOperation(tx, operation.uuid, operation.state, {
    state: 'CONFIRMED',
    outcome: { kind },
    failure: null,
    leaseUntil: null,
    nextLookAt: null,
    ...change,
  });

const confirmHeld = async (
  tx: TenantTx,
  tenantId: TenantId,
  operation: Operation,
  licenseUuid: string,
  at: Instant,
): Promise<Operation> => {
  const confirmed = await confirm(tx, operation, 'LicenseAlreadyHeld', { licenseUuid, settledAt: at });
  if (mayHold(operation)) await releaseHolds(tx, operation.uuid, at);
  await auditPurchase(tx, tenantId, operation, { action: 'license.already_held', at, data: { origin: 'store' }, licenseUuid });
  return confirmed ?? operation;
};

/**
 * Which license a further one follows: the one that was named, unless another has followed it meanwhile; then the newest in force. The lock
 * on the spend is held, so that a chain never forks.
 */
const supersededBy = async (
  tx: TenantTx,
  operation: Operation,
  newestUuid: string | undefined,
  at: Instant,
): Promise<string | null> => {
  if (operation.operationKind !== 'RELICENSE') return null;
  const { supersedes } = operation.command;
  const named = supersedes === undefined ? undefined : await findLicense(tx, supersedes, at);
  const standing = named?.state === 'ACTIVE' || named?.state === 'EXPIRED';
  return standing ? named.uuid : (newestUuid ?? null);
};

/**
 * Transaction 3: license with its frozen terms, operation, holds and audit event together. If the operation is settled already (another
 * process was faster, or our own commit had arrived after all) nothing is written and its present state is returned.
 */
export const recordLicense = (
  deps: ResultDeps,
  tenantId: TenantId,
  uuid: string,
  asset: Pick<Asset, 'key' | 'rights'>,
  origin: LicenseOrigin,
  facts: GrantedFacts,
  resolution?: Resolution,
): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const operation = await lockOperation(tx, uuid);
    if (operation.state === 'CONFIRMED' || operation.state === 'REJECTED') return operation;
    const at = instantOf(deps.now());
    const purchased = origin === 'PURCHASED';
    // Under the lock of the spend: who is about to send looks for a license under it, and must see this one or wait for it.
    await lockSpend(tx, { ...operation, licenseType: facts.licenseType });
    const follows = operation.operationKind === 'RELICENSE';
    const heldUuid = purchased && !follows ? undefined : await findHeld(tx, operation, facts.licenseType, at);
    // Several callers may hear at once that the source shows a license: one of them records it.
    if (!purchased && heldUuid !== undefined) return confirmHeld(tx, tenantId, operation, heldUuid, at);
    const supersedes = await supersededBy(tx, operation, heldUuid, at);
    const { source, command } = operation;
    const bought = { rights: asset.rights, source, licenseType: facts.licenseType, stated: command.terms };
    const { carriedOver, ...terms } = await termsOfFollowing(tx, bought, supersedes, at);
    // What was announced right before the spend is what it cost, where the answer itself does not say.
    const units = facts.units ?? operation.baseline?.units ?? null;
    const price = facts.price ?? operation.baseline?.price ?? null;
    const license: Omit<License, 'kind' | 'state'> = {
      uuid: uuidv7(),
      assetId: operation.assetId,
      source: operation.source,
      licenseType: facts.licenseType,
      origin,
      operationUuid: uuid,
      price: purchased ? price : null,
      chargedUnits: purchased ? units : 0,
      allocation: operation.command.allocation,
      references: operation.command.references,
      sourceReference: facts.sourceReference,
      orderNumber: null,
      licensedAt: facts.licensedAt ?? at,
      licensedBy: purchased ? operation.requestedBy : 'unknown',
      validUntil: terms.rights.validUntil,
      supersedesUuid: supersedes,
    };
    await insertLicense(tx, {
      license,
      tenantId,
      connectionId: asset.key.connectionId,
      ...terms,
      recordedAt: at,
      state: 'ACTIVE',
      importKey: null,
    });
    if (supersedes !== null) {
      await supersedeLicense(tx, supersedes);
      await auditSuperseded(tx, tenantId, operation, { superseded: supersedes, successor: license.uuid }, at);
    }
    const confirmed = await confirm(tx, operation, purchased ? 'LicenseGranted' : 'LicenseAlreadyHeld', {
      licenseUuid: license.uuid,
      settledAt: at,
      ...(resolution && { resolvedBy: resolution.actor }),
    });
    if (mayHold(operation)) await (purchased ? captureHolds(tx, uuid, at) : releaseHolds(tx, uuid, at));
    if (facts.file) await rememberFile(tx, deps.sealing, { tenantId, licenseUuid: license.uuid, ...addressOf(facts.file) });
    if (purchased && operation.sendingAt !== null) await sampleLag(tx, tenantId, operation, deps.now());
    await auditPurchase(tx, tenantId, operation, {
      action: resolution ? 'license.resolved' : purchased ? 'license.granted' : 'license.already_held',
      at,
      data: {
        price: license.price && { ...license.price },
        units: license.chargedUnits,
        sourceReference: facts.sourceReference,
        origin,
        ...(carriedOver && { termsCarriedOver: true }),
        ...(operation.command.reason !== undefined && { reason: operation.command.reason }),
        ...(resolution && { resolution: 'CONFIRMED', reason: resolution.reason }),
      },
      licenseUuid: license.uuid,
      ...(resolution && { actor: resolution.actor }),
    });
    return confirmed ?? operation;
  });

const addressOf = (file: { readonly address: string; readonly expiresAt: number }) => ({
  address: file.address,
  until: file.expiresAt,
});

/** The license is in our own store already: nothing is asked and nothing is sent. */
export const recordAlreadyHeld = (deps: StepDeps, tenantId: TenantId, uuid: string, licenseUuid: string): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const operation = await lockOperation(tx, uuid);
    return operation.state === 'RECEIVED' ? confirmHeld(tx, tenantId, operation, licenseUuid, instantOf(deps.now())) : operation;
  });

/** How operations end whose process died. */
export const ABANDONED: Ending = {
  state: 'REJECTED',
  action: 'license.refused',
  failure: {
    code: 'ABANDONED',
    message: 'The process that prepared this purchase ended before anything was sent.',
    retryable: true,
    retryAfterMs: null,
  },
  freesKey: true,
};

/** Nothing was sent: another purchase of the same asset and license type was under way. */
export const WAITED: Ending = {
  ...ABANDONED,
  failure: {
    code: 'WAITED',
    message: 'Another purchase of this asset and license type was under way; nothing was sent for this one.',
    retryable: true,
    retryAfterMs: null,
  },
};

export const LOST: Ending = {
  state: 'UNKNOWN',
  action: 'license.unknown',
  failure: {
    code: 'LOST',
    message: 'The process that sent this purchase ended before it knew the answer.',
    retryable: false,
    retryAfterMs: null,
  },
};
