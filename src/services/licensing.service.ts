/**
 * Licensing: intent, one spend, settled result. Every step is durable before the next begins, so that a call that is repeated, cut off or
 * raced finds out what happened instead of doing it again.
 */
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../datasources/datasource.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { LicenseCommand, Operation, OperationKind } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, LICENSORS, READERS, requireRole } from '../domain/roles.js';
import { readInTenant } from '../store/database.js';
import { findOperationByAnyKey, findOperationByKey } from '../store/operation.store.js';
import { isSpendOpen } from '../store/spend.store.js';
import { checkCommand } from './licensing.checks.js';
import { type Intake, type IntakeDeps, takeIn } from './licensing.intake.js';
import { outcomeOf, retryAfterMs } from './licensing.outcomes.js';
import type { Purchase, PurchaseDeps } from './licensing.purchase.js';
import { ABANDONED, LOST, recordEnding, WAITED } from './licensing.results.js';
import { recordIntent } from './licensing.steps.js';

/** Mutations that buy; a key belongs to one of them. */
export type BuyingMutation = 'licenseAsset' | 'relicenseAsset' | 'licenseAssets' | 'fulfilRequest' | 'fulfilRequestAgain';

export interface LicensingService {
  /** Throws Fault (FORBIDDEN, or the source's fault when nothing was sent); everything else is an outcome. */
  license(
    actor: Actor,
    mutation: BuyingMutation,
    command: LicenseCommand,
    idempotencyKey: string,
    call: Call,
  ): Promise<LicenseOutcome>;
  /** The operation bound to a key, if any; of several mutations that used it the newest. */
  findByKey(actor: Actor, idempotencyKey: string): Promise<Operation | null>;
  /** When to ask for an operation again; null when time alone changes nothing. */
  retryAfterMs(operation: Operation): number | null;
  /** What the caller of this operation got, or would have got by now. */
  outcomeOf(actor: Actor, operation: Operation, replayed: boolean): Promise<LicenseOutcome>;
}

export interface LicensingDeps extends IntakeDeps, PurchaseDeps {
  readonly purchase: Purchase;
}

const KINDS: Readonly<Record<BuyingMutation, OperationKind>> = {
  licenseAsset: 'LICENSE',
  licenseAssets: 'LICENSE',
  relicenseAsset: 'RELICENSE',
  fulfilRequest: 'LICENSE',
  fulfilRequestAgain: 'RELICENSE',
};

const payloadHash = (command: LicenseCommand): Buffer => payloadHashOf(command as unknown as JsonValue);

const CONFLICT: LicenseOutcome = {
  kind: 'IdempotencyConflict',
  message: 'This idempotency key belongs to a call with other arguments. Nothing was done; use a new key.',
};

interface Order {
  readonly mutation: BuyingMutation;
  readonly command: LicenseCommand;
  readonly key: string;
  readonly hash: Buffer;
}

export const createLicensingService = (deps: LicensingDeps): LicensingService => {
  const { db, registry, purchase, now } = deps;

  /** What an operation that holds the key already means for this call; undefined when the key turned out to be free. */
  const replay = async (actor: Actor, { mutation, key, hash }: Order): Promise<LicenseOutcome | undefined> => {
    const { tenantId } = actor;
    const keyed = await readInTenant(db, tenantId, (tx) => findOperationByKey(tx, mutation, key));
    if (!keyed) return undefined;
    if (!keyed.payloadHash.equals(hash)) return CONFLICT;
    const { operation } = keyed;
    const lapsed = operation.leaseUntil !== null && operation.leaseUntil < instantOf(now());
    const waiting = operation.state === 'RECEIVED' && operation.leaseUntil === null;
    if (waiting && (await readInTenant(db, tenantId, (tx) => isSpendOpen(tx, operation))))
      return outcomeOf(deps, tenantId, operation, true);
    if (waiting || (operation.state === 'RECEIVED' && lapsed)) {
      await recordEnding(deps, tenantId, operation.uuid, 'RECEIVED', waiting ? WAITED : ABANDONED);
      return undefined;
    }
    if (operation.state === 'SENDING' && lapsed) {
      const lost = await recordEnding(deps, tenantId, operation.uuid, 'SENDING', LOST, operation.sentCount);
      return outcomeOf(deps, tenantId, lost, true);
    }
    return outcomeOf(deps, tenantId, operation, true);
  };

  const intentOf = (actor: Actor, { mutation, command, key, hash }: Order, { asset, licenseType }: Intake, call: Call) => ({
    uuid: uuidv7(),
    tenantId: actor.tenantId,
    connectionId: asset.key.connectionId,
    mutation,
    idempotencyKey: key,
    payloadHash: hash,
    operationKind: KINDS[mutation],
    source: asset.source,
    account: registry.accountName(asset.source) as string,
    accountAsset: `${asset.key.lane}/${asset.key.externalId}`,
    assetId: asset.id,
    licenseType,
    command,
    requestedBy: actor.subject,
    requestId: call.requestId,
    createdAt: instantOf(now()),
    leaseUntil: instantOf(call.deadlineAt + deps.leaseMarginMs),
  });

  const buy = async (actor: Actor, order: Order, call: Call): Promise<LicenseOutcome> => {
    const { tenantId } = actor;
    const { mutation, command } = order;
    const before = await replay(actor, order);
    if (before) return before;
    const taken = await takeIn(deps, actor, KINDS[mutation], command, call);
    if ('outcome' in taken) return taken.outcome;
    const intent = intentOf(actor, order, taken.intake, call);
    const bound = await recordIntent(deps, intent);
    // Somebody else has the key: what that came to is the answer, unless it was given back meanwhile.
    if (!bound) return (await replay(actor, order)) ?? buy(actor, order, call);
    if ('kind' in bound) return bound;
    return outcomeOf(deps, tenantId, await purchase.buy(tenantId, bound, taken.intake, call), false);
  };

  return {
    license: async (actor, mutation, command, key, call) => {
      requireRole(actor, LICENSORS, 'license assets');
      const problems = checkCommand(command, KINDS[mutation], key);
      if (problems.length > 0) return invalidRequest(...problems);
      return buy(actor, { mutation, command, key, hash: payloadHash(command) }, call);
    },
    retryAfterMs: (operation) => retryAfterMs(operation, now()),
    outcomeOf: (actor, operation, replayed) => outcomeOf(deps, actor.tenantId, operation, replayed),
    findByKey: async (actor, idempotencyKey) => {
      requireRole(actor, READERS, 'read operations');
      return (await readInTenant(db, actor.tenantId, (tx) => findOperationByAnyKey(tx, idempotencyKey))) ?? null;
    },
  };
};
