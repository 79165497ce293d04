/** The transactions of a purchase up to the spend: each moves the operation, its budget holds and its audit event together. */

import type { JsonValue } from '../domain/canonical-json.js';
import { nodeIdOf, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import type { BudgetExceeded, Evidence, Operation, SpendClass } from '../domain/operation.js';
import { adjustHolds, type HoldResult, holdAtIntent } from '../store/budget.store.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import { findLicensesInForce } from '../store/license.store.js';
import { insertOperation, lockOperation, moveOperation, type NewOperation } from '../store/operation.store.js';
import { findSentOperations, isSpendOpen, lockSpend, type SentOperation } from '../store/spend.store.js';
import { type Ordered, passGate, type Refusal, takeApproval } from './approval-gate.js';
import { auditPurchase } from './licensing.audit.js';

export interface StepDeps {
  readonly db: Database;
  readonly now: () => number;
}

/** Undoes the transaction that it is thrown in: nothing stays held. */
class NoRoom extends Error {
  readonly outcome: BudgetExceeded;
  constructor(outcome: BudgetExceeded) {
    super(outcome.message);
    this.outcome = outcome;
  }
}

const heldOrThrow = (result: HoldResult) => {
  if (result.kind === 'held') return result.holds;
  const { costCenter, measure, available, requested, currency, message } = result;
  const money = (amount: string | null) => (amount === null || currency === null ? null : { amount, currency });
  throw new NoRoom({
    kind: 'BudgetExceeded',
    costCenter,
    measure,
    available: money(available),
    requested: money(requested),
    availableAmount: available,
    requestedAmount: requested,
    message,
  });
};

const holdsData = (holds: Extract<HoldResult, { kind: 'held' }>['holds']) =>
  holds.map(({ budgetUuid, measure, amount, currency }) => ({ budgetUuid, measure, amount, currency }));

export interface Intent {
  readonly operation: Operation;
  /** The license of this asset and type that is in force here. */
  readonly heldUuid: string | undefined;
  readonly holdsBudget: boolean;
  /** Another purchase of the same thing, of whichever tenant of the account, is under way or in doubt. */
  readonly spendOpen: boolean;
}

/**
 * Transaction 1: the key is bound, the intent durable, its budget held; and what must be known next is read. Undefined when the key is taken.
 * A first license that is in force holds no budget: nothing will be charged.
 */
export const recordIntent = async (deps: StepDeps, intent: NewOperation): Promise<Intent | BudgetExceeded | undefined> => {
  const { tenantId, createdAt: at, command, source, licenseType } = intent;
  try {
    return await inTenant(deps.db, tenantId, async (tx) => {
      const operation = await insertOperation(tx, intent);
      if (!operation) return undefined;
      const [held] = await findLicensesInForce(tx, operation.assetId, licenseType, at);
      const spendOpen = await isSpendOpen(tx, operation);
      const costs = held === undefined || operation.operationKind === 'RELICENSE';
      const { costCenter } = command.allocation;
      const hold = { tenantId, operationUuid: operation.uuid, costCenter, source, licenseType, at };
      const holds = costs ? heldOrThrow(await holdAtIntent(tx, hold)) : [];
      await auditPurchase(tx, tenantId, operation, {
        action: 'license.requested',
        at,
        data: {
          operationKind: operation.operationKind,
          allocation: { ...command.allocation },
          references: command.references.map((reference) => ({ ...reference })),
          acceptOverage: command.acceptOverage,
          ...(command.reason !== undefined && { reason: command.reason }),
          ...(command.supersedes !== undefined && { supersedes: command.supersedes }),
          ...(command.maxPrice && { maxPrice: { ...command.maxPrice } }),
          ...(command.expectedQuote !== undefined && { expectedQuote: command.expectedQuote }),
          ...(command.terms && { terms: command.terms as unknown as JsonValue }),
          ...(command.approvalUuid !== undefined && { approvalId: nodeIdOf('Approval', command.approvalUuid) }),
          ...(command.channels && { channels: [...command.channels] }),
          ...(holds.length > 0 && { holds: holdsData(holds) }),
        },
      });
      return { operation, heldUuid: held?.uuid, holdsBudget: holds.length > 0, spendOpen };
    });
  } catch (error) {
    if (error instanceof NoRoom) return error.outcome;
    throw error;
  }
};

const UNIQUE_VIOLATION = '23505';

export type SendingResult =
  | Operation
  | 'taken'
  | 'spend_open'
  | 'stale'
  | BudgetExceeded
  | { readonly kind: 'refused'; readonly outcome: Refusal }
  | { readonly kind: 'held'; readonly licenseUuid: string };

/** The license of this asset and type that is in force, if any: looked up again, under the lock of the spend, wherever one is about to be made. */
export const findHeld = async (
  tx: TenantTx,
  operation: Operation,
  licenseType: string,
  at: Instant,
): Promise<string | undefined> => {
  const licenses = await findLicensesInForce(tx, operation.assetId, licenseType, at);
  return licenses[0]?.uuid;
};

/** Longer than any history lags behind. */
const LATELY_MS = 3_600_000;

/** What the account was charged for this asset and type since a moment, by operations of all its tenants other than this one. */
const findCharged = async (tx: TenantTx, operation: Operation, since: Instant): Promise<readonly SentOperation[]> =>
  (await findSentOperations(tx, operation.account, [operation.accountAsset])).filter(
    (other) =>
      other.uuid !== operation.uuid &&
      other.charged &&
      other.sendingAt >= since &&
      baseTypeOf(other.licenseType) === baseTypeOf(operation.licenseType),
  );

/**
 * Whether another tenant of the account bought the same thing a moment ago, so that the source may not show it as held yet, though it will.
 */
const boughtNextDoor = async (tx: TenantTx, operation: Operation, at: Instant): Promise<boolean> =>
  (await findCharged(tx, operation, instantOf(Date.parse(at) - LATELY_MS))).length > 0;

/** Whether a purchase has ended since the history was counted: whether that count holds it or not, nobody can tell. */
const isStale = async (tx: TenantTx, operation: Operation, { counted }: Evidence): Promise<boolean> => {
  if (!counted) return false;
  const charged = await findCharged(tx, operation, counted.since);
  return charged.some(({ uuid }) => !counted.ours.includes(uuid));
};

export interface Sending {
  readonly holdsBudget: boolean;
  readonly spendClass: SpendClass;
  readonly evidence: Evidence;
  readonly leaseUntil: Instant;
  readonly ordered: Ordered;
}

/**
 * Transaction 2, committed before the first byte leaves. `taken`: the operation was moved by another process meanwhile; `spend_open`:
 * another purchase of the same asset and license type is under way; `held`: another was so much faster that it has ended with a license
 * (a first license alone asks for that: to license again is the purpose of the other kind); `stale`: the evidence must be taken anew;
 * `refused`: an approval is missing, or does not fit.
 */
export const recordSending = async (
  deps: StepDeps,
  tenantId: TenantId,
  operation: Operation,
  { holdsBudget, spendClass, evidence, leaseUntil, ordered }: Sending,
): Promise<SendingResult> => {
  try {
    return await inTenant(deps.db, tenantId, async (tx) => {
      const at = instantOf(deps.now());
      const { uuid, source, licenseType } = operation;
      await lockSpend(tx, operation);
      if (operation.operationKind === 'LICENSE') {
        // The baseline may be older than a purchase that has ended since.
        const licenseUuid = await findHeld(tx, operation, licenseType, at);
        if (licenseUuid !== undefined) return { kind: 'held', licenseUuid };
        // Asking again shows it where the source says what is held; elsewhere nothing would.
        if (await boughtNextDoor(tx, operation, at)) return spendClass === 'REPEATABLE' ? 'stale' : 'spend_open';
      }
      if (await isStale(tx, operation, evidence)) return 'stale';
      const gate = await passGate(tx, tenantId, operation, ordered, at);
      if (!gate.pass) return { kind: 'refused', outcome: gate.outcome };
      const change = { spendClass, holdsBudget, sent: true as const, baseline: evidence, leaseUntil, sendingAt: at };
      const sending = await moveOperation(tx, uuid, 'RECEIVED', { state: 'SENDING', ...change });
      if (!sending) return 'taken';
      if (gate.approval) await takeApproval(tx, tenantId, operation, gate.approval, at);
      const { price, units } = evidence;
      const exact = { tenantId, operationUuid: uuid, source, licenseType, charge: { price, units }, at };
      // Holds are made with the intent or never.
      const holds = holdsBudget ? heldOrThrow(await adjustHolds(tx, exact)) : [];
      await auditPurchase(tx, tenantId, operation, {
        action: 'license.sent',
        at,
        data: { spendClass, units, price: price && { ...price }, ...(holds.length > 0 && { holds: holdsData(holds) }) },
      });
      return sending;
    });
  } catch (error) {
    if (error instanceof NoRoom) return error.outcome;
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === UNIQUE_VIOLATION && constraint === 'license_operation_one_spend') return 'spend_open';
    throw error;
  }
};

