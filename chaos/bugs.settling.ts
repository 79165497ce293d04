/** Mistakes that somebody might plausibly make once an answer is lost, and where each of them shows soon. */
import { type Bug, FINE, lagging, PURCHASE, RESULTS, SERVICE, SETTLEMENT, spoilt } from './bugs.kit.js';

export const SETTLING: readonly Bug[] = [
  {
    name: 'gives-up-before-the-horizon',
    breaks: ['I3'],
    patches: [
      { file: RESULTS, find: 'FIRST_SETTLE_MS = 2000', put: 'FIRST_SETTLE_MS = 300' },
      {
        file: SETTLEMENT,
        find: 'return now() > until ? giveUp(',
        put: `if (operation.spendClass !== 'REPEATABLE')
      return recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', { state: 'REJECTED', action: 'license.refused', failure: NOT_SETTLED }).then(() => undefined);
    return now() > until ? giveUp(`,
      },
    ],
    focus: { points: [], sources: ['GETTY_IMAGES'], weather: spoilt({ kind: 'reset-after' }, lagging(2_000)) },
  },
  {
    name: 'lease-run-out-means-unsent',
    breaks: ['I3'],
    patches: [
      {
        file: SETTLEMENT,
        find: 'const ending = sent ? LOST : operation.leaseUntil === null ? WAITED : ABANDONED;',
        put: 'const ending = operation.leaseUntil === null ? WAITED : ABANDONED;',
      },
      {
        file: SERVICE,
        find: "recordEnding(deps, tenantId, operation.uuid, 'SENDING', LOST, operation.sentCount);",
        put: "recordEnding(deps, tenantId, operation.uuid, 'SENDING', ABANDONED, operation.sentCount);",
      },
    ],
    focus: { points: ['source-committed-no-byte', 'headers-only', 'body-cut', 'body-read-not-parsed'], weather: FINE },
  },
  {
    name: 'doubt-taken-for-a-refusal',
    breaks: ['I3'],
    patches: [{ file: PURCHASE, find: 'certain && operation.sentCount <= 1', put: '(certain || operation.sentCount <= 1)' }],
    focus: { steps: 2, points: [], weather: spoilt({ kind: 'truncate' }) },
  },
  {
    name: 'sent-ones-never-recovered',
    breaks: ['I8'],
    patches: [
      {
        file: SETTLEMENT,
        find: "findAbandonedOperations(tx, ['RECEIVED', 'SENDING'], at)",
        put: "findAbandonedOperations(tx, ['RECEIVED'], at)",
      },
      { file: SERVICE, find: "operation.state === 'SENDING' && lapsed", put: "operation.state === 'UNKNOWN' && lapsed" },
    ],
    focus: { points: ['written-source-not-acting', 'source-committed-no-byte'], weather: FINE },
  },
  {
    name: 'hold-released-in-doubt',
    breaks: ['I7'],
    patches: [
      {
        file: RESULTS,
        find: "if (ending.state === 'REJECTED' && mayHold(operation)) await releaseHolds",
        put: "if (ending.state !== 'NEEDS_REVIEW') await releaseHolds",
      },
    ],
    focus: { steps: 2, points: [], shapes: ['single'], allocated: 1, weather: spoilt({ kind: 'reset-after' }) },
  },
  {
    name: 'counts-without-what-lags-behind',
    breaks: ['I3'],
    patches: [
      {
        file: 'src/services/spend-class.ts',
        find: 'return rowsNow - seen - unseen - later.length;',
        put: 'return rowsNow - seen - later.length;',
      },
    ],
    focus: {
      steps: 4,
      points: [],
      shapes: ['again-in-turn'],
      sources: ['ADOBE_STOCK'],
      weather: spoilt({ kind: 'reset-before', probability: 0.4 }, lagging(400)),
    },
  },
  {
    name: 'sent-again-too-soon',
    breaks: ['I1'],
    patches: [
      {
        file: SETTLEMENT,
        find: 'return now() > until ? giveUp(',
        put: "return now() > until || operation.spendClass === 'REPEATABLE' ? giveUp(",
      },
    ],
    focus: {
      steps: 2,
      points: [],
      shapes: ['single'],
      sources: ['ADOBE_STOCK'],
      weather: spoilt({ kind: 'reset-before' }),
    },
  },
  {
    name: 'sends-again-what-is-counted',
    breaks: ['I1'],
    patches: [
      {
        file: SETTLEMENT,
        find: "if (operation.spendClass === 'REPEATABLE') return sendAgain",
        put: "if (operation.spendClass !== 'TAGGED') return sendAgain",
      },
      {
        file: SETTLEMENT,
        find: 'if (quote.held) return lookAgain(',
        put: "if (quote.held && operation.operationKind === 'LICENSE') return lookAgain(",
      },
      {
        file: 'src/services/licensing.steps.ts',
        find: "operation.state !== 'UNKNOWN' || operation.spendClass !== 'REPEATABLE' ||",
        put: "operation.state !== 'UNKNOWN' ||",
      },
    ],
    focus: {
      steps: 2,
      points: [],
      shapes: ['again'],
      sources: ['ADOBE_STOCK'],
      weather: spoilt({ kind: 'reset-before' }),
    },
  },
  {
    name: 'whoever-was-paused-has-the-word',
    breaks: ['I1', 'I3', 'I10'],
    patches: [
      {
        file: RESULTS,
        find: 'if (operation.state !== from || (attempt !== undefined && operation.sentCount !== attempt)) return operation;',
        put: 'if (operation.state !== from) return operation;',
      },
    ],
    focus: {
      steps: 2,
      lanes: 1,
      points: ['paused-sent-again'],
      shapes: ['single'],
      sources: ['ADOBE_STOCK'],
      weather: spoilt({ kind: 'latency', ms: 1_000, probability: 1 }),
    },
  },
];
