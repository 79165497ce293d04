/**
 * Finds out what became of purchases whose answer was lost, by what the source shows. It buys nothing new: it asks again only where asking
 * twice cannot charge twice, and only when the first request is certainly over.
 */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, HistoryEntry } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetSource, keyText, parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { type Operation, type OperationFailure, taggedOperation } from '../domain/operation.js';
import { termsHash } from '../domain/terms-hash.js';
import { inTenant, readInTenant } from '../store/database.js';
import { findAbandonedOperations, findOpenDoubts, findOperations, moveOperation } from '../store/operation.store.js';
import { findSettlePolicy } from '../store/settle-policy.store.js';
import type { Purchasable, Purchase, PurchaseDeps } from './licensing.purchase.js';
import { requestOf } from './licensing.purchase.js';
import { ABANDONED, enqueueLook, FIRST_SETTLE_MS, LOST, recordEnding, recordLicense, WAITED } from './licensing.results.js';
import { recordResending } from './licensing.steps.js';
import { verdictOf } from './licensing.verdict.js';
import { countExcess } from './spend-class.js';

export interface SettlementService {
  /** One look at one UNKNOWN operation; asks for another look while the horizon has not passed. */
  settle(tenantId: TenantId, operationUuid: string, call: Call): Promise<void>;
  /** Takes over what died with its process: unsent intents end, sent ones become UNKNOWN. */
  recover(tenantId: TenantId): Promise<void>;
}

export interface SettlementDeps extends PurchaseDeps {
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly purchase: Purchase;
  /** Of a purchase, also when it is asked for again. */
  readonly spendDeadlineMs: number;
  readonly horizonSeconds: Readonly<Partial<Record<AssetSource, number>>>;
}

export const DEFAULT_HORIZON_SECONDS = 600;
const LONGEST_PAUSE_MS = 60_000;
/** How long a source may be out of reach before a person is asked. */
const OUTAGE_MS = 24 * 3_600_000;
/** Between the most distant time zones, and some. */
const ZONES_MS = 28 * 3_600_000;
/** Requests of one operation, where asking again is harmless. */
const MOST_REQUESTS = 3;

const needsPerson = (code: string, message: string): OperationFailure => ({
  code,
  message,
  retryable: false,
  retryAfterMs: null,
});
const NOT_SETTLED = needsPerson(
  'NOT_SETTLED',
  'The source shows no such license, and its answer was never received. A person must decide; compare with the baseline.',
);
const NOT_REACHED = needsPerson(
  'NOT_REACHED',
  'The source could not be asked for a day whether it charged. A person must look there.',
);
const AMBIGUOUS = needsPerson(
  'AMBIGUOUS',
  'The source shows more purchases of this asset than can be told apart. A person must decide which are ours.',
);
const CHANGED = needsPerson(
  'OFFER_CHANGED',
  'The source shows no such license and offers it on other terms by now. A person must decide; nothing was asked again.',
);

/** What a look at the source came to. */
type Look =
  | { readonly kind: 'found'; readonly entry: Pick<HistoryEntry, 'licensedAt' | 'sourceReference'>; readonly byTag?: true }
  /** `others`: purchases of this asset and type show that carry no tag, and may be whose ever. */
  | { readonly kind: 'nothing'; readonly others?: true }
  | { readonly kind: 'ambiguous' };

/** The source says that it was licensed long before we asked, by more than a mistaken time zone can explain: then the look before was wrong. */
const isOlder = (operation: Operation, { licensedAt }: Pick<HistoryEntry, 'licensedAt'>): boolean =>
  licensedAt !== null && Date.parse(licensedAt) < Date.parse(operation.createdAt) - ZONES_MS;

