/** Mistakes that somebody might plausibly make, and where the hammer should look to find each of them soon. */
import type { Patch } from './bundle.js';
import type { Weather } from './disturbances.js';
import type { Focus } from './plan.js';
import type { Shape } from './shapes.js';

export interface Bug {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** First licenses without budgets, unless it says otherwise. */
  readonly focus: Focus;
  /** The invariants that it breaks: others would be an accident and prove nothing. */
  readonly breaks: readonly string[];
  readonly rounds?: number;
}

/** First licenses alone. */
export const FIRST_LICENSES: readonly Shape[] = ['single', 'raced', 'rivals', 'tenants'];
const FINE: Weather = { disturbances: [], switches: [] };
const SPENDS = [
  { simulator: 'adobe-stock', endpoint: 'content-license' },
  { simulator: 'getty-images', endpoint: 'download-image' },
] as const;

/** One kind of fault at both spending endpoints, half of the time. */
const spoilt = (
  fault: Omit<Weather['disturbances'][number]['fault'], 'endpoint'>,
  switches: Weather['switches'] = [],
): Weather => ({
  disturbances: SPENDS.map(({ simulator, endpoint }) => ({ simulator, fault: { probability: 0.5, ...fault, endpoint } })),
  switches,
});

const lagging = (value: number): Weather['switches'] => [
  { simulator: 'adobe-stock', name: 'history-lag-ms', value: value === 2_000 ? 400 : value },
  { simulator: 'getty-images', name: 'history-lag-ms', value },
];
const PURCHASE = 'src/services/licensing.purchase.ts';
const RESULTS = 'src/services/licensing.results.ts';
const SERVICE = 'src/services/licensing.service.ts';
const SETTLEMENT = 'src/services/settlement.service.ts';

