/** Raising alerts: whom they name, and the events that go with them. */
import { v7 as uuidv7 } from 'uuid';
import type { AlertDetail, AlertKind, AlertPerson } from '../domain/alert.js';
import type { AuditAction } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type AssetId, nodeIdOf, type TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { insertAlerts, type NewAlert } from '../store/alert.store.js';
import { findPeople } from '../store/alert-people.store.js';
import { appendAuditEvent } from '../store/audit.store.js';
import type { TenantTx } from '../store/database.js';

export const SYSTEM_ALERTS = 'system:alerts';

export interface AlertEvent {
  readonly action: Extract<AuditAction, `alert.${string}`>;
  readonly tenantId: TenantId;
  readonly actor: string;
  readonly at: Instant;
  readonly requestId: string | null;
  readonly data: Readonly<Record<string, JsonValue>>;
}

interface About {
  readonly uuid: string;
  readonly alertKind: AlertKind;
  readonly threshold: number | null;
  readonly licenseUuid: string;
  readonly assetId: AssetId;
}

export const auditAlert = (tx: TenantTx, alert: About, event: AlertEvent): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId: event.tenantId,
    occurredAt: event.at,
    actor: event.actor,
    action: event.action,
    subjectType: 'Alert',
    subjectId: nodeIdOf('Alert', alert.uuid),
    assetId: alert.assetId,
    licenseUuid: alert.licenseUuid,
    requestId: event.requestId,
    data: { kind: alert.alertKind, threshold: alert.threshold, ...event.data },
  });

export const auditRaised = (tx: TenantTx, alert: NewAlert): Promise<void> =>
  auditAlert(tx, alert, {
    action: 'alert.raised',
    tenantId: alert.tenantId,
    actor: SYSTEM_ALERTS,
    at: alert.raisedAt,
    requestId: null,
    data: {
      occasion: alert.occasion,
      dueAt: alert.dueAt,
      detail: { ...alert.detail } as unknown as JsonValue,
      people: [...new Set(alert.people.map(({ subject }) => subject))],
    },
  });

type Licensed = Pick<License, 'uuid' | 'assetId' | 'source' | 'licensedAt' | 'licensedBy'>;

/** Who had the asset of each of these licenses or a copy of it, and who bought it; by the license's uuid. */
export const peopleOf = async (
  tx: TenantTx,
  licenses: readonly Licensed[],
): Promise<ReadonlyMap<string, readonly AlertPerson[]>> => {
  const byAsset = await findPeople(tx, licenses);
  return new Map(
    licenses.map(({ uuid, assetId, licensedAt, licensedBy }) => {
      // What a history brings names no buyer.
      const buyers: AlertPerson[] = /^unknown$/i.test(licensedBy)
        ? []
        : [{ subject: licensedBy, why: 'LICENSED', lastAt: licensedAt }];
      return [uuid, [...(byAsset.get(assetId) ?? []), ...buyers]];
    }),
  );
};

export interface Raising {
  readonly license: Licensed;
  readonly alertKind: AlertKind;
  readonly occasion: string;
  readonly threshold: number | null;
  readonly detail: AlertDetail;
  readonly dueAt: Instant;
}

/** A limit of a license that so many percent are used up of. */
export const limitNear = (
  license: Licensed & Pick<License, 'licenseType'>,
  limit: { readonly unit: string; readonly max: number; readonly used: number },
  percent: number,
  at: Instant,
): Raising => ({
  license,
  alertKind: 'LIMIT_NEAR',
  occasion: `${limit.unit}/${limit.max}`,
  threshold: percent,
  detail: { licenseType: license.licenseType, ...limit },
  dueAt: at,
});

export const newAlertOf = (tenantId: TenantId, raising: Raising, people: readonly AlertPerson[], at: Instant): NewAlert => ({
  uuid: uuidv7(),
  tenantId,
  alertKind: raising.alertKind,
  licenseUuid: raising.license.uuid,
  assetId: raising.license.assetId,
  occasion: raising.occasion,
  threshold: raising.threshold,
  detail: raising.detail,
  people,
  dueAt: raising.dueAt,
  raisedAt: at,
});

/** Raises those that do not stand already, each with its event; says how many. */
export const raiseAlerts = async (
  tx: TenantTx,
  tenantId: TenantId,
  raisings: readonly Raising[],
  at: Instant,
): Promise<number> => {
  if (raisings.length === 0) return 0;
  const people = await peopleOf(
    tx,
    raisings.map(({ license }) => license),
  );
  const raised = await insertAlerts(
    tx,
    raisings.map((raising) => newAlertOf(tenantId, raising, people.get(raising.license.uuid) ?? [], at)),
  );
  for (const alert of raised) await auditRaised(tx, alert);
  return raised.length;
};
