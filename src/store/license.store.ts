/** Licenses; the versions of their terms are in the store beside this one. */
import { type Selectable, sql } from 'kysely';
import type { AssetId, AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { baseTypeOf, type HeldReference, type License, type LicenseOrigin, type LicenseState } from '../domain/license.js';
import type { Rights } from '../domain/rights.js';
import { jsonb, type TenantTx } from './database.js';
import { endAt } from './license-end.js';
import { appendSourceTerms, type FirstTerms, insertFirstTerms } from './license-terms.store.js';
import type { Tables } from './tables.js';

/** With its end as seen from the time of the statement. */
type Row = Selectable<Tables['license']> & { readonly ends_at: Date | null };

const stateOf = (row: Row, now: Instant): LicenseState =>
  row.state === 'ACTIVE' && row.ends_at !== null && instantOf(row.ends_at) <= now ? 'EXPIRED' : row.state;

const licenseOf = (row: Row, now: Instant): License => ({
  kind: 'License',
  uuid: row.license_id,
  assetId: row.asset_id as AssetId,
  source: row.source as AssetSource,
  licenseType: row.license_type,
  state: stateOf(row, now),
  origin: row.origin as LicenseOrigin,
  operationUuid: row.operation_id,
  price:
    row.price_amount !== null && row.price_currency !== null ? { amount: row.price_amount, currency: row.price_currency } : null,
  chargedUnits: row.charged_units,
  allocation: {
    costCenter: row.cost_center,
    department: row.department,
    campaign: row.campaign,
    project: row.project,
    purchaseOrder: row.purchase_order,
  },
  references: row.references as HeldReference[],
  sourceReference: row.source_reference,
  orderNumber: row.order_number,
  licensedAt: instantOf(row.licensed_at),
  licensedBy: row.licensed_by,
  validUntil: row.ends_at === null ? null : instantOf(row.ends_at),
  supersedesUuid: row.supersedes,
});

export interface NewLicense extends Partial<FirstTerms> {
  readonly license: Omit<License, 'kind' | 'state'>;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly rights: Rights;
  readonly recordedAt: Instant;
  readonly state: 'ACTIVE' | 'CANCELLED';
  /** Identity at the source, for imports. */
  readonly importKey: string | null;
}

const rowOf = ({ license, tenantId, connectionId, state, importKey, rights }: NewLicense) => ({
  license_id: license.uuid,
  tenant_id: tenantId,
  connection_id: connectionId,
  source: license.source,
  asset_id: license.assetId,
  license_type: license.licenseType,
  state,
  origin: license.origin,
  operation_id: license.operationUuid,
  price_amount: license.price?.amount ?? null,
  price_currency: license.price?.currency ?? null,
  charged_units: license.chargedUnits,
  cost_center: license.allocation.costCenter,
  department: license.allocation.department,
  campaign: license.allocation.campaign,
  project: license.allocation.project,
  purchase_order: license.allocation.purchaseOrder,
  references: jsonb(license.references),
  source_reference: license.sourceReference,
  order_number: license.orderNumber,
  licensed_at: license.licensedAt,
  licensed_by: license.licensedBy,
  valid_until: rights.validUntil,
  supersedes: license.supersedesUuid,
  import_key: importKey,
});

export const insertLicense = async (tx: TenantTx, entry: NewLicense): Promise<void> => {
  await tx.insertInto('license').values(rowOf(entry)).execute();
  await insertFirstTerms(tx, { stated: [], ...entry, licenseUuid: entry.license.uuid });
};

export type ImportResult = 'imported' | 'cancelled' | 'terms_changed' | 'unchanged';

/** Records an imported license once per import key; changed terms add a version, a cancellation changes the state. */
export const importLicense = async (
  tx: TenantTx,
  entry: NewLicense,
): Promise<{ readonly result: ImportResult; readonly uuid: string }> => {
  const inserted = await tx
    .insertInto('license')
    .values(rowOf(entry))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'import_key']).doNothing())
    .returning('license_id')
    .executeTakeFirst();
  if (inserted) {
    await insertFirstTerms(tx, { stated: [], ...entry, licenseUuid: entry.license.uuid });
    return { result: 'imported', uuid: entry.license.uuid };
  }
  const held = await tx
    .selectFrom('license')
    .select(['license_id', 'state'])
    .where('connection_id', '=', entry.connectionId)
    .where('import_key', '=', entry.importKey)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const cancelled = entry.state === 'CANCELLED' && held.state === 'ACTIVE';
  const changed = await appendSourceTerms(tx, { ...entry, licenseUuid: held.license_id });
  if (cancelled) await tx.updateTable('license').set({ state: 'CANCELLED' }).where('license_id', '=', held.license_id).execute();
  return { result: cancelled ? 'cancelled' : changed ? 'terms_changed' : 'unchanged', uuid: held.license_id };
};

