/** What is written down when a try to deliver an event has ended: of the delivery, of those that wait behind it, and of its endpoint. */
import {
  type AttemptResult,
  DISABLED_AFTER_MS,
  type EventDelivery,
  type EventEndpoint,
  endOfAttempt,
  LONGEST_PAUSE_MS,
} from '../domain/event-endpoint.js';
import { instantOf } from '../domain/instant.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import { putOffFollowers, releaseDelivery, settleDelivery } from '../store/event-delivery.store.js';
import { recordEndpointFailure, recordEndpointSuccess, saveEndpoint } from '../store/event-endpoint.store.js';
import { auditEndpoint } from './event-endpoint.service.js';

export interface SettleDeps {
  readonly db: Database;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly chance: () => number;
}

export interface Attempt {
  readonly endpoint: EventEndpoint;
  readonly delivery: EventDelivery;
  /** Names this try: what another one has taken over meanwhile is left alone. */
  readonly claim: string;
}

const GONE = 'It answered 410: it wants no more events.';
const TOO_LONG = 'Nothing could be delivered for five days.';

const disable = async (tx: TenantTx, endpoint: EventEndpoint, atMs: number, reason: string): Promise<void> => {
  if (endpoint.state === 'DISABLED') return;
  const after: EventEndpoint = { ...endpoint, state: 'DISABLED', disabledReason: reason };
  await saveEndpoint(tx, after);
  const who = { tenantId: endpoint.tenantId, actor: 'system:events', requestId: null, at: instantOf(atMs) };
  await auditEndpoint(tx, who, after, 'event_endpoint.disabled', { reason });
};

/** The endpoint's row is always taken before those of its deliveries, so that no two wait for each other. */
export const settleAttempt = (deps: SettleDeps, { endpoint, delivery, claim }: Attempt, result: AttemptResult): Promise<void> =>
  inTenant(deps.db, endpoint.tenantId, async (tx) => {
    const atMs = deps.now();
    const at = instantOf(atMs);
    // Counted when it has ended: tries that a dying process broke off must not use up those that a receiver has.
    const attempts = delivery.attempts + 1;
    const end = endOfAttempt(result, attempts, deps.chance());
    const seen = { attempts, lastStatus: result.status, lastError: result.error };
    if (end.kind === 'delivered') {
      await recordEndpointSuccess(tx, endpoint.uuid, at);
      await settleDelivery(tx, delivery, claim, { state: 'DELIVERED', dueAt: at, endedAt: at, ...seen });
      return;
    }
    const failing = await recordEndpointFailure(tx, endpoint.uuid, at);
    const isOver = end.kind === 'given_up';
    const dueAt = end.kind === 'again' ? instantOf(atMs + end.afterMs) : at;
    const change = { state: isOver ? ('FAILED' as const) : ('PENDING' as const), dueAt, endedAt: isOver ? at : null, ...seen };
    if (!failing || !(await settleDelivery(tx, delivery, claim, change))) return;
    if (end.kind === 'again') await putOffFollowers(tx, endpoint.uuid, delivery, dueAt);
    if (end.kind === 'gone') await disable(tx, failing, atMs, GONE);
    else if (failing.failingSince && atMs - Date.parse(failing.failingSince) >= DISABLED_AFTER_MS)
      await disable(tx, failing, atMs, TOO_LONG);
  });

/** A try that we broke off ourselves counts for nothing. */
export const takeBackAttempt = (deps: SettleDeps, { endpoint, delivery, claim }: Attempt): Promise<void> =>
  inTenant(deps.db, endpoint.tenantId, (tx) => releaseDelivery(tx, delivery, claim, instantOf(deps.now())));

/** Seconds or a date; null when absent or unreadable. */
export const retryAfterMs = (value: string | undefined, nowMs: number): number | null => {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.min(LONGEST_PAUSE_MS, Math.max(0, at - nowMs));
};
