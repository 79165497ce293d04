/** Reports of uses to Getty Images: all or nothing there, and yet every good row is booked, once. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { gettyImageId } from '../simulators/kit/world.js';
import { makeFolder } from './server/fixtures/embedded-postgres.harness.js';
import { complaints } from './support/complaints.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ask, endPrograms, startProgram } from './support/process.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { ON_THE_WEB, openShelf, recordAll, type Shelf } from './support/usage.js';

const REPORT = `id source state total reported refused requestedBy completedAt failure { code message retryable }
  refusedRows(first: 1000) { code reason usage { id reference } }`;
const REQUEST = `mutation($input: ReportUsageInput!) { reportUsage(input: $input) { __typename
  ... on ReportUsagePayload { replayed report { ${REPORT} } }
  ... on InvalidRequest { problems { path code message } }
  ... on IdempotencyConflict { message }
  ... on UnsupportedBySource { source message } } }`;
const LOOK = `query($id: ID!) { usageReport(id: $id) { ${REPORT} } }`;
const GETTY = 'getty-images';
/** All that a gateway of these tests knows: a process that starts with other keys would take them away. */
const CALLERS = ['default', 'acme'].flatMap((tenant) =>
  ['viewer', 'requester', 'approver', 'licensor', 'distributor', 'auditor', 'admin'].map((role) => `${tenant}/${role}`),
);

interface Booked {
  readonly asset_id: string;
  readonly quantity: number;
  readonly usage_date: string;
}

let simulators: Simulators;
let database: TestDatabase;
let gateway: Gateway;
let shelf: Shelf;
let scene = 0;

const start = () => startGateway({ env: { ...simulators.env, WORKER: 'on' }, database });

beforeAll(async () => {
  simulators = await startSimulators({ only: [GETTY, 'adobe-stock'] });
  database = await createTestDatabase();
  gateway = await start();
  shelf = openShelf(gateway);
});
afterEach(async () => {
  await simulators.clearFaults(GETTY);
  for (const [name, value] of [
    ['usage-reporting', true],
    ['usage-invalid-status', 400],
    ['usage-refused-id-reusable', true],
  ] as const)
    await simulators.setSwitch(GETTY, name, value);
});
afterAll(async () => {
  await endPrograms();
  await shelf?.close();
  await gateway?.stop();
  await database?.drop();
  await simulators?.stop();
});

/** Uses of `licenses` licenses, `rows` in all; those at the places in `bad` are of assets that Getty does not know. */
const useAssets = async (rows: number, bad: readonly number[] = [], tenant = 'default'): Promise<string[]> => {
  const licenses = await Promise.all(
    [1, 2, 3].map(() => {
      // Some numbers of the simulated library are gone.
      do scene += 1;
      while (scene % 200 === 150);
      return shelf.license({ externalId: gettyImageId(scene), tenant });
    }),
  );
  const unknown = await Promise.all(bad.map((place) => shelf.license({ externalId: `99${scene}${place}`, tenant })));
  const { results } = await recordAll(
    gateway,
    Array.from({ length: rows }, (_, place) => ({
      licenseId: (bad.includes(place) ? unknown[bad.indexOf(place)] : licenses[place % 3])?.id,
      use: { ...ON_THE_WEB, ...(place % 2 === 1 && { unit: 'displays', units: place }) },
      reference: `${bad.includes(place) ? 'bad' : 'good'} ${place}`,
      occurredAt: '2026-01-05T23:30:00Z',
      idempotencyKey: randomUUID(),
    })),
    `${tenant}/licensor`,
  );
  return results.map(({ outcome }: { outcome: { usage: { id: string } } }) => outcome.usage.id);
};

const booked = async (): Promise<readonly Booked[]> =>
  Object.values((await simulators.action(GETTY, 'usage-report')) as Record<string, Booked[]>).flat();
const batchIds = async (): Promise<string[]> =>
  (await simulators.journal(GETTY))
    .filter(({ endpoint }) => endpoint === 'usage-batches')
    .map(({ path }) => path.split('/').at(-1) as string);

