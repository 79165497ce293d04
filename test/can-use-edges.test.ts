/** Use decisions where it hurts: copies of stock assets, licenses that another followed, clocks that disagree, many questions at once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { replayDecisions } from '../src/services/rights-replay.service.js';
import { openDatabase } from '../src/store/database.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { ADOBE, buy, buyAgain, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const EVERYTHING = {
  editorialOnly: 'NO',
  channels: { allowed: ['any'] },
  territories: { allowed: ['WORLD'] },
  termKind: 'PERPETUAL',
  limits: [],
  attributionRequired: 'NO',
  modelReleased: 'YES',
  propertyReleased: 'YES',
  restrictions: [],
};
const WEB = { channel: 'web', territories: ['DE'] };
const BEHIND_MS = 60_000;

let simulators: Simulators;
let database: TestDatabase;
let gateway: Gateway;
/** On the same database, with a clock a minute behind. */
let late: Gateway;
let keys = 0;
const nextKey = (): string => {
  keys += 1;
  return `edges ${keys}`;
};

beforeAll(async () => {
  simulators = await startSimulators();
  database = await createTestDatabase();
  gateway = await startGateway({ env: simulators.env, database });
  await synchronised(gateway);
  late = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, database, now: () => Date.now() - BEHIND_MS });
});
afterAll(async () => {
  await late?.stop();
  await gateway?.stop();
  await database?.drop();
  await simulators?.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const ask = async (at: Gateway, id: string, use: object): Promise<any> => {
  const query =
    'query($id: ID!, $use: UseInput!) { canUse(assetId: $id, use: $use) { verdict reasons { code } license { id } } }';
  const { data, errors } = await at.query('viewer', query, { id, use });
  expect(errors).toEqual([]);
  return { ...data.canUse, codes: data.canUse.reasons.map(({ code }: { code: string }) => code) };
};

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const change = async (mutation: string, type: string, input: object, selection: string): Promise<any> => {
  const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { __typename ${selection} } }`;
  const { data, errors } = await gateway.query('licensor', query, { input });
  expect(errors).toEqual([]);
  return data[mutation];
};

const licensed = async (terms: object): Promise<{ readonly assetId: string; readonly licenseId: string }> => {
  const { id } = await freshAsset(gateway, ADOBE);
  const input = { assetId: id, licenseType: ADOBE.licenseType, idempotencyKey: nextKey(), terms };
  const answer = await buy(gateway, input as Parameters<typeof buy>[1]);
  expect(answer.__typename).toBe('LicenseGranted');
  return { assetId: id, licenseId: answer.license.id };
};

describe('a copy in our own library of a stock asset', () => {
  it('is covered by the license of the stock asset, and stays forbidden where the library says so', async () => {
    const links = await gateway.database.query(
      `select l.asset_id, l.stock_external_id, f.facts->>'validUntil' as ends from asset_link l
       join asset_facts f on f.tenant_id = l.tenant_id and l.asset_id like 'QXNz%'
         and convert_from(decode(rpad(translate(l.asset_id, '-_', '+/'), (ceil(length(l.asset_id) / 4.0) * 4)::int, '='), 'base64'), 'utf8') like '%:' || f.external_id
       where l.tenant_id = 'default' and l.stock_source = 'ADOBE_STOCK'`,
    );
    const ended = links.filter(({ ends }) => ends !== null && Date.parse(String(ends)) < Date.now());
    const find = 'query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id externalId } }';
    const refs = ended.map((link) => ({ source: 'ADOBE_STOCK', externalId: String(link.stock_external_id) }));
    const { data } = await gateway.query('licensor', find, { refs });
    const index = data.assetsByExternalId.findIndex((found: object | null) => found !== null);
    expect(index).toBeGreaterThanOrEqual(0);
    const [stock, copyId] = [data.assetsByExternalId[index], String(ended[index]?.asset_id)];
    const input = {
      assetId: stock.id,
      licenseType: 'contract',
      licensedAt: '2026-01-01T00:00:00Z',
      terms: EVERYTHING,
      idempotencyKey: nextKey(),
    };
    const recorded = await change('recordLicense', 'RecordLicenseInput', input, '... on RecordLicensePayload { license { id } }');
    expect((await ask(gateway, stock.id, WEB)).verdict).toBe('ALLOWED');
    const copy = await ask(gateway, copyId, WEB);
    expect(copy).toMatchObject({ verdict: 'DENIED', license: { id: recorded.license.id } });
    expect(copy.codes).toContain('TERM_ENDED');
  });
});

describe('a use recorded under a license that another has followed', () => {
  it('is a violation from then on', async () => {
    const { assetId, licenseId } = await licensed(EVERYTHING);
    const record = () =>
      change(
        'recordUsage',
        'RecordUsageInput',
        { licenseId, use: WEB, idempotencyKey: nextKey() },
        '... on RecordUsagePayload { usage { verdict violation reasons { code } } }',
      );
    expect((await record()).usage).toMatchObject({ verdict: 'ALLOWED', violation: false });
    const again = { assetId, licenseType: ADOBE.licenseType, reason: 'A second print run', idempotencyKey: nextKey() };
    expect((await buyAgain(gateway, again)).__typename).toBe('LicenseGranted');
    const { usage } = await record();
    expect(usage).toMatchObject({ verdict: 'DENIED', violation: true });
    expect(usage.reasons.map(({ code }: { code: string }) => code)).toContain('LICENSE_SUPERSEDED');
  });
});

describe('a gateway whose clock lags behind', () => {
  it('knows what another has written, and its decisions can be replayed', async () => {
    const { assetId, licenseId } = await licensed(EVERYTHING);
    const terms = { channels: { allowed: ['any'], restricted: ['web'] } };
    await change(
      'stateTerms',
      'StateTermsInput',
      { licenseId, terms, idempotencyKey: nextKey() },
      '... on StateTermsPayload { replayed }',
    );
    expect((await ask(gateway, assetId, WEB)).codes).toContain('CHANNEL_RESTRICTED');
    expect((await ask(late, assetId, WEB)).codes).toContain('CHANNEL_RESTRICTED');
    expect((await ask(late, assetId, { ...WEB, channel: 'email' })).verdict).toBe('ALLOWED');
    const db = openDatabase({ url: database.appUrl, onError: () => {} });
    expect((await replayDecisions(db, 10_000)).differences).toEqual([]);
    await db.destroy();
  });
});

describe('thousands of questions in one query', () => {
  it('are answered', async () => {
    const find = 'query($n: Int!) { searchAssets(filter: { sources: [SMINT_IO] }, first: $n) { edges { node { id } } } }';
    const { data } = await gateway.query('viewer', find, { n: 40 });
    const ids = data.searchAssets.edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(ids.length).toBe(40);
    const uses = Array.from(
      { length: 100 },
      (_, n) => `u${n}: canUse(use: { channel: "web", unit: "copies", units: ${n + 1} }) { verdict }`,
    );
    const answer = await gateway.query('viewer', `query($ids: [ID!]!) { assets(ids: $ids) { ${uses.join(' ')} } }`, { ids });
    expect(answer.errors).toEqual([]);
    expect(answer.data.assets[39].u99.verdict).toMatch(/ALLOWED|DENIED|UNKNOWN/);
  });
});
