/** Decisions on uses with the terms they rest on, and what is held of the assets that are asked about. */
import type { Selectable } from 'kysely';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Rights } from '../domain/rights.js';
import type { Holding, Use, UseDuty, UseReason } from '../domain/use.js';
import type { RecordedDecision, StretchRecord } from '../domain/use-record.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

/** A license that may cover a use: in force, ended by its term, or cancelled. One that another follows is none. */
export interface HeldLicense {
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly cancelled: boolean;
  readonly licensedAt: Instant;
}

export const findHeldLicenses = async (tx: TenantTx, assetIds: readonly string[]): Promise<HeldLicense[]> => {
  const rows = await tx
    .selectFrom('license')
    .select(['license_id', 'asset_id', 'state', 'licensed_at'])
    .where('asset_id', 'in', assetIds as string[])
    .where('state', '!=', 'SUPERSEDED')
    .orderBy('licensed_at', 'desc')
    .orderBy('license_id', 'desc')
    .execute();
  return rows.map((row) => ({
    uuid: row.license_id,
    assetId: row.asset_id as AssetId,
    cancelled: row.state === 'CANCELLED',
    licensedAt: instantOf(row.licensed_at),
  }));
};

export interface NewDecision {
  readonly decision: RecordedDecision;
  readonly digest: Buffer;
  readonly askedBy: string;
  readonly askedFor: 'QUERY' | 'USAGE' | 'DELIVERY';
}

/** Rows in one statement: a parameter for each value, and PostgreSQL takes 65,535 of them. */
const ROWS = 1_000;
const inChunks = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / ROWS) }, (_, n) => rows.slice(n * ROWS, (n + 1) * ROWS));

/**
 * Each set of terms is stored once; two statements for a page of decisions. Equal decisions of a day stay one. Rows go in by the order of
 * their names, so that two who store the same never wait for each other.
 */
export const insertDecisions = async (
  tx: TenantTx,
  tenantId: TenantId,
  decisions: readonly NewDecision[],
  terms: ReadonlyMap<string, Rights>,
): Promise<void> => {
  const stored_at = decisions[0]?.decision.decidedAt;
  if (stored_at === undefined) return;
  for (const chunk of inChunks([...terms].sort(([a], [b]) => (a < b ? -1 : 1))))
    await tx
      .insertInto('terms_document')
      .values(chunk.map(([terms_hash, rights]) => ({ tenant_id: tenantId, terms_hash, rights: jsonb(rights), stored_at })))
      .onConflict((conflict) => conflict.columns(['tenant_id', 'terms_hash']).doNothing())
      .execute();
  for (const chunk of inChunks([...decisions].sort((a, b) => Buffer.compare(a.digest, b.digest))))
    await tx
      .insertInto('use_decision')
      .values(chunk.map((entry) => rowOf(tenantId, entry)))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
};

const rowOf = (tenantId: TenantId, { decision, digest, askedBy, askedFor }: NewDecision) => ({
  decision_id: decision.uuid,
  tenant_id: tenantId,
  asset_id: decision.assetId,
  license_id: decision.licenseUuid,
  asked_by: askedBy,
  asked_for: askedFor,
  use: jsonb(decision.use),
  holding: decision.holding,
  licensed_at: decision.licensedAt,
  terms: jsonb(decision.terms),
  own_terms_hash: decision.ownTermsHash,
  used: jsonb(decision.used),
  first_used_at: decision.firstUsedAt,
  verdict: decision.verdict,
  reasons: jsonb(decision.reasons),
  duties: jsonb(decision.duties),
  rules_version: decision.rulesVersion,
  decided_at: decision.decidedAt,
  decided_on: decision.decidedAt.slice(0, 10),
  digest,
});

const decisionOf = (row: Selectable<Tables['use_decision']>): RecordedDecision => ({
  uuid: row.decision_id,
  assetId: row.asset_id as AssetId,
  licenseUuid: row.license_id,
  use: row.use as Use,
  holding: row.holding as Holding,
  licensedAt: row.licensed_at === null ? null : instantOf(row.licensed_at),
  terms: row.terms as StretchRecord[],
  ownTermsHash: row.own_terms_hash,
  used: row.used as Record<string, number>,
  firstUsedAt: row.first_used_at === null ? null : instantOf(row.first_used_at),
  verdict: row.verdict,
  reasons: row.reasons as UseReason[],
  duties: row.duties as UseDuty[],
  rulesVersion: row.rules_version,
  decidedAt: instantOf(row.decided_at),
});

export interface DecisionSample {
  readonly from: Buffer;
  /** Exclusive. */
  readonly until: Buffer | null;
  readonly after: { readonly digest: Buffer; readonly uuid: string } | null;
  readonly limit: number;
}

/** Decisions in the order of their digests, which is as good as random. */
export const sampleDecisions = async (
  tx: TenantTx,
  { from, until, after, limit }: DecisionSample,
): Promise<{ readonly decision: RecordedDecision; readonly digest: Buffer }[]> => {
  let select = tx.selectFrom('use_decision').selectAll().where('digest', '>=', from);
  if (until) select = select.where('digest', '<', until);
  if (after)
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('digest', 'decision_id'), '>', tuple(after.digest, after.uuid)),
    );
  const rows = await select.orderBy('digest').orderBy('decision_id').limit(limit).execute();
  return rows.map((row) => ({ decision: decisionOf(row), digest: row.digest }));
};

export const findTermsDocuments = async (tx: TenantTx, hashes: readonly string[]): Promise<Map<string, Rights>> => {
  const rows = await tx
    .selectFrom('terms_document')
    .select(['terms_hash', 'rights'])
    .where('terms_hash', 'in', hashes as string[])
    .execute();
  return new Map(rows.map((row) => [row.terms_hash, row.rights as Rights]));
};
