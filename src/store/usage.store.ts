/** Uses on record and their sums. What records runs in a transaction that has locked the license. */
import { type Selectable, sql } from 'kysely';
import type { AssetId, AssetSource, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Usage, UsageTotal } from '../domain/usage.js';
import type { Use, UseReason } from '../domain/use.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

const MOST = Number.MAX_SAFE_INTEGER;

const usageOf = (row: Selectable<Tables['usage']>): Usage => ({
  kind: 'Usage',
  uuid: row.usage_id,
  licenseUuid: row.license_id,
  assetId: row.asset_id as AssetId,
  source: row.source as AssetSource,
  use: row.use as Use,
  reference: row.reference,
  occurredAt: instantOf(row.occurred_at),
  recordedAt: instantOf(row.recorded_at),
  recordedBy: row.recorded_by,
  verdict: row.verdict,
  violation: row.violation,
  reasons: row.reasons as UseReason[],
});

// ---------- what is used up ----------

/** What counts against limits: units of uses that were no violation. */
export interface UsedUp {
  readonly used: Readonly<Record<string, number>>;
  /** When the first use that was no violation began. */
  readonly firstUsedAt: Instant | null;
}

/** By license; one without uses is absent. One statement. */
export const findUsedUp = async (tx: TenantTx, licenseUuids: readonly string[]): Promise<Map<string, UsedUp>> => {
  if (licenseUuids.length === 0) return new Map();
  const { rows } = await sql<{ license_id: string; unit: string; inside: string; first_inside_at: Date | null }>`
    select license_id, unit, least(sum(inside), ${MOST}) as inside, min(first_inside_at) as first_inside_at
    from usage_total where license_id = any(${licenseUuids}::uuid[]) group by license_id, unit`.execute(tx);
  const found = new Map<string, { used: Record<string, number>; firstUsedAt: Instant | null }>();
  for (const row of rows) {
    const entry = found.get(row.license_id) ?? { used: {}, firstUsedAt: null };
    found.set(row.license_id, entry);
    const inside = Number(row.inside);
    if (inside > 0) entry.used[row.unit] = inside;
    const first = row.first_inside_at && instantOf(row.first_inside_at);
    if (first && (entry.firstUsedAt === null || first < entry.firstUsedAt)) entry.firstUsedAt = first;
  }
  return found;
};

/** The sums by license or by asset; those without uses are absent. One statement. */
export const findUsageTotals = async (
  tx: TenantTx,
  by: 'license_id' | 'asset_id',
  ids: readonly string[],
): Promise<Map<string, UsageTotal[]>> => {
  const rows = await tx
    .selectFrom('usage_total')
    .select([
      `${by} as id`,
      'unit',
      'channel',
      sql<string>`least(sum(units), ${MOST})`.as('units'),
      sql<number>`sum(violations)::integer`.as('violations'),
      sql<Date>`max(last_used_at)`.as('last_used_at'),
    ])
    .where(by, 'in', ids as string[])
    .groupBy([by, 'unit', 'channel'])
    .execute();
  const found = new Map<string, UsageTotal[]>();
  for (const row of rows) {
    const total = {
      unit: row.unit,
      channel: row.channel,
      units: Number(row.units),
      violations: row.violations,
      lastUsedAt: instantOf(row.last_used_at),
    };
    const entry = found.get(row.id);
    if (entry) entry.push(total);
    else found.set(row.id, [total]);
  }
  return found;
};

// ---------- recording ----------

/** Waits for whoever records a use of it, or changes it. False: there is no such license. */
export const lockLicense = async (tx: TenantTx, licenseUuid: string): Promise<boolean> =>
  (await tx.selectFrom('license').select('license_id').where('license_id', '=', licenseUuid).forNoKeyUpdate().execute()).length >
  0;

export interface BoundUsage {
  readonly idempotencyKey: string;
  readonly payloadHash: Buffer;
  readonly usage: Usage;
}

/** What these keys of a mutation stand for already. */
export const findUsagesByKeys = async (tx: TenantTx, mutation: string, keys: readonly string[]): Promise<BoundUsage[]> => {
  const rows = await tx
    .selectFrom('usage')
    .selectAll()
    .where('mutation', '=', mutation)
    .where('idempotency_key', 'in', keys as string[])
    .execute();
  return rows.map((row) => ({ idempotencyKey: row.idempotency_key, payloadHash: row.payload_hash, usage: usageOf(row) }));
};

export interface NewUsage extends BoundUsage {
  readonly tenantId: TenantId;
  readonly mutation: string;
  readonly decisionUuid: string;
  /** What it counts. */
  readonly counted: { readonly unit: string; readonly units: number };
}

