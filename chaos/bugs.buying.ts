/** Mistakes that somebody might plausibly make on the way to a license, and where each of them shows soon. */
import { type Bug, FINE, FIRST_LICENSES, PURCHASE, RESULTS, SERVICE, spoilt } from './bugs.kit.js';

export const BUYING: readonly Bug[] = [
  {
    name: 'sends-before-commit',
    breaks: ['I1', 'I3'],
    patches: [
      {
        file: PURCHASE,
        find: 'sending = await recordSending(',
        put: 'sending = { ...operation, sentCount: 1 };\n      void recordSending(',
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
    name: 'again-as-cheap-as-the-first',
    breaks: ['I6'],
    patches: [
      {
        file: PURCHASE,
        find: "if (heldUuid !== undefined && operation.operationKind === 'LICENSE')",
        put: 'if (heldUuid !== undefined)',
      },
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
];
