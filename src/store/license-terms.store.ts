/** The versions of the terms of licenses: added under the lock of the license, never changed. */
import { sql } from 'kysely';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Rights } from '../domain/rights.js';
import type { StatedRights, Statement } from '../domain/statements.js';
import { termsHash } from '../domain/terms-hash.js';
import {
  LAST,
  type NewTerms,
  type Period,
  restatedTerms,
  type TermsKind,
  type TermsVersion,
  timesInForce,
} from '../domain/terms-versions.js';
import { jsonb, type TenantTx } from './database.js';
import { endAt } from './license-end.js';

export type { TermsVersion };

/** All versions of the terms of these licenses, oldest first. */
export const findTerms = async (tx: TenantTx, uuids: readonly string[]): Promise<TermsVersion[]> => {
  const rows = await tx
    .selectFrom('license_terms')
    .select(['license_id', 'version', 'rights', 'recorded_at', 'kind', 'effective_from', 'effective_until', 'stated'])
    .where('license_id', 'in', uuids as string[])
    .orderBy('license_id')
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    licenseUuid: row.license_id,
    version: row.version,
    rights: row.rights as Rights,
    stated: (row.stated ?? []) as readonly Statement[],
    recordedAt: instantOf(row.recorded_at),
    kind: row.kind,
    effectiveFrom: row.effective_from === null ? null : instantOf(row.effective_from),
    effectiveUntil: row.effective_until === null ? null : instantOf(row.effective_until),
  }));
};

export interface TermsReport {
  readonly system: string;
  readonly reference: string;
  readonly payloadHash: Buffer;
}

export interface TermsEntry {
  readonly tenantId: TenantId;
  readonly licenseUuid: string;
  readonly recordedAt: Instant;
  /** Null: the source. */
  readonly recordedBy: string | null;
  readonly note?: string | null;
  /** Kept with the first of them. */
  readonly report?: TermsReport;
  readonly terms: readonly (NewTerms & { readonly kind: TermsKind })[];
}

/** Two who add to the terms of one license come one after the other. Undefined: there is no such license. */
export const lockTerms = async (tx: TenantTx, licenseUuid: string): Promise<TermsVersion[] | undefined> => {
  const held = await tx
    .selectFrom('license')
    .select('license_id')
    .where('license_id', '=', licenseUuid)
    .forUpdate()
    .executeTakeFirst();
  return held && findTerms(tx, [licenseUuid]);
};

const insertVersions = async (tx: TenantTx, entry: TermsEntry, before: readonly TermsVersion[]): Promise<TermsVersion[]> => {
  const recordedAt = [entry.recordedAt, ...before.map((version) => version.recordedAt)].sort().at(-1) as Instant;
  const added = entry.terms.map(
    ({ rights, stated, from, until, kind }, index): TermsVersion => ({
      licenseUuid: entry.licenseUuid,
      version: before.length + index + 1,
      rights,
      stated,
      recordedAt,
      kind,
      effectiveFrom: from,
      effectiveUntil: until,
    }),
  );
  await tx
    .insertInto('license_terms')
    .values(
      added.map(({ version, rights, stated, kind, effectiveFrom, effectiveUntil }, index) => {
        const report = index === 0 ? entry.report : undefined;
        return {
          tenant_id: entry.tenantId,
          license_id: entry.licenseUuid,
          version,
          rights: jsonb(rights),
          terms_hash: termsHash(rights),
          stated: stated.length > 0 ? jsonb(stated) : null,
          recorded_at: recordedAt,
          kind,
          effective_from: effectiveFrom,
          effective_until: effectiveUntil,
          recorded_by: entry.recordedBy,
          note: entry.note ?? null,
          reported_by_system: report?.system ?? null,
          reference: report?.reference ?? null,
          payload_hash: report?.payloadHash ?? null,
        };
      }),
    )
    .execute();
  return [...before, ...added];
};

