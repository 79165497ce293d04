/** Endpoints that get events: making and changing them, their secrets, and sending again. */
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type EventDelivery, type EventDeliveryState, type EventEndpoint, SECRET_OVERLAP_MS } from '../domain/event-endpoint.js';
import { nodeIdOf, parseGlobalId, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { AddressGuard } from '../domain/outbound-address.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, ADMINS, requireRole } from '../domain/roles.js';
import type { Sealing } from '../domain/sealing.js';
import { newWebhookSecret } from '../domain/webhook-signature.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { hurryDeliveries, listDeliveries } from '../store/event-delivery.store.js';
import {
  type EndpointRow,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  lockEndpoint,
  saveEndpoint,
  saveEndpointSecret,
  saveFannedOut,
} from '../store/event-endpoint.store.js';
import { findPositionBefore } from '../store/outbox.store.js';
import { checkEndpoint, type EndpointSettings } from './event-endpoint.checks.js';
import type { EventFeed } from './event-feed.js';
import { checkKey } from './licensing.checks.js';

type Invalid = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' }>;
type Conflict = Extract<LicenseOutcome, { readonly kind: 'IdempotencyConflict' }>;
export type CreateEndpointOutcome =
  | {
      readonly kind: 'CreateEventEndpointPayload';
      readonly endpoint: EventEndpoint;
      /** Null when it was told before: it is told once. */
      readonly secret: string | null;
      readonly replayed: boolean;
    }
  | Invalid
  | Conflict;
export type ChangeEndpointOutcome = { readonly kind: 'ChangeEventEndpointPayload'; readonly endpoint: EventEndpoint } | Invalid;
export type RotateSecretOutcome =
  | { readonly kind: 'RotateEventEndpointSecretPayload'; readonly endpoint: EventEndpoint; readonly secret: string }
  | Invalid;

export interface DeliveriesQuery {
  readonly endpointId: string;
  readonly states: readonly EventDeliveryState[] | null;
  readonly before: string | undefined;
  readonly limit: number;
}

export interface EventEndpointService {
  create(
    actor: Actor,
    command: EndpointSettings & { readonly idempotencyKey: string },
    requestId: string,
  ): Promise<CreateEndpointOutcome>;
  /** What the change leaves out stays as it is. */
  update(actor: Actor, endpointId: string, change: Partial<EndpointSettings>, requestId: string): Promise<ChangeEndpointOutcome>;
  /** What waited goes on at once. */
  enable(actor: Actor, endpointId: string, requestId: string): Promise<ChangeEndpointOutcome>;
  disable(actor: Actor, endpointId: string, reason: string | null, requestId: string): Promise<ChangeEndpointOutcome>;
  rotateSecret(actor: Actor, endpointId: string, requestId: string): Promise<RotateSecretOutcome>;
  replay(actor: Actor, endpointId: string, since: Instant, requestId: string): Promise<ChangeEndpointOutcome>;
  /** Newest first. */
  list(actor: Actor): Promise<readonly EventEndpoint[]>;
  /** The latest first; none of an endpoint that is not there. */
  deliveries(actor: Actor, query: DeliveriesQuery): Promise<readonly EventDelivery[]>;
}

const MAX_ENDPOINTS = 50;
const MAX_REASON = 500;
const MAX_KEY = 255;
const MUTATION = 'createEventEndpoint';
const CONFLICT: Conflict = {
  kind: 'IdempotencyConflict',
  message: 'This idempotency key belongs to another call. Nothing was done. Use a new key.',
};
const NOT_FOUND = {
  path: 'endpointId',
  code: 'NOT_FOUND',
  message: 'There is no such endpoint. Pass an id exactly as this API returned it.',
};

const TOO_MANY = {
  path: 'url',
  code: 'TOO_MANY',
  message: `A tenant has at most ${MAX_ENDPOINTS} endpoints. Change one of them.`,
};

/** The path of an address may hold a secret: the trail gets the host alone. */
export const hostOf = (url: string): string => new URL(url).host;

export const sealContext = (uuid: string): string => `event_endpoint/${uuid}`;

export const auditEndpoint = (
  tx: TenantTx,
  who: { readonly tenantId: TenantId; readonly actor: string; readonly requestId: string | null; readonly at: Instant },
  endpoint: EventEndpoint,
  action: Extract<AuditAction, `event_endpoint.${string}`>,
  data: Readonly<Record<string, JsonValue>> = {},
): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId: who.tenantId,
    occurredAt: who.at,
    actor: who.actor,
    action,
    subjectType: 'EventEndpoint',
    subjectId: nodeIdOf('EventEndpoint', endpoint.uuid),
    assetId: null,
    licenseUuid: null,
    requestId: who.requestId,
    data: { host: hostOf(endpoint.url), ...data },
  });