const request = async (input: object, caller = 'licensor') => {
  const { data, errors } = await gateway.query(caller, REQUEST, {
    input: { source: 'GETTY_IMAGES', idempotencyKey: randomUUID(), ...input },
  });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.reportUsage;
};
const look = async (id: string) => (await gateway.query('viewer', LOOK, { id })).data.usageReport;
const done = (id: string, withinMs?: number) =>
  eventually(
    () => look(id),
    ({ state }) => state === 'DONE',
    withinMs,
  );
/** All that is not reported yet. */
const reportAll = (caller?: string) => request({ recordedBefore: '2099-01-01T00:00:00Z' }, caller);

describe('a report', () => {
  it('of 1,000 uses with 3 bad numbers ends with 997 booked and 3 named with their reason', async () => {
    await useAssets(1_000, [0, 500, 999]);
    const before = (await booked()).length;
    const asked = await reportAll();
    expect(asked).toMatchObject({ __typename: 'ReportUsagePayload', replayed: false, report: { state: 'OPEN', total: 1_000 } });
    const report = await done(asked.report.id);
    expect(report).toMatchObject({ total: 1_000, reported: 997, refused: 3, failure: null, requestedBy: 'key:licensor' });
    expect(
      report.refusedRows.map(({ usage, code }: { usage: { reference: string }; code: string }) => [usage.reference, code]).sort(),
    ).toEqual([
      ['bad 0', 'INVALID_ASSETS'],
      ['bad 500', 'INVALID_ASSETS'],
      ['bad 999', 'INVALID_ASSETS'],
    ]);
    expect(report.refusedRows[0].reason).toContain('Getty Images');
    const rows = (await booked()).slice(before);
    expect(rows).toHaveLength(997);
    // A use without a unit is one; the day is that of the use, in UTC.
    expect(rows.filter(({ quantity }) => quantity === 1).length).toBeGreaterThanOrEqual(498);
    expect(Math.max(...rows.map(({ quantity }) => quantity))).toBe(997);
    expect(new Set(rows.map(({ usage_date }) => usage_date))).toEqual(new Set(['2026-01-05']));
    // One refused, one booked, each under its own id.
    expect(new Set(await batchIds()).size).toBe(2);
    const trail = await database.query(
      "select action, data from audit_event where action like 'usage%report%' order by occurred_at, event_id",
    );
    expect(trail).toMatchObject([
      { action: 'usage_report.requested', data: { source: 'GETTY_IMAGES', total: 1_000 } },
      { action: 'usage.reported', data: { source: 'GETTY_IMAGES', total: 1_000, reported: 997, refused: 3 } },
    ]);
  });

  it('of more than a batch holds is sent in several', async () => {
    await useAssets(1_000);
    await useAssets(50);
    const { report } = await reportAll();
    expect(await done(report.id)).toMatchObject({ total: 1_050, reported: 1_050, refused: 0 });
  });

  it.each([[200], [400]])('whose refusal comes with status %s is taken apart by its list all the same', async (status) => {
    await simulators.setSwitch(GETTY, 'usage-invalid-status', status);
    await useAssets(20, [3]);
    const { report } = await reportAll();
    expect(await done(report.id)).toMatchObject({ total: 20, reported: 19, refused: 1 });
  });

  it('whose refusal says not for which rows is halved until the bad ones stand alone', async () => {
    // The first 6 answers name no row.
    await simulators.addFault(GETTY, {
      endpoint: 'usage-batches',
      kind: 'status',
      status: 400,
      headers: { 'content-type': 'application/vnd.getty.error+json' },
      body: JSON.stringify({ ErrorCode: 'InvalidRequest', ErrorMessage: 'No.' }),
      times: 6,
    });
    const usages = await useAssets(4);
    const { report } = await reportAll();
    // 4 → 2 + 2 → 1 + 1 + 1 + 1: the batches of 4, 2 and 2 are refused, and 3 of the rows alone.
    const ended = await done(report.id);
    expect(ended).toMatchObject({ total: 4, reported: 1, refused: 3 });
    expect(usages).toEqual(expect.arrayContaining(ended.refusedRows.map(({ usage }: { usage: { id: string } }) => usage.id)));
    expect(ended.refusedRows[0]).toMatchObject({ code: 'InvalidRequest' });
  });

  it('holds each use once, also when several are asked for at the same time', async () => {
    const ids = await useAssets(60);
    const asked = await Promise.all([
      reportAll(),
      reportAll(),
      request({ usageIds: ids.slice(0, 40) }),
      request({ usageIds: ids.slice(20) }),
    ]);
    const reports = await Promise.all(asked.map(({ report }) => done(report.id)));
    expect(reports.reduce((sum, { total }) => sum + total, 0)).toBe(60);
    expect(reports.reduce((sum, { reported }) => sum + reported, 0)).toBe(60);
    // Nothing is left.
    expect((await reportAll()).report).toMatchObject({ total: 0, state: 'DONE' });
  });

  it('of one tenant holds nothing of another, and is seen by its own alone', async () => {
    await useAssets(5, [], 'acme');
    expect((await reportAll()).report).toMatchObject({ total: 0 });
    const { report } = await reportAll('acme/licensor');
    expect(report.total).toBe(5);
    expect(await look(report.id)).toBeNull();
    await eventually(
      async () => (await gateway.query('acme/viewer', LOOK, { id: report.id })).data.usageReport,
      ({ state }) => state === 'DONE',
    );
  });
});

