/** Decides recorded decisions again from the terms on record, and tells every difference. See docs/rights.md. */
import { randomBytes } from 'node:crypto';
import type { TenantId } from '../domain/ids.js';
import type { Rights } from '../domain/rights.js';
import { termsHash } from '../domain/terms-hash.js';
import { decide, RULES_VERSION } from '../domain/use-decision.js';
import { answerText, type RecordedDecision } from '../domain/use-record.js';
import { listTenants } from '../store/access.store.js';
import { type Database, readInTenant } from '../store/database.js';
import { findTermsDocuments, sampleDecisions } from '../store/use-decision.store.js';

export interface ReplayDifference {
  readonly tenantId: TenantId;
  readonly uuid: string;
  readonly what: string;
}

export interface ReplayResult {
  readonly replayed: number;
  /** Decided under other rules than this program has: they need a release that has them. */
  readonly otherRules: number;
  readonly differences: readonly ReplayDifference[];
}

const BATCH = 1_000;

const hashesOf = ({ terms, ownTermsHash }: RecordedDecision): readonly string[] => [
  ...terms.map((stretch) => stretch.termsHash),
  ...(ownTermsHash === null ? [] : [ownTermsHash]),
];

/** Undefined when the answer comes out the same. */
const differenceOf = (decision: RecordedDecision, terms: ReadonlyMap<string, Rights>): string | undefined => {
  const stretches = decision.terms.map(({ from, until, termsHash: hash }) => ({ from, until, hash, rights: terms.get(hash) }));
  const missing = stretches.find(({ rights }) => rights === undefined);
  if (missing) return `its terms ${missing.hash} are not on record`;
  const altered = stretches.find(({ hash, rights }) => termsHash(rights as Rights) !== hash);
  if (altered) return `its terms ${altered.hash} are not what their hash says`;
  const { use, holding, licensedAt, used, firstUsedAt, decidedAt, ownTermsHash } = decision;
  const ownTerms = ownTermsHash === null ? undefined : terms.get(ownTermsHash);
  if (ownTermsHash !== null && (!ownTerms || termsHash(ownTerms) !== ownTermsHash))
    return `the library's own terms ${ownTermsHash} are not on record as they were`;
  const question = { use, at: decidedAt, holding, licensedAt, used, firstUsedAt, ...(ownTerms && { ownTerms }) };
  const again = decide({
    ...question,
    terms: stretches.map(({ from, until, rights }) => ({ from, until, rights: rights as Rights })),
  });
  const [then, now] = [answerText(decision), answerText(again)];
  return then === now ? undefined : `it was ${then}; now it is ${now}`;
};

const replayTenant = async (db: Database, tenantId: TenantId, wanted: number, result: MutableResult): Promise<void> => {
  // The digests are as good as random: a sample begins anywhere and goes round once.
  const start = randomBytes(32);
  for (const [from, until] of [
    [start, null],
    [Buffer.alloc(0), start],
  ] as const) {
    let after: { digest: Buffer; uuid: string } | null = null;
    for (;;) {
      const left = wanted - result.replayed - result.otherRules;
      if (left <= 0) return;
      const rows: Awaited<ReturnType<typeof sampleDecisions>> = await readInTenant(db, tenantId, (tx) =>
        sampleDecisions(tx, { from, until, after, limit: Math.min(left, BATCH) }),
      );
      const last = rows.at(-1);
      if (!last) break;
      const hashes = [...new Set(rows.flatMap(({ decision }) => hashesOf(decision)))];
      const terms = await readInTenant(db, tenantId, (tx) => findTermsDocuments(tx, hashes));
      for (const { decision } of rows) {
        if (decision.rulesVersion !== RULES_VERSION) {
          result.otherRules += 1;
          continue;
        }
        result.replayed += 1;
        const what = differenceOf(decision, terms);
        if (what !== undefined) result.differences.push({ tenantId, uuid: decision.uuid, what });
      }
      after = { digest: last.digest, uuid: last.decision.uuid };
    }
  }
};

interface MutableResult {
  replayed: number;
  otherRules: number;
  readonly differences: ReplayDifference[];
}

/** At most `sample` decisions of all tenants together. */
export const replayDecisions = async (db: Database, sample: number): Promise<ReplayResult> => {
  const result: MutableResult = { replayed: 0, otherRules: 0, differences: [] };
  for (const tenantId of await listTenants(db)) await replayTenant(db, tenantId, sample, result);
  return result;
};