/** As PostgreSQL writes it. */
const multirange = (periods: readonly Period[]): string =>
  `{${periods.map(({ from, until }) => `[${from ?? ''},${until ?? ''})`).join(',')}}`;

/** Brings what the state of a license is read off up to date. */
const saveEnd = async (tx: TenantTx, licenseUuid: string, versions: readonly TermsVersion[], at: Instant): Promise<void> => {
  const times = timesInForce(versions);
  const running = times.findLast(({ from }) => from === null || from <= at) ?? times[0];
  await tx
    .updateTable('license')
    .set({ valid_until: running?.until ?? null, in_force: times.length > 1 ? multirange(times) : null })
    .where('license_id', '=', licenseUuid)
    .execute();
};

export interface FirstTerms extends StatedRights {
  /** What applies from some time on instead. */
  readonly later?: readonly NewTerms[];
}

/** The terms of a license that the same transaction has inserted, with its end in them. */
export const insertFirstTerms = async (
  tx: TenantTx,
  entry: Omit<TermsEntry, 'terms' | 'recordedBy'> & FirstTerms,
): Promise<void> => {
  const { rights, stated, later = [] } = entry;
  const terms = [{ from: null, until: null, rights, stated }, ...later].map((each) => ({ ...each, kind: 'RECORDED' as const }));
  const versions = await insertVersions(tx, { ...entry, recordedBy: null, terms }, []);
  if (later.length > 0) await saveEnd(tx, entry.licenseUuid, versions, entry.recordedAt);
};

/** Adds versions. Nothing is on record before what was recorded before it: clocks of several processes differ a little. */
export const appendTerms = async (tx: TenantTx, entry: TermsEntry): Promise<TermsVersion[]> => {
  const versions = await insertVersions(tx, entry, (await lockTerms(tx, entry.licenseUuid)) ?? []);
  await saveEnd(tx, entry.licenseUuid, versions, entry.recordedAt);
  return versions;
};

/**
 * Where terms of a license go on after a pause, `valid_until` names the end before it until the next one runs. States and answers do not depend on
 * this; lists by the column alone do.
 */
export const resumeTerms = async (tx: TenantTx, now: Instant): Promise<void> => {
  await tx
    .updateTable('license')
    .set({ valid_until: endAt(now) })
    .where('in_force', 'is not', null)
    .where('valid_until', '<=', new Date(now))
    .where(sql<boolean>`in_force @> ${now}::timestamptz`)
    .execute();
};

/** Terms as the source states them now; what contracts state stays in front. False: they are the ones on record. */
export const appendSourceTerms = async (
  tx: TenantTx,
  entry: Omit<TermsEntry, 'terms' | 'recordedBy'> & { readonly rights: Rights },
): Promise<boolean> => {
  const { rights, ...rest } = entry;
  const versions = (await lockTerms(tx, entry.licenseUuid)) ?? [];
  const newest = versions.findLast(({ kind, stated }) => kind === 'RECORDED' && stated.length === 0);
  if (newest && termsHash(newest.rights) === termsHash(rights)) return false;
  const recorded = { from: null, until: null, rights, stated: [], kind: 'RECORDED' as const };
  await appendTerms(tx, { ...rest, recordedBy: null, terms: [recorded, ...restatedTerms(versions, LAST, rights)] });
  return true;
};

export interface KnownReport {
  readonly licenseUuid: string;
  readonly payloadHash: Buffer | null;
}

/** What another system reported under this reference, after waiting for whoever is recording the same report. */
export const lockReport = async (
  tx: TenantTx,
  { tenantId, system, reference }: { readonly tenantId: TenantId; readonly system: string; readonly reference: string },
): Promise<KnownReport | undefined> => {
  const name = JSON.stringify(['license_terms_report', tenantId, system, reference]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('license_terms')
    .select(['license_id', 'payload_hash'])
    .where('reported_by_system', '=', system)
    .where('reference', '=', reference)
    .executeTakeFirst();
  return row && { licenseUuid: row.license_id, payloadHash: row.payload_hash };
};
