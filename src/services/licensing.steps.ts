/** The transactions of a purchase: each moves the operation and appends its audit event together. */
import { v7 as uuidv7 } from 'uuid';
import type { Asset } from '../domain/asset.js';
import type { AuditAction } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { nodeIdOf, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { License, LicenseOrigin } from '../domain/license.js';
import type { Operation, OperationFailure, OperationState, StoredOutcome } from '../domain/operation.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import { findLicensesInForce, insertLicense } from '../store/license.store.js';
import { insertOperation, lockOperation, lockSpend, moveOperation, type NewOperation } from '../store/operation.store.js';

export interface StepDeps {
  readonly db: Database;
  readonly now: () => number;
}

/** The first look at an unclear purchase; later ones are further apart. */
export const FIRST_SETTLE_MS = 5_000;

const audit = (
  tx: TenantTx,
  tenantId: TenantId,
  operation: OperationSubject,
  action: AuditAction,
  at: Instant,
  data: Record<string, JsonValue>,
  licenseUuid: string | null = null,
) =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId,
    occurredAt: at,
    actor: operation.requestedBy,
    action,
    subjectType: 'LicenseOperation',
    subjectId: nodeIdOf('LicenseOperation', operation.uuid),
    assetId: operation.assetId,
    licenseUuid,
    requestId: operation.requestId,
    data: {
      idempotencyKey: operation.idempotencyKey,
      source: operation.source,
      account: operation.account,
      licenseType: operation.licenseType,
      ...data,
    },
  });

type OperationSubject = Pick<
  Operation,
  'uuid' | 'requestedBy' | 'assetId' | 'requestId' | 'idempotencyKey' | 'source' | 'account' | 'licenseType'
>;

/** Transaction 1: the key is bound and the intent durable. False when the key is taken. */
export const recordIntent = (deps: StepDeps, operation: NewOperation): Promise<boolean> =>
  inTenant(deps.db, operation.tenantId, async (tx) => {
    if (!(await insertOperation(tx, operation))) return false;
    const { allocation, references, acceptOverage } = operation.command;
    await audit(tx, operation.tenantId, operation, 'license.requested', operation.createdAt, {
      operationKind: operation.operationKind,
      allocation: { ...allocation },
      references: references.map((reference) => ({ ...reference })),
      acceptOverage,
    });
    return true;
  });

const UNIQUE_VIOLATION = '23505';

export type SendingResult = 'sending' | 'taken' | 'spend_open' | { readonly heldUuid: string };

/** The license of this asset and type that is in force, if any: looked up again wherever one is about to be made. */
const findHeld = async (tx: TenantTx, operation: Operation, licenseType: string, at: Instant): Promise<string | undefined> => {
  await lockSpend(tx, { ...operation, licenseType });
  const licenses = await findLicensesInForce(tx, operation.assetId, licenseType, at);
  return licenses[0]?.uuid;
};

/**
 * Transaction 2, committed before the first byte leaves. `taken`: the operation was moved by another process meanwhile; `spend_open`:
 * another purchase of the same asset and license type is under way; `heldUuid`: another was so much faster that it has ended with a license.
 */
export const recordSending = async (
  deps: StepDeps,
  tenantId: TenantId,
  operation: Operation,
  baseline: Record<string, unknown>,
  leaseUntil: Instant,
): Promise<SendingResult> => {
  try {
    return await inTenant(deps.db, tenantId, async (tx) => {
      const at = instantOf(deps.now());
      // The baseline may be older than a purchase that has ended since.
      const heldUuid = await findHeld(tx, operation, operation.licenseType, at);
      if (heldUuid !== undefined) return { heldUuid };
      if (!(await moveOperation(tx, operation.uuid, 'RECEIVED', { state: 'SENDING', baseline, leaseUntil, sendingAt: at })))
        return 'taken';
      await audit(tx, tenantId, operation, 'license.sent', at, {});
      return 'sending';
    });
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === UNIQUE_VIOLATION && constraint === 'license_operation_one_spend') return 'spend_open';
    throw error;
  }
};

/** Gives the operation back unsent and in nobody's hands: whoever comes with its key when the other purchase is settled starts afresh. */
export const recordWaiting = (deps: StepDeps, tenantId: TenantId, uuid: string): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    await moveOperation(tx, uuid, 'RECEIVED', { state: 'RECEIVED', leaseUntil: null });
    return lockOperation(tx, uuid);
  });

export const currentOperation = (deps: StepDeps, tenantId: TenantId, uuid: string): Promise<Operation> =>
  inTenant(deps.db, tenantId, (tx) => lockOperation(tx, uuid));

