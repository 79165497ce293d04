/** Events as others hear of them: what stands in the trail, under a public type, at its place in the tenant's stream. */
import type { RecordedAuditEvent } from './audit-event.js';
import type { JsonValue } from './canonical-json.js';
import { type ChangeKind, type EventType, eventDataOf, eventTypeOf, isSent, kindOf } from './event-catalogue.js';
import { ASSET_SOURCES, type AssetSource, parseGlobalId, type TenantId } from './ids.js';
import type { Instant } from './instant.js';
import { type Actor, hasAnyRole, TRAIL_READERS } from './roles.js';

export interface StreamEvent {
  readonly kind: 'Event';
  /** The same on every road and every repeat. */
  readonly uuid: string;
  readonly tenantId: TenantId;
  /** Place in the stream of the tenant, from 1. */
  readonly position: number;
  readonly type: EventType;
  readonly changeKind: ChangeKind;
  readonly subjectId: string;
  /** Null: it is about no source. */
  readonly source: AssetSource | null;
  readonly occurredAt: Instant;
  readonly assetId: RecordedAuditEvent['assetId'];
  readonly licenseUuid: string | null;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** By id of the connection: the asset's id names that. */
export type SourceByConnection = ReadonlyMap<string, AssetSource>;

const sourceOf = (event: RecordedAuditEvent, connections: SourceByConnection): AssetSource | null => {
  const stated = ASSET_SOURCES.find((source) => source === event.data.source);
  if (stated || event.assetId === null) return stated ?? null;
  const parsed = parseGlobalId(event.assetId);
  return parsed?.type === 'Asset' ? (connections.get(parsed.key.connectionId) ?? null) : null;
};

/** Undefined for what is no concern of others. */
export const streamEventOf = (
  event: RecordedAuditEvent,
  position: number,
  connections: SourceByConnection,
): StreamEvent | undefined => {
  if (!isSent(event.action)) return undefined;
  const source = sourceOf(event, connections);
  return {
    kind: 'Event',
    uuid: event.uuid,
    tenantId: event.tenantId,
    position,
    type: eventTypeOf(event.action),
    changeKind: kindOf(event.action),
    subjectId: event.subjectId,
    source,
    occurredAt: event.occurredAt,
    assetId: event.assetId,
    licenseUuid: event.licenseUuid,
    data: eventDataOf(event, source),
  };
};

const SEQUENCE_DIGITS = 16;
/** Text that sorts as the positions do. */
export const sequenceOf = (position: number): string => String(position).padStart(SEQUENCE_DIGITS, '0');

/** CloudEvents 1.0, structured JSON: the body that is signed and sent. The same event has the same body at every try. */
export const cloudEventJson = (event: StreamEvent): string =>
  JSON.stringify({
    specversion: '1.0',
    id: event.uuid,
    source: `urn:clearance:tenant:${event.tenantId}`,
    type: event.type,
    subject: event.subjectId,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    dataschema: `urn:clearance:event:${event.type}`,
    sequence: sequenceOf(event.position),
    data: event.data,
  });

/** Where a reader has got to. Opaque to callers; says nothing about other tenants, whose streams have places of their own. */
export const cursorOf = (position: number): string => Buffer.from(`event|${position}`).toString('base64url');

/** Undefined: this is no cursor of ours. */
export const positionOf = (cursor: string): number | undefined => {
  const match = /^event\|(0|[1-9]\d{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  const position = Number(match?.[1]);
  return match && cursorOf(position) === cursor ? position : undefined;
};

/** What a subscriber wants: empty lists mean everything; an event without a source is sent only where no source is named. */
export interface EventFilter {
  readonly types: readonly string[];
  readonly sources: readonly AssetSource[];
}

export const isWantedType = (type: string, wanted: readonly string[]): boolean =>
  wanted.length === 0 || wanted.some((one) => (one.endsWith('.*') ? type.startsWith(one.slice(0, -1)) : type === one));

export const isWanted = (event: StreamEvent, { types, sources }: EventFilter): boolean =>
  isWantedType(event.type, types) && (sources.length === 0 || (event.source !== null && sources.includes(event.source)));

const FOR_EVERYBODY: readonly ChangeKind[] = ['ASSET', 'LICENSE', 'USAGE', 'REQUEST', 'APPROVAL', 'DELIVERY'];

/** Whether the caller may learn of this event at all. The one place that decides it, for changes and subscriptions. */
export const mayHearOf = (actor: Actor, event: StreamEvent): boolean =>
  FOR_EVERYBODY.includes(event.changeKind) || hasAnyRole(actor, TRAIL_READERS);

/** Data names people and money: it is for those who read the trail. */
export const mayReadData = (actor: Actor): boolean => hasAnyRole(actor, TRAIL_READERS);
