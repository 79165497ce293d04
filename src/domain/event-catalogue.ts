/** Which changes others hear of, as which type and with which data; and which not, and why. The catalogue is made from this. */
import { AUDIT_ACTIONS, type AuditAction, type AuditEvent } from './audit-event.js';
import type { JsonValue } from './canonical-json.js';
import { COMMON_MEMBERS, EVENT_MEMBERS, type EventMember } from './event-members.js';
import { type AssetSource, nodeIdOf } from './ids.js';

export const CHANGE_KINDS = [
  'ASSET',
  'LICENSE',
  'USAGE',
  'REQUEST',
  'APPROVAL',
  'DELIVERY',
  'ALERT',
  'INCIDENT',
  'SYSTEM',
] as const;
/** What a change is about, for those who keep a copy. */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export type EventType = `clearance.${AuditAction}`;

interface Sent {
  readonly kind: ChangeKind;
  readonly what: string;
  readonly members: readonly EventMember[];
}
interface Silent {
  readonly silent: string;
}

const READ = 'a read: nothing changed';
const SETTING = 'a setting of the tenant: its admins read it in the trail';
const STEP = 'a step inside a purchase: what becomes of it is sent';
const KEYS = 'who may call is nobody else’s concern';

const sent = (kind: ChangeKind, what: string, ...members: readonly EventMember[]): Sent => ({ kind, what, members });
const silent = (why: string): Silent => ({ silent: why });

const TERMS = ['versions', 'effectiveFrom', 'effectiveUntil', 'before', 'after', 'system', 'reference', 'note'] as const;
const ALERT = ['kind', 'threshold'] as const;
const APPROVAL = ['licenseRequestId', 'requestItemId', 'licenseType', 'contentHash'] as const;