describe('an answer that is lost', () => {
  it('leaves the batch in doubt: it is sent again under the same id, and what is said to be booked is', async () => {
    await useAssets(10);
    const before = (await booked()).length;
    const journal = (await batchIds()).length;
    await simulators.addFault(GETTY, { endpoint: 'usage-batches', kind: 'reset-after', times: 1 });
    const { report } = await reportAll();
    expect(await done(report.id)).toMatchObject({ total: 10, reported: 10, refused: 0, failure: null });
    expect((await booked()).length - before).toBe(10);
    const ids = (await batchIds()).slice(journal);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    const batches = await database.query('select state, sent_count from usage_report_batch order by prepared_at desc limit 1');
    expect(batches).toEqual([{ state: 'ACCEPTED', sent_count: 2 }]);
  });

  it.each([
    ['a failure of the service', { kind: 'status', status: 503 }],
    ['a page of somebody else', { kind: 'foreign' }],
    ['half an answer', { kind: 'truncate' }],
    ['nothing before the end', { kind: 'reset-before' }],
  ] as const)('as %s books nothing twice', async (_name, fault) => {
    await useAssets(6);
    const before = (await booked()).length;
    await simulators.addFault(GETTY, { endpoint: 'usage-batches', times: 1, ...fault });
    const { report } = await reportAll();
    expect(await done(report.id)).toMatchObject({ reported: 6, refused: 0 });
    expect((await booked()).length - before).toBe(6);
  });
});

describe('an account that may not report', () => {
  it('keeps the report open with its reason, and goes on when it may', async () => {
    await simulators.setSwitch(GETTY, 'usage-reporting', false);
    await useAssets(3);
    const { report } = await reportAll();
    const standing = await eventually(
      () => look(report.id),
      ({ failure }) => failure !== null,
    );
    expect(standing).toMatchObject({
      state: 'OPEN',
      reported: 0,
      refused: 0,
      failure: { code: 'SOURCE_UNAVAILABLE', retryable: true },
    });
    expect(standing.failure.message).toContain('does not take reports');
    const [batch] = await database.query('select state from usage_report_batch order by prepared_at desc limit 1');
    expect(batch).toEqual({ state: 'PREPARED' });
    await simulators.setSwitch(GETTY, 'usage-reporting', true);
    expect(await done(report.id)).toMatchObject({ reported: 3, failure: null });
  });
});

