/** Recording what was done with licenses: nothing is dropped, no limit is passed unseen, and the same call again records nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { ON_THE_WEB, openShelf, record, type Shelf, USAGE, type UsableLicense } from './support/usage.js';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const AT = '2026-03-10T12:00:00.000Z';

let simulators: Simulators;
let gateway: Gateway;
let shelf: Shelf;
let web: UsableLicense;
let number = 1_000;

const newKey = (): string => randomUUID();
const nextNumber = (): string => String(++number);
const capped = (max: number): Promise<UsableLicense> =>
  shelf.license({ externalId: nextNumber(), rights: { limits: [{ unit: 'circulation', max }] } });
const countOf = async (table: string, license: UsableLicense): Promise<number> =>
  Number(
    (await gateway.database.query(`select count(*)::integer as n from ${table} where license_id = $1`, [license.uuid]))[0]?.n,
  );

beforeAll(async () => {
  simulators = await startSimulators({ only: ['getty-images'] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, now: () => NOW });
  shelf = openShelf(gateway, () => NOW);
  web = await shelf.license({ externalId: nextNumber() });
});
afterAll(async () => {
  await shelf?.close();
  await gateway?.stop();
  await simulators?.stop();
});

describe('a use', () => {
  it('that the terms allow is stored with verdict and reasons, found again, counted and in the trail', async () => {
    const license = await shelf.license({ externalId: nextNumber() });
    const input = { licenseId: license.id, use: ON_THE_WEB, reference: 'start page', idempotencyKey: newKey() };
    const outcome = await record(gateway, input, 'requester');
    expect(outcome).toMatchObject({
      __typename: 'RecordUsagePayload',
      replayed: false,
      usage: {
        license: { id: license.id },
        use: { channel: 'web', purpose: 'COMMERCIAL', territories: ['DE'], startsAt: AT, endsAt: null, unit: null, units: 1 },
        reference: 'start page',
        occurredAt: AT,
        recordedAt: AT,
        verdict: 'ALLOWED',
        violation: false,
      },
    });
    expect(outcome.usage.reasons.map(({ code }: { code: string }) => code)).toContain('CHANNEL_ALLOWED');
    const node = await gateway.query('viewer', `query($id: ID!) { node(id: $id) { __typename ... on Usage { ${USAGE} } } }`, {
      id: outcome.usage.id,
    });
    expect(node.data.node).toEqual({ __typename: 'Usage', ...outcome.usage });
    const trail = await gateway.query(
      'auditor',
      'query($id: ID!) { auditEvents(filter: { licenseId: $id }) { edges { node { action actor subjectId data } } } }',
      { id: license.id },
    );
    expect(trail.data.auditEvents.edges[0].node).toEqual({
      action: 'usage.recorded',
      actor: 'key:requester',
      subjectId: outcome.usage.id,
      data: { verdict: 'ALLOWED', violation: false, unit: null, units: 1, channel: 'web', reference: 'start page' },
    });
    expect(await countOf('use_decision', license)).toBe(1);
    const [row] = await gateway.database.query(
      'select d.asked_for, d.verdict from usage u join use_decision d using (decision_id) where u.license_id = $1',
      [license.uuid],
    );
    expect(row).toEqual({ asked_for: 'USAGE', verdict: 'ALLOWED' });
  });

  it('outside of the terms is stored and flagged, never dropped', async () => {
    const outcome = await record(gateway, {
      licenseId: web.id,
      use: { ...ON_THE_WEB, channel: 'tv' },
      idempotencyKey: newKey(),
    });
    expect(outcome.usage).toMatchObject({ verdict: 'DENIED', violation: true });
    expect(outcome.usage.reasons).toContainEqual({ code: 'CHANNEL_NOT_ALLOWED', effect: 'DENIED' });
    const listed = await gateway.query(
      'viewer',
      'query($id: ID!) { usages(filter: { licenseId: $id, violation: true }) { edges { node { id } } } }',
      { id: web.id },
    );
    expect(listed.data.usages.edges).toEqual([{ node: { id: outcome.usage.id } }]);
  });

  it('that the terms say nothing of is stored as unknown, which is no violation and takes from a limit', async () => {
    const license = await capped(10);
    const use = { ...ON_THE_WEB, channel: 'hologram', unit: 'circulation', units: 4 };
    const outcome = await record(gateway, { licenseId: license.id, use, idempotencyKey: newKey() });
    expect(outcome.usage).toMatchObject({ verdict: 'UNKNOWN', violation: false });
    const { data } = await gateway.query(
      'viewer',
      'query($id: ID!) { license(id: $id) { rights { limits { unit max used remaining } } } }',
      {
        id: license.id,
      },
    );
    expect(data.license.rights.limits).toEqual([{ unit: 'circulation', max: 10, used: 4, remaining: 6 }]);
  });

  it.each([
    ['ended', { rights: { termKind: 'FIXED', validUntil: '2026-03-01T00:00:00.000Z' } }, 'TERM_ENDED'],
    ['was cancelled', { cancelled: true }, 'LICENSE_CANCELLED'],
  ])('of a license that %s is stored as a violation', async (_name, wish, code) => {
    const license = await shelf.license({ externalId: nextNumber(), ...(wish as object) });
    const { usage } = await record(gateway, { licenseId: license.id, use: ON_THE_WEB, idempotencyKey: newKey() });
    expect(usage).toMatchObject({ verdict: 'DENIED', violation: true });
    expect(usage.reasons.map((reason: { code: string }) => reason.code)).toContain(code);
  });

  it('is decided by the clock of the time at which it occurred', async () => {
    const license = await shelf.license({
      externalId: nextNumber(),
      rights: { termKind: 'FIXED', validUntil: '2026-03-01T00:00:00.000Z' as never },
    });
    const { usage } = await record(gateway, {
      licenseId: license.id,
      use: ON_THE_WEB,
      occurredAt: '2026-02-28T23:00:00Z',
      idempotencyKey: newKey(),
    });
    expect(usage).toMatchObject({ verdict: 'ALLOWED', use: { startsAt: '2026-02-28T23:00:00.000Z' } });
  });

  it('may be said to occur five minutes ahead, and no more', async () => {
    const at = (occurredAt: string) =>
      record(gateway, { licenseId: web.id, use: ON_THE_WEB, occurredAt, idempotencyKey: newKey() });
    expect((await at('2026-03-10T12:05:00.000Z')).__typename).toBe('RecordUsagePayload');
    expect((await at('2026-03-10T12:05:00.001Z')).problems).toMatchObject([{ path: 'occurredAt', code: 'IN_THE_FUTURE' }]);
  });
});

describe('a limit', () => {
  it('of 10 takes exactly 10 of 20 parallel uses; the other 10 are stored as violations', async () => {
    const license = await capped(10);
    const use = { ...ON_THE_WEB, unit: 'circulation' };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => record(gateway, { licenseId: license.id, use, idempotencyKey: newKey() })),
    );
    const inside = outcomes.filter(({ usage }) => !usage.violation);
    const outside = outcomes.filter(({ usage }) => usage.violation);
    expect([inside.length, outside.length]).toEqual([10, 10]);
    for (const { usage } of outside) expect(usage.reasons).toContainEqual({ code: 'LIMIT_REACHED', effect: 'DENIED' });
    expect(await countOf('usage', license)).toBe(20);
    const alerts = await gateway.database.query(
      'select kind, threshold, occurrences from alert where license_id = $1 order by kind, threshold',
      [license.uuid],
    );
    expect(alerts).toEqual([
      { kind: 'LIMIT_NEAR', threshold: 80, occurrences: 1 },
      { kind: 'LIMIT_NEAR', threshold: 100, occurrences: 1 },
      { kind: 'VIOLATION', threshold: null, occurrences: 10 },
    ]);
    const { data } = await gateway.query(
      'viewer',
      `query($id: ID!) { license(id: $id) { rights { limits { unit max used remaining } }
        usage { byUnit { unit units } byChannel { channel unit units } violations lastUsedAt } } }`,
      { id: license.id },
    );
    expect(data.license).toEqual({
      rights: { limits: [{ unit: 'circulation', max: 10, used: 10, remaining: 0 }] },
      usage: {
        byUnit: [{ unit: 'circulation', units: 20 }],
        byChannel: [{ channel: 'web', unit: 'circulation', units: 20 }],
        violations: 10,
        lastUsedAt: AT,
      },
    });
  });

  it('is not taken from by a use that does not fit, so that a smaller one still does', async () => {
    const license = await capped(10);
    const of = async (units: number) =>
      (
        await record(gateway, {
          licenseId: license.id,
          use: { ...ON_THE_WEB, unit: 'circulation', units },
          idempotencyKey: newKey(),
        })
      ).usage.verdict;
    expect([await of(8), await of(3), await of(2), await of(1)]).toEqual(['ALLOWED', 'DENIED', 'ALLOWED', 'DENIED']);
  });

  it('counts the largest numbers without harm', async () => {
    const license = await shelf.license({ externalId: nextNumber() });
    const use = { ...ON_THE_WEB, unit: 'circulation', units: Number.MAX_SAFE_INTEGER };
    for (let n = 0; n < 2; n += 1) await record(gateway, { licenseId: license.id, use, idempotencyKey: newKey() });
    const { data, errors } = await gateway.query(
      'viewer',
      'query($id: ID!) { license(id: $id) { usage { byUnit { units } } } }',
      {
        id: license.id,
      },
    );
    expect(errors).toEqual([]);
    expect(data.license.usage.byUnit).toEqual([{ units: Number.MAX_SAFE_INTEGER }]);
  });
});

describe('the same call again', () => {
  it('gives the same answer, also in parallel, and records once', async () => {
    const license = await capped(5);
    const input = {
      licenseId: license.id,
      use: { ...ON_THE_WEB, unit: 'circulation' },
      reference: 'a',
      idempotencyKey: newKey(),
    };
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => record(gateway, input)));
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(outcomes.map(({ usage }) => usage.id)).size).toBe(1);
    // What is left out is its default.
    const spelled = { ...input, use: { ...input.use, purpose: 'COMMERCIAL', units: 1, usage: null } };
    expect(await record(gateway, spelled)).toEqual({ ...outcomes.find(({ replayed }) => replayed) });
    expect(await countOf('usage', license)).toBe(1);
    expect(await countOf('audit_event', license)).toBe(1);
  });

  it.each([
    ['another channel', { use: { ...ON_THE_WEB, channel: 'email' } }],
    ['another reference', { reference: 'b' }],
    ['another time', { occurredAt: '2026-03-09T12:00:00Z' }],
    ['other units', { use: { ...ON_THE_WEB, units: 2 } }],
  ])('with %s is a conflict and records nothing', async (_name, other) => {
    const license = await shelf.license({ externalId: nextNumber() });
    const input = { licenseId: license.id, use: ON_THE_WEB, reference: 'a', idempotencyKey: newKey() };
    await record(gateway, input);
    expect((await record(gateway, { ...input, ...other })).__typename).toBe('IdempotencyConflict');
    expect(await countOf('usage', license)).toBe(1);
  });

  it('for another license is a conflict, also in parallel', async () => {
    const licenses = await Promise.all([1, 2, 3, 4].map(() => shelf.license({ externalId: nextNumber() })));
    const idempotencyKey = newKey();
    const outcomes = await Promise.all(
      licenses.map(({ id }) => record(gateway, { licenseId: id, use: ON_THE_WEB, idempotencyKey })),
    );
    const names = outcomes.map(({ __typename }) => __typename).sort();
    expect(names).toEqual(['IdempotencyConflict', 'IdempotencyConflict', 'IdempotencyConflict', 'RecordUsagePayload']);
  });

  it('by another tenant is another call', async () => {
    const [own, other] = await Promise.all([
      shelf.license({ externalId: nextNumber() }),
      shelf.license({ externalId: nextNumber(), tenant: 'acme' }),
    ]);
    const idempotencyKey = newKey();
    const first = await record(gateway, { licenseId: own.id, use: ON_THE_WEB, idempotencyKey });
    const second = await record(gateway, { licenseId: other.id, use: ON_THE_WEB, idempotencyKey }, 'acme/licensor');
    expect([first.replayed, second.replayed]).toEqual([false, false]);
    const seen = await gateway.query('acme/viewer', 'query($id: ID!) { node(id: $id) { id } usages { edges { node { id } } } }', {
      id: first.usage.id,
    });
    expect(seen.data).toEqual({ node: null, usages: { edges: [{ node: { id: second.usage.id } }] } });
  });
});

describe('the books', () => {
  it('of uses cannot be changed or emptied, by nobody', async () => {
    for (const statement of ['update usage set reference = null', 'delete from usage', 'truncate usage cascade'])
      await expect(gateway.database.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('add up: the sums are those of the rows', async () => {
    const differing = await gateway.database.query(`
      select * from (
        select license_id, coalesce(unit, 'uses') as unit, channel, sum(case when unit is null then 1 else units end) as units,
          coalesce(sum(case when unit is null then 1 else units end) filter (where not violation), 0) as inside,
          count(*) filter (where violation)::integer as violations, max(occurred_at) as last_used_at
        from usage group by 1, 2, 3) of_rows
      full join (select license_id, unit, channel, units, inside, violations, last_used_at from usage_total) of_totals
        using (license_id, unit, channel, units, inside, violations, last_used_at)
      where of_rows is null or of_totals is null`);
    expect(differing).toEqual([]);
  });
});