export const BUGS: readonly Bug[] = [
  {
    name: 'sends-before-commit',
    breaks: ['I1', 'I3'],
    patches: [
      {
        file: PURCHASE,
        find: 'sending = await recordSending(',
        put: "sending = 'sending';\n      void recordSending(",
      },
    ],
    focus: { points: ['sending-commit-unacknowledged', 'written-source-not-acting'], shapes: ['rivals'], weather: FINE },
  },
  {
    name: 'repeats-a-spend',
    breaks: ['I1'],
    patches: [
      {
        file: 'src/datasources/http/spend.ts',
        find: '() => sendOnce(request, call));',
        put: '() => sendOnce(request, call).catch(() => sendOnce(request, call)));',
      },
    ],
    focus: { points: [], sources: ['GETTY_IMAGES'], weather: spoilt({ kind: 'reset-after' }) },
  },
  {
    name: 'gives-up-before-the-horizon',
    breaks: ['I3'],
    patches: [
      { file: RESULTS, find: 'FIRST_SETTLE_MS = 2000', put: 'FIRST_SETTLE_MS = 300' },
      {
        file: SETTLEMENT,
        find: 'return now() > until ? giveUp(tenantId, operation, what, call) : lookAgain(tenantId, operation, until + 1);',
        put: `if (operation.spendClass === 'REPEATABLE') return now() > until ? giveUp(tenantId, operation, what, call) : lookAgain(tenantId, operation, until + 1);
    return recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', { state: 'REJECTED', action: 'license.refused', failure: NOT_SETTLED }).then(() => undefined);`,
      },
    ],
    focus: { points: [], sources: ['GETTY_IMAGES'], weather: spoilt({ kind: 'reset-after' }, lagging(2_000)) },
  },
  {
    name: 'key-of-each-request-its-own',
    breaks: ['I5'],
    patches: [
      {
        file: SERVICE,
        find: 'return buy(actor, { mutation, command, key, hash',
        put: "return buy(actor, { mutation, command, key: [key, call.requestId].join('/'), hash",
      },
    ],
    focus: { steps: 2, points: ['mid-answer', 'committed-not-answered'], shapes: ['raced'], weather: FINE },
  },
  {
    name: 'result-without-its-event',
    breaks: ['I4', 'I10'],
    patches: [
      {
        file: RESULTS,
        find: "    await auditPurchase(tx, tenantId, operation, {\n      action: resolution ? 'license.resolved'",
        put: "    if (!purchased) await auditPurchase(tx, tenantId, operation, {\n      action: resolution ? 'license.resolved'",
      },
    ],
    focus: { steps: 2, points: [], weather: FINE },
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
    name: 'no-lock-on-the-spend',
    breaks: ['I1'],
    patches: [
      {
        file: 'migrations/0001_create_foundation.ts',
        find: 'create unique index license_operation_one_spend',
        put: 'create index license_operation_one_spend',
      },
      { file: 'src/store/spend.store.ts', find: 'return rows[0]?.open === true;', put: 'return rows[0]?.open === undefined;' },
    ],
    focus: {
      points: [],
      shapes: ['rivals'],
      sources: ['GETTY_IMAGES'],
      weather: spoilt({ kind: 'latency', ms: 400, probability: 1 }),
    },
  },
  {
    name: 'doubt-taken-for-a-refusal',
    breaks: ['I3'],
    patches: [{ file: PURCHASE, find: 'certain && operation.sentCount <= 1', put: '(certain || operation.sentCount <= 1)' }],
    focus: { steps: 2, points: [], weather: spoilt({ kind: 'truncate' }) },
  },
  {
    name: 'any-page-is-a-purchase',
    breaks: ['I3'],
    patches: [
      {
        file: 'src/datasources/getty-images/licensing.ts',
        find: "  if (!isJson(reply)) throw badReply('download');\n",
        put: "  if (!isJson(reply)) return 'https://delivery.example.com/';\n",
      },
    ],
    focus: {
      steps: 2,
      points: [],
      sources: ['GETTY_IMAGES'],
      weather: spoilt({ kind: 'status', status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } }),
    },
  },
  {
    name: 'license-in-a-transaction-of-its-own',
    breaks: ['I3'],
    patches: [
      {
        file: RESULTS,
        find: "import { v7 as uuidv7 } from 'uuid';",
        put: "import { sql } from 'kysely';\nimport { v7 as uuidv7 } from 'uuid';",
      },
      {
        file: RESULTS,
        find: '    if (supersedes !== null) {\n      await supersedeLicense',
        put: '    await sql.raw("commit; begin; set local clearance.tenant_id = \'" + tenantId + "\'").execute(tx);\n    if (supersedes !== null) {\n      await supersedeLicense',
      },
    ],
    focus: { points: ['result-after-audit', 'result-commit-unacknowledged', 'postgres-killed-at-result'], weather: FINE },
  },
  {
    name: 'other-payload-accepted',
    breaks: ['I5'],
    patches: [{ file: SERVICE, find: '    if (!keyed.payloadHash.equals(hash)) return CONFLICT;\n', put: '' }],
    focus: { steps: 2, points: ['mid-answer', 'committed-not-answered'], shapes: ['other-payload'], weather: FINE },
  },
  {
    name: 'replay-says-something-else',
    breaks: ['I5'],
    patches: [
      {
        file: 'src/services/licensing.outcomes.ts',
        find: 'return { kind: outcome.kind, license, operation, replayed };',
        put: "return { kind: replayed ? 'LicenseAlreadyHeld' : outcome.kind, license, operation, replayed };",
      },
    ],
    focus: { steps: 2, points: [], shapes: ['raced'], weather: FINE },
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
    name: 'budget-without-hold',
    breaks: ['I7'],
    patches: [
      {
        file: 'src/store/budget.store.ts',
        find: '  const holds: Hold[] = [];\n  for (const { row, least } of wanted) {',
        put: '  const holds: Hold[] = [];\n  for (const { row, least } of [] as typeof wanted) {',
      },
    ],
    focus: { steps: 2, points: [], shapes: FIRST_LICENSES, allocated: 1, weather: FINE },
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
    name: 'again-as-cheap-as-the-first',
    breaks: ['I6'],
    patches: [
      { file: PURCHASE, find: 'if (heldUuid !== undefined && !again) return', put: 'if (heldUuid !== undefined) return' },
    ],
    focus: { steps: 2, points: [], shapes: ['again', 'again-in-turn'], weather: FINE },
  },
  {
    name: 'server-error-taken-for-a-no',
    breaks: ['I3'],
    patches: ['adobe-stock', 'getty-images'].map((source) => ({
      file: `src/datasources/${source}/faults.ts`,
      find: "effect: error !== null && reply.status < 500 ? 'none' : 'unknown',",
      put: "effect: error !== null || reply.status >= 500 ? 'none' : 'unknown',",
    })),
    focus: {
      steps: 2,
      points: [],
      shapes: ['single'],
      weather: { ...FINE, road: { badGateway: 0.5, late: null } },
    },
  },
  {
    name: 'counts-without-what-lags-behind',
    breaks: ['I3'],
    patches: [
      {
        file: 'src/services/spend-class.ts',
        find: 'rowsNow - Math.max(counted.seen, known.size) - since.length',
        put: 'rowsNow - counted.seen - since.length',
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
    name: 'recorded-without-the-lock',
    breaks: ['I1'],
    patches: [
      {
        file: RESULTS,
        find: '    await lockSpend(tx, { ...operation, licenseType: facts.licenseType });\n',
        put: '',
      },
    ],
    focus: {
      steps: 6,
      points: [],
      shapes: ['rivals'],
      sources: ['GETTY_IMAGES'],
      weather: {
        road: { badGateway: 0, late: { event: 'sql/result-commit/before', ms: 1_200 } },
        disturbances: [
          {
            simulator: 'getty-images',
            fault: { endpoint: 'image-downloadhistory', kind: 'drip', ms: 12, probability: 0.5 },
          },
        ],
        switches: [],
      },
    },
  },
  {
    name: 'sent-again-too-soon',
    breaks: ['I1'],
    patches: [
      {
        file: SETTLEMENT,
        find: 'return now() > until ? giveUp(tenantId, operation, what, call)',
        put: "return now() > until || operation.spendClass === 'REPEATABLE' ? giveUp(tenantId, operation, what, call)",
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
        file: 'src/services/licensing.steps.ts',
        find: "if (operation.state !== 'UNKNOWN' || operation.spendClass !== 'REPEATABLE') return undefined;",
        put: "if (operation.state !== 'UNKNOWN') return undefined;",
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
      steps: 1,
      points: ['paused-sent-again'],
      shapes: ['single'],
      sources: ['ADOBE_STOCK'],
      weather: spoilt({ kind: 'latency', ms: 1_000, probability: 1 }),
    },
  },
];
