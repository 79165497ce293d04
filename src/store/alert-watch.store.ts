/** What raising alerts asks the tables: which terms end, which have no known end, which alerts have lost their reason, and who is concerned. */
import { type SqlBool, sql } from 'kysely';
import { type AlertKind, type AlertPerson, type PersonReason, statesBefore } from '../domain/alert.js';
import type { AssetId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { LicenseState } from '../domain/license.js';
import type { TenantTx } from './database.js';

/** As an alert is about it. */
export interface WatchedLicense {
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly licensedAt: Instant;
  readonly licensedBy: string;
}

interface WatchedRow {
  readonly license_id: string;
  readonly asset_id: string;
  readonly license_type: string;
  readonly licensed_at: Date;
  readonly licensed_by: string;
}

const watchedOf = (row: WatchedRow): WatchedLicense => ({
  uuid: row.license_id,
  assetId: row.asset_id as AssetId,
  licenseType: row.license_type,
  licensedAt: instantOf(row.licensed_at),
  licensedBy: row.licensed_by,
});

const WATCHED = sql.raw('l.license_id, l.asset_id, l.license_type, l.licensed_at, l.licensed_by');
/** An end as the occasion of an alert spells it. */
const END_TEXT = sql.raw(`to_char(l.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
/** Of the terms that apply now; null: none do. */
const termKindAt = (now: Instant) => sql<string | null>`(
  select t.rights->>'termKind' from license_terms t
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
 * Licenses whose end one of the lead times has reached, without an alert for that time or a tighter one; those that end first come first. A day
 * is 24 hours, whatever the clocks of a country do.
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
      and ${termKindAt(now)} is distinct from 'PERPETUAL'
      and not exists (
        select from alert a where a.license_id = l.license_id and a.kind = 'TERM_END' and a.occasion = ${END_TEXT}
          and a.threshold <= due.lead_days
      )
    order by l.valid_until, l.license_id
    limit ${query.limit}`.execute(tx);
  return rows.map((row) => ({ ...watchedOf(row), validUntil: instantOf(row.valid_until), leadDays: row.lead_days }));
};

/** Licenses in force without an end on record, that nothing calls perpetual and no alert has asked about. */
export const listLicensesWithoutEnd = async (
  tx: TenantTx,
  query: { readonly now: Instant; readonly after: string | null; readonly limit: number },
): Promise<WatchedLicense[]> => {
  const place = query.after ? sql<SqlBool>`l.license_id > ${query.after}::uuid` : sql<SqlBool>`true`;
  const { rows } = await sql<WatchedRow>`
    select ${WATCHED} from license l
    where l.state = 'ACTIVE' and l.valid_until is null and ${place}
      and exists (select from license_terms u where u.license_id = l.license_id and u.rights->>'termKind' = 'UNKNOWN')
      and ${termKindAt(query.now)} = 'UNKNOWN'
      and not exists (select from alert a where a.license_id = l.license_id and a.kind = 'END_UNKNOWN')
    order by l.license_id
    limit ${query.limit}`.execute(tx);
  return rows.map(watchedOf);
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
    where a.state = any(${statesBefore('RESOLVED')}::text[]) and (
      (a.kind <> 'VIOLATION' and l.state <> 'ACTIVE')
      or (a.kind = 'TERM_END' and (l.valid_until is null or ${END_TEXT} <> a.occasion))
      or (a.kind = 'END_UNKNOWN' and (l.valid_until is not null or ${termKindAt(now)} is distinct from 'UNKNOWN'))
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

/** Which events of the trail make somebody concerned. */
const CONCERNED: Readonly<Record<string, PersonReason>> = { 'file.downloaded': 'DOWNLOADED', 'usage.recorded': 'USED' };
/** Of one asset; the latest ones stay. */
const MAX_PEOPLE = 500;

/** Who had the files of these assets or used them, the latest first, in one statement. */
export const findPeople = async (tx: TenantTx, assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, AlertPerson[]>> => {
  const people = new Map<AssetId, AlertPerson[]>(assetIds.map((assetId) => [assetId, []]));
  if (assetIds.length === 0) return people;
  const { rows } = await sql<{ asset_id: AssetId; actor: string; action: string; last_at: Date }>`
    select asset_id, actor, action, max(occurred_at) as last_at from audit_event
    where asset_id = any(${[...people.keys()]}::text[]) and action = any(${Object.keys(CONCERNED)}::text[])
    group by asset_id, actor, action
    order by last_at desc, actor`.execute(tx);
  for (const row of rows) {
    const list = people.get(row.asset_id);
    const why = CONCERNED[row.action];
    if (list && why && list.length < MAX_PEOPLE) list.push({ subject: row.actor, why, lastAt: instantOf(row.last_at) });
  }
  return people;
};
