/** Alerts and the rules for raising them: each alert once, whoever raises it. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import {
  type Alert,
  type AlertDetail,
  type AlertKind,
  type AlertPerson,
  type AlertRules,
  type AlertState,
  DEFAULT_ALERT_RULES,
  statesBefore,
} from '../domain/alert.js';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

const alertOf = (row: Selectable<Tables['alert']>): Alert => ({
  kind: 'Alert',
  uuid: row.alert_id,
  alertKind: row.kind,
  threshold: row.threshold,
  state: row.state,
  licenseUuid: row.license_id,
  assetId: row.asset_id as AssetId,
  occurrences: row.occurrences,
  detail: row.detail as AlertDetail,
  people: row.people as AlertPerson[],
  dueAt: instantOf(row.due_at),
  raisedAt: instantOf(row.raised_at),
  acknowledgedBy: row.acknowledged_by,
  acknowledgedAt: row.acknowledged_at && instantOf(row.acknowledged_at),
  note: row.note,
  escalatedAt: row.escalated_at && instantOf(row.escalated_at),
  resolvedAt: row.resolved_at && instantOf(row.resolved_at),
  resolution: row.resolution,
});

/** The defaults where the tenant has set nothing. */
export const findAlertRules = async (tx: TenantTx): Promise<AlertRules> => {
  const row = await tx.selectFrom('alert_rules').selectAll().executeTakeFirst();
  if (!row) return DEFAULT_ALERT_RULES;
  return {
    leadDays: row.lead_days,
    limitPercents: row.limit_percents,
    escalateAfterHours: row.escalate_after_hours,
    violations: row.violations,
    endUnknown: row.end_unknown,
    setBy: row.set_by,
    setAt: instantOf(row.set_at),
  };
};

