/** Licenses that a source already has on its books come into ours: all of them, once, with their dates, and without a charge. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, assetNamed, buy, freshAsset, GETTY, type Vendor } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const IMPORT = `mutation Import($source: AssetSource!) { importLicenseHistory(input: { source: $source }) { __typename
  ... on ImportLicenseHistoryPayload { finished import { source startedAt completedAt rowsRead imported failure } }
  ... on UnsupportedBySource { source message }
  ... on InvalidRequest { message problems { path code } } } }`;
const OTHER_CALLER = 'acme/auditor';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off', SPEND_DEADLINE_MS: '60000' } });
  await simulators.action(ADOBE.simulator, 'set-quota', { quota: 100_000 });
});
afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const runImport = async (source: string, caller = 'auditor', of = gateway): Promise<any> => {
  const { data, errors } = await of.query(caller, IMPORT, { source });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.importLicenseHistory;
};

/** A colleague buys on the source's own site, through the account of the gateway. */
const buyOutside = (vendor: Vendor, externalId: string) =>
  simulators.action(
    vendor.simulator,
    'purchase-outside',
    vendor === ADOBE
      ? { contentId: Number(externalId), license: 'Standard' }
      : { assetId: externalId, via: 'download', sameUser: true, productId: 3101 },
  );
const buySome = async (vendor: Vendor, count: number): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, vendor.next);
  for (const id of ids) await buyOutside(vendor, id);
  return ids;
};

interface ImportedRow {
  readonly externalId: string;
  readonly licensedAt: Date;
}
/** By the source's number; the first tenant's unless another is named. */
const importedFrom = async (source: string, tenant = 'default'): Promise<readonly ImportedRow[]> =>
  (
    await gateway.database.query(
      `select split_part(u.account_asset, '/', 2) as id, l.licensed_at from license l join upstream_purchase u using (license_id)
       where l.tenant_id = $1 and l.source = $2 and l.origin = 'IMPORTED' order by 1, 2`,
      [tenant, source],
    )
  ).map(({ id, licensed_at }) => ({ externalId: String(id), licensedAt: licensed_at as Date }));
const booksOf = async (vendor: Vendor, precisionMs: number): Promise<readonly ImportedRow[]> =>
  (await simulators.ledger(vendor.simulator))
    .map(({ assetId, at }) => ({
      externalId: assetId,
      licensedAt: new Date(Math.floor(Date.parse(at) / precisionMs) * precisionMs),
    }))
    .sort((a, b) => (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : +a.licensedAt - +b.licensedAt));

