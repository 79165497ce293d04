/** Whether an asset may be used, through the front door: unlicensed, licensed, stated, ended; recorded, and decided again later. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { replayDecisions } from '../src/services/rights-replay.service.js';
import { openDatabase } from '../src/store/database.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { ADOBE, assetNamed, buy, freshAsset, GETTY } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const DAY_MS = 86_400_000;
const EVERYTHING = {
  model: 'ROYALTY_FREE',
  editorialOnly: 'NO',
  channels: { allowed: ['web', 'email', 'social', 'print'] },
  territories: { allowed: ['DE', 'AT', 'CH'] },
  termKind: 'PERPETUAL',
  limits: [],
  attributionRequired: 'NO',
  modelReleased: 'YES',
  propertyReleased: 'YES',
  restrictions: [],
};
const DECISION = `id verdict reasons { code effect field origin message } duties { kind text } use { channel purpose territories units }
  license { id } termsHash rulesVersion decidedAt`;
const CAN_USE = `query($id: ID!, $use: UseInput!) { canUse(assetId: $id, use: $use) { ${DECISION} } asset(id: $id) { canUse(use: $use) { ${DECISION} } } }`;

let simulators: Simulators;
let gateway: Gateway;
let clock = Date.now();
let keys = 0;

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: simulators.env, now: () => clock });
  await synchronised(gateway);
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const ask = async (id: string, use: object, caller = 'viewer'): Promise<any> => {
  const { data, errors } = await gateway.query(caller, CAN_USE, { id, use });
  expect(errors).toEqual([]);
  expect(data.asset.canUse).toEqual(data.canUse);
  return data.canUse;
};
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const codes = (decision: any): string[] => decision.reasons.map(({ code }: { code: string }) => code);

const licensed = async (terms: object): Promise<{ readonly assetId: string; readonly licenseId: string }> => {
  const { id } = await freshAsset(gateway, ADOBE);
  keys += 1;
  const input = { assetId: id, licenseType: ADOBE.licenseType, idempotencyKey: `can use ${keys}`, terms };
  const answer = await buy(gateway, input as Parameters<typeof buy>[1]);
  expect(answer.__typename).toBe('LicenseGranted');
  return { assetId: id, licenseId: answer.license.id };
};

describe('without a license', () => {
  it('an asset that the source says is not licensed is denied, whatever its terms', async () => {
    const { id } = await freshAsset(gateway, ADOBE);
    const decision = await ask(id, { channel: 'web', territories: ['DE'] });
    expect(decision).toMatchObject({ verdict: 'DENIED', license: null, use: { purpose: 'COMMERCIAL', units: 1 } });
    expect(codes(decision)).toContain('NOT_LICENSED');
  });

  it('an asset of a source that does not say is unknown, never allowed', async () => {
    const { id } = await freshAsset(gateway, GETTY);
    const decision = await ask(id, { channel: 'web', purpose: 'EDITORIAL', territories: ['DE'] });
    expect(decision.verdict).toBe('UNKNOWN');
    expect(codes(decision)).toContain('NO_LICENSE_KNOWN');
  });

  it('a picture of our own library needs none, and is decided by what the library says of it', async () => {
    const [row] = await gateway.database.query(
      "select external_id from asset_facts where tenant_id = 'default' and facts->>'stockOrigin' is null order by 1 limit 1",
    );
    const { id } = await assetNamed(gateway, 'PHOTOSHELTER', String(row?.external_id));
    const decision = await ask(id, { channel: 'web', territories: ['DE'] });
    expect(decision.verdict).not.toBe('ALLOWED');
    expect(codes(decision)).toContain('CHANNEL_NOT_STATED');
    expect(codes(decision)).not.toContain('NO_LICENSE_KNOWN');
  });
});

describe('with a license and stated terms', () => {
  it('is allowed within them, denied outside, unknown where they or the use are silent', async () => {
    const { assetId, licenseId } = await licensed(EVERYTHING);
    const allowed = await ask(assetId, { channel: 'web', territories: ['DE'] });
    expect(allowed.reasons.filter(({ effect }: { effect: string }) => effect !== 'ALLOWED')).toEqual([]);
    expect(allowed).toMatchObject({ verdict: 'ALLOWED', license: { id: licenseId }, rulesVersion: 'use-rules/1' });
    expect(allowed.reasons.every(({ effect }: { effect: string }) => effect === 'ALLOWED')).toBe(true);
    expect(allowed.termsHash).toMatch(/^v1:sha256:/);
    expect(await ask(assetId, { channel: 'web', territories: ['FR'] })).toMatchObject({ verdict: 'DENIED' });
    expect(await ask(assetId, { channel: 'tv', territories: ['DE'] })).toMatchObject({ verdict: 'DENIED' });
    expect(await ask(assetId, { channel: 'web' })).toMatchObject({ verdict: 'UNKNOWN' });
    expect(await ask(assetId, { channel: 'hologram', territories: ['DE'] })).toMatchObject({ verdict: 'UNKNOWN' });
  });

  it('is denied from the moment the term ends, with no sweep between', async () => {
    const end = new Date(clock + 3 * DAY_MS).toISOString();
    const { termKind: _perpetual, ...open } = EVERYTHING;
    const { assetId } = await licensed({ ...open, validUntil: end });
    const use = { channel: 'web', territories: ['DE'] };
    expect(await ask(assetId, use)).toMatchObject({
      verdict: 'ALLOWED',
      duties: expect.arrayContaining([expect.objectContaining({ kind: 'END_BY' })]),
    });
    const before = clock;
    try {
      clock = Date.parse(end);
      const after = await ask(assetId, use);
      expect(after.verdict).toBe('DENIED');
      expect(codes(after)).toContain('TERM_ENDED');
    } finally {
      clock = before;
    }
  });

  it('stays a matter of each tenant', async () => {
    const { assetId } = await licensed(EVERYTHING);
    const { data } = await gateway.query('acme/viewer', CAN_USE, { id: assetId, use: { channel: 'web' } });
    expect(data).toEqual({ canUse: null, asset: null });
  });
});

describe('bad input', () => {
  it.each([
    ['a channel in capitals', { channel: 'Web' }, /use\.channel/],
    ['an empty channel', { channel: '' }, /use\.channel/],
    ['no country', { channel: 'web', territories: ['Germany'] }, /use\.territories\.0/],
    ['no territory at all', { channel: 'web', territories: [] }, /use\.territories/],
    [
      'an end before the start',
      { channel: 'web', startsAt: '2027-01-02T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' },
      /use\.endsAt/,
    ],
    ['no unit at all', { channel: 'web', unit: 'circulation', units: 0 }, /use\.units/],
  ])('%s is told as such', async (_name, use, message) => {
    const { id } = await freshAsset(gateway, ADOBE);
    const { data, errors } = await gateway.query('viewer', CAN_USE, { id, use });
    expect(data?.canUse ?? null).toBeNull();
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toMatch(message);
  });
});

describe('searching for what may be used', () => {
  it('shows what is allowed and nothing that is unknown', async () => {
    const { assetId } = await licensed(EVERYTHING);
    const search = `query($use: UseInput) { searchAssets(filter: { sources: [ADOBE_STOCK], licensedByUs: true, usableFor: $use }, first: 100) {
      edges { node { id canUse(use: { channel: "web", territories: ["DE"] }) { verdict } } } totalCount sources { state } } }`;
    const { data, errors } = await gateway.query('viewer', search, { use: { channel: 'web', territories: ['DE'] } });
    expect(errors).toEqual([]);
    const nodes = data.searchAssets.edges.map(({ node }: { node: { id: string; canUse: { verdict: string } } }) => node);
    expect(nodes.every(({ canUse }: { canUse: { verdict: string } }) => canUse.verdict === 'ALLOWED')).toBe(true);
    const denied = await gateway.query('viewer', search, { use: { channel: 'web', territories: ['FR'] } });
    expect(denied.data.searchAssets.edges).toEqual([]);
    expect(data.searchAssets.totalCount).toBeNull();
    expect(assetId).toBeTruthy();
  });
});

describe('the record', () => {
  it('keeps a decision once a day, and the same answer comes out of it again', async () => {
    const { assetId } = await licensed(EVERYTHING);
    for (const territory of ['DE', 'FR', 'DE']) await ask(assetId, { channel: 'web', territories: [territory] });
    const rows = await gateway.database.query('select verdict, asked_by, terms, digest from use_decision where asset_id = $1', [
      assetId,
    ]);
    expect(rows.map(({ verdict }) => verdict).sort()).toEqual(['ALLOWED', 'DENIED']);
    expect(rows[0]?.asked_by).toBe('key:viewer');
    const db = openDatabase({ url: gateway.database.appUrl, onError: () => {} });
    const { replayed, differences } = await replayDecisions(db, 10_000);
    await db.destroy();
    expect(differences).toEqual([]);
    expect(replayed).toBeGreaterThan(10);
  });

  it('tells what was tampered with', async () => {
    const { assetId } = await licensed(EVERYTHING);
    await ask(assetId, { channel: 'web', territories: ['DE'] });
    const owner = gateway.database;
    await owner.query('alter table use_decision disable trigger use_decision_no_change');
    await owner.query("update use_decision set verdict = 'DENIED' where asset_id = $1", [assetId]);
    await owner.query('alter table use_decision enable always trigger use_decision_no_change');
    const db = openDatabase({ url: owner.appUrl, onError: () => {} });
    const { differences } = await replayDecisions(db, 10_000);
    await db.destroy();
    expect(differences).toHaveLength(1);
    expect(differences[0]?.what).toMatch(/it was .*DENIED.*now it is .*ALLOWED/s);
  });
});
