/** The events of a purchase: each names the operation, who asked for it, and what money and rights need to be traced. */
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { nodeIdOf, type TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { Operation } from '../domain/operation.js';
import { appendAuditEvent } from '../store/audit.store.js';
import type { TenantTx } from '../store/database.js';

type Subject = Pick<
  Operation,
  'uuid' | 'requestedBy' | 'assetId' | 'requestId' | 'idempotencyKey' | 'source' | 'account' | 'licenseType'
>;

export interface PurchaseEvent {
  readonly action: AuditAction;
  readonly at: Instant;
  readonly data: Readonly<Record<string, JsonValue>>;
  readonly licenseUuid?: string;
  /** Who did it, where that is not the one who asked for the purchase. */
  readonly actor?: string;
}

export const auditPurchase = (tx: TenantTx, tenantId: TenantId, operation: Subject, event: PurchaseEvent): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId,
    occurredAt: event.at,
    actor: event.actor ?? operation.requestedBy,
    action: event.action,
    subjectType: 'LicenseOperation',
    subjectId: nodeIdOf('LicenseOperation', operation.uuid),
    assetId: operation.assetId,
    licenseUuid: event.licenseUuid ?? null,
    requestId: operation.requestId,
    data: {
      idempotencyKey: operation.idempotencyKey,
      source: operation.source,
      account: operation.account,
      licenseType: operation.licenseType,
      ...event.data,
    },
  });

/** A license that a further one follows. */
export const auditSuperseded = (
  tx: TenantTx,
  tenantId: TenantId,
  operation: Subject,
  licenses: { readonly superseded: string; readonly successor: string },
  at: Instant,
): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId,
    occurredAt: at,
    actor: operation.requestedBy,
    action: 'license.superseded',
    subjectType: 'License',
    subjectId: nodeIdOf('License', licenses.superseded),
    assetId: operation.assetId,
    licenseUuid: licenses.superseded,
    requestId: operation.requestId,
    data: { supersededBy: nodeIdOf('License', licenses.successor), idempotencyKey: operation.idempotencyKey },
  });