/** One entry for each action of the trail: a new action does not compile before it is decided whether others hear of it. */
const CATALOGUE: Readonly<Record<AuditAction, Sent | Silent>> = {
  'license.requested': sent(
    'LICENSE',
    'A purchase was accepted.',
    'licenseType',
    'operationKind',
    'allocation',
    'acceptOverage',
    'reason',
    'supersedes',
    'approvalId',
  ),
  'license.sent': silent(STEP),
  'license.resent': silent(STEP),
  'license.granted': sent(
    'LICENSE',
    'Bought: the license exists.',
    'licenseType',
    'price',
    'units',
    'sourceReference',
    'origin',
    'reason',
    'resolution',
  ),
  'license.already_held': sent(
    'LICENSE',
    'The license existed; nothing was charged.',
    'licenseType',
    'origin',
    'price',
    'units',
    'sourceReference',
  ),
  'license.refused': sent(
    'LICENSE',
    'A purchase ended without a license.',
    'licenseType',
    'code',
    'message',
    'resolution',
    'reason',
  ),
  'license.unknown': sent(
    'LICENSE',
    'The answer does not say whether a purchase charged; it is looked for.',
    'licenseType',
    'code',
    'message',
  ),
  'license.escalated': sent(
    'LICENSE',
    'A purchase could not be settled: a person must decide.',
    'licenseType',
    'code',
    'message',
  ),
  'license.resolved': sent('LICENSE', 'A person decided whether a purchase was charged.', 'licenseType', 'resolution', 'reason'),
  'license.superseded': sent('LICENSE', 'A further license follows this one.', 'supersededBy'),
  'license.imported': sent(
    'LICENSE',
    'A feed or a history brought a license.',
    'licenseType',
    'licensedAt',
    'price',
    'sourceReference',
  ),
  'license.recorded': sent(
    'LICENSE',
    'A license bought elsewhere was put on record.',
    'licenseType',
    'licensedAt',
    'price',
    'orderNumber',
    'sourceReference',
    'allocation',
  ),
  'license.cancelled': sent('LICENSE', 'An imported license ended at its source.', 'licenseType', 'reason'),
  'license.terms_changed': sent('LICENSE', 'An imported license has new terms.', 'licenseType'),
  'license.terms_stated': sent('LICENSE', 'Somebody stated what a contract says.', ...TERMS),
  'license.terms_corrected': sent('LICENSE', 'Another system corrected the terms.', ...TERMS),
  'license.renewed': sent('LICENSE', 'Another system reported a renewal.', ...TERMS),
  'license.ended': sent('LICENSE', 'Another system reported the end of a license.', ...TERMS),
  'file.fetched': sent(
    'LICENSE',
    'The file of a license is here, or its bytes changed.',
    'variant',
    'contentHash',
    'length',
    'mimeType',
  ),
  'file.downloaded': silent(READ),
  'asset.variants_set': sent('ASSET', "The list of an asset's variants was replaced.", 'variants', 'replaced'),
  'usage.recorded': sent(
    'USAGE',
    'A use was recorded, allowed or not.',
    'verdict',
    'violation',
    'unit',
    'units',
    'channel',
    'reference',
  ),
  'usage_report.requested': sent('USAGE', 'A report of uses to a source was asked for.', 'total'),
  'usage.reported': sent('USAGE', 'A report of uses is done.', 'total', 'reported', 'refused'),
  'alert.raised': sent('ALERT', 'Somebody should act.', ...ALERT, 'occasion', 'dueAt', 'detail', 'people'),
  'alert.acknowledged': sent('ALERT', 'An alert was taken in hand.', ...ALERT, 'note', 'escalatedAt'),
  'alert.escalated': sent('ALERT', 'An alert was left alone too long.', ...ALERT, 'raisedAt', 'afterHours'),
  'alert.resolved': sent('ALERT', 'The reason of an alert has gone.', ...ALERT, 'resolution'),
  'incident.opened': sent(
    'INCIDENT',
    'A purchase was found that only the source knows, or only we.',
    'kind',
    'licenseType',
    'licensedAt',
  ),
  'incident.closed': sent('INCIDENT', 'An incident explained itself, or a person closed it.', 'kind', 'note'),
  'selection.saved': sent('REQUEST', 'Assets were put together under a name.', 'name', 'assetIds', 'licenseRequestId'),
  'request.created': sent('REQUEST', 'Somebody asks for assets.', 'title', 'allocation', 'channels', 'dueAt', 'origin'),
  'request.submitted': sent('REQUEST', 'A request was handed in.', 'origin'),
  'request.commented': sent('REQUEST', 'Somebody commented on a request.', 'commentId', 'itemId'),
  'request.withdrawn': sent('REQUEST', 'A request was withdrawn.', 'reason'),
  'request.fulfilled': sent('REQUEST', 'What was approved of a request is being bought.'),
  'candidate.added': sent('REQUEST', 'A candidate was added to a request.', 'licenseRequestId', 'licenseType', 'price', 'units'),
  'candidate.removed': sent('REQUEST', 'A candidate was taken out of a request.', 'licenseRequestId', 'licenseType'),
  'candidate.refreshed': sent(
    'REQUEST',
    'A new look was taken at a candidate.',
    'licenseRequestId',
    'licenseType',
    'price',
    'units',
  ),
  'approval.requested': sent('APPROVAL', 'An approval is asked for.', ...APPROVAL, 'price', 'units', 'rule', 'rulesVersion'),
  'approval.decided': sent(
    'APPROVAL',
    'Somebody decided in a step of an approval.',
    ...APPROVAL,
    'decision',
    'step',
    'onBehalfOf',
    'note',
  ),
  'approval.approved': sent('APPROVAL', 'The last step approved: it may be bought.', ...APPROVAL, 'expiresAt'),
  'approval.rejected': sent('APPROVAL', 'It was rejected.', ...APPROVAL),
  'approval.voided': sent('APPROVAL', 'It holds no longer: what it was about changed or ended.', ...APPROVAL, 'reason'),
  'approval.used': sent('APPROVAL', 'A purchase has taken it.', ...APPROVAL, 'operationId'),
  'approval.released': sent(
    'APPROVAL',
    'A purchase that ended without a charge gave it back.',
    ...APPROVAL,
    'operationId',
    'state',
  ),
  'library_approval.decided': sent(
    'APPROVAL',
    'An asset of a library was approved or rejected.',
    'decision',
    'before',
    'note',
    'reference',
  ),
  'asset.changed': sent('ASSET', 'An asset is new or changed at its source.', 'change', 'word', 'returned', 'fields', 'system'),
  'asset.withdrawn': sent('ASSET', 'An asset was withdrawn at its source.', 'withdrawnAt', 'word'),
  'metadata.updated': sent('ASSET', 'Metadata of an asset were changed at its source.', 'before', 'after'),
  'write_back.agreed': sent('ASSET', 'What we wrote to a library stands there.', 'target', 'place', 'value', 'attempts'),
  'write_back.drifted': sent(
    'ASSET',
    'A library holds something else than we wrote.',
    'target',
    'place',
    'value',
    'found',
    'attempts',
  ),
  'inbound_event.rejected': silent('a report that changed nothing: its admins read it in the trail'),
  'inbound_connection.created': silent(SETTING),
  'inbound_connection.rotated': silent(KEYS),
  'inbound_connection.disabled': silent(SETTING),
  'approval_rules.set': silent(SETTING),
  'delegation.set': silent(SETTING),
  'library_policy.set': silent(SETTING),
  'event_endpoint.disabled': sent('SYSTEM', 'An endpoint gets no more events, until somebody enables it.', 'host', 'reason'),
  'event_endpoint.created': silent(SETTING),
  'event_endpoint.updated': silent(SETTING),
  'event_endpoint.enabled': silent(SETTING),
  'event_endpoint.secret_rotated': silent(KEYS),
  'event_endpoint.replayed': silent(SETTING),
  'budget.set': silent(SETTING),
  'unit_price.set': silent(SETTING),
  'settle_policy.set': silent(SETTING),
  'alert_rules.set': silent(SETTING),
  'terms_policy.set': silent(SETTING),
  'terms_policy.withdrawn': silent(SETTING),
  'connection.created': silent(SETTING),
  'api_key.created': silent(KEYS),
  'api_key.revoked': silent(KEYS),
};

