/** Mistakes that somebody might plausibly make, and where the hammer should look to find each of them soon. */
import type { Weather } from './disturbances.js';
import type { Focus } from './plan.js';

export interface Bug {
  readonly name: string;
  readonly patches: readonly { readonly file: string; readonly find: string; readonly put: string }[];
  readonly focus: Focus;
  /** The invariants that it breaks: others would be an accident and prove nothing. */
  readonly breaks: readonly string[];
  readonly rounds?: number;
}

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

const LAGGING: Weather['switches'] = [{ simulator: 'getty-images', name: 'history-lag-ms', value: 60_000 }];
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
        find: '() => exchange(options, agent, request, call, 1));',
        put: '() => exchange(options, agent, request, call, 1).catch(() => exchange(options, agent, request, call, 2)));',
      },
    ],
    focus: { points: ['mid-answer'], sources: ['GETTY_IMAGES'], weather: spoilt({ kind: 'reset-after' }) },
  },
  {
    name: 'gives-up-before-the-horizon',
    breaks: ['I3'],
    patches: [
      { file: RESULTS, find: 'FIRST_SETTLE_MS = 5_000', put: 'FIRST_SETTLE_MS = 300' },
      {
        file: SETTLEMENT,
        find: 'return now() > until ? giveUp(tenantId, operation, what, call) : lookAgain(tenantId, operation, until + 1);',
        put: `if (operation.spendClass === 'REPEATABLE') return now() > until ? giveUp(tenantId, operation, what, call) : lookAgain(tenantId, operation, until + 1);
    return recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', { state: 'REJECTED', action: 'license.refused', failure: NOT_SETTLED }).then(() => undefined);`,
      },
    ],
    focus: { points: ['mid-answer'], sources: ['GETTY_IMAGES'], weather: spoilt({ kind: 'reset-after' }, LAGGING) },
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
    focus: { steps: 2, points: ['mid-answer'], weather: FINE },
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
      points: ['mid-answer'],
      shapes: ['rivals'],
      sources: ['GETTY_IMAGES'],
      weather: spoilt({ kind: 'latency', ms: 400, probability: 1 }),
    },
  },
  {
    name: 'doubt-taken-for-a-refusal',
    breaks: ['I3'],
    patches: [{ file: PURCHASE, find: 'certain && operation.sentCount <= 1', put: '(certain || operation.sentCount <= 1)' }],
    focus: { steps: 2, points: ['mid-answer'], weather: spoilt({ kind: 'truncate' }) },
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
      points: ['mid-answer'],
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
    focus: { steps: 2, points: ['mid-answer'], shapes: ['raced'], weather: FINE },
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
];