const readLicenses = (tx: TenantTx, now: Instant) =>
  tx.selectFrom('license').selectAll('license').select(endAt(now).as('ends_at'));

/** Neither ended nor cancelled nor followed by another. */
const inForce = (now: Instant) => sql<boolean>`state = 'ACTIVE' and coalesce(${endAt(now)} > ${now}::timestamptz, true)`;
const expired = (now: Instant) => sql<boolean>`state = 'ACTIVE' and ${endAt(now)} <= ${now}::timestamptz`;

export const findLicenses = async (tx: TenantTx, uuids: readonly string[], now: Instant): Promise<License[]> =>
  (
    await readLicenses(tx, now)
      .where('license_id', 'in', uuids as string[])
      .execute()
  ).map((row) => licenseOf(row, now));

export const findLicense = async (tx: TenantTx, uuid: string, now: Instant): Promise<License | undefined> =>
  (await findLicenses(tx, [uuid], now))[0];

/** A further license follows this one: it is no longer the one in force. */
export const supersedeLicense = async (tx: TenantTx, uuid: string): Promise<void> => {
  await tx
    .updateTable('license')
    .set({ state: 'SUPERSEDED' })
    .where('license_id', '=', uuid)
    .where('state', '=', 'ACTIVE')
    .execute();
};

/** Licenses that name one of these as superseded. */
export const findSuccessors = async (tx: TenantTx, uuids: readonly string[], now: Instant): Promise<License[]> =>
  (
    await readLicenses(tx, now)
      .where('supersedes', 'in', uuids as string[])
      .execute()
  ).map((row) => licenseOf(row, now));

/** The license in force that grants most: the latest among the ACTIVE ones, for each asset of a page. */
export const findActiveLicenses = async (tx: TenantTx, assetIds: readonly AssetId[], now: Instant): Promise<License[]> => {
  const rows = await readLicenses(tx, now)
    .distinctOn('asset_id')
    .where('asset_id', 'in', assetIds as AssetId[])
    .where(inForce(now))
    .orderBy('asset_id')
    .orderBy('licensed_at', 'desc')
    .orderBy('license_id', 'desc')
    .execute();
  return rows.map((row) => licenseOf(row, now));
};

/** All licenses of these assets that are in force, newest first. */
export const listLicensesInForce = async (tx: TenantTx, assetIds: readonly AssetId[], now: Instant): Promise<License[]> => {
  const rows = await readLicenses(tx, now)
    .where('asset_id', 'in', assetIds as AssetId[])
    .where(inForce(now))
    .orderBy('licensed_at', 'desc')
    .orderBy('license_id', 'desc')
    .execute();
  return rows.map((row) => licenseOf(row, now));
};

/** Licenses of one asset and type (products of the type aside) that are in force, newest first. */
export const findLicensesInForce = async (
  tx: TenantTx,
  assetId: AssetId,
  licenseType: string,
  now: Instant,
): Promise<License[]> => {
  const rows = await readLicenses(tx, now)
    .where('asset_id', '=', assetId)
    .where(sql<boolean>`split_part(license_type, ':', 1) = ${baseTypeOf(licenseType)}`)
    .where(inForce(now))
    .orderBy('licensed_at', 'desc')
    .orderBy('license_id', 'desc')
    .execute();
  return rows.map((row) => licenseOf(row, now));
};

