/**
 * Sends events to endpoints: shares the stream out, takes what is due, calls, and writes down what became of it. Each endpoint has places of
 * its own, so that one that hangs keeps no other waiting. All that matters is in the store: it may be killed at any point.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { v7 as uuidv7 } from 'uuid';
import { cloudEventJson, type StreamEvent } from '../domain/event.js';
import type { AttemptResult, EventDelivery } from '../domain/event-endpoint.js';
import type { TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Sealing } from '../domain/sealing.js';
import { signWebhook } from '../domain/webhook-signature.js';
import type { OutboundHttp } from '../outbound/guarded-http.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { claimDeliveries, deleteEndedDeliveries, insertDeliveries, listBusyEndpoints } from '../store/event-delivery.store.js';
import { type EndpointRow, findEndpoint, lockEndpoint, saveFannedOut } from '../store/event-endpoint.store.js';
import { type Attempt, retryAfterMs, settleAttempt, takeBackAttempt } from './event-delivery.settle.js';
import { sealContext } from './event-endpoint.service.js';
import type { EventFeed } from './event-feed.js';

interface Log {
  warn(fields: object, message: string): void;
}

export interface EventDeliveryDeps {
  readonly db: Database;
  readonly feed: EventFeed;
  readonly http: OutboundHttp;
  readonly sealing: Sealing;
  readonly now: () => number;
  readonly log: Log;
  /** How long a receiver may take to answer. */
  readonly timeoutMs: number;
}

export interface EventDeliveryService {
  /** Goes on for these tenants until it is stopped. */
  start(tenants: readonly TenantId[]): void;
  /** Lets calls that are under way end for a moment, and takes back the rest. */
  stop(): Promise<void>;
}

/** Calls under way at once for one endpoint. */
const PLACES = 8;
const TURN_EVERY_MS = 250;
/** Shared out in one transaction. */
const SHARE = 500;
/** Statements of deliveries at once, so that they leave connections to everybody else. */
const STATEMENTS = 4;
const STOP_MS = 3_000;
const KEPT_MS = 30 * 86_400_000;
const CLEAN_EVERY_MS = 3_600_000;

interface Lane {
  busy: number;
  taking: boolean;
  again: boolean;
}

