/** What only a person can close: by a second person, with a reason, spending nothing; and the rule that a tenant may set instead. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { booked, buy, freshAsset, GETTY, licenseCount, operationRow, spends, trailOf } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [GETTY.simulator] });
  gateway = await startGateway({
    env: { ...simulators.env, SPEND_DEADLINE_MS: '3000', SETTLE_HORIZON_SECONDS: '6', ASSET_CACHE_TTL_SECONDS: '0' },
  });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const { licenseType } = GETTY;

/** A purchase that was lost before the work, and that nobody can settle. */
const lose = async (key: string, until = 'NEEDS_REVIEW', caller = 'licensor') => {
  const asset = await freshAsset(gateway, GETTY);
  await simulators.addFault(GETTY.simulator, { endpoint: GETTY.spend, kind: 'reset-before', times: 1 });
  const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: key, licenseType }, caller);
  expect(answer).toMatchObject({ __typename: 'LicensePending', operation: { state: 'UNKNOWN' } });
  expect(answer.retryAfterMs).toBeGreaterThan(1_000);
  await eventually(
    () => operationRow(gateway, key),
    ({ state }) => state === until,
    45_000,
  );
  return { asset, operationId: answer.operation.id as string };
};

const RESOLVE = `mutation($input: ResolveOperationInput!) { resolveOperation(input: $input) { __typename
  ... on ResolveOperationPayload { operation { id state resolvedBy failure { code } license { id origin licensedAt sourceReference chargedUnits } outcome { __typename } } }
  ... on InvalidRequest { problems { path code } } } }`;
const resolve = (caller: string | null, input: Record<string, unknown>) => gateway.query(caller, RESOLVE, { input });