describe('a gateway that is killed in the middle', () => {
  it('leaves a batch that the next one sends again under the same id; nothing is booked twice', async () => {
    await useAssets(8);
    const before = (await booked()).length;
    const journal = (await batchIds()).length;
    // Booked, and never answered.
    await simulators.addFault(GETTY, { endpoint: 'usage-batches', kind: 'never-after', times: 1 });
    const keys = CALLERS.map((caller) => `${caller}:${caller.split('/')[1]}:${gateway.keyOf(caller)}`).join(',');
    const licensor = gateway.keyOf('licensor');
    await gateway.stop();
    const program = startProgram(await makeFolder(), {
      ...simulators.env,
      DATABASE_URL: database.ownerUrl,
      DATABASE_APP_URL: database.appUrl,
      CLEARANCE_API_KEYS: keys,
      CLEARANCE_MODE: 'development',
    });
    const input = '{ source: GETTY_IMAGES, recordedBefore: "2099-01-01T00:00:00Z", idempotencyKey: "killed" }';
    const { data } = await ask(
      await program.ready(),
      licensor,
      `mutation { reportUsage(input: ${input}) { ... on ReportUsagePayload { report { id total } } } }`,
    );
    const { id, total } = data.reportUsage.report;
    expect(total).toBe(8);
    await eventually(booked, (rows) => rows.length - before === 8);
    await program.end('SIGKILL');
    const [left] = await database.query('select state from usage_report_batch order by prepared_at desc limit 1');
    expect(left).toEqual({ state: 'SENDING' });
    // As if the time had passed for which the dead process holds the report.
    await database.query('update usage_report set lease_until = null');
    gateway = await start();
    expect(await done(id)).toMatchObject({ total: 8, reported: 8, refused: 0 });
    expect((await booked()).length - before).toBe(8);
    const ids = (await batchIds()).slice(journal);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  }, 90_000);
});

describe('asking for a report', () => {
  it('again with the same key is the same report; with another payload a conflict', async () => {
    await useAssets(2);
    const input = { recordedBefore: '2099-01-01T00:00:00Z', idempotencyKey: randomUUID() };
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => request(input)));
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(outcomes.map(({ report }) => report.id)).size).toBe(1);
    expect((await request({ ...input, recordedBefore: '2098-01-01T00:00:00Z' })).__typename).toBe('IdempotencyConflict');
    await done(outcomes[0].report.id);
  });

  it('of a source that takes none is answered so', async () => {
    for (const source of ['ADOBE_STOCK', 'PHOTOSHELTER', 'SMINT_IO'])
      expect(await request({ source, recordedBefore: '2099-01-01T00:00:00Z' })).toMatchObject({
        __typename: 'UnsupportedBySource',
        source,
      });
  });

  it.each([
    ['neither ids nor a time', {}, ['usageIds REQUIRED']],
    ['both', { usageIds: ['x'], recordedBefore: '2099-01-01T00:00:00Z' }, ['usageIds REQUIRED', 'usageIds.0 NOT_FOUND']],
    ['no id', { usageIds: [] }, ['usageIds REQUIRED']],
    [
      'ids of nothing, without a key',
      { usageIds: ['x'], idempotencyKey: ' ' },
      ['usageIds.0 NOT_FOUND', 'idempotencyKey REQUIRED'],
    ],
  ])('for %s is refused', async (_name, input, problems) => {
    const outcome = await request(input);
    expect(outcome.problems.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual(problems);
  });

  it('for uses of another source, or of another tenant, is refused and claims nothing', async () => {
    const [own] = await useAssets(1);
    const [other] = await useAssets(1, [], 'acme');
    const adobe = await shelf.license({ externalId: '100200307', source: 'ADOBE_STOCK' });
    const elsewhere = await recordAll(gateway, [{ licenseId: adobe.id, use: ON_THE_WEB, idempotencyKey: randomUUID() }]);
    const outcome = await request({ usageIds: [own, other, elsewhere.results[0].outcome.usage.id] });
    expect(outcome.problems).toMatchObject([
      { path: 'usageIds.1', code: 'NOT_FOUND' },
      { path: 'usageIds.2', code: 'OTHER_SOURCE' },
    ]);
    await done((await request({ usageIds: [own] })).report.id);
  });

  it('is for licensors', async () => {
    const input = { source: 'GETTY_IMAGES', recordedBefore: '2099-01-01T00:00:00Z', idempotencyKey: 'k' };
    for (const caller of ['viewer', 'requester', 'approver', 'distributor', 'auditor'])
      complaints(await gateway.query(caller, REQUEST, { input }), 'FORBIDDEN');
    complaints(await gateway.query('licensor', REQUEST, { input: { ...input, usageIds: Array(201).fill('x') } }));
  });
});