export interface LicensePlace {
  readonly licensedAt: Instant;
  readonly uuid: string;
}

/** A page of each asset's licenses, newest first, in one statement for all; `total` counts those behind `before` where that is given. */
export const listLicensesOfAssets = async (
  tx: TenantTx,
  assetIds: readonly AssetId[],
  page: { readonly limit: number; readonly before?: LicensePlace },
  now: Instant,
): Promise<Map<string, { readonly licenses: License[]; readonly total: number }>> => {
  const place = page.before;
  const rows = await tx
    .selectFrom((from) => {
      const ranked = from
        .selectFrom('license')
        .selectAll('license')
        .select(endAt(now).as('ends_at'))
        .select(({ fn }) => [
          fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('asset_id').orderBy('licensed_at', 'desc').orderBy('license_id', 'desc'))
            .as('place'),
          sql<number>`(count(*) over (partition by asset_id))::integer`.as('total'),
        ])
        .where('asset_id', 'in', assetIds as AssetId[]);
      if (!place) return ranked.as('ranked');
      return ranked
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('licensed_at', 'license_id'), '<', tuple(new Date(place.licensedAt), place.uuid)),
        )
        .as('ranked');
    })
    .selectAll()
    .where('place', '<=', page.limit)
    .orderBy('licensed_at', 'desc')
    .orderBy('license_id', 'desc')
    .execute();
  const byAsset = new Map<string, { licenses: License[]; total: number }>();
  for (const row of rows) {
    const entry = byAsset.get(row.asset_id);
    if (entry) entry.licenses.push(licenseOf(row, now));
    else byAsset.set(row.asset_id, { licenses: [licenseOf(row, now)], total: row.total });
  }
  return byAsset;
};

export interface LicenseQuery {
  readonly sources?: readonly AssetSource[];
  readonly states?: readonly LicenseState[];
  readonly assetIds?: readonly string[];
  readonly costCenter?: string;
  readonly department?: string;
  readonly campaign?: string;
  readonly licensedAfter?: Instant;
  readonly licensedBefore?: Instant;
  readonly expiresBefore?: Instant;
  readonly before?: LicensePlace;
  readonly limit: number;
}

/** Newest first. */
export const listLicenses = async (tx: TenantTx, query: LicenseQuery, now: Instant): Promise<License[]> => {
  let select = readLicenses(tx, now);
  if (query.sources) select = select.where('source', 'in', query.sources.length > 0 ? query.sources : ['']);
  if (query.states) {
    const states = query.states;
    select = select.where((eb) =>
      eb.or([
        ...states.filter((s) => s === 'SUPERSEDED' || s === 'CANCELLED').map((s) => eb('state', '=', s)),
        ...(states.includes('ACTIVE') ? [inForce(now)] : []),
        ...(states.includes('EXPIRED') ? [expired(now)] : []),
      ]),
    );
  }
  if (query.assetIds) select = select.where('asset_id', 'in', query.assetIds.length > 0 ? (query.assetIds as string[]) : ['']);
  if (query.costCenter !== undefined) select = select.where('cost_center', '=', query.costCenter);
  if (query.department !== undefined) select = select.where('department', '=', query.department);
  if (query.campaign !== undefined) select = select.where('campaign', '=', query.campaign);
  if (query.licensedAfter) select = select.where('licensed_at', '>=', new Date(query.licensedAfter));
  if (query.licensedBefore) select = select.where('licensed_at', '<', new Date(query.licensedBefore));
  if (query.expiresBefore) select = select.where(endAt(now), '<', new Date(query.expiresBefore));
  const place = query.before;
  if (place) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('licensed_at', 'license_id'), '<', tuple(new Date(place.licensedAt), place.uuid)),
    );
  }
  const rows = await select.orderBy('licensed_at', 'desc').orderBy('license_id', 'desc').limit(query.limit).execute();
  return rows.map((row) => licenseOf(row, now));
};
