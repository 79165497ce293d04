/** How long what is stated of a license lasts: a cancellation against later statements, a pause before a renewal, and a further license. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, buy, freshAsset, OUTCOME } from './support/purchase.js';
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
  simulators = await startSimulators({ only: [ADOBE.simulator] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, now: () => now });
});
beforeEach(() => {
  now = START;
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const RIGHTS = 'rights { termKind validUntil channels { allowed } territories { allowed } }';
const STATE = `mutation($input: StateTermsInput!) { stateTerms(input: $input) { __typename ... on StateTermsPayload { license { state ${RIGHTS} } } } }`;
const RENEW = `mutation($input: RecordRenewalInput!) { recordRenewal(input: $input) { __typename ... on RecordRenewalPayload { license { state ${RIGHTS} } } } }`;

type Input = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const call = async (mutation: string, input: Input): Promise<any> => {
  const { data, errors } = await gateway.query('licensor', mutation, { input });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
};
const state = (input: Input) => call(STATE, { idempotencyKey: key(), ...input });
const renew = (input: Input) => call(RENEW, { idempotencyKey: key(), system: 'erp', reference: key(), ...input });

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const read = async (id: string): Promise<any> => {
  const { data, errors } = await gateway.query('viewer', `query($id: ID!) { license(id: $id) { id state ${RIGHTS} } }`, {
    id,
  });
  expect(errors).toEqual([]);
  return data.license;
};
const bought = async (more: Input = {}): Promise<{ id: string; asset: { id: string; externalId: string } }> => {
  const asset = await freshAsset(gateway, ADOBE);
  const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: key(), ...more });
  expect(answer.__typename).toBe('LicenseGranted');
  return { id: answer.license.id, asset };
};

/** Verdict and worst reason for a use on the web; of the license that is in the answer. */
const verdictOf = async (id: string): Promise<[string, string]> => {
  const { data, errors } = await gateway.query(
    'viewer',
    `query($id: ID!) { license(id: $id) { asset { canUse(use: { channel: "web", territories: ["DE"] }) {
      verdict license { id } reasons { code effect } } } } }`,
    { id },
  );
  expect(errors).toEqual([]);
  const { verdict, reasons } = data.license.asset.canUse;
  const worst = reasons.find(({ effect }: { effect: string }) => effect === verdict);
  return [verdict, worst?.code];
};

describe('what is stated after a cancellation', () => {
  const longer = { validUntil: dayAfter(300) };

  it('leaves its end, unless a renewal begins there or later', async () => {
    const { id } = await bought({ terms: { validUntil: dayAfter(100) } });
    await renew({ licenseId: id, kind: 'CANCELLATION', effectiveFrom: dayAfter(10) });
    const answers = [
      await state({ licenseId: id, terms: { ...longer, channels: { allowed: ['web'] } } }),
      await renew({ licenseId: id, kind: 'CORRECTION', terms: longer }),
      await renew({ licenseId: id, terms: longer, effectiveFrom: dayAfter(-1) }),
      await renew({ licenseId: id, terms: { termKind: 'PERPETUAL' } }),
    ];
    expect(answers.map(({ __typename }) => __typename)).not.toContain('InvalidRequest');
    now = START + 10 * DAY;
    expect(await read(id)).toMatchObject({
      state: 'EXPIRED',
      rights: { validUntil: dayAfter(10), channels: { allowed: ['web'] } },
    });
    expect(await verdictOf(id)).toEqual(['DENIED', 'TERM_ENDED']);
    expect((await renew({ licenseId: id, terms: longer, effectiveFrom: dayAfter(10) })).license).toMatchObject({
      state: 'ACTIVE',
      rights: longer,
    });
  });

  it('before the term began may state anything', async () => {
    const { id } = await bought({ terms: { validFrom: dayAfter(20), validUntil: dayAfter(100) } });
    await renew({ licenseId: id, kind: 'CANCELLATION' });
    for (const terms of [{ channels: { restricted: ['tv'] } }, longer, { validFrom: dayAfter(-3), ...longer }])
      expect((await state({ licenseId: id, terms })).__typename).toBe('StateTermsPayload');
    expect(await read(id)).toMatchObject({ state: 'EXPIRED', rights: { validUntil: dayAfter(0) } });
  });
});

