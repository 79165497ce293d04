/** Terms for sources that state none: from our reading of their pages, or what the tenant sets in its place, frozen with each license. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import { buildAsset } from '../simulators/adobe-stock/asset.js';
import { buildImage } from '../simulators/getty-images/image.js';
import { canonicalJson, type JsonValue } from '../src/domain/canonical-json.js';
import { DEFAULT_POLICIES } from '../src/domain/default-policies.js';
import { rightsOfOdrl } from '../src/domain/odrl-read.js';
import { UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { termsHash } from '../src/domain/terms-hash.js';
import { choosePolicy, policyName, type TermsPolicy } from '../src/domain/terms-policy.js';
import { checkStatedTerms } from '../src/services/terms.checks.js';
import { openDatabase } from '../src/store/database.js';
import { shipDefaultPolicies } from '../src/store/terms-policy.store.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { odrlComplaints } from './support/odrl-checker.js';
import { ADOBE, assetNamed, buy, GETTY } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const SET = `mutation($input: SetTermsPolicyInput!) { setTermsPolicy(input: $input) { __typename
  ... on SetTermsPolicyPayload { replayed policy { name version isDefault terms setBy citations { title url supports } note } }
  ... on IdempotencyConflict { message }
  ... on InvalidRequest { problems { path code } } } }`;
const WITHDRAW = `mutation($input: WithdrawTermsPolicyInput!) { withdrawTermsPolicy(input: $input) { __typename
  ... on WithdrawTermsPolicyPayload { replayed policy { name terms } } ... on InvalidRequest { problems { path code } } } }`;
const RIGHTS = `rights { model editorialOnly exclusive channels { allowed restricted known } territories { allowed known } termKind
  limits { unit max } attributionRequired modelReleased propertyReleased restrictions restrictionsRead origin originVersion fieldOrigins termsHash odrl }`;

describe('the policy that applies', () => {
  const policy = (more: Partial<TermsPolicy>): TermsPolicy => ({
    uuid: '0',
    isDefault: true,
    source: 'ADOBE_STOCK',
    licenseType: 'Standard',
    editorial: 'ANY',
    model: null,
    version: 1,
    terms: { exclusive: 'NO' },
    citations: [],
    note: null,
    setBy: 'x',
    recordedAt: '2026-01-01T00:00:00.000Z' as TermsPolicy['recordedAt'],
    ...more,
  });
  const own = { isDefault: false } as const;
  const all = { licenseType: '*' } as const;
  const known = { editorialOnly: 'NO', model: 'ROYALTY_FREE' } as const;
  const chosen = (policies: readonly TermsPolicy[], rights: Parameters<typeof choosePolicy>[2] = known) => {
    const found = choosePolicy(policies, 'Standard', rights);
    return found && policyName(found);
  };

  it('is the tenant’s for the type, else the product’s, else the tenant’s for all types, else the product’s', () => {
    const rows = [
      policy({ ...all, version: 5 }),
      policy({ ...all, ...own, version: 4 }),
      policy({}),
      policy({ ...own, version: 7 }),
    ];
    const names = [
      'tenant/adobe-stock/Standard@7',
      'adobe-stock/Standard@1',
      'tenant/adobe-stock/*@4',
      'adobe-stock/*@5',
      undefined,
    ];
    for (const [index, name] of names.entries()) expect(chosen(rows.slice(0, rows.length - index))).toBe(name);
  });

  it('is the newest version, and none that was withdrawn', () => {
    const versions = [
      policy({ ...own, version: 2 }),
      policy({ ...own, version: 3, terms: null }),
      policy({ ...own, version: 1 }),
    ];
    expect(chosen(versions)).toBeUndefined();
    expect(chosen([...versions, policy({})])).toBe('adobe-stock/Standard@1');
    expect(chosen([...versions, policy({ ...own, version: 4 })])).toBe('tenant/adobe-stock/Standard@4');
  });

  it('fits what is known of the asset; where that is unknown, only one for every asset does', () => {
    const rows = [
      policy({ version: 1 }),
      policy({ version: 2, editorial: 'NO' }),
      policy({ version: 3, editorial: 'YES' }),
      policy({ version: 4, editorial: 'NO', model: 'ROYALTY_FREE' }),
      policy({ version: 5, model: 'RIGHTS_MANAGED' }),
    ];
    expect(chosen(rows)).toBe('adobe-stock/Standard@4');
    expect(chosen(rows, { ...known, model: 'UNKNOWN' })).toBe('adobe-stock/Standard@2');
    expect(chosen(rows, { ...known, editorialOnly: 'YES' })).toBe('adobe-stock/Standard@3');
    expect(chosen(rows, { editorialOnly: 'UNKNOWN', model: 'RIGHTS_MANAGED' })).toBe('adobe-stock/Standard@5');
    expect(chosen(rows, { editorialOnly: 'UNKNOWN', model: 'UNKNOWN' })).toBe('adobe-stock/Standard@1');
    expect(chosen(rows.slice(1), { editorialOnly: 'UNKNOWN', model: 'UNKNOWN' })).toBeUndefined();
  });
});

describe('the rows that come with the product', () => {
  const nameOf = (row: (typeof DEFAULT_POLICIES)[number]) => policyName({ ...row, isDefault: true });

  it('are never edited once they are released: a changed reading is a new version', () => {
    const hashes = DEFAULT_POLICIES.map((row) => [
      nameOf(row),
      createHash('sha256')
        .update(canonicalJson(row as unknown as JsonValue))
        .digest('hex')
        .slice(0, 16),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(RELEASED_ROWS);
    expect(new Set(hashes.map(([name]) => name)).size).toBe(DEFAULT_POLICIES.length);
  });

  it('cite a page for what they say, and say nothing that a caller could not state', () => {
    for (const row of DEFAULT_POLICIES) {
      expect([nameOf(row), checkStatedTerms(row.terms ?? {}, 'terms')]).toEqual([nameOf(row), []]);
      expect(row.citations.length).toBeGreaterThan(0);
      for (const { title, url, supports } of row.citations) {
        expect(url).toMatch(/^https:\/\//);
        expect(title.length * supports.length).toBeGreaterThan(0);
      }
    }
  });

  it('open no advertising and no goods to editorial assets, and no goods to Standard licenses', () => {
    for (const { editorial, licenseType, terms } of DEFAULT_POLICIES) {
      if (editorial === 'YES')
        expect(terms?.channels?.restricted).toEqual(
          expect.arrayContaining(['digital_advertising', 'out_of_home', 'merchandise']),
        );
      if (editorial === 'YES' || editorial === 'ANY') expect(terms).not.toHaveProperty('modelReleased');
      if (licenseType.startsWith('Standard')) expect(terms?.channels?.allowed ?? []).not.toContain('merchandise');
    }
  });
});

describe('a license', () => {
  let simulators: Simulators;
  let gateway: Gateway;
  let [key, k] = [0, 300];
  const nextKey = () => `policies-${key++}`;

  const adobeNumber = (editorial: boolean): string => {
    for (;;) {
      const asset = buildAsset(k++);
      if (asset.kind === 'photo' && asset.premium === 0 && asset.editorial === editorial && k % 200 !== 151)
        return String(asset.id);
    }
  };
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
  type Answer = any;
  const rightsOf = async (licenseId: string, caller = 'viewer'): Promise<Answer> => {
    const { data, errors } = await gateway.query(caller, `query($id: ID!) { license(id: $id) { ${RIGHTS} } }`, { id: licenseId });
    expect(errors).toEqual([]);
    return data.license.rights;
  };
  const license = async (source: string, number: string, more: object = {}): Promise<{ id: string; assetId: string }> => {
    const { id: assetId } = await assetNamed(gateway, source, number);
    const outcome = await buy(gateway, { assetId, idempotencyKey: nextKey(), ...more });
    expect(outcome.__typename).toBe('LicenseGranted');
    return { id: outcome.license.id, assetId };
  };
  const set = async (input: object, caller = 'admin'): Promise<Answer> => {
    const { data, errors } = await gateway.query(caller, SET, { input });
    if (errors.length > 0) return errors[0]?.extensions.code;
    return data.setTermsPolicy;
  };
  const withdraw = async (input: object): Promise<Answer> =>
    (await gateway.query('admin', WITHDRAW, { input })).data.withdrawTermsPolicy;
  const STANDARD = { source: 'ADOBE_STOCK', licenseType: 'Standard' };

  beforeAll(async () => {
    simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
    gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off', SPEND_DEADLINE_MS: '60000' } });
    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 100_000 });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulators.stop();
  });

  it('of Adobe Stock has the terms of its type, says where they come from, and is an ODRL policy of the same terms', async () => {
    const bought = await license('ADOBE_STOCK', adobeNumber(false));
    const rights = await rightsOf(bought.id);
    expect(rights).toMatchObject({
      model: 'ROYALTY_FREE',
      editorialOnly: 'NO',
      exclusive: 'NO',
      territories: { allowed: ['WORLD'], known: true },
      termKind: 'PERPETUAL',
      limits: [
        { unit: 'circulation', max: 500_000 },
        { unit: 'copies', max: 500_000 },
        { unit: 'viewers', max: 500_000 },
      ],
      modelReleased: 'YES',
      propertyReleased: 'YES',
      attributionRequired: 'NO',
      origin: 'SOURCE',
      originVersion: 'adobe-stock/Standard@1',
      fieldOrigins: expect.objectContaining({ channels: 'POLICY_TABLE', term: 'POLICY_TABLE', limits: 'POLICY_TABLE' }),
    });
    expect(rights.fieldOrigins).not.toHaveProperty('editorialOnly');
    expect(rights.channels.restricted).toContain('merchandise');
    expect(odrlComplaints(rights.odrl)).toEqual([]);
    expect(rights.odrl).toMatchObject({
      '@type': 'Agreement',
      uid: `urn:clearance:license:${bought.id}:${rights.termsHash}`,
      assigner: 'urn:clearance:source:ADOBE_STOCK',
      assignee: 'urn:clearance:tenant:default',
      permission: [{ target: `urn:clearance:asset:${bought.assetId}`, action: 'use' }],
    });
    const read = rightsOfOdrl(rights.odrl);
    expect('rights' in read && termsHash(read.rights)).toBe(rights.termsHash);
  });

  it('of an editorial asset opens no advertising and knows of no release', async () => {
    const rights = await rightsOf((await license('ADOBE_STOCK', adobeNumber(true))).id);
    expect(rights).toMatchObject({
      editorialOnly: 'YES',
      originVersion: 'adobe-stock/Standard@2',
      modelReleased: 'UNKNOWN',
      limits: [],
    });
    expect(rights.channels.restricted).toEqual(expect.arrayContaining(['tv_advertising', 'packaging']));
    expect(rights.odrl.prohibition.length).toBeGreaterThan(1);
  });

  it('keeps a contract above the policy, and the policy where the contract is silent', async () => {
    const terms = { territories: { allowed: ['DE'] }, limits: [] };
    const { assetId } = { assetId: (await assetNamed(gateway, 'ADOBE_STOCK', adobeNumber(false))).id };
    const mutation =
      'mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) { ... on LicenseGranted { license { id } } } }';
    const { data } = await gateway.query('licensor', mutation, { input: { assetId, terms, idempotencyKey: nextKey() } });
    expect(await rightsOf(data.licenseAsset.license.id)).toMatchObject({
      origin: 'CONTRACT',
      territories: { allowed: ['DE'] },
      limits: [],
      termKind: 'PERPETUAL',
      originVersion: 'adobe-stock/Standard@1',
      fieldOrigins: expect.objectContaining({ term: 'POLICY_TABLE' }),
    });
  });

  it('of a type that nobody has read stays unknown', async () => {
    const creative = Array.from({ length: 400 }, (_, index) => buildImage(500 + index, null)).find(
      ({ productTypes, family }) => productTypes.includes('premiumaccess') && family === 'creative',
    );
    const rights = await rightsOf((await license('GETTY_IMAGES', String(creative?.id), { licenseType: 'premiumaccess' })).id);
    expect(rights).toMatchObject({ termKind: 'UNKNOWN', territories: { known: false }, originVersion: null });
    expect(rights.odrl).not.toHaveProperty('permission');
  });

  it('that is not there leaves the asset with what its source says', async () => {
    const { id } = await assetNamed(gateway, 'ADOBE_STOCK', adobeNumber(false));
    const { data } = await gateway.query('viewer', `query($id: ID!) { asset(id: $id) { ${RIGHTS} } }`, { id });
    const { rights } = data.asset;
    expect(rights).toMatchObject({ originVersion: null, territories: { known: false }, termKind: 'UNKNOWN', fieldOrigins: {} });
    expect(rights.odrl).toMatchObject({ '@type': 'Set', uid: `urn:clearance:terms:${rights.termsHash}` });
    expect(rights.odrl).not.toHaveProperty('permission');
    expect(odrlComplaints(rights.odrl)).toEqual([]);
  });

  it('bought after the tenant set its own terms has those; earlier ones and other tenants’ keep theirs', async () => {
    const before = await license('ADOBE_STOCK', adobeNumber(false));
    const frozen = await rightsOf(before.id);
    const citations = [{ title: 'Our contract', url: 'https://example.com/contract', supports: 'No cap on copies.' }];
    const input = {
      ...STANDARD,
      editorial: 'NO',
      terms: { territories: { allowed: ['WORLD'] }, limits: [] },
      citations,
      note: 'Contract 7',
    };
    expect(await set(input)).toMatchObject({
      __typename: 'SetTermsPolicyPayload',
      replayed: false,
      policy: {
        name: 'tenant/adobe-stock/Standard@1',
        version: 1,
        isDefault: false,
        terms: input.terms,
        setBy: 'key:admin',
        citations,
        note: 'Contract 7',
      },
    });
    const after = await rightsOf((await license('ADOBE_STOCK', adobeNumber(false))).id);
    expect(after).toMatchObject({
      originVersion: 'tenant/adobe-stock/Standard@1',
      limits: [],
      termKind: 'UNKNOWN',
      modelReleased: 'UNKNOWN',
    });
    expect(await rightsOf(before.id)).toEqual(frozen);
    const editorial = await rightsOf((await license('ADOBE_STOCK', adobeNumber(true))).id);
    expect(editorial.originVersion).toBe('adobe-stock/Standard@2');

    const other = await gateway.query(
      'acme/licensor',
      'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id } }',
      { n: adobeNumber(false) },
    );
    const input2 = { assetId: other.data.assetByExternalId.id, idempotencyKey: nextKey() };
    const mutation = `mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) { ... on LicenseGranted { license { ${RIGHTS} } } } }`;
    const { data } = await gateway.query('acme/licensor', mutation, { input: input2 });
    expect(data.licenseAsset.license.rights.originVersion).toBe('adobe-stock/Standard@1');

    expect(await withdraw({ ...STANDARD, editorial: 'NO' })).toMatchObject({
      policy: { name: 'tenant/adobe-stock/Standard@2', terms: null },
    });
    expect(await withdraw({ ...STANDARD, editorial: 'NO' })).toEqual({
      __typename: 'InvalidRequest',
      problems: [{ path: 'licenseType', code: 'NOT_SET' }],
    });
    const again = await rightsOf((await license('ADOBE_STOCK', adobeNumber(false))).id);
    expect(again.originVersion).toBe('adobe-stock/Standard@1');
  });

  it('imported from a history gets the policy once, and a later policy changes nothing of it', async () => {
    const number = adobeNumber(false);
    await simulators.action(ADOBE.simulator, 'purchase-outside', { contentId: Number(number), license: 'Standard' });
    const run = async () =>
      gateway.query(
        'auditor',
        'mutation { importLicenseHistory(input: { source: ADOBE_STOCK }) { ... on ImportLicenseHistoryPayload { import { failure } } } }',
      );
    expect((await run()).data.importLicenseHistory.import.failure).toBeNull();
    const find = `query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { activeLicense { id origin ${RIGHTS} } } }`;
    const imported = (await gateway.query('viewer', find, { n: number })).data.assetByExternalId.activeLicense;
    expect(imported).toMatchObject({
      origin: 'IMPORTED',
      rights: { originVersion: 'adobe-stock/Standard@1', termKind: 'PERPETUAL' },
    });
    await set({ ...STANDARD, terms: { termKind: 'FIXED', validUntil: '2030-01-01T00:00:00Z' } });
    await run();
    expect((await gateway.query('viewer', find, { n: number })).data.assetByExternalId.activeLicense).toEqual(imported);
    const versions = await gateway.database.query(
      "select count(*)::integer as n from license_terms t join license l using (license_id) where l.origin = 'IMPORTED' and t.version > 1",
    );
    expect(versions).toEqual([{ n: 0 }]);
    await withdraw(STANDARD);
  });

  it('is not touched by bad input: all problems at once, and no version', async () => {
    const count = async () => (await gateway.database.query('select count(*)::integer as n from terms_policy'))[0]?.n;
    const before = await count();
    const bad = {
      source: 'SMINT_IO',
      licenseType: 'Standard:7',
      terms: {},
      citations: [{ title: ' ', url: 'javascript:alert(1)', supports: '' }],
      note: '',
      idempotencyKey: ' ',
    };
    expect((await set(bad)).problems.map(({ path, code }: Answer) => `${path} ${code}`)).toEqual([
      'source UNSUPPORTED',
      'licenseType INVALID',
      'terms REQUIRED',
      'citations.0.title INVALID',
      'citations.0.url INVALID',
      'citations.0.supports INVALID',
      'note INVALID',
      'idempotencyKey REQUIRED',
    ]);
    expect((await set({ ...STANDARD, terms: { limits: [{ unit: 'X', max: 1 }] } })).problems).toEqual([
      { path: 'terms.limits.0.unit', code: 'INVALID' },
    ]);
    for (const caller of ['viewer', 'licensor', 'auditor', 'approver'])
      expect(await set({ ...STANDARD, terms: { exclusive: 'NO' } }, caller)).toBe('FORBIDDEN');
    expect(await count()).toBe(before);
  });

  it('policy is set once for a key, however often and at once it is asked', async () => {
    const input = {
      source: 'GETTY_IMAGES',
      licenseType: 'premiumaccess',
      terms: { termKind: 'PERPETUAL' },
      idempotencyKey: nextKey(),
    };
    const all = await Promise.all(Array.from({ length: 8 }, () => set(input)));
    expect(all.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(all.map(({ policy }) => policy.name))).toEqual(new Set(['tenant/getty-images/premiumaccess@1']));
    expect((await set({ ...input, terms: { termKind: 'UNKNOWN' } })).__typename).toBe('IdempotencyConflict');
    const { idempotencyKey: _, ...keyless } = input;
    const more = await Promise.all(Array.from({ length: 4 }, () => set(keyless)));
    expect(more.map(({ policy }) => policy.version).sort()).toEqual([2, 3, 4, 5]);
  });

  it('policies are listed with all their versions, each tenant’s for itself, and their changes stand in the trail', async () => {
    const list = async (caller: string) => {
      const query =
        'query($type: String) { termsPolicies(source: GETTY_IMAGES, licenseType: $type) { name isDefault editorial model terms } }';
      return (await gateway.query(caller, query, { type: 'premiumaccess' })).data.termsPolicies.map(({ name }: Answer) => name);
    };
    expect(await list('auditor')).toEqual([5, 4, 3, 2, 1].map((version) => `tenant/getty-images/premiumaccess@${version}`));
    expect(await list('acme/auditor')).toEqual([]);
    const all = (await gateway.query('acme/auditor', '{ termsPolicies { name isDefault citations { url } } }')).data
      .termsPolicies;
    expect(all).toHaveLength(DEFAULT_POLICIES.length);
    expect((await gateway.query('viewer', '{ termsPolicies { name } }')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    const events = await gateway.database.query(
      "select action, data->>'before' as before, data->>'after' as after from audit_event where subject_type = 'TermsPolicy' order by occurred_at, event_id limit 2",
    );
    expect(events).toEqual([
      { action: 'terms_policy.set', before: null, after: 'tenant/adobe-stock/Standard@1' },
      { action: 'terms_policy.withdrawn', before: 'tenant/adobe-stock/Standard@1', after: 'tenant/adobe-stock/Standard@2' },
    ]);
  });

  it('rows of the product are put in once, whoever does it again', async () => {
    const db = openDatabase({ url: gateway.database.ownerUrl, onError: () => undefined }) as unknown as Kysely<unknown>;
    await Promise.all(Array.from({ length: 3 }, () => shipDefaultPolicies(db)));
    await db.destroy();
    const [row] = await gateway.database.query('select count(*)::integer as n from terms_policy where tenant_id is null');
    expect(row?.n).toBe(DEFAULT_POLICIES.length);
  });
});

/** What was released; a row is only ever added here. */
const RELEASED_ROWS: Readonly<Record<string, string>> = {
  'adobe-stock/Extended@1': '7d265bd03be397da',
  'adobe-stock/Extended@2': '8a67b9e4ecb9fb01',
  'adobe-stock/Extended@3': '85a4de4d2f95671f',
  'adobe-stock/Standard@1': '81029f342e3c9cee',
  'adobe-stock/Standard@2': 'c090ba402502e742',
  'adobe-stock/Standard@3': 'fd34885a8e1d4d5a',
  'adobe-stock/Standard_M@1': 'aba1f424c2eedb74',
  'adobe-stock/Standard_M@2': '5f2282cd646743cd',
  'adobe-stock/Standard_M@3': '31a4e9df6a5fd6ce',
  'adobe-stock/Video_4K@1': 'dc1925791633af40',
  'adobe-stock/Video_4K@2': '440a056a8967becf',
  'adobe-stock/Video_4K@3': '68bfc0d6c781d23a',
  'adobe-stock/Video_HD@1': '3f34c7fe7afd1e35',
  'adobe-stock/Video_HD@2': 'bb3bce269ef04f1a',
  'adobe-stock/Video_HD@3': '66dd2c847bd7b0cf',
  'getty-images/*@1': '786b2ad614ab6511',
  'getty-images/creditpack@1': '9ec89d00b28f0d3e',
  'getty-images/imagepack@1': '9e28fb63646d66be',
  'getty-images/royaltyfreesubscription@1': 'e221fca002d270ab',
};

it('asks for nothing of an asset of which nothing is known', () => {
  const rows = DEFAULT_POLICIES.map((row, index) => ({ ...row, uuid: String(index), isDefault: true, setBy: 'clearance' }));
  expect(
    choosePolicy(
      rows.filter(({ source }) => source === 'GETTY_IMAGES'),
      'imagepack',
      UNKNOWN_RIGHTS,
    ),
  ).toBeUndefined();
});
