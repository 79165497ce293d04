/** Endpoints that get events, and what becomes of each try to deliver one. */
import type { EventFilter } from './event.js';
import type { TenantId } from './ids.js';
import type { Instant } from './instant.js';

export interface EventEndpoint extends EventFilter {
  readonly kind: 'EventEndpoint';
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly url: string;
  readonly description: string | null;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly disabledReason: string | null;
  /** Since when no delivery has succeeded; null: the last one did, or none was tried. */
  readonly failingSince: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
}

export const DELIVERY_STATES = ['PENDING', 'DELIVERED', 'FAILED'] as const;
export type EventDeliveryState = (typeof DELIVERY_STATES)[number];

/** One event on its way to one endpoint. */
export interface EventDelivery {
  readonly kind: 'EventDelivery';
  /** In the order of sending. */
  readonly number: string;
  readonly eventUuid: string;
  readonly position: number;
  readonly subjectId: string;
  readonly state: EventDeliveryState;
  /** Tries that have ended. */
  readonly attempts: number;
  readonly dueAt: Instant;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Pauses after the first, second … failed try. After the last one it is given up. */
export const RETRY_PAUSES_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** A receiver cannot put us off for longer than this. */
export const LONGEST_PAUSE_MS = 24 * HOUR;
export const DISABLED_AFTER_MS = 5 * 24 * HOUR;
/** How long the old secret signs beside the new one. */
export const SECRET_OVERLAP_MS = 24 * HOUR;

/** What came back from a receiver. `status` null: no answer came, `error` says why in our own words. */
export interface AttemptResult {
  readonly status: number | null;
  readonly error: string | null;
  readonly retryAfterMs: number | null;
}

export type AttemptEnd =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'given_up' }
  /** The receiver wants no more: nothing is given up, it waits until somebody enables the endpoint again. */
  | { readonly kind: 'gone' };

/** `attempts` counts the one that has just ended; `chance` is from 0 to 1 and spreads the tries by up to a tenth. */
export const endOfAttempt = ({ status, retryAfterMs }: AttemptResult, attempts: number, chance: number): AttemptEnd => {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  const pause = RETRY_PAUSES_MS[attempts - 1];
  if (pause === undefined) return { kind: 'given_up' };
  const spread = pause * (1 + chance * 0.1);
  return { kind: 'again', afterMs: Math.round(Math.max(spread, Math.min(retryAfterMs ?? 0, LONGEST_PAUSE_MS))) };
};
