/** What the watch over terms asks the tables: which end, which have no known end, which limits are reached, which alerts have lost their reason. */
import { type SqlBool, sql } from 'kysely';
import type { AlertKind } from '../domain/alert.js';
import type { AssetId, AssetSource } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { LicenseState } from '../domain/license.js';
import type { TenantTx } from './database.js';

/** As an alert is about it. */
export interface WatchedLicense {
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly source: AssetSource;
  readonly licenseType: string;
  readonly licensedAt: Instant;
  readonly licensedBy: string;
}

interface WatchedRow {
  readonly license_id: string;
  readonly asset_id: string;
  readonly source: string;
  readonly license_type: string;
  readonly licensed_at: Date;
  readonly licensed_by: string;
}

const watchedOf = (row: WatchedRow): WatchedLicense => ({
  uuid: row.license_id,
  assetId: row.asset_id as AssetId,
  source: row.source as AssetSource,
  licenseType: row.license_type,
  licensedAt: instantOf(row.licensed_at),
  licensedBy: row.licensed_by,
});

const WATCHED = sql.raw('l.license_id, l.asset_id, l.source, l.license_type, l.licensed_at, l.licensed_by');
/** An end as the occasion of an alert spells it. */
const END_TEXT = sql.raw(`to_char(l.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
/** The terms that apply now; null: none do. */
const rightsAt = (now: Instant) => sql`(
  select t.rights from license_terms t
  where t.license_id = l.license_id and (t.effective_from is null or t.effective_from <= ${now}::timestamptz)
    and (t.effective_until is null or t.effective_until > ${now}::timestamptz)
  order by t.version desc limit 1)`;

export interface EndingLicense extends WatchedLicense {
  readonly validUntil: Instant;
  /** The tightest of the lead times that have come, in days. */
  readonly leadDays: number;
}

export interface EndingQuery {
  readonly leadDays: readonly number[];
  readonly now: Instant;
  /** What ended before that is past warning. */
  readonly endedAfter: Instant;
  readonly after: { readonly validUntil: Instant; readonly uuid: string } | null;
  readonly limit: number;
}

/**
 * Licenses whose end one of the lead times has reached, without an alert that stands for that time or a tighter one; those that end first come
 * first. A day is 24 hours, whatever the clocks of a country do. An end of a license counts whatever its terms are called now: perpetual ones end
 * when they are cancelled.
 */
export const listEndingLicenses = async (tx: TenantTx, query: EndingQuery): Promise<EndingLicense[]> => {
  const { leadDays, now, after } = query;
  if (leadDays.length === 0) return [];
  const place = after
    ? sql<SqlBool>`(l.valid_until, l.license_id) > (${after.validUntil}::timestamptz, ${after.uuid}::uuid)`
    : sql<SqlBool>`true`;
  const { rows } = await sql<WatchedRow & { valid_until: Date; lead_days: number }>`
    select ${WATCHED}, l.valid_until, due.lead_days
    from license l
    cross join lateral (
      select min(lead) as lead_days from unnest(${[...leadDays]}::integer[]) lead
      where l.valid_until - make_interval(hours => 24 * lead) <= ${now}::timestamptz
    ) due
    where l.state = 'ACTIVE' and l.valid_until is not null
      and l.valid_until > ${query.endedAfter}::timestamptz
      and l.valid_until <= ${now}::timestamptz + make_interval(hours => 24 * ${Math.max(...leadDays)}::integer)
      and due.lead_days is not null
      and ${place}
      and not exists (
        select from alert a where a.license_id = l.license_id and a.kind = 'TERM_END' and a.occasion = ${END_TEXT}
          and a.threshold <= due.lead_days and a.resolved_at is null
      )
    order by l.valid_until, l.license_id
    limit ${query.limit}`.execute(tx);
  return rows.map((row) => ({ ...watchedOf(row), validUntil: instantOf(row.valid_until), leadDays: row.lead_days }));
};

/** Licenses in force without an end on record, that nothing calls perpetual and no alert asks about. */
export const listLicensesWithoutEnd = async (
  tx: TenantTx,
  query: { readonly now: Instant; readonly after: string | null; readonly limit: number },
): Promise<WatchedLicense[]> => {
  const place = query.after ? sql<SqlBool>`l.license_id > ${query.after}::uuid` : sql<SqlBool>`true`;
  const { rows } = await sql<WatchedRow>`
    select ${WATCHED} from license l
    where l.state = 'ACTIVE' and l.valid_until is null and ${place}
      and exists (select from license_terms u where u.license_id = l.license_id and u.rights->>'termKind' = 'UNKNOWN')
      and ${rightsAt(query.now)}->>'termKind' = 'UNKNOWN'
      and not exists (select from alert a where a.license_id = l.license_id and a.kind = 'END_UNKNOWN' and a.resolved_at is null)
    order by l.license_id
    limit ${query.limit}`.execute(tx);
  return rows.map(watchedOf);
};

export interface ReachedLimit extends WatchedLicense {
  readonly unit: string;
  readonly max: number;
  readonly used: number;
  /** The highest of those that are reached. */
  readonly percent: number;
}

export interface ReachedQuery {
  readonly percents: readonly number[];
  readonly now: Instant;
  readonly after: { readonly uuid: string; readonly unit: string } | null;
  readonly limit: number;
}

/**
 * Limits of licenses in force of which one of the percentages is used up, without an alert that stands for it or a higher one. The use that reaches
 * it raises its own; these are left when the limit came down to what was used.
 */
export const listReachedLimits = async (tx: TenantTx, query: ReachedQuery): Promise<ReachedLimit[]> => {
  const { percents, now, after } = query;
  if (percents.length === 0) return [];
  const place = after ? sql<SqlBool>`(u.license_id, u.unit) > (${after.uuid}::uuid, ${after.unit})` : sql<SqlBool>`true`;
  const { rows } = await sql<WatchedRow & { unit: string; max: number; used: number; percent: number }>`
    select ${WATCHED}, u.unit, lim.max::float8 as max, least(u.used, ${Number.MAX_SAFE_INTEGER})::float8 as used, reached.percent
    from (select license_id, unit, sum(inside) as used from usage_total group by license_id, unit having sum(inside) > 0) u
    join license l on l.license_id = u.license_id
    cross join lateral (select ${rightsAt(now)} as rights) applies
    cross join lateral (
      select min((each->>'max')::numeric) as max
      from jsonb_path_query(applies.rights, '$.limits[*]') each where each->>'unit' = u.unit
    ) own
    cross join lateral (
      select least(own.max, min((each->>'max')::numeric)) as max
      from jsonb_path_query(applies.rights, '$.parts[*].limits[*]') each where each->>'unit' = u.unit
    ) lim
    cross join lateral (
      select max(percent) as percent from unnest(${[...percents]}::integer[]) percent where lim.max * percent <= u.used * 100
    ) reached
    where l.state = 'ACTIVE' and (l.valid_until is null or l.valid_until > ${now}::timestamptz) and reached.percent is not null and ${place}
      and not exists (
        select from alert a where a.license_id = l.license_id and a.kind = 'LIMIT_NEAR' and a.occasion = u.unit || '/' || lim.max
          and a.threshold >= reached.percent and a.resolved_at is null
      )
    order by u.license_id, u.unit
    limit ${query.limit}`.execute(tx);
  return rows.map(({ unit, max, used, percent, ...row }) => ({ ...watchedOf(row), unit, max, used, percent }));
};

/** An alert whose reason has gone, with its license as it is now. */
export interface PointlessAlert {
  readonly uuid: string;
  readonly alertKind: AlertKind;
  readonly licenseState: LicenseState;
  readonly validUntil: Instant | null;
}

/** The rows stay locked until the transaction ends; those that another worker has are left to it. */
export const lockPointlessAlerts = async (tx: TenantTx, now: Instant, limit: number): Promise<PointlessAlert[]> => {
  const { rows } = await sql<{
    alert_id: string;
    kind: AlertKind;
    state: LicenseState;
    valid_until: Date | null;
  }>`
    select a.alert_id, a.kind, l.state, l.valid_until
    from alert a join license l on l.license_id = a.license_id
    where a.resolved_at is null and a.kind <> 'VIOLATION' and (
      l.state <> 'ACTIVE'
      or (a.kind = 'TERM_END' and (l.valid_until is null or ${END_TEXT} <> a.occasion))
      or (a.kind = 'END_UNKNOWN' and (l.valid_until is not null or ${rightsAt(now)}->>'termKind' is distinct from 'UNKNOWN'))
    )
    order by a.raised_at, a.alert_id
    limit ${limit}
    for update of a skip locked`.execute(tx);
  return rows.map((row) => ({
    uuid: row.alert_id,
    alertKind: row.kind,
    licenseState: row.state,
    validUntil: row.valid_until && instantOf(row.valid_until),
  }));
};
