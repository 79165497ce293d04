/** The versions of the terms of licenses: added under the lock of the license, never changed. */
import { sql } from 'kysely';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Rights } from '../domain/rights.js';
import { termsHash } from '../domain/terms-hash.js';
import { LAST, type NewTerms, restatedTerms, type TermsKind, type TermsVersion, termsAt } from '../domain/terms-versions.js';
import { jsonb, type TenantTx } from './database.js';

export type { TermsVersion };

/** All versions of the terms of these licenses, oldest first. */
export const findTerms = async (tx: TenantTx, uuids: readonly string[]): Promise<TermsVersion[]> => {
  const rows = await tx
    .selectFrom('license_terms')
    .select(['license_id', 'version', 'rights', 'recorded_at', 'kind', 'effective_from', 'effective_until'])
    .where('license_id', 'in', uuids as string[])
    .orderBy('license_id')
    .orderBy('version')
    .execute();
  return rows.map((row) => ({
    licenseUuid: row.license_id,
    version: row.version,
    rights: row.rights as Rights,
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
    ({ rights, from, until, kind }, index): TermsVersion => ({
      licenseUuid: entry.licenseUuid,
      version: before.length + index + 1,
      rights,
      recordedAt,
      kind,
      effectiveFrom: from,
      effectiveUntil: until,
    }),
  );
  await tx
    .insertInto('license_terms')
    .values(
      added.map(({ version, rights, kind, effectiveFrom, effectiveUntil }, index) => {
        const report = index === 0 ? entry.report : undefined;
        return {
          tenant_id: entry.tenantId,
          license_id: entry.licenseUuid,
          version,
          rights: jsonb(rights),
          terms_hash: termsHash(rights),
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

/** The terms of a license that the same transaction has inserted, with its end in them. */
export const insertFirstTerms = async (
  tx: TenantTx,
  entry: Omit<TermsEntry, 'terms' | 'recordedBy'> & { readonly rights: Rights },
): Promise<void> => {
  const terms = [{ from: null, until: null, rights: entry.rights, kind: 'RECORDED' as const }];
  await insertVersions(tx, { ...entry, recordedBy: null, terms }, []);
};

/**
 * Adds versions and brings the end of the license, as its state is read off, up to date. Nothing is on record before what was recorded
 * before it: clocks of several processes differ a little.
 */
export const appendTerms = async (tx: TenantTx, entry: TermsEntry): Promise<TermsVersion[]> => {
  const versions = await insertVersions(tx, entry, (await lockTerms(tx, entry.licenseUuid)) ?? []);
  await tx
    .updateTable('license')
    .set({ valid_until: termsAt(versions, LAST, LAST)?.rights.validUntil ?? null })
    .where('license_id', '=', entry.licenseUuid)
    .execute();
  return versions;
};

/** Terms as the source states them now; what contracts state stays in front. False: they are the ones on record. */
export const appendSourceTerms = async (
  tx: TenantTx,
  entry: Omit<TermsEntry, 'terms' | 'recordedBy'> & { readonly rights: Rights },
): Promise<boolean> => {
  const { rights, ...rest } = entry;
  const versions = (await lockTerms(tx, entry.licenseUuid)) ?? [];
  const newest = versions.findLast(({ kind }) => kind === 'RECORDED');
  if (newest && termsHash(newest.rights) === termsHash(rights)) return false;
  const recorded = { from: null, until: null, rights, kind: 'RECORDED' as const };
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