/** Also undefined: the row was written by a later release. */
const entryOf = (action: AuditAction): Sent | Silent | undefined => CATALOGUE[action];

export const isSent = (action: AuditAction): boolean => 'kind' in (entryOf(action) ?? {});
export const eventTypeOf = (action: AuditAction): EventType => `clearance.${action}`;

const sentEntry = (action: AuditAction): Sent => {
  const entry = entryOf(action);
  if (!entry || !('kind' in entry)) throw new TypeError(`The action ${action} is not sent.`);
  return entry;
};

export const kindOf = (action: AuditAction): ChangeKind => sentEntry(action).kind;

export const SENT_ACTIONS: readonly AuditAction[] = AUDIT_ACTIONS.filter(isSent);
export const EVENT_TYPES: readonly EventType[] = SENT_ACTIONS.map(eventTypeOf);

/** What the trail holds of the event, as far as the catalogue names it. */
export const eventDataOf = (event: AuditEvent, source: AssetSource | null): Readonly<Record<string, JsonValue>> => {
  const data: Record<string, JsonValue> = {
    actor: event.actor,
    source,
    assetId: event.assetId,
    licenseId: event.licenseUuid === null ? null : nodeIdOf('License', event.licenseUuid),
  };
  for (const member of sentEntry(event.action).members) {
    const value = event.data[member];
    if (value !== undefined) data[member] = value;
  }
  return data;
};

/** The catalogue as it is published: every type with the JSON schema of its data, and what is not sent. */
export const eventCatalogue = (): JsonValue => ({
  specversion: '1.0',
  types: SENT_ACTIONS.map((action) => {
    const { kind, what, members } = sentEntry(action);
    return {
      type: eventTypeOf(action),
      description: what,
      changeKind: kind,
      data: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: `urn:clearance:event:${eventTypeOf(action)}`,
        type: 'object',
        properties: { ...COMMON_MEMBERS, ...Object.fromEntries(members.map((member) => [member, EVENT_MEMBERS[member]])) },
        required: Object.keys(COMMON_MEMBERS),
        additionalProperties: false,
      },
    };
  }),
  notSent: AUDIT_ACTIONS.filter((action) => !isSent(action)).map((action) => {
    const entry = entryOf(action);
    return { action, because: entry && 'silent' in entry ? entry.silent : 'not decided' };
  }),
});
