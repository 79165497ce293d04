/** The events of requests and approvals: each names the request, and the asset where there is one. */
import { v7 as uuidv7 } from 'uuid';
import type { Approval } from '../domain/approval.js';
import type { AuditAction, SubjectType } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type AssetId, nodeIdOf, type TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { LicenseRequest, RequestItem } from '../domain/request.js';
import { appendAuditEvent } from '../store/audit.store.js';
import type { TenantTx } from '../store/database.js';

export interface Happening {
  readonly action: AuditAction;
  readonly actor: string;
  readonly at: Instant;
  readonly requestId: string | null;
  readonly data: Readonly<Record<string, JsonValue>>;
}

const append = (
  tx: TenantTx,
  tenantId: TenantId,
  subject: { readonly subjectType: SubjectType; readonly subjectId: string; readonly assetId: AssetId | null },
  { action, actor, at, requestId, data }: Happening,
): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId,
    occurredAt: at,
    actor,
    action,
    ...subject,
    licenseUuid: null,
    requestId,
    data,
  });

/** Of a setting, which has no id of its own. */
export const auditSetting = (
  tx: TenantTx,
  tenantId: TenantId,
  subject: { readonly subjectType: SubjectType; readonly subjectId: string },
  happening: Happening,
): Promise<void> => append(tx, tenantId, { ...subject, assetId: null }, happening);

export const auditRequest = (
  tx: TenantTx,
  tenantId: TenantId,
  { uuid }: Pick<LicenseRequest, 'uuid'>,
  happening: Happening,
): Promise<void> =>
  append(tx, tenantId, { subjectType: 'LicenseRequest', subjectId: nodeIdOf('LicenseRequest', uuid), assetId: null }, happening);

export const auditItem = (
  tx: TenantTx,
  tenantId: TenantId,
  item: Pick<RequestItem, 'uuid' | 'requestUuid' | 'assetId' | 'licenseType'>,
  happening: Happening,
): Promise<void> =>
  append(
    tx,
    tenantId,
    { subjectType: 'RequestItem', subjectId: nodeIdOf('RequestItem', item.uuid), assetId: item.assetId },
    {
      ...happening,
      data: {
        licenseRequestId: nodeIdOf('LicenseRequest', item.requestUuid),
        licenseType: item.licenseType,
        ...happening.data,
      },
    },
  );

export const auditApproval = (
  tx: TenantTx,
  tenantId: TenantId,
  approval: Pick<Approval, 'uuid' | 'requestUuid' | 'itemUuid' | 'assetId' | 'licenseType'>,
  happening: Happening,
): Promise<void> =>
  append(
    tx,
    tenantId,
    { subjectType: 'Approval', subjectId: nodeIdOf('Approval', approval.uuid), assetId: approval.assetId },
    {
      ...happening,
      data: {
        licenseRequestId: nodeIdOf('LicenseRequest', approval.requestUuid),
        requestItemId: nodeIdOf('RequestItem', approval.itemUuid),
        licenseType: approval.licenseType,
        ...happening.data,
      },
    },
  );