/** What a tenant sets, it sets one after the other: two calls at once must not undo each other's part. */
export const lockAlertRules = async (tx: TenantTx, tenantId: TenantId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`alert-rules/${tenantId}`}, 0))`.execute(tx);
};

export const saveAlertRules = async (
  tx: TenantTx,
  tenantId: TenantId,
  rules: AlertRules & { readonly setBy: string; readonly setAt: Instant },
): Promise<void> => {
  const set = {
    lead_days: [...rules.leadDays],
    limit_percents: [...rules.limitPercents],
    escalate_after_hours: rules.escalateAfterHours,
    violations: rules.violations,
    end_unknown: rules.endUnknown,
    set_by: rules.setBy,
    set_at: rules.setAt,
  };
  await tx
    .insertInto('alert_rules')
    .values({ tenant_id: tenantId, ...set })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(set))
    .execute();
};

export interface NewAlert {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly alertKind: AlertKind;
  readonly licenseUuid: string;
  readonly assetId: AssetId;
  readonly occasion: string;
  readonly threshold: number | null;
  readonly detail: AlertDetail;
  readonly people: readonly AlertPerson[];
  readonly dueAt: Instant;
  readonly raisedAt: Instant;
}

const rowOf = (alert: NewAlert) => ({
  alert_id: alert.uuid,
  tenant_id: alert.tenantId,
  kind: alert.alertKind,
  license_id: alert.licenseUuid,
  asset_id: alert.assetId,
  occasion: alert.occasion,
  threshold: alert.threshold,
  state: 'OPEN' as const,
  occurrences: 1,
  detail: jsonb(alert.detail),
  people: jsonb(alert.people),
  due_at: alert.dueAt,
  raised_at: alert.raisedAt,
});

const ONCE = ['tenant_id', 'license_id', 'kind', 'occasion', 'threshold'] as const;
/** Among those whose reason has not gone. As the index has it: written out, so that the planner recognises it. */
const STANDING = sql<SqlBool>`resolved_at is null`;

/** Those of them that do not stand already, in one statement. */
export const insertAlerts = async (tx: TenantTx, alerts: readonly NewAlert[]): Promise<readonly NewAlert[]> => {
  if (alerts.length === 0) return [];
  const rows = await tx
    .insertInto('alert')
    .values(alerts.map(rowOf))
    .onConflict((conflict) => conflict.columns(ONCE).where(STANDING).doNothing())
    .returning('alert_id')
    .execute();
  const inserted = new Set(rows.map((row) => row.alert_id));
  return alerts.filter(({ uuid }) => inserted.has(uuid));
};

/** Raises the alert, or counts once more in the one that stands for the same; `full`: that one is acknowledged or resolved. */
export const raiseOrCount = async (tx: TenantTx, alert: NewAlert): Promise<'raised' | 'counted' | 'full'> => {
  const row = await tx
    .insertInto('alert')
    .values(rowOf(alert))
    .onConflict((conflict) =>
      conflict
        .columns(ONCE)
        .where(STANDING)
        .doUpdateSet({ occurrences: (eb) => eb('alert.occurrences', '+', 1), people: jsonb(alert.people) })
        .where('alert.state', 'in', statesBefore('ACKNOWLEDGED')),
    )
    .returning('alert_id')
    .executeTakeFirst();
  if (!row) return 'full';
  return row.alert_id === alert.uuid ? 'raised' : 'counted';
};

/** Counts a violation in the alert of this day that still waits, and names who did it; false: there is none. */
export const countViolation = async (
  tx: TenantTx,
  licenseUuid: string,
  occasion: string,
  person: AlertPerson,
): Promise<boolean> => {
  const { subject, why } = person;
  const result = await tx
    .updateTable('alert')
    .set({
      occurrences: (eb) => eb('occurrences', '+', 1),
      people: sql`case when people @> ${jsonb([{ subject, why }])} then people else ${jsonb([person])} || people end`,
    })
    .where('license_id', '=', licenseUuid)
    .where('kind', '=', 'VIOLATION')
    .where('occasion', 'like', `${occasion}%`)
    .where('state', 'in', statesBefore('ACKNOWLEDGED'))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
};

/** How many alerts of this kind are about occasions that begin so. */
export const countAlerts = async (tx: TenantTx, licenseUuid: string, kind: AlertKind, occasion: string): Promise<number> => {
  const row = await tx
    .selectFrom('alert')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('license_id', '=', licenseUuid)
    .where('kind', '=', kind)
    .where('occasion', 'like', `${occasion}%`)
    .executeTakeFirstOrThrow();
  return Number(row.n);
};

export const findAlert = async (tx: TenantTx, uuid: string): Promise<Alert | undefined> => {
  const row = await tx.selectFrom('alert').selectAll().where('alert_id', '=', uuid).executeTakeFirst();
  return row && alertOf(row);
};

/** Undefined when it is in a state that cannot be acknowledged, or there is none. */
export const acknowledgeAlert = async (
  tx: TenantTx,
  uuid: string,
  by: { readonly subject: string; readonly at: Instant; readonly note: string | null },
): Promise<Alert | undefined> => {
  const row = await tx
    .updateTable('alert')
    .set({ state: 'ACKNOWLEDGED', acknowledged_by: by.subject, acknowledged_at: by.at, note: by.note })
    .where('alert_id', '=', uuid)
    .where('state', 'in', statesBefore('ACKNOWLEDGED'))
    .returningAll()
    .executeTakeFirst();
  return row && alertOf(row);
};

/** Up to `limit` alerts that nobody acknowledged since `raisedBefore`; what another worker has in hand is left to it. */
export const escalateAlerts = async (
  tx: TenantTx,
  query: { readonly raisedBefore: Instant; readonly at: Instant; readonly limit: number },
): Promise<readonly Alert[]> => {
  const rows = await tx
    .updateTable('alert')
    .set({ state: 'ESCALATED', escalated_at: query.at })
    .where('alert_id', 'in', (eb) =>
      eb
        .selectFrom('alert')
        .select('alert_id')
        .where('state', 'in', statesBefore('ESCALATED'))
        .where('raised_at', '<=', new Date(query.raisedBefore))
        .orderBy('raised_at')
        .limit(query.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
  return rows.map(alertOf);
};

/** Its reason has gone; what somebody has in hand stays in their hands. Undefined when another worker saw it first. */
export const resolveAlert = async (tx: TenantTx, uuid: string, at: Instant, resolution: string): Promise<Alert | undefined> => {
  const row = await tx
    .updateTable('alert')
    .set({
      state: sql`case when state = any(${statesBefore('RESOLVED')}::text[]) then 'RESOLVED' else state end`,
      resolved_at: at,
      resolution,
    })
    .where('alert_id', '=', uuid)
    .where('resolved_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && alertOf(row);
};

export interface AlertQuery {
  readonly states?: readonly AlertState[];
  readonly kinds?: readonly AlertKind[];
  readonly licenseUuid?: string;
  readonly assetId?: AssetId;
  readonly before?: { readonly raisedAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. An empty list of states or kinds means none. */
export const listAlerts = async (tx: TenantTx, query: AlertQuery): Promise<Alert[]> => {
  let select = tx.selectFrom('alert').selectAll();
  if (query.states) select = select.where(sql<SqlBool>`state = any(${[...query.states]}::text[])`);
  if (query.kinds) select = select.where(sql<SqlBool>`kind = any(${[...query.kinds]}::text[])`);
  if (query.licenseUuid) select = select.where('license_id', '=', query.licenseUuid);
  if (query.assetId) select = select.where('asset_id', '=', query.assetId);
  const place = query.before;
  if (place) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('raised_at', 'alert_id'), '<', tuple(new Date(place.raisedAt), place.uuid)),
    );
  }
  const rows = await select.orderBy('raised_at', 'desc').orderBy('alert_id', 'desc').limit(query.limit).execute();
  return rows.map(alertOf);
};