describe('a renewal that begins after a pause', () => {
  it('leaves the license ended in between, for states, lists and answers alike', async () => {
    const { id, asset } = await bought({ terms: { validUntil: dayAfter(10) } });
    await renew({ licenseId: id, terms: { validUntil: dayAfter(90) }, effectiveFrom: dayAfter(30) });
    for (const [day, expected, end] of [
      [5, 'ACTIVE', 10],
      [10, 'EXPIRED', 10],
      [20, 'EXPIRED', 10],
      [30, 'ACTIVE', 90],
      [90, 'EXPIRED', 90],
    ] as const) {
      now = START + day * DAY;
      const { data, errors } = await gateway.query(
        'viewer',
        `query($id: ID!, $filter: LicenseFilter, $ending: LicenseFilter) {
          license(id: $id) { asset { activeLicense { id } licenses { edges { node { state } } } } }
          inState: licenses(filter: $filter) { edges { node { id } } } ending: licenses(filter: $ending) { edges { node { id } } } }`,
        {
          id,
          filter: { assetIds: [asset.id], states: [expected] },
          ending: { assetIds: [asset.id], expiresBefore: dayAfter(end) },
        },
      );
      expect(errors).toEqual([]);
      const active = expected === 'ACTIVE' ? { id } : null;
      expect(data.license.asset).toEqual({ activeLicense: active, licenses: { edges: [{ node: { state: expected } }] } });
      expect(data.inState.edges).toEqual([{ node: { id } }]);
      expect(data.ending.edges).toEqual([]);
      expect((await read(id)).state).toBe(expected);
      expect(((await verdictOf(id))[1] === 'TERM_ENDED') === (expected === 'EXPIRED')).toBe(true);
    }
  });
});

describe('a further license', () => {
  const relicense = async (assetId: string, more: Input = {}) => {
    const { data, errors } = await gateway.query(
      'licensor',
      `mutation($input: RelicenseAssetInput!) { relicenseAsset(input: $input) { ${OUTCOME} } }`,
      { input: { assetId, idempotencyKey: key(), reason: 'Second run', ...more } },
    );
    expect(errors).toEqual([]);
    return data.relicenseAsset.license.id as string;
  };
  const wasCarried = async (id: string) => {
    const [, uuid] = Buffer.from(id, 'base64url').toString('utf8').split(':');
    const [event] = await gateway.database.query(
      "select data->'termsCarriedOver' as carried from audit_event where license_id = $1 and action = 'license.granted'",
      [uuid],
    );
    return event?.carried ?? false;
  };

  it('keeps what is stated of the one before, now and from a later day on, and what that one was cancelled with not', async () => {
    const { id, asset } = await bought({ terms: { channels: { allowed: ['any'], restricted: ['web'] } } });
    await state({ licenseId: id, terms: { territories: { allowed: ['DE'] } }, effectiveFrom: dayAfter(20) });
    await renew({ licenseId: id, kind: 'CANCELLATION', effectiveFrom: dayAfter(40) });
    expect(await verdictOf(id)).toEqual(['DENIED', 'CHANNEL_RESTRICTED']);
    const second = await relicense(asset.id);
    expect(await verdictOf(second)).toEqual(['DENIED', 'CHANNEL_RESTRICTED']);
    expect([await wasCarried(id), await wasCarried(second)]).toEqual([false, true]);
    const third = await relicense(asset.id);
    expect(await verdictOf(third)).toEqual(['DENIED', 'CHANNEL_RESTRICTED']);
    now = START + 50 * DAY;
    expect(await read(third)).toMatchObject({ state: 'ACTIVE', rights: { territories: { allowed: ['DE'] } } });
  });

  it('keeps nothing where the call states terms', async () => {
    const { asset } = await bought({ terms: { channels: { allowed: ['any'], restricted: ['web'] } } });
    const second = await relicense(asset.id, { terms: { model: 'RIGHTS_MANAGED' } });
    expect((await verdictOf(second))[1]).not.toBe('CHANNEL_RESTRICTED');
    expect(await wasCarried(second)).toBe(false);
  });

  it('has no known end where a contract had stated one that is over', async () => {
    const { id, asset } = await bought({ terms: { validUntil: dayAfter(5), channels: { allowed: ['print'] } } });
    now = START + 6 * DAY;
    const second = await relicense(asset.id, { supersedes: id });
    expect(await read(second)).toMatchObject({
      state: 'ACTIVE',
      rights: { termKind: 'UNKNOWN', validUntil: null, channels: { allowed: ['print'] } },
    });
  });
});