/** How many of them are new: less than all when another call has bound one of the keys meanwhile, and then the caller must roll back. */
export const insertUsages = async (tx: TenantTx, entries: readonly NewUsage[]): Promise<number> => {
  const inserted = await tx
    .insertInto('usage')
    .values(
      entries.map(({ usage, ...entry }) => ({
        usage_id: usage.uuid,
        tenant_id: entry.tenantId,
        license_id: usage.licenseUuid,
        asset_id: usage.assetId,
        source: usage.source,
        mutation: entry.mutation,
        idempotency_key: entry.idempotencyKey,
        payload_hash: entry.payloadHash,
        use: jsonb(usage.use),
        channel: usage.use.channel,
        unit: usage.use.unit,
        units: usage.use.units,
        reference: usage.reference,
        occurred_at: usage.occurredAt,
        recorded_at: usage.recordedAt,
        recorded_by: usage.recordedBy,
        verdict: usage.verdict,
        violation: usage.violation,
        reasons: jsonb(usage.reasons),
        decision_id: entry.decisionUuid,
      })),
    )
    .onConflict((conflict) => conflict.columns(['tenant_id', 'mutation', 'idempotency_key']).doNothing())
    .returning('usage_id')
    .execute();
  if (inserted.length === entries.length) await addToTotals(tx, entries);
  return inserted.length;
};

/** One statement; the uses of one unit and channel are summed up by the database. */
const addToTotals = async (tx: TenantTx, entries: readonly NewUsage[]): Promise<void> => {
  const rows = entries.map(({ tenantId, usage, counted }) => ({
    tenant_id: tenantId,
    license_id: usage.licenseUuid,
    asset_id: usage.assetId,
    unit: counted.unit,
    channel: usage.use.channel,
    units: counted.units,
    violation: usage.violation,
    starts_at: usage.use.startsAt ?? usage.occurredAt,
    occurred_at: usage.occurredAt,
  }));
  await sql`
    insert into usage_total as t
      (tenant_id, license_id, asset_id, unit, channel, units, inside, violations, first_inside_at, last_used_at)
    select n.tenant_id, n.license_id, n.asset_id, n.unit, n.channel, sum(n.units),
      coalesce(sum(n.units) filter (where not n.violation), 0), count(*) filter (where n.violation)::integer,
      min(n.starts_at) filter (where not n.violation), max(n.occurred_at)
    from jsonb_to_recordset(${jsonb(rows)}) as n(tenant_id text, license_id uuid, asset_id text, unit text, channel text,
      units numeric, violation boolean, starts_at timestamptz(3), occurred_at timestamptz(3))
    group by n.tenant_id, n.license_id, n.asset_id, n.unit, n.channel
    order by n.license_id, n.unit, n.channel
    on conflict (license_id, unit, channel) do update set
      units = t.units + excluded.units, inside = t.inside + excluded.inside, violations = t.violations + excluded.violations,
      first_inside_at = least(t.first_inside_at, excluded.first_inside_at),
      last_used_at = greatest(t.last_used_at, excluded.last_used_at)`.execute(tx);
};

// ---------- reading ----------

export const findUsages = async (tx: TenantTx, uuids: readonly string[]): Promise<Usage[]> =>
  (
    await tx
      .selectFrom('usage')
      .selectAll()
      .where('usage_id', 'in', uuids as string[])
      .execute()
  ).map(usageOf);

export interface UsageQuery {
  readonly licenseUuid?: string;
  readonly assetId?: string;
  readonly violation?: boolean;
  readonly channel?: string;
  readonly recordedAfter?: Instant;
  readonly recordedBefore?: Instant;
  readonly before?: { readonly recordedAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. */
export const listUsages = async (tx: TenantTx, query: UsageQuery): Promise<Usage[]> => {
  let select = tx.selectFrom('usage').selectAll();
  if (query.licenseUuid) select = select.where('license_id', '=', query.licenseUuid);
  if (query.assetId) select = select.where('asset_id', '=', query.assetId);
  if (query.violation !== undefined) select = select.where('violation', '=', query.violation);
  if (query.channel !== undefined) select = select.where('channel', '=', query.channel);
  if (query.recordedAfter) select = select.where('recorded_at', '>=', new Date(query.recordedAfter));
  if (query.recordedBefore) select = select.where('recorded_at', '<', new Date(query.recordedBefore));
  const place = query.before;
  if (place)
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('recorded_at', 'usage_id'), '<', tuple(new Date(place.recordedAt), place.uuid)),
    );
  return (await select.orderBy('recorded_at', 'desc').orderBy('usage_id', 'desc').limit(query.limit).execute()).map(usageOf);
};
