/** What a purchase through GraphQL can answer other than a license, at each source, and who may not even ask. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildAsset } from '../simulators/adobe-stock/asset.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { ADOBE, assetNamed, booked, buy, freshAsset, GETTY, operationRow, order, spends, trailOf } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

const filmInHd = () => {
  for (let k = 0; ; k += 1) {
    const asset = buildAsset(k);
    if (asset.kind === 'video' && asset.width === 1920 && k % 200 !== 150) return asset;
  }
};

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: simulators.env });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

describe('Adobe Stock', () => {
  const account = (kind: string) => simulators.action(ADOBE.simulator, 'set-account', { kind });
  afterEach(() => account('enterprise-universal'));

  it('charging extra needs a word from the caller, and the key stays free until then', async () => {
    await account('consumer-overage');
    const asset = await freshAsset(gateway, ADOBE);
    const input = { assetId: asset.id, idempotencyKey: 'overage', licenseType: 'Standard' };
    expect(await buy(gateway, input)).toMatchObject({ __typename: 'OverageConfirmationRequired', price: { currency: 'USD' } });
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(0);
    expect((await buy(gateway, { ...input, acceptOverage: true })).__typename).toBe('LicenseGranted');
    expect(await booked(simulators, ADOBE, asset.externalId)).toHaveLength(1);
    expect((await buy(gateway, input)).__typename).toBe('IdempotencyConflict');
  });

  it('that sells on its site alone, or not at all, is never asked to sell', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    await account('consumer-checkout');
    const checkout = await buy(gateway, { assetId: asset.id, idempotencyKey: 'checkout' });
    expect(checkout).toMatchObject({ __typename: 'CheckoutRequired', url: expect.stringContaining('http') });
    await account('enterprise-standard');
    const film = await assetNamed(gateway, 'ADOBE_STOCK', String(filmInHd().id));
    const refused = await buy(gateway, { assetId: film.id, idempotencyKey: 'refused' });
    expect(refused).toMatchObject({ __typename: 'LicenseRefused', operation: { state: 'REJECTED' } });
    expect(await buy(gateway, { assetId: film.id, idempotencyKey: 'refused' })).toEqual(refused);
    expect(await trailOf(gateway, 'refused')).toEqual(['license.requested', 'license.refused']);
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(0);
    expect(await spends(simulators, ADOBE, film.externalId)).toBe(0);
  });

  it('that wants a reference says which, and takes it under the same key', async () => {
    await account('references-required');
    const asset = await freshAsset(gateway, ADOBE);
    const input = { assetId: asset.id, idempotencyKey: 'references' };
    const asked = await buy(gateway, input);
    expect(asked).toMatchObject({ __typename: 'InvalidRequest', problems: [{ code: 'REQUIRED' }] });
    expect(asked.problems[0].message).toContain('"2"');
    const given = { ...input, references: [{ key: '2', value: 'Harbour project' }] };
    expect((await buy(gateway, given)).__typename).toBe('LicenseGranted');
    const [entry] = await booked(simulators, ADOBE, asset.externalId);
    expect(JSON.stringify(entry?.detail)).toContain('Harbour project');
  });

  it('has no 4K license of a film in HD, and hears nothing of the attempt', async () => {
    const asset = await assetNamed(gateway, 'ADOBE_STOCK', String(filmInHd().id));
    const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: '4k', licenseType: 'Video_4K' });
    expect(answer).toMatchObject({ __typename: 'InvalidRequest', problems: [{ message: expect.stringContaining('Video_HD') }] });
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(0);
  });

  it('says that the license is held right after the purchase, in spite of the cache', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const look = async () =>
      (await gateway.query('viewer', 'query($id: ID!) { asset(id: $id) { sourceLicense { state } } }', { id: asset.id })).data
        .asset;
    expect(await look()).toEqual({ sourceLicense: { state: 'NOT_LICENSED' } });
    await buy(gateway, { assetId: asset.id, idempotencyKey: 'fresh' });
    expect(await look()).toEqual({ sourceLicense: { state: 'LICENSED' } });
  });
});

describe('Getty Images', () => {
  const requirements = (download_requirements: Record<string, unknown>) =>
    simulators.action(GETTY.simulator, 'set-account', { products: [{ id: 3101, download_requirements }] });

  it('that wants a note and a project code says so, refuses a wrong code unsent, and takes the right ones', async () => {
    await requirements({ is_note_required: true, is_project_code_required: true, project_codes: ['ONE', 'TWO'] });
    const asset = await freshAsset(gateway, GETTY);
    const input = { assetId: asset.id, idempotencyKey: 'codes', licenseType: 'premiumaccess' };
    const note = { key: 'download_notes', value: 'Spring' };
    const asked = await buy(gateway, input);
    expect(asked.__typename).toBe('InvalidRequest');
    expect(asked.message).toContain('"project_code"');
    expect(asked.message).toContain('"download_notes"');
    const wrong = { ...input, idempotencyKey: 'wrong', references: [note, { key: 'project_code', value: 'NINE' }] };
    expect((await buy(gateway, wrong)).__typename).toMatch(/^(LicenseRefused|InvalidRequest)$/);
    expect(await spends(simulators, GETTY, asset.externalId)).toBe(0);
    const right = { ...input, references: [note, { key: 'project_code', value: 'TWO' }] };
    const { operation } = await buy(gateway, right);
    expect(operation.state).toBe('CONFIRMED');
    const [entry] = await booked(simulators, GETTY, asset.externalId);
    const { operation_id } = await operationRow(gateway, 'codes');
    expect(entry?.detail).toMatchObject({ projectCode: 'TWO', downloadNotes: `Spring [clearance:${operation_id}]` });
    await requirements({ is_note_required: false, is_project_code_required: false, project_codes: ['ALPHA', 'BETA', 'GAMMA'] });
  });

  it('with its allowance used up is overage for those who accept it', async () => {
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    const asset = await freshAsset(gateway, GETTY);
    const input = { assetId: asset.id, idempotencyKey: 'getty-overage', licenseType: 'premiumaccess' };
    expect((await buy(gateway, input)).__typename).toBe('OverageConfirmationRequired');
    expect((await buy(gateway, { ...input, acceptOverage: true })).__typename).toBe('LicenseGranted');
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 400 });
  });
});

describe('who and what cannot be sold', () => {
  it('libraries that sell nothing say so', async () => {
    await synchronised(gateway);
    for (const [source, sql] of [
      ['PHOTOSHELTER', 'select external_id from asset_facts limit 1'],
      ['SMINT_IO', "select external_id from stored_asset where asset->'key'->>'lane' = 'transaction' limit 1"],
    ] as const) {
      const [row] = await gateway.database.query(sql);
      const asset = await assetNamed(gateway, source, String(row?.external_id));
      const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: `nothing-${source}` });
      expect(answer).toMatchObject({ __typename: 'UnsupportedBySource', source });
    }
  });

  it('a viewer, a stranger and a colleague of another tenant buy nothing', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    for (const [caller, code] of [
      ['viewer', 'FORBIDDEN'],
      ['auditor', 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const) {
      const { data, errors } = await order(gateway, { assetId: asset.id, idempotencyKey: 'stolen' }, caller);
      expect(data?.licenseAsset ?? null).toBeNull();
      expect(errors[0]?.extensions.code).toBe(code);
    }
    const foreign = await buy(gateway, { assetId: asset.id, idempotencyKey: 'foreign' }, 'acme/licensor');
    expect(foreign).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path: 'assetId' }] });
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(0);
    expect(await operationRow(gateway, 'stolen')).toEqual({});
  });

  it('a key of one tenant names nothing at another', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    await buy(gateway, { assetId: asset.id, idempotencyKey: 'same-key' });
    const { data } = await gateway.query('acme/licensor', '{ licenseOperation(idempotencyKey: "same-key") { id } }');
    expect(data.licenseOperation).toBeNull();
    const { data: theirs } = await gateway.query(
      'acme/viewer',
      `{ assetByExternalId(source: ADOBE_STOCK, externalId: "${asset.externalId}") { id licenses { totalCount } activeLicense { id } } }`,
    );
    expect(theirs.assetByExternalId).toMatchObject({ licenses: { totalCount: 0 }, activeLicense: null });
    const bought = await buy(gateway, { assetId: theirs.assetByExternalId.id, idempotencyKey: 'same-key' }, 'acme/licensor');
    expect(bought).toMatchObject({ __typename: 'LicenseAlreadyHeld', license: { origin: 'ALREADY_OWNED' } });
  });
});