describe.each([
  [ADOBE.source, ADOBE, 'license-history', 60_000],
  [GETTY.source, GETTY, 'downloads', 1],
] as const)('the history of %s', (source, vendor, endpoint, precisionMs) => {
  it('of 250 purchases over pages of 100, with new ones arriving between pages, is imported whole and once', async () => {
    await buySome(vendor, 250);
    await simulators.addFault(vendor.simulator, { endpoint, kind: 'latency', ms: 150 });
    await simulators.resetCounts(vendor.simulator);
    const running = runImport(source);
    const asked = async () => Number((await simulators.counts(vendor.simulator))[endpoint] ?? 0);
    for (let page = 1; page <= 3; page += 1) {
      await eventually(asked, (count) => count >= page);
      await buySome(vendor, 4);
    }
    const first = await running;
    await simulators.clearFaults(vendor.simulator);
    expect(first).toMatchObject({ __typename: 'ImportLicenseHistoryPayload', finished: true, import: { source, failure: null } });
    // Nothing was read twice, and of what was there before nothing is missing.
    const books = await booksOf(vendor, precisionMs);
    expect(books).toHaveLength(262);
    const early = await importedFrom(source);
    expect(early.length).toBeGreaterThanOrEqual(250);
    expect(new Set(early.map(({ externalId }) => externalId)).size).toBe(early.length);
    // What arrived last is found by the next reading at the latest.
    const second = await runImport(source);
    expect(second.import).toMatchObject({ rowsRead: 262, failure: null });
    expect(await importedFrom(source)).toEqual(books);
  });

  it('read again brings nothing new, and no reading has spent anything', async () => {
    const [books, quiet] = [await simulators.ledger(vendor.simulator), await importedFrom(source)];
    await simulators.resetCounts(vendor.simulator);
    expect((await runImport(source)).import).toMatchObject({ imported: 0, rowsRead: 262 });
    expect(await importedFrom(source)).toEqual(quiet);
    expect(await simulators.ledger(vendor.simulator)).toEqual(books);
    expect((await simulators.counts(vendor.simulator))[vendor.spend]).toBe(0);
  });

  it('holds what a purchase of ours made: that one is not imported, it is matched', async () => {
    const asset = await freshAsset(gateway, vendor);
    const input = { assetId: asset.id, idempotencyKey: `own-${source}`, licenseType: vendor.licenseType };
    expect((await buy(gateway, input)).__typename).toBe('LicenseGranted');
    expect((await runImport(source)).import).toMatchObject({ imported: 0, rowsRead: 263 });
    const recorded = await gateway.database.query(
      `select u.standing, o.idempotency_key, l.origin from upstream_purchase u join license_operation o using (operation_id)
       join license l on l.license_id = u.license_id where u.account_asset like '%/' || $1`,
      [asset.externalId],
    );
    expect(recorded).toEqual([{ standing: 'MATCHED', idempotency_key: `own-${source}`, origin: 'PURCHASED' }]);
  });

  it('brings licenses that are told as such: without price, units and buyer, with the terms of the asset over those of the policy, in the trail', async () => {
    const [externalId] = await buySome(vendor, 1);
    await runImport(source);
    const { id } = await assetNamed(gateway, source, externalId as string);
    const { data } = await gateway.query(
      'licensor',
      `query($id: ID!) { asset(id: $id) { rights { editorialOnly originVersion } licenses { edges { node { origin state licenseType price { amount } chargedUnits licensedBy
         rights { editorialOnly originVersion } auditEvents { edges { node { action actor data } } } } } } activeLicense { origin } } }`,
      { id },
    );
    const [{ node }] = data.asset.licenses.edges;
    expect(node).toMatchObject({
      origin: 'IMPORTED',
      state: 'ACTIVE',
      licenseType: vendor.licenseType,
      price: null,
      chargedUnits: null,
      licensedBy: 'unknown',
      rights: { ...data.asset.rights, originVersion: expect.any(String) },
    });
    expect(
      node.auditEvents.edges.map((edge: { node: { action: string; actor: string } }) => [edge.node.action, edge.node.actor]),
    ).toEqual([
      ['incident.opened', 'system:import'],
      ['license.imported', 'system:import'],
    ]);
    // Nobody buys it again by mistake.
    const again = await buy(gateway, { assetId: id, idempotencyKey: `held-${source}`, licenseType: vendor.licenseType });
    expect(again).toMatchObject({ __typename: 'LicenseAlreadyHeld', license: { origin: 'IMPORTED' } });
  });
});

describe('dates and duplicates', () => {
  it('a date written with U+202F before AM or PM is the same date, and an old row with it no new purchase', async () => {
    const [before] = await gateway.database.query('select count(*)::integer as n from upstream_purchase');
    await simulators.setSwitch(ADOBE.simulator, 'history-date-space', 'narrow');
    const [externalId] = await buySome(ADOBE, 1);
    expect((await runImport(ADOBE.source)).import).toMatchObject({ imported: 1, failure: null });
    const [row] = await gateway.database.query(
      "select licensed_at, licensed_at_text from upstream_purchase where account_asset like '%/' || $1",
      [externalId],
    );
    expect(row?.licensed_at_text).toContain('\u202f');
    expect(row?.licensed_at).toEqual((await booksOf(ADOBE, 60_000)).find((entry) => entry.externalId === externalId)?.licensedAt);
    await simulators.setSwitch(ADOBE.simulator, 'history-date-space', 'plain');
    expect((await runImport(ADOBE.source)).import).toMatchObject({ imported: 0 });
    expect(await gateway.database.query('select count(*)::integer as n from upstream_purchase')).toEqual([
      { n: Number(before?.n) + 1 },
    ]);
  });

  it('three purchases of one license within one minute are three, however often they are read', async () => {
    const externalId = ADOBE.next();
    for (let n = 0; n < 3; n += 1) await buyOutside(ADOBE, externalId);
    for (let n = 0; n < 2; n += 1) await runImport(ADOBE.source);
    const imported = (await importedFrom(ADOBE.source)).filter((entry) => entry.externalId === externalId);
    expect(imported).toEqual((await booksOf(ADOBE, 60_000)).filter((entry) => entry.externalId === externalId));
    expect(imported).toHaveLength(3);
  });
});