export const createEventDeliveryService = (deps: EventDeliveryDeps): EventDeliveryService => {
  const { db, feed, http, sealing, now, log, timeoutMs } = deps;
  const settling = { db, now, chance: Math.random };
  const lanes = new Map<string, Lane>();
  const underWay = new Set<Promise<void>>();
  const limit = pLimit(STATEMENTS);
  const stopping = new AbortController();
  const cut = new AbortController();
  const loops: Promise<void>[] = [];

  const secretsOf = (row: EndpointRow, atMs: number): string[] => {
    const context = sealContext(row.endpoint.uuid);
    const isLiving = row.sealedPrevious && row.previousUntil && Date.parse(row.previousUntil) > atMs;
    const sealed = [row.sealedSecret, ...(isLiving && row.sealedPrevious ? [row.sealedPrevious] : [])];
    return sealed.map((one) => sealing.open(one, context));
  };

  const call = async (row: EndpointRow, event: StreamEvent): Promise<AttemptResult | 'stopped'> => {
    const body = cloudEventJson(event);
    const signed = signWebhook(secretsOf(row, now()), { id: event.uuid, atMs: now(), body });
    try {
      const reply = await http.send({
        method: 'POST',
        url: row.endpoint.url,
        headers: { ...signed, 'content-type': 'application/cloudevents+json; charset=utf-8', 'user-agent': 'clearance' },
        body,
        timeoutMs,
        signal: cut.signal,
      });
      const moved = reply.status >= 300 && reply.status < 400;
      const error = reply.status < 300 ? null : `It answered ${reply.status}${moved ? '; redirects are not followed' : ''}.`;
      return { status: reply.status, error, retryAfterMs: retryAfterMs(reply.headers['retry-after'], now()) };
    } catch (error) {
      const { reason, message } = error as { reason?: string; message: string };
      if (reason === undefined) throw error;
      return reason === 'stopped' ? 'stopped' : { status: null, error: message, retryAfterMs: null };
    }
  };

  /** `until`: when others take this try for dead. */
  const deliver = async (row: EndpointRow, attempt: Attempt, event: StreamEvent | undefined, until: number): Promise<void> => {
    // A process that was held up in between may be late: what others may be sending is not sent.
    if (now() + timeoutMs > until) return;
    const result = event
      ? await call(row, event)
      : { status: null, error: 'This release does not know the event.', retryAfterMs: null };
    await limit(() => (result === 'stopped' ? takeBackAttempt(settling, attempt) : settleAttempt(settling, attempt, result)));
  };

  const claim = (tenantId: TenantId, endpointUuid: string, places: number) =>
    limit(async () => {
      const [atMs, claimUuid] = [now(), uuidv7()];
      const until = atMs + 2 * timeoutMs;
      const taken = await inTenant(db, tenantId, async (tx) => {
        const request = { uuid: claimUuid, at: instantOf(atMs), until: instantOf(until), limit: places };
        const deliveries = await claimDeliveries(tx, endpointUuid, request);
        const row = deliveries.length > 0 ? await findEndpoint(tx, endpointUuid) : undefined;
        return { deliveries, row };
      });
      const events = taken.row
        ? await feed.find(
            tenantId,
            taken.deliveries.map(({ eventUuid }) => eventUuid),
          )
        : undefined;
      return { ...taken, events, claim: claimUuid, until };
    });

  /** Fills the free places of an endpoint. */
  const fill = async (tenantId: TenantId, endpointUuid: string): Promise<void> => {
    const lane = lanes.get(endpointUuid) ?? { busy: 0, taking: false, again: false };
    lanes.set(endpointUuid, lane);
    lane.again = true;
    if (lane.taking) return;
    lane.taking = true;
    try {
      while (lane.again && lane.busy < PLACES && !stopping.signal.aborted) {
        lane.again = false;
        const { deliveries, row, events, claim: claimUuid, until } = await claim(tenantId, endpointUuid, PLACES - lane.busy);
        for (const delivery of row ? deliveries : []) begin(lane, row as EndpointRow, delivery, { events, claimUuid, until });
      }
    } finally {
      lane.taking = false;
    }
  };

  const begin = (
    lane: Lane,
    row: EndpointRow,
    delivery: EventDelivery,
    taken: { readonly events: ReadonlyMap<string, StreamEvent> | undefined; readonly claimUuid: string; readonly until: number },
  ): void => {
    const { endpoint } = row;
    lane.busy += 1;
    const work = deliver(row, { endpoint, delivery, claim: taken.claimUuid }, taken.events?.get(delivery.eventUuid), taken.until)
      .catch((error: unknown) => log.warn({ err: error, endpoint: endpoint.uuid }, 'a delivery broke off; it is taken up again'))
      .finally(() => {
        underWay.delete(work);
        lane.busy -= 1;
        if (!stopping.signal.aborted) kick(endpoint.tenantId, endpoint.uuid);
      });
    underWay.add(work);
  };

  const kick = (tenantId: TenantId, endpointUuid: string): void => {
    fill(tenantId, endpointUuid).catch((error: unknown) =>
      log.warn({ err: error, endpoint: endpointUuid }, 'deliveries could not be taken; the next turn goes on'),
    );
  };

  /** One page of the stream becomes deliveries. True when there is more. */
  const shareOut = async (tenantId: TenantId, endpointUuid: string): Promise<boolean> => {
    const seen = await readInTenant(db, tenantId, (tx) => findEndpoint(tx, endpointUuid));
    if (!seen) return false;
    const { types, sources } = seen.endpoint;
    const page = await feed.page(tenantId, { types, sources, after: seen.fannedOut, limit: SHARE });
    return inTenant(db, tenantId, async (tx) => {
      const row = await lockEndpoint(tx, endpointUuid);
      // Somebody else was faster, sent again from earlier on, or changed what is wanted: the next turn looks anew.
      const sameFilter = JSON.stringify([row?.endpoint.types, row?.endpoint.sources]) === JSON.stringify([types, sources]);
      if (!row || row.fannedOut !== seen.fannedOut || !sameFilter || row.endpoint.state !== 'ENABLED') return false;
      await insertDeliveries(tx, tenantId, endpointUuid, page.events, instantOf(now()));
      await saveFannedOut(tx, endpointUuid, page.upTo);
      return page.hasMore;
    });
  };

  const turn = async (tenantId: TenantId): Promise<boolean> => {
    await feed.head(tenantId);
    const busy = await readInTenant(db, tenantId, (tx) => listBusyEndpoints(tx, tenantId, instantOf(now())));
    let more = false;
    for (const { uuid, behind } of busy) {
      if (behind && (await limit(() => shareOut(tenantId, uuid)))) more = true;
      kick(tenantId, uuid);
    }
    return more;
  };

  const loop = async (tenantId: TenantId): Promise<void> => {
    let cleanAt = 0;
    while (!stopping.signal.aborted) {
      let more = false;
      try {
        more = await turn(tenantId);
        if (now() >= cleanAt) {
          cleanAt = now() + CLEAN_EVERY_MS;
          await inTenant(db, tenantId, (tx) => deleteEndedDeliveries(tx, instantOf(now() - KEPT_MS)));
        }
      } catch (error) {
        log.warn({ err: error, tenant: tenantId }, 'events could not be shared out; the next turn goes on');
      }
      if (!more) await sleep(TURN_EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  };

  return {
    start: (tenants) => {
      for (const tenant of tenants) loops.push(loop(tenant));
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
      await Promise.race([Promise.all(underWay), sleep(STOP_MS, undefined, { ref: false })]);
      cut.abort();
      await Promise.all(underWay);
    },
  };
};