export const createSettlementService = (deps: SettlementDeps): SettlementService => {
  const { db, registry, reader, now } = deps;

  const escalate = async (tenantId: TenantId, operation: Operation, failure: OperationFailure): Promise<void> => {
    await recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', {
      state: 'NEEDS_REVIEW',
      action: 'license.escalated',
      failure,
    });
  };

  const sentAt = (operation: Operation): number => Date.parse(operation.sendingAt ?? operation.createdAt);

  const lookAgain = (tenantId: TenantId, operation: Operation, latest: number): Promise<void> => {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_SETTLE_MS, (now() - sentAt(operation)) / 2));
    const at = instantOf(Math.min(now() + pauseMs, Math.max(latest, now() + 1_000)));
    return inTenant(db, tenantId, async (tx) => {
      if (await moveOperation(tx, operation.uuid, 'UNKNOWN', { state: 'UNKNOWN', nextLookAt: at }))
        await enqueueLook(tx, tenantId, operation.uuid, at);
    });
  };

  /** A look that failed says nothing about the purchase: it is tried for a day, not for the horizon. */
  const couldNotLook = (tenantId: TenantId, operation: Operation): Promise<void> => {
    const until = sentAt(operation) + OUTAGE_MS;
    return now() > until ? escalate(tenantId, operation, NOT_REACHED) : lookAgain(tenantId, operation, until);
  };

  const look = async (tenantId: TenantId, operation: Operation, { licensing, asset }: Purchasable, call: Call): Promise<Look> => {
    const request = requestOf(operation, asset);
    if (operation.spendClass === 'REPEATABLE') {
      const { held } = await licensing.baseline(request, call);
      return held ? { kind: 'found', entry: held } : { kind: 'nothing' };
    }
    const counted = operation.baseline?.counted;
    const since = counted?.since ?? instantOf(sentAt(operation) - 3_600_000);
    const rows = await licensing.purchasesSince(request, since, call);
    // A tag is proof whatever the account was known to be capable of.
    const tagged = rows.find(({ tag }) => tag === request.operationTag);
    if (tagged) return { kind: 'found', entry: tagged, byTag: true };
    const lately = instantOf(sentAt(operation) - 120_000);
    const untagged = rows.some(({ tag, licensedAt }) => taggedOperation(tag) === undefined && (licensedAt ?? lately) >= lately);
    if (operation.spendClass !== 'COUNTED' || !counted) return untagged ? { kind: 'nothing', others: true } : { kind: 'nothing' };
    // An account that gives tags back after all would give back ours: what has none is somebody else's.
    if (rows.some(({ tag }) => taggedOperation(tag) !== undefined)) return { kind: 'nothing' };
    const excess = await countExcess(db, tenantId, operation, rows.length, counted);
    const [newest] = rows;
    if (excess === 1 && newest) return { kind: 'found', entry: newest };
    return { kind: excess > 1 ? 'ambiguous' : 'nothing' };
  };

  /** The horizon has passed, the license is not there, and asking again charges nothing twice: so it is asked again, on the same terms only. */
  const sendAgain = async (tenantId: TenantId, operation: Operation, what: Purchasable, call: Call): Promise<void> => {
    if (operation.sentCount >= MOST_REQUESTS) return escalate(tenantId, operation, NOT_SETTLED);
    const { asset, datasource, licensing } = what;
    const quote = await licensing.baseline(requestOf(operation, asset), call);
    // Held after all: the next look records it.
    if (quote.held) return lookAgain(tenantId, operation, now());
    const { licenseType, command, baseline } = operation;
    const subject = {
      assetId: asset.id,
      licenseType,
      termsHash: termsHash(asset.rights),
      again: false,
      label: datasource.profile.label,
    };
    const same = quote.verdict === baseline?.verdict && JSON.stringify(quote.price) === JSON.stringify(baseline.price);
    if (!same || quote.units !== baseline.units || verdictOf(quote, subject, command, instantOf(now())))
      return escalate(tenantId, operation, CHANGED);
    const spendCall = { ...call, deadlineAt: Math.min(call.deadlineAt, now() + deps.spendDeadlineMs) };
    const sending = await recordResending(
      deps,
      tenantId,
      operation.uuid,
      operation.sentCount,
      instantOf(spendCall.deadlineAt + deps.leaseMarginMs),
    );
    if (sending) await deps.purchase.spend(tenantId, sending, what, spendCall);
  };

  /** The horizon has passed and nothing was found. */
  const giveUp = async (
    tenantId: TenantId,
    operation: Operation,
    what: Purchasable | undefined,
    others: boolean,
    call: Call,
  ): Promise<void> => {
    // An asset that is gone can neither be looked at nor asked for again.
    if (!what) return escalate(tenantId, operation, NOT_SETTLED);
    if (operation.spendClass === 'REPEATABLE') return sendAgain(tenantId, operation, what, call);
    const policy = await readInTenant(db, tenantId, (tx) => findSettlePolicy(tx, operation.source));
    if (policy === 'NEEDS_REVIEW' || others) return escalate(tenantId, operation, NOT_SETTLED);
    const ending = {
      state: 'REJECTED' as const,
      action: 'license.refused' as const,
      failure: {
        code: 'NOT_FOUND_BY_HORIZON',
        message: 'The source did not show the purchase within the horizon, which this tenant takes for not bought.',
        retryable: true,
        retryAfterMs: null,
      },
    };
    await recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', ending, operation.sentCount);
  };

  const foundNothing = (
    tenantId: TenantId,
    operation: Operation,
    what: Purchasable | undefined,
    others: boolean,
    call: Call,
  ): Promise<void> => {
    const horizonMs = 1000 * (deps.horizonSeconds[operation.source] ?? DEFAULT_HORIZON_SECONDS);
    const until = sentAt(operation) + horizonMs;
    return now() > until ? giveUp(tenantId, operation, what, others, call) : lookAgain(tenantId, operation, until + 1);
  };

  const settle: SettlementService['settle'] = async (tenantId, operationUuid, call) => {
    const [operation] = await readInTenant(db, tenantId, (tx) => findOperations(tx, [operationUuid]));
    // A person looks at what is in review; but our tag in the history is proof, and comes from nobody else.
    const inReview = operation?.state === 'NEEDS_REVIEW' && operation.spendClass !== 'REPEATABLE';
    if (!operation || (operation.state !== 'UNKNOWN' && !inReview)) return;
    const parsed = parseGlobalId(operation.assetId);
    if (parsed?.type !== 'Asset') throw new Error(`Operation ${operationUuid} names no asset.`);
    const datasource = registry.of(tenantId).byConnection(parsed.key.connectionId);
    const licensing = datasource?.licensing;
    const leave = () => (inReview ? undefined : couldNotLook(tenantId, operation));
    if (!datasource || !licensing) return leave();
    reader.forget(parsed.key);
    const batch = await reader.read(datasource, [parsed.key], call);
    if (batch.failed.size > 0) return leave();
    const asset = batch.found.get(keyText(parsed.key));
    if (!asset) return inReview ? undefined : foundNothing(tenantId, operation, undefined, false, call);
    const what = { datasource, licensing, asset };
    try {
      const result = await look(tenantId, operation, what, call);
      if (inReview && !(result.kind === 'found' && result.byTag)) return;
      if (result.kind === 'ambiguous') return await escalate(tenantId, operation, AMBIGUOUS);
      if (result.kind === 'nothing') return await foundNothing(tenantId, operation, what, result.others === true, call);
      const facts = { ...result.entry, licenseType: operation.licenseType, price: null, units: null };
      await recordLicense(deps, tenantId, operationUuid, asset, isOlder(operation, facts) ? 'ALREADY_OWNED' : 'PURCHASED', facts);
      reader.forget(parsed.key);
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      return leave();
    }
  };

  const recover: SettlementService['recover'] = async (tenantId) => {
    const at = instantOf(now());
    const abandoned = await readInTenant(db, tenantId, (tx) => findAbandonedOperations(tx, ['RECEIVED', 'SENDING'], at));
    for (const operation of abandoned) {
      const sent = operation.state === 'SENDING';
      const ending = sent ? LOST : operation.leaseUntil === null ? WAITED : ABANDONED;
      await recordEnding(deps, tenantId, operation.uuid, operation.state, ending, sent ? operation.sentCount : undefined);
    }
    // A process that died while it looked has left its job locked: every doubt is given a job that is not.
    await inTenant(db, tenantId, async (tx) => {
      for (const operation of await findOpenDoubts(tx))
        await enqueueLook(tx, tenantId, operation.uuid, operation.nextLookAt ?? instantOf(now() + FIRST_SETTLE_MS), true);
    });
  };

  return { settle, recover };
};
