/** Terms stated, renewed, corrected and ended through the front door: once each, the old ones readable, and the license in the state that they say. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, buy, freshAsset, GETTY, OUTCOME } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const START = Date.UTC(2026, 2, 1, 12);
const DAY = 86_400_000;
const dayAfter = (days: number) => new Date(START + days * DAY).toISOString();

let simulators: Simulators;
let gateway: Gateway;
let now = START;
let count = 0;
const key = () => `terms-${count++}`;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, now: () => now });
});
beforeEach(() => {
  now = START;
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const RIGHTS = `rights { model termKind validFrom validUntil origin termsHash limitsComplete restrictionsRead restrictions
  channels { allowed restricted known nothingAllowed } territories { allowed known nothingAllowed } limits { unit max } }`;
const LICENSE = `license { id state origin licensedBy licensedAt price { amount currency } orderNumber sourceReference ${RIGHTS} }`;
const REFUSED = `... on InvalidRequest { message problems { path code } } ... on IdempotencyConflict { message }`;
const STATE = `mutation($input: StateTermsInput!) { stateTerms(input: $input) { __typename ... on StateTermsPayload { replayed ${LICENSE} } ${REFUSED} } }`;
const RENEW = `mutation($input: RecordRenewalInput!) { recordRenewal(input: $input) { __typename ... on RecordRenewalPayload { replayed ${LICENSE} } ${REFUSED} } }`;
const RECORD = `mutation($input: RecordLicenseInput!) { recordLicense(input: $input) { __typename ... on RecordLicensePayload { replayed ${LICENSE} } ${REFUSED} } }`;

type Input = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const call = async (mutation: string, input: Input, caller = 'licensor'): Promise<any> => {
  const { data, errors } = await gateway.query(caller, mutation, { input });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
};
const state = (input: Input) => call(STATE, { idempotencyKey: key(), ...input });
const renew = (input: Input) => call(RENEW, { idempotencyKey: key(), system: 'erp', reference: key(), ...input });
const record = (input: Input) =>
  call(RECORD, { idempotencyKey: key(), licenseType: 'Standard', licensedAt: dayAfter(-9), ...input });

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const read = async (id: string, more = ''): Promise<any> => {
  const { data, errors } = await gateway.query('viewer', `query($id: ID!) { license(id: $id) { id state ${RIGHTS} ${more} } }`, {
    id,
  });
  expect(errors).toEqual([]);
  return data.license;
};
const eventsOf = async (id: string): Promise<readonly { action: string; actor: string; data: Record<string, unknown> }[]> => {
  const { data } = await gateway.query(
    'auditor',
    'query($id: ID!) { license(id: $id) { auditEvents(first: 50) { edges { node { action actor data } } } } }',
    { id },
  );
  return data.license.auditEvents.edges.map((edge: { node: unknown }) => edge.node).reverse();
};
const versionCount = async (id: string): Promise<number> => {
  const uuid = Buffer.from(id, 'base64url').toString('utf8').split(':')[1];
  return Number(
    (await gateway.database.query('select count(*)::integer as n from license_terms where license_id = $1', [uuid]))[0]?.n,
  );
};
const bought = async (more: Input = {}): Promise<{ id: string; asset: { id: string; externalId: string } }> => {
  const asset = await freshAsset(gateway, ADOBE);
  const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: key(), ...more });
  expect(answer.__typename).toBe('LicenseGranted');
  return { id: answer.license.id, asset };
};

describe('a renewal', () => {
  const terms = { validUntil: dayAfter(400) };

  it('reported again, under the same key and others, later and at the same moment, makes one version and one event', async () => {
    const { id } = await bought();
    const input = { licenseId: id, reference: `renewal ${id}`, terms };
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => renew({ ...input, idempotencyKey: `${id} ${n % 5}` })));
    expect(answers.map(({ __typename }) => __typename)).toEqual(answers.map(() => 'RecordRenewalPayload'));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    now += 3 * DAY;
    for (const idempotencyKey of [`${id} 0`, `${id} late`]) {
      const again = await renew({ ...input, idempotencyKey });
      expect(again).toMatchObject({ replayed: true, license: { id, rights: { validUntil: terms.validUntil } } });
    }
    expect(await versionCount(id)).toBe(2);
    expect((await eventsOf(id)).map(({ action }) => action).filter((action) => action === 'license.renewed')).toHaveLength(1);
  });

  it('with other arguments under its reference or its key is a conflict without effect', async () => {
    const { id } = await bought();
    const other = await bought();
    const input = { licenseId: id, reference: `renewal ${id}`, idempotencyKey: `key ${id}`, terms };
    await renew(input);
    const conflicts = [
      { ...input, idempotencyKey: key(), terms: { validUntil: dayAfter(500) } },
      { ...input, idempotencyKey: key(), licenseId: other.id },
      { ...input, reference: 'another' },
      { ...input, note: 'more' },
    ];
    for (const conflict of conflicts) expect((await renew(conflict)).__typename).toBe('IdempotencyConflict');
    expect([await versionCount(id), await versionCount(other.id)]).toEqual([2, 1]);
    // Another system may use the same reference.
    expect(await renew({ ...input, idempotencyKey: key(), system: 'dam' })).toMatchObject({ replayed: false });
  });

  it('leaves the old terms readable at the old date, on both axes', async () => {
    const { id } = await bought({ terms: { validUntil: dayAfter(30), channels: { allowed: ['web'] } } });
    now = START + 20 * DAY;
    const renewed = await renew({
      licenseId: id,
      terms: { validUntil: dayAfter(395), channels: { allowed: ['any'] } },
      effectiveFrom: dayAfter(30),
    });
    expect(renewed.license).toMatchObject({
      state: 'ACTIVE',
      rights: { validUntil: dayAfter(30), channels: { allowed: ['web'] } },
    });
    const license = await read(
      id,
      `old: rights(asOf: "${dayAfter(10)}") { validUntil } first: rights(asOf: "${dayAfter(-10)}") { validUntil }
       ahead: rightsAsOf(validAt: "${dayAfter(31)}") { validUntil channels { allowed } }
       known: rightsAsOf(validAt: "${dayAfter(31)}", knownAt: "${dayAfter(19)}") { validUntil }
       before: rightsAsOf(validAt: "${dayAfter(31)}", knownAt: "${dayAfter(-1)}") { validUntil }`,
    );
    expect(license).toMatchObject({
      old: { validUntil: dayAfter(30) },
      first: { validUntil: dayAfter(30) },
      ahead: { validUntil: dayAfter(395), channels: { allowed: ['any'] } },
      known: { validUntil: dayAfter(30) },
      before: null,
    });
    now = START + 31 * DAY;
    expect(await read(id)).toMatchObject({ state: 'ACTIVE', rights: { validUntil: dayAfter(395) } });
    now = START + 395 * DAY;
    expect(await read(id)).toMatchObject({ state: 'EXPIRED', rights: { validUntil: dayAfter(395) } });
  });

  it('brings an expired license back, and PERPETUAL takes its end away', async () => {
    const { id } = await bought({ terms: { validUntil: dayAfter(5) } });
    now = START + 6 * DAY;
    expect((await read(id)).state).toBe('EXPIRED');
    expect((await renew({ licenseId: id, terms: { termKind: 'PERPETUAL' } })).license).toMatchObject({
      state: 'ACTIVE',
      rights: { termKind: 'PERPETUAL', validUntil: null },
    });
    // The term had ended for a day all the same.
    const { gap } = await read(id, `gap: rightsAsOf(validAt: "${dayAfter(5.5)}") { validUntil }`);
    expect(gap.validUntil).toBe(dayAfter(5));
  });
});

describe('a cancellation', () => {
  it('ends the term when it says, and an earlier end stays', async () => {
    const { id } = await bought({ terms: { validUntil: dayAfter(100) } });
    const input = { licenseId: id, kind: 'CANCELLATION', effectiveFrom: dayAfter(10), note: 'Contract ended' };
    expect((await renew(input)).license.state).toBe('ACTIVE');
    now = START + 10 * DAY;
    expect(await read(id)).toMatchObject({ state: 'EXPIRED', rights: { validUntil: dayAfter(10), termKind: 'FIXED' } });
    await renew({ licenseId: id, kind: 'CANCELLATION', effectiveFrom: dayAfter(50) });
    expect(await read(id)).toMatchObject({ state: 'EXPIRED', rights: { validUntil: dayAfter(10) } });
    const ended = (await eventsOf(id)).find(({ action }) => action === 'license.ended');
    expect(ended).toMatchObject({
      action: 'license.ended',
      actor: 'key:licensor',
      data: { effectiveFrom: dayAfter(10), note: 'Contract ended', system: 'erp' },
    });
    expect(ended?.data.before).not.toBe(ended?.data.after);
  });

  it('is now where no time is given, and a renewal that began later ends with it', async () => {
    const { id } = await bought({ terms: { validUntil: dayAfter(30) } });
    await renew({ licenseId: id, terms: { validUntil: dayAfter(90) }, effectiveFrom: dayAfter(30) });
    expect((await renew({ licenseId: id, kind: 'CANCELLATION' })).license).toMatchObject({
      state: 'EXPIRED',
      rights: { validUntil: dayAfter(0) },
    });
    now = START + 40 * DAY;
    expect(await read(id)).toMatchObject({ state: 'EXPIRED', rights: { validUntil: dayAfter(0) } });
  });
});

describe('terms of a contract', () => {
  it('given with a purchase are frozen with the license, and belong to the call', async () => {
    const terms = {
      channels: { allowed: ['web', 'social'], restricted: ['tv'] },
      territories: { allowed: ['DE'] },
      limits: [{ unit: 'copies', max: 5 }],
    };
    const asset = await freshAsset(gateway, GETTY);
    const input = { assetId: asset.id, idempotencyKey: key(), licenseType: GETTY.licenseType, terms };
    const granted = await buy(gateway, input);
    expect(granted.__typename).toBe('LicenseGranted');
    expect((await read(granted.license.id)).rights).toMatchObject({
      ...terms,
      channels: { ...terms.channels, known: true, nothingAllowed: false },
      origin: 'CONTRACT',
      limitsComplete: true,
      restrictionsRead: false,
    });
    expect(await buy(gateway, input)).toMatchObject({ __typename: 'LicenseGranted', replayed: true });
    const { terms: _none, ...without } = input;
    for (const other of [without, { ...input, terms: { ...terms, limits: [] } }])
      expect((await buy(gateway, other)).__typename).toBe('IdempotencyConflict');
    const [requested] = await gateway.database.query(
      "select data->'terms' as terms from audit_event where action = 'license.requested' and data->>'idempotencyKey' = $1",
      [input.idempotencyKey],
    );
    expect(requested?.terms).toEqual(terms);
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
  });

  it('are taken by a further license and by each of many as well', async () => {
    const { asset } = await bought();
    const again = await gateway.query(
      'licensor',
      `mutation($input: RelicenseAssetInput!) { relicenseAsset(input: $input) { ${OUTCOME} } }`,
      { input: { assetId: asset.id, idempotencyKey: key(), reason: 'Second run', terms: { model: 'RIGHTS_MANAGED' } } },
    );
    expect((await read(again.data.relicenseAsset.license.id)).rights).toMatchObject({
      model: 'RIGHTS_MANAGED',
      origin: 'CONTRACT',
    });
    const many = await freshAsset(gateway, ADOBE);
    const { data } = await gateway.query(
      'licensor',
      `mutation($input: LicenseAssetsInput!) { licenseAssets(input: $input) { ... on LicenseAssetsPayload { items { outcome { ${OUTCOME} } } } } }`,
      { input: { idempotencyKey: key(), items: [{ assetId: many.id, terms: { channels: { allowed: [] } } }] } },
    );
    const [item] = data.licenseAssets.items;
    expect((await read(item.outcome.license.id)).rights.channels).toMatchObject({
      allowed: [],
      known: true,
      nothingAllowed: true,
    });
  });

  it('can be stated later: for all of the time, or from a day on', async () => {
    const { id } = await bought();
    now = START + DAY;
    const input = {
      licenseId: id,
      terms: { channels: { allowed: ['web'] }, restrictions: [] },
      idempotencyKey: key(),
      note: 'Contract 7',
    };
    const stated = await state(input);
    expect(stated).toMatchObject({
      __typename: 'StateTermsPayload',
      replayed: false,
      license: { rights: { origin: 'CONTRACT', restrictionsRead: true, channels: { allowed: ['web'] } } },
    });
    expect(await state(input)).toMatchObject({ replayed: true });
    expect((await state({ ...input, note: 'Contract 8' })).__typename).toBe('IdempotencyConflict');
    await state({
      licenseId: id,
      terms: { channels: { allowed: ['web', 'print'] } },
      effectiveFrom: dayAfter(10),
      effectiveUntil: dayAfter(20),
    });
    const { early, campaign, late } = await read(
      id,
      ['early', 'campaign', 'late']
        .map((name, n) => `${name}: rightsAsOf(validAt: "${dayAfter(10 * n - 1 + (n > 0 ? 1 : 0))}") { channels { allowed } }`)
        .join(' '),
    );
    expect([early, campaign, late].map(({ channels }) => channels.allowed)).toEqual([['web'], ['web', 'print'], ['web']]);
    const [event] = (await eventsOf(id)).filter(({ action }) => action === 'license.terms_stated');
    expect(event?.data).toMatchObject({ note: 'Contract 7', effectiveFrom: null, effectiveUntil: null, versions: [2] });
    expect(event?.data.after).toBe(stated.license.rights.termsHash);
  });

  it('stated after a renewal that begins later leave the renewal in force', async () => {
    const { id } = await bought({ terms: { validUntil: dayAfter(30) } });
    await renew({ licenseId: id, terms: { validUntil: dayAfter(90) }, effectiveFrom: dayAfter(30) });
    await state({ licenseId: id, terms: { channels: { allowed: ['web'] } } });
    now = START + 40 * DAY;
    expect(await read(id)).toMatchObject({
      state: 'ACTIVE',
      rights: { validUntil: dayAfter(90), channels: { allowed: ['web'] } },
    });
  });
});

describe('a license bought elsewhere', () => {
  it('is recorded once, with its own terms, and nothing is bought', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const input = {
      assetId: asset.id,
      idempotencyKey: key(),
      licensor: 'Print department',
      price: { amount: '120.50', currency: 'EUR' },
      orderNumber: 'PO-9',
      sourceReference: 'S-1',
      terms: { validUntil: dayAfter(30) },
    };
    const answers = await Promise.all([record(input), record(input), record(input)]);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ license }) => license.id)).size).toBe(1);
    const { license } = answers[0];
    expect(license).toMatchObject({
      state: 'ACTIVE',
      origin: 'RECORDED',
      licensedBy: 'Print department',
      licensedAt: dayAfter(-9),
    });
    expect(license).toMatchObject({
      price: input.price,
      orderNumber: 'PO-9',
      rights: { origin: 'CONTRACT', validUntil: dayAfter(30) },
    });
    expect((await eventsOf(license.id)).map(({ action }) => action)).toEqual(['license.recorded']);
    expect((await record({ ...input, orderNumber: 'PO-10' })).__typename).toBe('IdempotencyConflict');
    expect(await booked(simulators, ADOBE, asset.externalId)).toEqual([]);
    // It counts as held: the next purchase of the same type spends nothing.
    const next = await buy(gateway, { assetId: asset.id, idempotencyKey: key(), licenseType: 'Standard' });
    expect(next.__typename).toBe('LicenseAlreadyHeld');
  });

  it('is refused for what is not there, and for what cannot be', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const gone = Buffer.from(
      Buffer.from(asset.id, 'base64url').toString('utf8').replace(asset.externalId, '999999999999'),
    ).toString('base64url');
    expect((await record({ assetId: gone })).problems).toEqual([{ path: 'assetId', code: 'NOT_FOUND' }]);
    const bad = await record({
      assetId: asset.id,
      licenseType: ' ',
      licensedAt: dayAfter(1),
      licensor: '',
      price: { amount: '-1', currency: 'euro' },
      terms: { limits: [{ unit: 'copies', max: 0 }] },
    });
    expect(bad.problems.map(({ path }: { path: string }) => path)).toEqual([
      'licenseType',
      'licensedAt',
      'licensor',
      'price.amount',
      'price.currency',
      'terms.limits.0.max',
    ]);
  });
});

describe('bad input', () => {
  const BAD: readonly (readonly [string, Input, readonly (readonly [string, string])[]])[] = [
    [
      'a territory in words',
      { territories: { allowed: ['Germany', 'XX', 'DE'] } },
      [
        ['terms.territories.allowed.0', 'INVALID'],
        ['terms.territories.allowed.1', 'INVALID'],
      ],
    ],
    [
      'a word twice, and on both sides',
      { channels: { allowed: ['web', 'web'], restricted: ['web'] } },
      [
        ['terms.channels.allowed.1', 'DUPLICATE'],
        ['terms.channels.restricted.0', 'CONTRADICTION'],
      ],
    ],
    [
      'a word that is none',
      { usages: { allowed: ['', ' web', 'x'.repeat(101)] } },
      [
        ['terms.usages.allowed.0', 'INVALID'],
        ['terms.usages.allowed.1', 'INVALID'],
        ['terms.usages.allowed.2', 'INVALID'],
      ],
    ],
    ['an end before the beginning', { validFrom: dayAfter(2), validUntil: dayAfter(2) }, [['terms.validUntil', 'INVALID']]],
    ['an end of what is perpetual', { termKind: 'PERPETUAL', validUntil: dayAfter(2) }, [['terms.validUntil', 'CONTRADICTION']]],
    [
      'a first use before the beginning',
      { validFrom: dayAfter(2), toBeUsedUntil: dayAfter(1) },
      [['terms.toBeUsedUntil', 'INVALID']],
    ],
    [
      'limits that are none',
      {
        limits: [
          { unit: 'Copies', max: 1 },
          { unit: 'users', max: 0 },
          { unit: 'users', max: 2 },
        ],
      },
      [
        ['terms.limits.0.unit', 'INVALID'],
        ['terms.limits.1.max', 'INVALID'],
        ['terms.limits.2.unit', 'DUPLICATE'],
      ],
    ],
    [
      'texts that are empty',
      { restrictions: [''], attributionText: ' ' },
      [
        ['terms.attributionText', 'INVALID'],
        ['terms.restrictions.0', 'INVALID'],
      ],
    ],
  ];

  it.each(BAD)(
    '%s is refused with all its problems, wherever terms are stated, and binds no key',
    async (_name, terms, expected) => {
      const { id, asset } = await bought();
      const codes = (answer: { problems: { path: string; code: string }[] }) =>
        answer.problems.map(({ path, code }) => [path, code]);
      const idempotencyKey = key();
      expect(codes(await state({ licenseId: id, terms, idempotencyKey }))).toEqual(expected);
      expect(codes(await renew({ licenseId: id, kind: 'CORRECTION', terms }))).toEqual(expected);
      expect(codes(await record({ assetId: asset.id, terms }))).toEqual(expected);
      expect(codes(await buy(gateway, { assetId: asset.id, idempotencyKey: key(), terms } as never))).toEqual(expected);
      expect((await state({ licenseId: id, terms: { model: 'OWNED' }, idempotencyKey })).__typename).toBe('StateTermsPayload');
      expect(await versionCount(id)).toBe(2);
    },
  );

  it.each<[string, Input, readonly (readonly [string, string])[]]>([
    ['a renewal without an end', { terms: { model: 'OWNED' } }, [['terms.validUntil', 'REQUIRED']]],
    [
      'a renewal for a while',
      { terms: { validUntil: dayAfter(9) }, effectiveUntil: dayAfter(9) },
      [['effectiveUntil', 'UNEXPECTED']],
    ],
    ['a renewal without terms', {}, [['terms', 'REQUIRED']]],
    ['a correction that states nothing', { kind: 'CORRECTION', terms: { channels: null } }, [['terms', 'REQUIRED']]],
    [
      'a cancellation with terms and an end',
      { kind: 'CANCELLATION', terms: { model: 'OWNED' }, effectiveUntil: dayAfter(3) },
      [
        ['effectiveUntil', 'UNEXPECTED'],
        ['terms', 'UNEXPECTED'],
      ],
    ],
    [
      'names that are empty',
      { system: '', reference: ' ', idempotencyKey: '', terms: { validUntil: dayAfter(9) } },
      [
        ['system', 'INVALID'],
        ['reference', 'INVALID'],
        ['idempotencyKey', 'REQUIRED'],
      ],
    ],
    [
      'a period that ends before it begins',
      { kind: 'CORRECTION', terms: { validUntil: dayAfter(9) }, effectiveFrom: dayAfter(0), effectiveUntil: dayAfter(-1) },
      [['effectiveUntil', 'INVALID']],
    ],
    [
      'an end before the beginning on record',
      { terms: { validUntil: dayAfter(-9) }, effectiveFrom: dayAfter(-20) },
      [['terms.validUntil', 'INVALID']],
    ],
  ])('%s is refused', async (_name, input, expected) => {
    const { id } = await bought({ terms: { validFrom: dayAfter(-5) } });
    const answer = await renew({ licenseId: id, ...input });
    expect(answer.problems.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual(expected);
    expect(await versionCount(id)).toBe(1);
  });

  it('a license of another tenant does not exist, an id of something else is an error, and others than licensors may not', async () => {
    const { id, asset } = await bought();
    const input = { licenseId: id, terms: { model: 'OWNED' }, idempotencyKey: key() };
    expect((await call(STATE, input, 'acme/licensor')).problems).toEqual([{ path: 'licenseId', code: 'NOT_FOUND' }]);
    expect(
      (await gateway.query('licensor', STATE, { input: { ...input, licenseId: asset.id } })).errors[0]?.extensions.code,
    ).toBe('BAD_USER_INPUT');
    const renewal = { ...input, system: 's', reference: 'r', terms: { validUntil: dayAfter(1) } };
    const recorded = { assetId: asset.id, licenseType: 'x', licensedAt: dayAfter(-1), idempotencyKey: key() };
    for (const role of ['viewer', 'requester', 'approver', 'distributor', 'auditor']) {
      for (const [mutation, variables] of [
        [STATE, input],
        [RENEW, renewal],
        [RECORD, recorded],
      ] as const)
        expect((await gateway.query(role, mutation, { input: variables })).errors[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect(await versionCount(id)).toBe(1);
  });
});
