/** The named moments at which the hammer strikes, as sequences of what the proxies see. */
import type { WireEvent } from './wire.events.js';

/** kill: SIGKILL · drain: SIGTERM, a little later SIGKILL · pause: SIGSTOP until another gateway took the lease, then SIGCONT ·
 *  long-pause: SIGSTOP until another gateway sends the same once more, then SIGCONT ·
 *  postgres: SIGKILL of PostgreSQL, the gateway lives on · answer: SIGKILL when the caller sees the head of its answer */
export type Deed = 'kill' | 'drain' | 'pause' | 'long-pause' | 'postgres' | 'answer';

export interface Variant {
  /** All of them, one after the other; the deed is done at the last. */
  readonly events: readonly WireEvent[];
  readonly deed: Deed;
}

export interface Point {
  readonly name: string;
  readonly variants: readonly Variant[];
  /** Happens by itself sooner or later: it is laid out beside another point. */
  readonly passive?: true;
  /** Comes when the storm is over and doubts are looked into. */
  readonly late?: true;
}

const kill = (...events: WireEvent[]): Variant => ({ events, deed: 'kill' });
const postgres = (...events: WireEvent[]): Variant => ({ events, deed: 'postgres' });
const point = (name: string, ...variants: Variant[]): Point => ({ name, variants });
const late = (name: string, ...variants: Variant[]): Point => ({ name, variants, late: true });
const passive = (name: string, ...variants: Variant[]): Point => ({ name, variants, passive: true });

export const POINTS: readonly Point[] = [
  point('before-intent', kill('sql/intent-row/before')),
  // The commit is lost on its way, or it arrives and its acknowledgement is lost: nobody can tell one from the other.
  point('intent-commit-unacknowledged', kill('sql/intent-commit/before'), kill('sql/intent-commit/done')),
  point('intent-committed', kill('sql/intent-commit/acked')),
  point('budget-held', kill('sql/budget-hold/before'), kill('sql/budget-hold/done')),
  point('baseline-read', kill('http/baseline/received'), kill('http/baseline/delivered')),
  point('sending-commit-unacknowledged', kill('sql/sending-commit/before'), kill('sql/sending-commit/done')),
  point('sending-committed-not-connected', kill('sql/sending-commit/acked')),
  point('request-half-written', kill('http/spend/half')),
  point('written-source-not-acting', kill('http/spend/received')),
  point('source-committed-no-byte', kill('http/spend/replied')),
  point('headers-only', kill('http/spend/headers')),
  point('body-cut', kill('http/spend/body-cut')),
  point('body-read-not-parsed', kill('http/spend/delivered')),
  point('before-result-transaction', kill('http/spend/delivered', 'sql/begin/before')),
  point('result-after-license-row', kill('sql/license-row/done')),
  point('result-after-audit', kill('sql/result-event/done')),
  point('result-commit-unacknowledged', kill('sql/result-commit/before'), kill('sql/result-commit/done')),
  point('committed-not-answered', kill('sql/result-commit/acked')),
  point('between-two-purchases', kill('http/spend/delivered', 'http/spend/received')),
  point('mid-answer', { events: [], deed: 'answer' }),
  passive('job-claimed', kill('sql/settle-claimed/acked'), kill('sql/job-claimed/acked')),
  passive('token-refresh', kill('http/token/received'), kill('http/token/replied'), kill('http/token/delivered')),
  point(
    'sigterm-drain',
    { events: ['http/spend/received'], deed: 'drain' },
    { events: ['sql/intent-commit/acked'], deed: 'drain' },
  ),
  point(
    'paused-lease-taken',
    { events: ['http/spend/received'], deed: 'pause' },
    { events: ['sql/sending-commit/done'], deed: 'pause' },
    { events: ['http/spend/replied'], deed: 'pause' },
  ),
  point('paused-sent-again', { events: ['sql/sending-commit/done'], deed: 'long-pause' }),
  point('postgres-killed-at-intent', postgres('sql/intent-commit/before'), postgres('sql/intent-commit/done')),
  point('postgres-killed-at-sending', postgres('sql/sending-commit/before'), postgres('sql/sending-commit/done')),
  point('postgres-killed-during-spend', postgres('http/spend/received'), postgres('http/spend/replied')),
  point('postgres-killed-at-result', postgres('sql/result-commit/before'), postgres('sql/result-commit/done')),
  late('settler-after-history', kill('http/look/replied'), kill('http/look/delivered')),
  late(
    'resending',
    kill('sql/resending-commit/before'),
    kill('sql/resending-commit/done'),
    kill('sql/resending-commit/acked'),
    kill('sql/resending-commit/acked', 'http/spend/replied'),
    kill('sql/resending-commit/acked', 'http/spend/delivered'),
  ),
];

export const pointNamed = (name: string): Point => {
  const found = POINTS.find((candidate) => candidate.name === name);
  if (!found) throw new RangeError(`no kill point ${name}; there are: ${POINTS.map((known) => known.name).join(', ')}`);
  return found;
};