describe('an import', () => {
  it('is for auditors and admins; a stranger to the source is told so', async () => {
    for (const caller of ['viewer', 'requester', 'approver', 'licensor', 'distributor']) {
      const { errors } = await gateway.query(caller, IMPORT, { source: 'ADOBE_STOCK' });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    expect((await runImport(ADOBE.source, 'admin')).__typename).toBe('ImportLicenseHistoryPayload');
    expect(await runImport('PHOTOSHELTER')).toMatchObject({ __typename: 'UnsupportedBySource', source: 'PHOTOSHELTER' });
    const alone = await startSimulators({ only: [GETTY.simulator] });
    const other = await startGateway({ env: { ...alone.env, WORKER: 'off' } });
    const answer = await runImport('ADOBE_STOCK', 'auditor', other);
    await other.stop();
    await alone.stop();
    expect(answer).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path: 'source', code: 'NOT_CONFIGURED' }] });
  });

  it('that a source fails tells why, harms nothing, and the next one makes it good', async () => {
    await buySome(ADOBE, 1);
    const before = await importedFrom(ADOBE.source);
    await simulators.addFault(ADOBE.simulator, { endpoint: 'license-history', kind: 'status', status: 500, body: '{}' });
    expect(await runImport(ADOBE.source)).toMatchObject({
      finished: true,
      import: { failure: expect.stringContaining('Adobe Stock') },
    });
    expect(await importedFrom(ADOBE.source)).toEqual(before);
    await simulators.clearFaults(ADOBE.simulator);
    expect((await runImport(ADOBE.source)).import).toMatchObject({ imported: 1, failure: null });
  });

  it('asked for five times at once is one reading', async () => {
    await simulators.addFault(ADOBE.simulator, { endpoint: 'license-history', kind: 'latency', ms: 100 });
    await runImport(ADOBE.source);
    await simulators.resetCounts(ADOBE.simulator);
    const answers = await Promise.all(Array.from({ length: 5 }, () => runImport(ADOBE.source)));
    await simulators.clearFaults(ADOBE.simulator);
    expect(new Set(answers.map(({ import: { startedAt } }) => startedAt)).size).toBe(1);
    expect((await simulators.counts(ADOBE.simulator))['license-history']).toBeLessThan(5);
  });

  it('of another tenant of the account is its own: what one bought is nobody else’s, what nobody bought is both’s', async () => {
    await runImport(ADOBE.source, OTHER_CALLER);
    const [ours, theirs] = [await importedFrom(ADOBE.source), await importedFrom(ADOBE.source, 'acme')];
    expect(theirs).toEqual(ours);
    const elsewhere = await gateway.database.query(
      "select count(*)::integer as n from upstream_purchase where tenant_id = 'acme' and source = 'ADOBE_STOCK' and standing = 'ELSEWHERE' and license_id is null",
    );
    expect(elsewhere).toEqual([{ n: 1 }]);
  });
});

describe('the schedule', () => {
  it('begins one interval after the start, and leaves what a caller could not wait for to the run that is under way', async () => {
    const database = gateway.database;
    const worker = await startGateway({
      env: { ...simulators.env, HISTORY_IMPORT_MINUTES: '30', SPEND_DEADLINE_MS: '1200' },
      database,
    });
    const waiting = () =>
      database.query(
        "select key, extract(epoch from run_at - now())::integer as seconds from graphile_worker.jobs where task_identifier = 'import_history' order by key",
      );
    // Two tenants with two sources each, and none of them at once.
    const jobs = await waiting();
    expect(jobs).toHaveLength(4);
    for (const { seconds } of jobs) expect(seconds).toBeGreaterThan(1_700);

    const [externalId] = await buySome(ADOBE, 1);
    await simulators.addFault(ADOBE.simulator, { endpoint: 'license-history', kind: 'latency', ms: 900 });
    expect(await runImport(ADOBE.source, 'auditor', worker)).toMatchObject({
      finished: false,
      import: { source: 'ADOBE_STOCK' },
    });
    await eventually(
      () => importedFrom(ADOBE.source),
      (rows) => rows.some((row) => row.externalId === externalId),
    );
    const lastImport = async () =>
      (await worker.query('auditor', '{ reconciliation { imports { source startedAt completedAt imported } } }')).data
        .reconciliation.imports[0];
    const ended = await eventually(lastImport, ({ completedAt, startedAt }) => completedAt >= startedAt);
    await simulators.clearFaults(ADOBE.simulator);
    expect(ended).toMatchObject({ source: 'ADOBE_STOCK', imported: 1 });
    // It is not read once more, which would tell that there was nothing new.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await lastImport()).toEqual(ended);
    expect((await waiting()).map(({ key, seconds }) => [key, Number(seconds) > 1_600])).toEqual(
      jobs.map(({ key }) => [key, true]),
    );
    await worker.stop();
  });
});
