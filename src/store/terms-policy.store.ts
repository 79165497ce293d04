/** Policies as they are kept: the product's rows and a tenant's, of which row-level security shows a tenant no others. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { DEFAULT_POLICIES } from '../domain/default-policies.js';
import type { AssetSource, TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { StatedTerms } from '../domain/stated-terms.js';
import { ALL_LICENSE_TYPES, type Citation, type ModelScope, type TermsPolicy } from '../domain/terms-policy.js';
import { jsonb, type TenantTx } from './database.js';
import type { TermsPolicyTables } from './terms-policy.tables.js';

const policyOf = (row: Selectable<TermsPolicyTables['terms_policy']>): TermsPolicy => ({
  uuid: row.policy_id,
  isDefault: row.tenant_id === null,
  source: row.source as AssetSource,
  licenseType: row.license_type,
  version: row.version,
  editorial: row.editorial,
  model: row.model as ModelScope,
  terms: row.terms as StatedTerms | null,
  citations: row.citations as readonly Citation[],
  note: row.note,
  setBy: row.set_by,
  recordedAt: instantOf(row.recorded_at),
});

/** All versions that may apply to a license of this type. */
export const findPolicies = async (tx: TenantTx, source: AssetSource, licenseType: string): Promise<TermsPolicy[]> =>
  (
    await tx
      .selectFrom('terms_policy')
      .selectAll()
      .where('source', '=', source)
      .where('license_type', 'in', [licenseType, ALL_LICENSE_TYPES])
      .execute()
  ).map(policyOf);

export interface PolicyQuery {
  readonly source?: AssetSource;
  readonly licenseType?: string;
  readonly limit: number;
}

/** By source and type, the tenant's before the product's, newest first. */
export const listPolicies = async (tx: TenantTx, query: PolicyQuery): Promise<TermsPolicy[]> => {
  let policies = tx.selectFrom('terms_policy').selectAll();
  if (query.source) policies = policies.where('source', '=', query.source);
  if (query.licenseType !== undefined) policies = policies.where('license_type', '=', query.licenseType);
  const rows = await policies
    .orderBy('source')
    .orderBy('license_type')
    .orderBy(sql`tenant_id is null`)
    .orderBy('version', 'desc')
    .limit(query.limit)
    .execute();
  return rows.map(policyOf);
};

export const findPolicy = async (tx: TenantTx, uuid: string): Promise<TermsPolicy | undefined> => {
  const row = await tx.selectFrom('terms_policy').selectAll().where('policy_id', '=', uuid).executeTakeFirst();
  return row && policyOf(row);
};

/** Versions of one tenant are counted one after the other. */
export const lockPolicies = async (tx: TenantTx, tenantId: TenantId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`policies/${tenantId}`}, 0))`.execute(tx);
};

export const appendPolicy = async (tx: TenantTx, tenantId: TenantId, policy: TermsPolicy): Promise<void> => {
  await tx
    .insertInto('terms_policy')
    .values({
      policy_id: policy.uuid,
      tenant_id: tenantId,
      source: policy.source,
      license_type: policy.licenseType,
      version: policy.version,
      editorial: policy.editorial,
      model: policy.model,
      terms: policy.terms && jsonb(policy.terms),
      citations: jsonb(policy.citations),
      note: policy.note,
      set_by: policy.setBy,
      recorded_at: policy.recordedAt,
    })
    .execute();
};

/** As the owner: puts the product's rows in that are not there yet. Safe to run again and at once. */
export const shipDefaultPolicies = async (db: Kysely<unknown>): Promise<void> => {
  for (const policy of DEFAULT_POLICIES) {
    const { source, licenseType, version, editorial, model, terms, citations, note, recordedAt } = policy;
    await sql`
      insert into terms_policy (policy_id, source, license_type, version, editorial, model, terms, citations, note, set_by, recorded_at)
      values (gen_random_uuid(), ${source}, ${licenseType}, ${version}, ${editorial}, ${model}, ${JSON.stringify(terms)}::jsonb,
        ${JSON.stringify(citations)}::jsonb, ${note}, 'clearance', ${recordedAt}::timestamptz)
      on conflict do nothing`.execute(db);
  }
};
