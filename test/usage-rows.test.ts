/** Recording uses: what is refused and named, and many rows in one call. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { complaints } from './support/complaints.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { ON_THE_WEB, openShelf, record, recordAll, type Shelf, type UsableLicense } from './support/usage.js';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');

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

describe('bad input', () => {
  it.each([
    ['no license', { licenseId: 'x' }, ['licenseId NOT_FOUND']],
    ['the id of an asset', () => ({ licenseId: web.assetId }), ['licenseId NOT_FOUND']],
    ['a long reference', { reference: 'x'.repeat(501) }, ['reference TOO_LONG']],
    ['a time before 1970', { occurredAt: '1969-12-31T23:59:59Z' }, ['occurredAt INVALID']],
    ['a time that lies ahead', { occurredAt: '2026-04-01T00:00:00Z' }, ['occurredAt IN_THE_FUTURE']],
    ['a blank key', { idempotencyKey: ' ' }, ['idempotencyKey REQUIRED']],
    ['a long key', { idempotencyKey: 'x'.repeat(256) }, ['idempotencyKey TOO_LONG']],
    ['no units', { use: { ...ON_THE_WEB, units: 0 } }, ['use.units INVALID']],
    ['a channel in capitals', { use: { channel: 'WEB' } }, ['use.channel INVALID']],
    ['a territory in words', { use: { channel: 'web', territories: ['Germany'] } }, ['use.territories.0 INVALID']],
    ['an end before the start', { use: { ...ON_THE_WEB, endsAt: '2026-03-10T12:00:00Z' } }, ['use.endsAt INVALID']],
    [
      'an end before it occurred',
      { use: { ...ON_THE_WEB, endsAt: '2026-03-09T12:00:00Z' }, occurredAt: '2026-03-10T00:00:00Z' },
      ['use.endsAt INVALID'],
    ],
    [
      'all at once',
      {
        licenseId: '',
        use: { channel: '', units: 0 },
        reference: 'x'.repeat(501),
        occurredAt: '2030-01-01T00:00:00Z',
        idempotencyKey: '',
      },
      [
        'licenseId NOT_FOUND',
        'use.channel INVALID',
        'use.units INVALID',
        'occurredAt IN_THE_FUTURE',
        'reference TOO_LONG',
        'idempotencyKey REQUIRED',
      ],
    ],
  ])('%s is named, and nothing is stored', async (_name, wrong, problems) => {
    const before = await gateway.database.query('select count(*) from usage');
    const input = {
      licenseId: web.id,
      use: ON_THE_WEB,
      idempotencyKey: newKey(),
      ...(typeof wrong === 'function' ? wrong() : wrong),
    };
    const outcome = await record(gateway, input);
    expect(outcome.__typename).toBe('InvalidRequest');
    expect(outcome.problems.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual(problems);
    expect(await gateway.database.query('select count(*) from usage')).toEqual(before);
  });

  it('does not say whether the license is of another tenant or of nobody, and binds no key', async () => {
    const other = await shelf.license({ externalId: nextNumber(), tenant: 'acme' });
    const idempotencyKey = newKey();
    const refused = await record(gateway, { licenseId: other.id, use: ON_THE_WEB, idempotencyKey });
    expect(refused.problems).toMatchObject([{ path: 'licenseId', code: 'NOT_FOUND' }]);
    expect((await record(gateway, { licenseId: web.id, use: ON_THE_WEB, idempotencyKey })).replayed).toBe(false);
  });

  it('of those who may not record is refused by role', async () => {
    const call = 'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { __typename } }';
    const input = { licenseId: web.id, use: ON_THE_WEB, idempotencyKey: newKey() };
    for (const caller of ['viewer', 'approver', 'auditor']) complaints(await gateway.query(caller, call, { input }), 'FORBIDDEN');
    complaints(await gateway.query(null, call, { input }), 'UNAUTHENTICATED');
    for (const caller of ['requester', 'licensor', 'distributor', 'admin'])
      expect((await gateway.query(caller, call, { input: { ...input, idempotencyKey: newKey() } })).errors).toEqual([]);
  });

  it.each(['lots', -1, 1.5, 2 ** 53])('of units (%s) never reaches the books', async (units) => {
    const call = 'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { __typename } }';
    complaints(
      await gateway.query('licensor', call, {
        input: { licenseId: web.id, use: { channel: 'web', units }, idempotencyKey: 'k' },
      }),
    );
  });
});

describe('many rows at once', () => {
  it('get one outcome each, in order, and a bad row stops no other', async () => {
    const license = await capped(2);
    const use = { ...ON_THE_WEB, unit: 'circulation' };
    const row = (more: object = {}) => ({ licenseId: license.id, use, idempotencyKey: newKey(), ...more });
    const first = row();
    await recordAll(gateway, [first]);
    const rows = [
      row(),
      row({ licenseId: 'nobody' }),
      first,
      row({ use: { ...use, channel: 'tv' } }),
      { ...first, use: ON_THE_WEB },
      row(),
      row({ licenseId: web.id }),
      { ...row(), idempotencyKey: first.idempotencyKey },
      row({ occurredAt: '2030-01-01T00:00:00Z' }),
    ];
    // The same key twice in a list: the later ones are refused, so the third row is the one that counts.
    const { results } = await recordAll(gateway, rows);
    expect(results.map(({ idempotencyKey }: { idempotencyKey: string }) => idempotencyKey)).toEqual(
      rows.map(({ idempotencyKey }) => idempotencyKey),
    );
    const short = results.map(({ outcome, error }: { outcome: Record<string, never>; error: unknown }) => {
      expect(error).toBeNull();
      const { __typename, usage, replayed, problems } = outcome as unknown as {
        __typename: string;
        usage?: { verdict: string };
        replayed?: boolean;
        problems?: { path: string; code: string }[];
      };
      return usage ? `${usage.verdict}${replayed ? ' again' : ''}` : `${__typename} ${problems?.map(({ code }) => code)}`;
    });
    expect(short).toEqual([
      'ALLOWED',
      'InvalidRequest NOT_FOUND',
      'ALLOWED again',
      'DENIED',
      'InvalidRequest DUPLICATE',
      'DENIED',
      'ALLOWED',
      'InvalidRequest DUPLICATE',
      'InvalidRequest IN_THE_FUTURE',
    ]);
    expect(await countOf('usage', license)).toBe(4);
  });

  it('are 1,000 at most, and not none', async () => {
    expect((await recordAll(gateway, [])).problems).toMatchObject([{ path: 'rows', code: 'REQUIRED' }]);
    const row = { licenseId: web.id, use: ON_THE_WEB, idempotencyKey: 'k' };
    expect((await recordAll(gateway, Array(1_001).fill(row))).problems).toMatchObject([{ path: 'rows', code: 'TOO_MANY' }]);
  });

  it('from several calls at once keep a limit exactly', async () => {
    const license = await capped(300);
    const use = { ...ON_THE_WEB, unit: 'circulation' };
    const calls = Array.from({ length: 4 }, () =>
      recordAll(
        gateway,
        Array.from({ length: 150 }, () => ({ licenseId: license.id, use, idempotencyKey: newKey() })),
      ),
    );
    const verdicts = (await Promise.all(calls)).flatMap(({ results }) =>
      results.map(({ outcome }: { outcome: { usage: { verdict: string } } }) => outcome.usage.verdict),
    );
    expect(verdicts.filter((verdict) => verdict === 'ALLOWED')).toHaveLength(300);
    expect(verdicts.filter((verdict) => verdict === 'DENIED')).toHaveLength(300);
    const [total] = await gateway.database.query('select units, inside, violations from usage_total where license_id = $1', [
      license.uuid,
    ]);
    expect(total).toEqual({ units: '600', inside: '300', violations: 300 });
  });
});