const shown = ({ url, types, sources, description }: EndpointSettings): JsonValue => ({
  host: hostOf(url),
  types: [...types],
  sources: [...sources],
  description,
});

const uuidOf = (id: string): string | undefined => {
  const parsed = parseGlobalId(id);
  return parsed?.type === 'EventEndpoint' ? parsed.uuid : undefined;
};

export interface EventEndpointDeps {
  readonly db: Database;
  readonly feed: EventFeed;
  readonly sealing: Sealing;
  readonly guard: AddressGuard;
  readonly now: () => number;
}

export const createEventEndpointService = (deps: EventEndpointDeps): EventEndpointService => {
  const { db, feed, sealing, guard, now } = deps;
  const WHAT = 'run event endpoints';

  /** One change of an endpoint, under its lock; undefined: there is no such endpoint. */
  const withEndpoint = async <T>(
    actor: Actor,
    endpointId: string,
    work: (tx: TenantTx, row: EndpointRow, at: Instant) => Promise<T>,
  ): Promise<T | Invalid> => {
    const uuid = uuidOf(endpointId);
    if (uuid === undefined) return invalidRequest(NOT_FOUND);
    return inTenant(db, actor.tenantId, async (tx) => {
      const row = await lockEndpoint(tx, uuid);
      return row ? work(tx, row, instantOf(now())) : invalidRequest(NOT_FOUND);
    });
  };
  const by = (actor: Actor, requestId: string, at: Instant) => ({
    tenantId: actor.tenantId,
    actor: actor.subject,
    requestId,
    at,
  });
  const changed = (endpoint: EventEndpoint): ChangeEndpointOutcome => ({ kind: 'ChangeEventEndpointPayload', endpoint });

  return {
    create: async (actor, { idempotencyKey, ...settings }, requestId) => {
      requireRole(actor, ADMINS, WHAT);
      const problems = [...checkEndpoint(settings, guard)];
      checkKey(idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
      if (problems.length > 0) return invalidRequest(...problems);
      const { tenantId } = actor;
      const [uuid, secret, from] = [uuidv7(), newWebhookSecret(), await feed.head(tenantId)];
      return inTenant(db, tenantId, async (tx): Promise<CreateEndpointOutcome> => {
        const at = instantOf(now());
        const key = { tenantId, mutation: MUTATION, idempotencyKey, payloadHash: payloadHashOf({ ...settings }) };
        const isFull = (await listEndpoints(tx, MAX_ENDPOINTS)).length === MAX_ENDPOINTS;
        if (isFull && !(await findBinding(tx, key))) return invalidRequest(TOO_MANY);
        const bound = await bindKey(tx, { ...key, resultId: uuid, at });
        if (bound.kind === 'conflict') return CONFLICT;
        if (bound.kind === 'replayed') {
          const made = await findEndpoint(tx, bound.resultId);
          if (!made) throw new Error('A bound key names an endpoint that is not there.');
          return { kind: 'CreateEventEndpointPayload', endpoint: made.endpoint, secret: null, replayed: true };
        }
        const endpoint: EventEndpoint = {
          kind: 'EventEndpoint',
          uuid,
          tenantId,
          ...settings,
          state: 'ENABLED',
          disabledReason: null,
          failingSince: null,
          lastSuccessAt: null,
          createdBy: actor.subject,
          createdAt: at,
        };
        await insertEndpoint(tx, endpoint, sealing.seal(secret, sealContext(uuid)), from);
        await auditEndpoint(tx, by(actor, requestId, at), endpoint, 'event_endpoint.created', { after: shown(settings) });
        return { kind: 'CreateEventEndpointPayload', endpoint, secret, replayed: false };
      });
    },

    update: async (actor, endpointId, change, requestId) => {
      requireRole(actor, ADMINS, WHAT);
      return withEndpoint(actor, endpointId, async (tx, { endpoint }, at) => {
        const after: EventEndpoint = { ...endpoint, ...change };
        const problems = checkEndpoint(after, guard);
        if (problems.length > 0) return invalidRequest(...problems);
        await saveEndpoint(tx, after);
        const data = { before: shown(endpoint), after: shown(after) };
        await auditEndpoint(tx, by(actor, requestId, at), after, 'event_endpoint.updated', data);
        return changed(after);
      });
    },

    enable: async (actor, endpointId, requestId) => {
      requireRole(actor, ADMINS, WHAT);
      return withEndpoint(actor, endpointId, async (tx, { endpoint }, at) => {
        const after: EventEndpoint = { ...endpoint, state: 'ENABLED', disabledReason: null, failingSince: null };
        await saveEndpoint(tx, after);
        await hurryDeliveries(tx, endpoint.uuid, at);
        if (endpoint.state === 'DISABLED') await auditEndpoint(tx, by(actor, requestId, at), after, 'event_endpoint.enabled');
        return changed(after);
      });
    },

    disable: async (actor, endpointId, reason, requestId) => {
      requireRole(actor, ADMINS, WHAT);
      if ((reason?.length ?? 0) > MAX_REASON)
        return invalidRequest({ path: 'reason', code: 'INVALID', message: `A reason has at most ${MAX_REASON} characters.` });
      return withEndpoint(actor, endpointId, async (tx, { endpoint }, at) => {
        if (endpoint.state === 'DISABLED') return changed(endpoint);
        const disabledReason = reason ?? `Disabled by ${actor.subject}.`;
        const after: EventEndpoint = { ...endpoint, state: 'DISABLED', disabledReason };
        await saveEndpoint(tx, after);
        await auditEndpoint(tx, by(actor, requestId, at), after, 'event_endpoint.disabled', { reason: disabledReason });
        return changed(after);
      });
    },

    rotateSecret: async (actor, endpointId, requestId) => {
      requireRole(actor, ADMINS, WHAT);
      return withEndpoint(actor, endpointId, async (tx, row, at): Promise<RotateSecretOutcome> => {
        const { endpoint } = row;
        const secret = newWebhookSecret();
        // A receiver may still know nothing newer than the old one: when it is rotated again, the one in between goes, not the old one.
        const stillOld = row.sealedPrevious && row.previousUntil && row.previousUntil > at;
        await saveEndpointSecret(tx, endpoint.uuid, {
          sealed: sealing.seal(secret, sealContext(endpoint.uuid)),
          previous: (stillOld ? row.sealedPrevious : null) ?? row.sealedSecret,
          previousUntil: instantOf(Date.parse(at) + SECRET_OVERLAP_MS),
        });
        await auditEndpoint(tx, by(actor, requestId, at), endpoint, 'event_endpoint.secret_rotated');
        return { kind: 'RotateEventEndpointSecretPayload', endpoint, secret };
      });
    },

    replay: async (actor, endpointId, since, requestId) => {
      requireRole(actor, ADMINS, WHAT);
      await feed.head(actor.tenantId);
      return withEndpoint(actor, endpointId, async (tx, { endpoint, fannedOut }, at) => {
        const before = await findPositionBefore(tx, since);
        if (before !== undefined && before < fannedOut) await saveFannedOut(tx, endpoint.uuid, before);
        await auditEndpoint(tx, by(actor, requestId, at), endpoint, 'event_endpoint.replayed', { since });
        return changed(endpoint);
      });
    },

    list: async (actor) => {
      requireRole(actor, ADMINS, WHAT);
      return readInTenant(db, actor.tenantId, (tx) => listEndpoints(tx, MAX_ENDPOINTS));
    },

    deliveries: async (actor, { endpointId, states, before, limit }) => {
      requireRole(actor, ADMINS, WHAT);
      const uuid = uuidOf(endpointId);
      if (uuid === undefined) return [];
      const query = { ...(states && { states }), ...(before !== undefined && { before }), limit };
      return readInTenant(db, actor.tenantId, (tx) => listDeliveries(tx, uuid, query));
    },
  };
};
