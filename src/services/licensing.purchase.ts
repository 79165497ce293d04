/** One purchase from its bound key on: what we hold, what the source says, the spend, the result. */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource, LicenseReply, LicenseRequest, Licensing, Quote } from '../datasources/datasource.js';
import type { Asset } from '../domain/asset.js';
import { SourceFault } from '../domain/faults.js';
import type { TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import { type Evidence, type Operation, type OperationFailure, type SpendClass, tagOf } from '../domain/operation.js';
import { quoteOf } from '../domain/quote.js';
import type { Sealing } from '../domain/sealing.js';
import { termsHash } from '../domain/terms-hash.js';
import type { Database } from '../store/database.js';
import { ABANDONED, type Ending, recordAlreadyHeld, recordEnding, recordLicense } from './licensing.results.js';
import { currentOperation, type Intent, recordSending, recordWaiting, type SendingResult } from './licensing.steps.js';
import { evidenceOf, unsent, verdictOf } from './licensing.verdict.js';
import { chooseSpendClass, countBefore } from './spend-class.js';

export interface PurchaseDeps {
  readonly db: Database;
  readonly reader: AssetReader;
  readonly sealing: Sealing;
  readonly now: () => number;
  /** A process that has not moved its operation this long after its deadline is taken for dead. */
  readonly leaseMarginMs: number;
  readonly log: { error(details: object, message: string): void };
}

/** The result of a purchase is worth more tries than anything else: the database may be away for a moment. */
const RESULT_TRIES_MS = [0, 200, 1_000, 3_000, 8_000];

/** Looks before one spend, while other purchases of the same thing keep ending. */
const LOOKS = 3;

const INTERNAL: OperationFailure = { code: 'INTERNAL', message: 'The operation failed.', retryable: true, retryAfterMs: null };

const failureOf = (error: unknown, otherwise: OperationFailure): OperationFailure => {
  if (!(error instanceof SourceFault)) return otherwise;
  const { code, message, retryable, retryAfterMs } = error;
  return { code, message, retryable, retryAfterMs };
};

/** What a purchase is about, as the source's adapter and we know it. */
export interface Purchasable {
  readonly datasource: Datasource;
  readonly licensing: Licensing;
  readonly asset: Asset;
}

export interface Purchase {
  /** From the bound key on. Throws the source's fault when it cannot be asked before the spend; then nothing was sent. */
  buy(tenantId: TenantId, intent: Intent, what: Purchasable, call: Call): Promise<Operation>;
  /** The spend of an operation that is SENDING, and its result. */
  spend(tenantId: TenantId, operation: Operation, what: Purchasable, call: Call): Promise<Operation>;
}

export const requestOf = (operation: Operation, asset: Asset): LicenseRequest => ({
  asset,
  licenseType: operation.licenseType,
  references: operation.command.references,
  operationTag: tagOf(operation.uuid),
  again: operation.operationKind === 'RELICENSE',
});

export const createPurchase = (deps: PurchaseDeps): Purchase => {
  const { db, reader, now } = deps;

  /** A paid-for result must be written: tried again while the database is away. Our own commit may have arrived: the step re-reads. */
  const insist = async (work: () => Promise<Operation>): Promise<Operation> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const waitMs = RESULT_TRIES_MS[attempt + 1];
        if (waitMs === undefined) throw error;
        deps.log.error({ err: error, attempt }, 'the result of a purchase could not be written yet');
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };

  /**
   * What an answer without a license comes to. Of an operation that was sent before, even a certain "no" says nothing of the earlier request:
   * it stays a doubt.
   */
  const endingOf = (operation: Operation, certain: boolean, failure: OperationFailure, refusal?: Ending['outcome']): Ending =>
    certain && operation.sentCount <= 1
      ? { state: 'REJECTED', action: 'license.refused', failure, ...(refusal && { outcome: refusal }) }
      : { state: 'UNKNOWN', action: 'license.unknown', failure };

  const spend: Purchase['spend'] = async (tenantId, operation, { licensing, asset }, call) => {
    const { uuid, sentCount } = operation;
    const end = (ending: Ending) => insist(() => recordEnding(deps, tenantId, uuid, 'SENDING', ending, sentCount));
    let reply: LicenseReply;
    try {
      reply = await licensing.license(requestOf(operation, asset), call);
    } catch (error) {
      const isFault = error instanceof SourceFault;
      if (!isFault) deps.log.error({ err: error, operation: uuid }, 'a spending call failed in an unforeseen way');
      const failure = failureOf(error, {
        ...INTERNAL,
        message: 'The answer of the source could not be understood.',
        retryable: false,
      });
      return end(endingOf(operation, isFault && error.effect === 'none', failure));
    }
    if (reply.kind === 'refused') {
      const { code, message } = reply;
      const failure = { code, message, retryable: false, retryAfterMs: null };
      return end(endingOf(operation, true, failure, { kind: 'LicenseRefused', code, message }));
    }
    // Held by now and not before our first request: what asking again has found is what that one bought.
    const origin = reply.kind === 'granted' || sentCount > 1 ? 'PURCHASED' : 'ALREADY_OWNED';
    const granted = reply;
    const settled = await insist(() => recordLicense(deps, tenantId, uuid, asset, origin, granted));
    if (settled.state === 'REJECTED')
      deps.log.error({ operation: uuid }, 'the source granted a license whose operation was closed as rejected');
    reader.forget(asset.key);
    return settled;
  };

  interface Known {
    readonly quote: Quote;
    readonly spendClass: SpendClass;
    readonly counted: Evidence['counted'];
  }

  /** What must be known before the spend. If it cannot be, the operation ends, its key is free again, and the caller hears of the fault. */
  const lookBefore = async (tenantId: TenantId, operation: Operation, what: Purchasable, call: Call): Promise<Known> => {
    const request = requestOf(operation, what.asset);
    try {
      const spendClass = await chooseSpendClass(db, tenantId, what.licensing, operation);
      const [quote, counted] = await Promise.all([
        what.licensing.baseline(request, call),
        spendClass === 'COUNTED' ? countBefore(db, tenantId, what.licensing, operation, request, call, now()) : undefined,
      ]);
      return { quote, spendClass, counted };
    } catch (error) {
      const failure = failureOf(error, INTERNAL);
      await recordEnding(deps, tenantId, operation.uuid, 'RECEIVED', {
        state: 'REJECTED',
        action: 'license.refused',
        failure,
        freesKey: true,
      });
      throw error;
    }
  };

  const buy: Purchase['buy'] = async (tenantId, intent, what, call) => {
    const { operation, heldUuid, spendOpen } = intent;
    if (heldUuid !== undefined && operation.operationKind === 'LICENSE')
      return recordAlreadyHeld(deps, tenantId, operation.uuid, heldUuid);
    return spendOpen ? recordWaiting(deps, tenantId, operation.uuid) : order(tenantId, intent, what, call, LOOKS);
  };

  /** What the source says, and the spend if that allows it; looks again when a purchase of the same thing has ended meanwhile. */
  const order = async (
    tenantId: TenantId,
    intent: Intent,
    what: Purchasable,
    call: Call,
    looksLeft: number,
  ): Promise<Operation> => {
    const { operation, heldUuid, holdsBudget } = intent;
    const { command, licenseType, uuid } = operation;
    const { asset, datasource } = what;
    const again = operation.operationKind === 'RELICENSE';
    const { quote, spendClass, counted } = await lookBefore(tenantId, operation, what, call);
    const at = instantOf(now());
    const end = (ending: Ending) => recordEnding(deps, tenantId, uuid, 'RECEIVED', ending);
    if (quote.held && !again)
      return recordLicense(deps, tenantId, uuid, asset, 'ALREADY_OWNED', { ...quote.held, price: null, units: null });
    if (again && heldUuid === undefined && !quote.held) {
      const message = 'There is no such license to follow: neither here nor at the source. License the asset first.';
      return end(unsent(invalidRequest({ path: 'assetId', code: 'NOT_LICENSED', message }), true));
    }
    const subject = {
      assetId: asset.id,
      licenseType,
      termsHash: termsHash(asset.rights),
      again,
      label: datasource.profile.label,
    };
    const verdict = verdictOf(quote, subject, command, at);
    if (verdict) return end(verdict);

    const leaseUntil = instantOf(call.deadlineAt + deps.leaseMarginMs);
    let sending: SendingResult;
    try {
      sending = await recordSending(deps, tenantId, operation, {
        holdsBudget,
        spendClass,
        evidence: evidenceOf(quote, at, counted),
        leaseUntil,
        ordered: { quote: quoteOf(subject, quote, at), termsHash: subject.termsHash, editorial: asset.rights.editorialOnly },
      });
    } catch (error) {
      // Whether the commit arrived is not known, but that no byte has left is: the operation must not be taken for sent.
      await insist(() => recordEnding(deps, tenantId, uuid, 'SENDING', ABANDONED, operation.sentCount + 1));
      throw error;
    }
    if (sending === 'stale' && looksLeft > 1) return order(tenantId, intent, what, call, looksLeft - 1);
    if (sending === 'spend_open' || sending === 'stale') return recordWaiting(deps, tenantId, uuid);
    if (sending === 'taken') return currentOperation(deps, tenantId, uuid);
    switch (sending.kind) {
      case 'LicenseOperation':
        return spend(tenantId, sending, what, call);
      case 'held':
        return recordAlreadyHeld(deps, tenantId, uuid, sending.licenseUuid);
      case 'BudgetExceeded':
        return end(unsent(sending, true));
      case 'refused':
        return end(unsent(sending.outcome, true));
      default:
        return sending satisfies never;
    }
  };

  return { buy, spend };
};
