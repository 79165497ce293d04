/** The closed list of what the trail records, and the canonical bytes that prove it. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from './canonical-json.js';
import type { AssetId, TenantId } from './ids.js';
import type { Instant } from './instant.js';

/** `noun.verb` in the past tense. The list only grows. */
export const AUDIT_ACTIONS = [
  'license.requested',
  'license.sent',
  'license.granted',
  'license.already_held',
  'license.refused',
  'license.unknown',
  'license.escalated',
  'license.imported',
  'license.cancelled',
  'license.terms_changed',
  'license.terms_stated',
  'license.renewed',
  'license.terms_corrected',
  'license.ended',
  'license.recorded',
  'license.superseded',
  'license.resent',
  'license.resolved',
  'budget.set',
  'unit_price.set',
  'settle_policy.set',
  'incident.opened',
  'incident.closed',
  'file.fetched',
  'file.downloaded',
  'alert.raised',
  'alert.acknowledged',
  'alert.escalated',
  'alert.resolved',
  'alert_rules.set',
  'asset.variants_set',
  'api_key.created',
  'api_key.revoked',
  'connection.created',
  'usage.recorded',
  'usage_report.requested',
  'usage.reported',
  'terms_policy.set',
  'terms_policy.withdrawn',
  'selection.saved',
  'request.created',
  'request.submitted',
  'request.commented',
  'request.withdrawn',
  'request.fulfilled',
  'candidate.added',
  'candidate.removed',
  'candidate.refreshed',
  'approval.requested',
  'approval.decided',
  'approval.approved',
  'approval.rejected',
  'approval.voided',
  'approval.used',
  'approval.released',
  'approval_rules.set',
  'delegation.set',
  'inbound_connection.created',
  'inbound_connection.rotated',
  'inbound_connection.disabled',
  'inbound_event.rejected',
  'asset.changed',
  'asset.withdrawn',
  'metadata.updated',
  'library_policy.set',
  'library_approval.decided',
  'write_back.agreed',
  'write_back.drifted',
  'event_endpoint.created',
  'event_endpoint.updated',
  'event_endpoint.enabled',
  'event_endpoint.disabled',
  'event_endpoint.secret_rotated',
  'event_endpoint.replayed',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export type SubjectType =
  | 'LicenseOperation'
  | 'License'
  | 'ApiKey'
  | 'Connection'
  | 'Budget'
  | 'UnitPrice'
  | 'SettlePolicy'
  | 'Incident'
  | 'Alert'
  | 'AlertRules'
  | 'Asset'
  | 'Usage'
  | 'UsageReport'
  | 'LicenseRequest'
  | 'RequestItem'
  | 'Approval'
  | 'ApprovalRules'
  | 'Delegation'
  | 'Selection'
  | 'TermsPolicy'
  | 'InboundConnection'
  | 'InboundEvent'
  | 'LibraryPolicy'
  | 'WriteBack'
  | 'EventEndpoint';

export interface AuditEvent {
  readonly kind: 'AuditEvent';
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly occurredAt: Instant;
  readonly actor: string;
  readonly action: AuditAction;
  readonly subjectType: SubjectType;
  /** Global id, or the plain id of what has none. */
  readonly subjectId: string;
  readonly assetId: AssetId | null;
  readonly licenseUuid: string | null;
  readonly requestId: string | null;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** An event as it stands in the store. */
export interface RecordedAuditEvent extends AuditEvent {
  /** Hex. */
  readonly leafHash: string;
}

/** The bytes that an event's leaf hash covers: canonical JSON of all its fields, with a version of the form. */
export const auditBody = (event: AuditEvent): Buffer => {
  const { kind: _kind, ...fields } = event;
  return Buffer.from(canonicalJson({ v: 1, ...fields } as unknown as JsonValue), 'utf8');
};

/** RFC 6962 leaf hash: SHA-256 over a zero byte and the body. */
export const auditLeafHash = (body: Buffer): Buffer =>
  createHash('sha256')
    .update(Buffer.from([0]))
    .update(body)
    .digest();

/** Every text of an event that may name an asset. */
export const textsOfEvent = ({
  assetId,
  subjectId,
  data,
}: Pick<AuditEvent, 'assetId' | 'subjectId' | 'data'>): readonly (string | null)[] => [assetId, subjectId, JSON.stringify(data)];