export interface Ending {
  readonly state: Extract<OperationState, 'REJECTED' | 'UNKNOWN' | 'NEEDS_REVIEW'>;
  readonly action: AuditAction;
  readonly outcome?: StoredOutcome;
  readonly failure: OperationFailure;
  /** The operation ended without effect before anything was sent: its key may be used again. */
  readonly freesKey?: true;
}

/** Ends or parks an operation without a license; a doubtful one gets a settle job in the same transaction. */
export const recordEnding = (
  deps: StepDeps,
  tenantId: TenantId,
  uuid: string,
  from: OperationState,
  ending: Ending,
): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const operation = await lockOperation(tx, uuid);
    if (operation.state !== from) return operation;
    const at = instantOf(deps.now());
    await moveOperation(tx, uuid, from, {
      state: ending.state,
      failure: ending.failure,
      leaseUntil: null,
      ...(ending.outcome && { outcome: ending.outcome }),
      ...(ending.state === 'REJECTED' && { settledAt: at }),
      ...(ending.freesKey && { keyBound: false as const }),
    });
    await audit(tx, tenantId, operation, ending.action, at, { code: ending.failure.code, message: ending.failure.message });
    if (ending.state === 'UNKNOWN') {
      await enqueueJob(tx, {
        name: 'settle_operation',
        key: `settle/${uuid}`,
        payload: { tenantId, operationUuid: uuid },
        runAt: instantOf(deps.now() + FIRST_SETTLE_MS),
      });
    }
    return lockOperation(tx, uuid);
  });

export interface GrantedFacts {
  readonly licenseType: string;
  readonly licensedAt: Instant | null;
  readonly sourceReference: string | null;
  readonly price: License['price'];
  readonly units: number | null;
}

const confirmHeld = async (
  tx: TenantTx,
  tenantId: TenantId,
  operation: Operation,
  licenseUuid: string,
  at: Instant,
): Promise<Operation> => {
  await moveOperation(tx, operation.uuid, operation.state, {
    state: 'CONFIRMED',
    outcome: { kind: 'LicenseAlreadyHeld' },
    failure: null,
    licenseUuid,
    leaseUntil: null,
    settledAt: at,
  });
  await audit(tx, tenantId, operation, 'license.already_held', at, { origin: 'store' }, licenseUuid);
  return lockOperation(tx, operation.uuid);
};

/**
 * Transaction 3: license with its frozen terms, operation and audit event together. If the operation is settled already (another
 * process was faster, or our own commit had arrived after all) nothing is written and its present state is returned.
 */
export const recordLicense = (
  deps: StepDeps,
  tenantId: TenantId,
  uuid: string,
  asset: Asset,
  origin: LicenseOrigin,
  facts: GrantedFacts,
): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const operation = await lockOperation(tx, uuid);
    if (operation.state === 'CONFIRMED' || operation.state === 'REJECTED') return operation;
    const at = instantOf(deps.now());
    const heldUuid = await findHeld(tx, operation, facts.licenseType, at);
    // Several callers may hear at once that the source shows a license: one of them records it.
    if (origin !== 'PURCHASED' && heldUuid !== undefined) return confirmHeld(tx, tenantId, operation, heldUuid, at);
    const license: Omit<License, 'kind' | 'state'> = {
      uuid: uuidv7(),
      assetId: operation.assetId,
      source: operation.source,
      licenseType: facts.licenseType,
      origin,
      operationUuid: uuid,
      price: facts.price,
      chargedUnits: origin === 'PURCHASED' ? facts.units : 0,
      allocation: operation.command.allocation,
      references: operation.command.references,
      sourceReference: facts.sourceReference,
      orderNumber: null,
      licensedAt: facts.licensedAt ?? at,
      licensedBy: origin === 'PURCHASED' ? operation.requestedBy : 'unknown',
      validUntil: asset.rights.validUntil,
      supersedesUuid: null,
    };
    await insertLicense(tx, {
      license,
      tenantId,
      connectionId: asset.key.connectionId,
      rights: asset.rights,
      recordedAt: at,
      state: 'ACTIVE',
      importKey: null,
    });
    const granted = origin === 'PURCHASED';
    await moveOperation(tx, uuid, operation.state, {
      state: 'CONFIRMED',
      outcome: { kind: granted ? 'LicenseGranted' : 'LicenseAlreadyHeld' },
      failure: null,
      licenseUuid: license.uuid,
      leaseUntil: null,
      settledAt: at,
    });
    const data = { price: facts.price && { ...facts.price }, units: facts.units, sourceReference: facts.sourceReference, origin };
    await audit(tx, tenantId, operation, granted ? 'license.granted' : 'license.already_held', at, data, license.uuid);
    return lockOperation(tx, uuid);
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
