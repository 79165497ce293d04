/** Whether assets may be used: reads what we hold of a whole page at once, decides each use, and records the decisions. See docs/rights.md. */
import { LRUCache } from 'lru-cache';
import { v5 as uuidv5 } from 'uuid';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { type AssetId, assetIdOf, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import { type Holding, isBetter, type Use } from '../domain/use.js';
import {
  decisionDigest,
  decisionOf,
  type RecordedDecision,
  rightsIn,
  type Standing,
  standingOf,
  termsByHash,
} from '../domain/use-record.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { findTerms, type TermsVersion } from '../store/license-terms.store.js';
import { findUsedUp, type UsedUp } from '../store/usage.store.js';
import { findHeldLicenses, type HeldLicense, insertDecisions } from '../store/use-decision.store.js';

export interface AskedUse {
  readonly asset: Asset;
  readonly use: Use;
}

export interface UseDecisionService {
  /** One answer for each question, in order; a constant number of statements for all of them. */
  decide(actor: Actor, asked: readonly AskedUse[]): Promise<readonly RecordedDecision[]>;
  /** The same without a record, for lists that nobody has been shown yet. */
  sift(actor: Actor, asked: readonly AskedUse[]): Promise<readonly RecordedDecision[]>;
}

export interface UseDecisionDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly now: () => number;
}

/** Ids of decisions are made from what they say, so that equal ones of a day have one. */
const NAMESPACE = 'b1f3c0de-6d0a-5f0e-9a53-2f5a0c1e7d44';

export const decisionUuid = (tenantId: TenantId, digest: Buffer, decidedAt: Instant): string =>
  uuidv5(`${tenantId}\n${digest.toString('hex')}\n${decidedAt.slice(0, 10)}`, NAMESPACE);

/** How many recorded decisions and terms a process remembers, so that a page that is looked at again writes nothing. */
const REMEMBERED = 50_000;

const NOTHING_USED: UsedUp = { used: {}, firstUsedAt: null };

interface Held {
  readonly licenses: readonly HeldLicense[];
  readonly versions: ReadonlyMap<string, readonly TermsVersion[]>;
  readonly used: ReadonlyMap<string, UsedUp>;
}

interface Decided {
  readonly answer: Omit<RecordedDecision, 'uuid'>;
  readonly standing: Standing;
}

interface Answered {
  readonly decision: RecordedDecision;
  readonly digest: Buffer;
  readonly standing: Standing;
}

const readHeld = async (tx: TenantTx, assetIds: readonly AssetId[]): Promise<Held> => {
  const licenses = await findHeldLicenses(tx, assetIds);
  const uuids = licenses.map(({ uuid }) => uuid);
  if (uuids.length === 0) return { licenses, versions: new Map(), used: new Map() };
  const versions = new Map<string, TermsVersion[]>(uuids.map((uuid) => [uuid, []]));
  for (const version of await findTerms(tx, uuids)) versions.get(version.licenseUuid)?.push(version);
  return { licenses, versions, used: await findUsedUp(tx, uuids) };
};

export const createUseDecisionService = (deps: UseDecisionDeps): UseDecisionService => {
  const { db, registry, now } = deps;
  const recorded = new LRUCache<string, true>({ max: REMEMBERED });

  /** Ids under which a license would cover the asset: its own, and that of the stock asset that it is a copy of. */
  const coveringIds = (tenantId: TenantId, { id, stockOrigin }: Asset): readonly AssetId[] => {
    const stock = stockOrigin && registry.of(tenantId).bySource(stockOrigin.source);
    if (!stock) return [id];
    const { connectionId, profile } = stock;
    return [id, ...profile.lanes.map((lane) => assetIdOf({ connectionId, lane, externalId: stockOrigin.externalId }))];
  };

  /** Without a license: whether one is missing, and who says so. */
  const holdingOf = ({ source, stockOrigin, sourceLicense }: Asset): Holding => {
    if (registry.profiles[source].ownLibrary && !stockOrigin) return 'NOT_NEEDED';
    return sourceLicense?.state === 'NOT_LICENSED' ? 'NOT_LICENSED' : 'NOT_KNOWN';
  };

  /** The best of the licenses; they come newest first, so that among equals the newest stays. */
  const bestOf = ({ asset, use }: AskedUse, covering: readonly AssetId[], held: Held, at: Instant): Decided => {
    const decided = (standing: Standing, licenseUuid: string | null): Decided => ({
      answer: decisionOf(standing, use, { assetId: asset.id, licenseUuid }),
      standing,
    });
    const own = held.licenses.filter(({ assetId }) => covering.includes(assetId));
    const living = own.filter(({ cancelled }) => !cancelled);
    const candidates = (living.length > 0 ? living : own).map((license) => {
      const { uuid, assetId } = license;
      const usedUp = held.used.get(uuid) ?? NOTHING_USED;
      const terms = { ...license, ...usedUp, supersededAt: null, versions: held.versions.get(uuid) ?? [] };
      const standing = standingOf(terms, at);
      return decided(
        {
          ...standing,
          // What is on record was bought before now, also where the clock of whoever recorded it is ahead.
          licensedAt: standing.licensedAt !== null && standing.licensedAt > at ? at : standing.licensedAt,
          // A license of the stock asset does not lift what our own library says of its copy.
          ...(assetId !== asset.id && { ownTerms: asset.rights }),
        },
        uuid,
      );
    });
    if (candidates.length > 0)
      return candidates.reduce((best, next) => (isBetter(next.answer.verdict, best.answer.verdict) ? next : best));
    const terms = [{ from: null, until: null, rights: asset.rights }];
    return decided({ at, holding: holdingOf(asset), licensedAt: null, terms, ...NOTHING_USED }, null);
  };

  const answerAll = async (actor: Actor, asked: readonly AskedUse[]): Promise<readonly Answered[]> => {
    requireRole(actor, READERS, 'ask whether an asset may be used');
    const at = instantOf(now());
    const covering = asked.map(({ asset }) => coveringIds(actor.tenantId, asset));
    const held = await readInTenant(db, actor.tenantId, (tx) => readHeld(tx, [...new Set(covering.flat())]));
    return asked.map((one, n) => {
      const { answer, standing } = bestOf(one, covering[n] as readonly AssetId[], held, at);
      const digest = decisionDigest(answer);
      return { decision: { ...answer, uuid: decisionUuid(actor.tenantId, digest, at) }, digest, standing };
    });
  };

  /** What this process has not recorded today. A record that was rolled back is not remembered. */
  const record = async (actor: Actor, answers: readonly Answered[]): Promise<void> => {
    const fresh = [...new Map(answers.map((answer) => [answer.decision.uuid, answer])).values()].filter(
      ({ decision }) => !recorded.has(decision.uuid),
    );
    if (fresh.length === 0) return;
    const entries = fresh.map(({ decision, digest }) => ({
      decision,
      digest,
      askedBy: actor.subject,
      askedFor: 'QUERY' as const,
    }));
    const terms = termsByHash(fresh.flatMap(({ standing }) => rightsIn(standing)));
    await inTenant(db, actor.tenantId, (tx) => insertDecisions(tx, actor.tenantId, entries, terms));
    for (const { decision } of fresh) recorded.set(decision.uuid, true);
  };

  return {
    decide: async (actor, asked) => {
      const answers = await answerAll(actor, asked);
      await record(actor, answers);
      return answers.map(({ decision }) => decision);
    },
    sift: async (actor, asked) => (await answerAll(actor, asked)).map(({ decision }) => decision),
  };
};