/** Sends a REPEATABLE operation once more. Undefined: another process was faster. */
export const recordResending = (
  deps: StepDeps,
  tenantId: TenantId,
  uuid: string,
  /** Requests that were sent when it was decided to send again: whoever decided on an older state comes too late. */
  attempt: number,
  leaseUntil: Instant,
): Promise<Operation | undefined> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const operation = await lockOperation(tx, uuid);
    if (operation.state !== 'UNKNOWN' || operation.spendClass !== 'REPEATABLE' || operation.sentCount !== attempt)
      return undefined;
    const at = instantOf(deps.now());
    const moved = await moveOperation(tx, uuid, 'UNKNOWN', {
      state: 'SENDING',
      sent: true,
      leaseUntil,
      sendingAt: at,
      nextLookAt: null,
    });
    await auditPurchase(tx, tenantId, operation, {
      action: 'license.resent',
      at,
      data: { attempt: operation.sentCount + 1 },
      actor: 'system:settlement',
    });
    return moved;
  });

/** Gives the operation back unsent and in nobody's hands: whoever comes with its key when the other purchase is settled starts afresh. */
export const recordWaiting = (deps: StepDeps, tenantId: TenantId, uuid: string): Promise<Operation> =>
  inTenant(deps.db, tenantId, async (tx) => {
    const moved = await moveOperation(tx, uuid, 'RECEIVED', { state: 'RECEIVED', leaseUntil: null });
    return moved ?? lockOperation(tx, uuid);
  });

export const currentOperation = (deps: StepDeps, tenantId: TenantId, uuid: string): Promise<Operation> =>
  inTenant(deps.db, tenantId, (tx) => lockOperation(tx, uuid));