describe('an operation in review', () => {
  it('holds the evidence that a person needs, and keeps the asset from being bought again', async () => {
    const { asset, operationId } = await lose('evidence');
    const { data } = await gateway.query(
      'auditor',
      'query($id: ID!) { licenseOperation(id: $id) { state spendClass retryAfterMs failure { code message } evidence } }',
      { id: operationId },
    );
    expect(data.licenseOperation).toMatchObject({
      state: 'NEEDS_REVIEW',
      spendClass: 'COUNTED',
      retryAfterMs: null,
      failure: { code: 'NOT_SETTLED' },
      evidence: { held: null, verdict: 'possible', remaining: expect.any(Number), counted: { seen: 0, unseen: 0, ours: [] } },
    });
    const other = await buy(gateway, { assetId: asset.id, idempotencyKey: 'evidence, again', licenseType });
    expect(other).toMatchObject({ __typename: 'LicensePending', operation: { state: 'RECEIVED' } });
    expect(await spends(simulators, GETTY, asset.externalId)).toBe(1);
  });

  it('is closed as not charged by a second person, and its asset can be bought', async () => {
    const { asset, operationId } = await lose('not charged');
    const input = { operationId, resolution: 'REJECTED', reason: 'Their books of today show no such order.' };
    const { data } = await resolve('approver', input);
    expect(data.resolveOperation).toMatchObject({
      operation: { state: 'REJECTED', resolvedBy: 'key:approver', failure: { code: 'NOT_CHARGED' }, license: null },
    });
    expect((await resolve('approver', input)).data.resolveOperation.__typename).toBe('ResolveOperationPayload');
    expect(await trailOf(gateway, 'not charged')).toEqual([
      'license.requested',
      'license.sent',
      'license.unknown',
      'license.escalated',
      'license.resolved',
    ]);
    const [event] = await gateway.database.query(
      "select actor, data from audit_event where action = 'license.resolved' and data->>'idempotencyKey' = 'not charged'",
    );
    expect(event).toMatchObject({ actor: 'key:approver', data: { resolution: 'REJECTED', reason: input.reason } });
    const again = await buy(gateway, { assetId: asset.id, idempotencyKey: 'not charged, then bought', licenseType });
    expect(again.__typename).toBe('LicenseGranted');
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
  });

  it('is closed as charged with what the books say, spending nothing', async () => {
    const { asset, operationId } = await lose('charged');
    const licensedAt = new Date(Date.now() - 60_000).toISOString();
    const { data } = await resolve('admin', {
      operationId,
      resolution: 'CONFIRMED',
      reason: 'Order 77 of their sales.',
      licensedAt,
      sourceReference: '77',
    });
    expect(data.resolveOperation.operation).toMatchObject({
      state: 'CONFIRMED',
      license: { origin: 'PURCHASED', licensedAt, sourceReference: '77', chargedUnits: 1 },
      outcome: { __typename: 'LicenseGranted' },
    });
    expect(await spends(simulators, GETTY, asset.externalId)).toBe(1);
    expect(await licenseCount(gateway, asset.id)).toBe(1);
  });

  it('is closed as charged although its asset has been withdrawn since, with terms that nobody knows', async () => {
    const { asset, operationId } = await lose('withdrawn');
    await simulators.action(GETTY.simulator, 'remove-assets', { ids: [asset.externalId] });
    const { data, errors } = await resolve('approver', {
      operationId,
      resolution: 'CONFIRMED',
      reason: 'It is on their invoice.',
    });
    expect(errors).toEqual([]);
    expect(data.resolveOperation.operation).toMatchObject({ state: 'CONFIRMED', license: { origin: 'PURCHASED' } });
    const { data: seen } = await gateway.query('viewer', 'query($id: ID!) { license(id: $id) { rights { model origin } } }', {
      id: data.resolveOperation.operation.license.id,
    });
    expect(seen.license.rights).toEqual({ model: 'UNKNOWN', origin: 'UNKNOWN' });
  });

  it('is closed by one of two people who decide at once', async () => {
    const { operationId } = await lose('two deciders');
    const input = { operationId, reason: 'I looked.' };
    const answers = await Promise.all([
      resolve('approver', { ...input, resolution: 'REJECTED' }),
      resolve('admin', { ...input, resolution: 'CONFIRMED' }),
    ]);
    const kinds = answers.map(({ data }) => data.resolveOperation.__typename).sort();
    expect(kinds).toEqual(['InvalidRequest', 'ResolveOperationPayload']);
  });

  it('is no business of the one who asked, of roles that may not, or of another tenant', async () => {
    const { operationId } = await lose('own', 'NEEDS_REVIEW', 'admin');
    const input = { operationId, resolution: 'REJECTED', reason: 'Mine.' };
    for (const [caller, code] of [
      ['admin', 'FORBIDDEN'],
      ['licensor', 'FORBIDDEN'],
      ['viewer', 'FORBIDDEN'],
      [null, 'UNAUTHENTICATED'],
    ] as const)
      expect((await resolve(caller, input)).errors[0]?.extensions.code).toBe(code);
    expect((await resolve('acme/approver', input)).data.resolveOperation).toMatchObject({ problems: [{ code: 'NOT_FOUND' }] });
    expect((await operationRow(gateway, 'own')).state).toBe('NEEDS_REVIEW');
  });

  it('needs a reason and a sound story, and what is settled stays so', async () => {
    const { operationId } = await lose('story');
    const future = new Date(Date.now() + 3_600_000).toISOString();
    for (const [input, path, code] of [
      [{ operationId, resolution: 'REJECTED', reason: ' ' }, 'reason', 'REQUIRED'],
      [{ operationId, resolution: 'REJECTED', reason: 'x', sourceReference: '1' }, 'resolution', 'CONTRADICTION'],
      [{ operationId, resolution: 'CONFIRMED', reason: 'x', licensedAt: future }, 'licensedAt', 'IN_FUTURE'],
    ] as const)
      expect((await resolve('approver', input)).data.resolveOperation).toMatchObject({ problems: [{ path, code }] });
    for (const licensedAt of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-10:00']) {
      const { errors } = await resolve('approver', { operationId, resolution: 'CONFIRMED', reason: 'x', licensedAt });
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    const asset = await freshAsset(gateway, GETTY);
    const done = await buy(gateway, { assetId: asset.id, idempotencyKey: 'settled', licenseType });
    const input = { operationId: done.operation.id, resolution: 'REJECTED', reason: 'Regret.' };
    expect((await resolve('approver', input)).data.resolveOperation).toMatchObject({ problems: [{ code: 'NOT_IN_REVIEW' }] });
  });
});

describe('a tenant that takes "not shown by the horizon" for "not bought"', () => {
  it('says so once, and such operations end as rejected', async () => {
    const set = 'mutation($input: SetSettlePolicyInput!) { setSettlePolicy(input: $input) { source notFound } }';
    const input = { source: 'GETTY_IMAGES', notFound: 'REJECTED' };
    expect((await gateway.query('licensor', set, { input })).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await gateway.query('admin', set, { input })).data.setSettlePolicy).toEqual(input);
    const { asset } = await lose('policy', 'REJECTED');
    expect((await operationRow(gateway, 'policy')).failure).toMatchObject({ code: 'NOT_FOUND_BY_HORIZON' });
    expect(await booked(simulators, GETTY, asset.externalId)).toEqual([]);
    await gateway.query('admin', set, { input: { ...input, notFound: 'NEEDS_REVIEW' } });
    const trail = await gateway.database.query(
      "select data from audit_event where action = 'settle_policy.set' order by occurred_at, event_id",
    );
    expect(trail.map(({ data }) => data)).toEqual([
      { before: 'NEEDS_REVIEW', after: 'REJECTED' },
      { before: 'REJECTED', after: 'NEEDS_REVIEW' },
    ]);
  });
});
