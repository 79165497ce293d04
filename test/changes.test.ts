/** Who reads the stream, by pages or by staying, passes by nothing and sees nothing twice, whatever commits late and however often they break off. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { type Client, createClient } from 'graphql-ws';
import { sql } from 'kysely';
import { WebSocket } from 'ws';
import type { Database } from '../src/store/database.js';
import { inTenant } from '../src/store/database.js';
import { DEFAULT, databaseOf, happen, happened } from './support/events.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, buy, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

interface Shown {
  readonly cursor: string;
  readonly type: string;
  readonly subjectId: string;
  readonly data: { readonly note: string } | null;
}

let simulators: Simulators;
let gateway: Gateway;
let db: Database;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
  db = databaseOf(gateway);
});
afterAll(async () => {
  await db.destroy();
  await gateway.stop();
  await simulators.stop();
});

const CHANGES = `query($after: String, $kinds: [ChangeKind!], $first: Int) { changesSince(after: $after, kinds: $kinds, first: $first) {
  endCursor hasMore changes { cursor kind type subjectId occurredAt asset { id } license { id } } } }`;
const changes = async (variables: Record<string, unknown>, caller = 'auditor') => {
  const { data, errors } = await gateway.query(caller, CHANGES, variables);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.changesSince;
};
/** All pages from a cursor on. */
const drain = async (after: string | null, caller = 'auditor', first = 7) => {
  const seen: { subjectId: string; cursor: string; type: string; kind: string }[] = [];
  for (let cursor = after; ; ) {
    const page = await changes({ after: cursor, first }, caller);
    seen.push(...page.changes);
    cursor = page.endCursor as string;
    if (!page.hasMore) return { seen, cursor };
  }
};
const endCursor = async (): Promise<string> => (await drain(null, 'auditor', 500)).cursor;

type Tx = Parameters<typeof happen>[0];

/** A transaction that stays open until it is told to commit, after some last work. */
const holdOpen = async (work: (tx: Tx) => Promise<void>) => {
  let commit = (): void => undefined;
  let last = async (_tx: Tx): Promise<void> => undefined;
  const told = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let begun = (): void => undefined;
  const working = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const done = inTenant(db, DEFAULT, async (tx) => {
    await work(tx);
    begun();
    await told;
    await last(tx);
  });
  await working;
  return async (finish = last) => {
    last = finish;
    commit();
    await done;
  };
};

describe('changes', () => {
  it('name what was bought, and the asset and license are what they are now', async () => {
    const before = await endCursor();
    const asset = await freshAsset(gateway, ADOBE);
    const { license } = await buy(gateway, { assetId: asset.id, idempotencyKey: 'changes' });
    const page = await changes({ after: before, kinds: ['LICENSE'] }, 'viewer');
    expect(page.changes).toMatchObject([
      { kind: 'LICENSE', type: 'clearance.license.requested', asset: { id: asset.id }, license: null },
      { kind: 'LICENSE', type: 'clearance.license.granted', asset: { id: asset.id }, license: { id: license.id } },
    ]);
    expect(page.hasMore).toBe(false);
    expect((await changes({ after: page.endCursor })).changes).toEqual([]);
    expect((await changes({ after: before, kinds: ['ALERT'] })).changes).toEqual([]);
  });

  it('that commit late are not passed by, and nothing comes twice', async () => {
    const before = await endCursor();
    const commit = await holdOpen((tx) => happen(tx, { subject: 'late' }));
    await happened(db, { subject: 'early' });
    const first = await drain(before);
    expect(first.seen.map(({ subjectId }) => subjectId)).toEqual(['early']);
    await commit();
    await happened(db, { subject: 'after' });
    const rest = await drain(first.cursor);
    expect(rest.seen.map(({ subjectId }) => subjectId)).toEqual(['late', 'after']);
  });

  it('of one subject are in the order in which they happened, also where the later one began to write first', async () => {
    const before = await endCursor();
    const lock = (tx: Tx) => sql`select pg_advisory_xact_lock(7001)`.execute(tx);
    const commitFirst = await holdOpen(async (tx) => {
      await lock(tx);
    });
    // The second one writes, and so has its number, before the first one does; then it waits for the subject.
    let isWaiting = false;
    const second = inTenant(db, DEFAULT, async (tx) => {
      await happen(tx, { subject: 'something else' });
      isWaiting = true;
      await lock(tx);
      await happen(tx, { subject: 'contested', note: 'second' });
    });
    await eventually(async () => isWaiting, Boolean);
    await commitFirst((tx) => happen(tx, { subject: 'contested', note: 'first' }));
    await second;
    const { seen } = await drain(before);
    expect(seen.map(({ subjectId }) => subjectId)).toEqual(['something else', 'contested', 'contested']);
    const rows = await gateway.database.query(
      `select a.data->>'note' as note, o.xmin::text::bigint as xid, a.xmin::text::bigint as born from outbox o join audit_event a using (event_id)
       where a.subject_id = 'contested' order by o.position`,
    );
    expect(rows.map(({ note }) => note)).toEqual(['first', 'second']);
    expect(Number(rows[1]?.born)).toBeLessThan(Number(rows[0]?.born));
  });

  it('are all there and in the order of each subject when many write at once and read while they do', async () => {
    const before = await endCursor();
    const [writers, each, subjects] = [10, 30, 5];
    const written = new Map<string, string[]>();
    let writing = true;
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < each; n++) {
        const subject = `s${(writer * 7 + n * 3) % subjects}`;
        await inTenant(db, DEFAULT, async (tx) => {
          // The transaction gets its number before it waits for the subject: its begin says nothing about its order.
          await happen(tx, { subject: `own${writer}`, note: `${n}` });
          await tx
            .selectNoFrom(({ fn, val }) => fn('pg_advisory_xact_lock', [fn('hashtext', [val(subject)])]).as('locked'))
            .execute();
          await happen(tx, { subject, note: `${writer}.${n}` });
          if (n % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 15));
          written.set(subject, [...(written.get(subject) ?? []), `${writer}.${n}`]);
        });
      }
    };
    const reading = (async () => {
      const seen: string[] = [];
      for (let cursor = before; ; ) {
        const last = !writing;
        const part = await drain(cursor, 'auditor', 11);
        seen.push(...part.seen.map(({ cursor: at }) => at));
        cursor = part.cursor;
        if (last) return seen;
      }
    })();
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    writing = false;
    const seen = await reading;
    expect(seen).toHaveLength(writers * each * 2);
    expect(new Set(seen).size).toBe(seen.length);
    const rows = await gateway.database.query(
      `select a.subject_id, array_agg(a.data->>'note' order by o.position) as notes from outbox o join audit_event a using (event_id)
       where a.subject_id ~ '^s[0-9]$' group by 1`,
    );
    expect(Object.fromEntries(rows.map((row) => [row.subject_id, row.notes]))).toEqual(Object.fromEntries(written));
    const gaps = await gateway.database.query(
      "select count(*)::integer as n, max(position)::integer as last from outbox where tenant_id = 'default' and position is not null",
    );
    expect(gaps[0]?.n).toBe(gaps[0]?.last);
  });

  it('of another tenant, and what is only for readers of the trail, are not seen', async () => {
    const before = await endCursor();
    await happened(db, { subject: 'theirs', tenant: 'acme' as never });
    await happened(db, { subject: 'people' }, { subject: 'for all', action: 'file.fetched' });
    expect((await drain(before, 'viewer')).seen.map(({ subjectId }) => subjectId)).toEqual(['for all']);
    expect((await drain(before)).seen.map(({ subjectId }) => subjectId)).toEqual(['people', 'for all']);
  });

  it.each(['nonsense', 'ZXZlbnR8MDE', Buffer.from('event|99999999').toString('base64url')])(
    'after %s are none of this stream',
    async (after) => {
      const { errors } = await gateway.query('auditor', CHANGES, { after });
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    },
  );
});

const SUBSCRIPTION = `subscription($after: String, $types: [String!], $sources: [AssetSource!]) {
  events(after: $after, types: $types, sources: $sources) { id cursor type subjectId source occurredAt assetId licenseId data } }`;

const wsClient = (caller: string | null, more: object = {}): Client =>
  createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: caller === null ? {} : { 'x-api-key': gateway.keyOf(caller) },
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    ...more,
  });
const sseClient = (caller: string) =>
  createSseClient({ url: `${gateway.url}/graphql/stream`, headers: { 'x-api-key': gateway.keyOf(caller) }, retryAttempts: 0 });

type Road = 'graphql-ws' | 'server-sent events';
type Stream = AsyncIterableIterator<{ data?: { events?: Shown } | null; errors?: readonly { extensions?: { code?: string } }[] }>;
/** Reads until `enough` says so, or until it ends by itself. */
const read = async (
  road: Road,
  caller: string,
  variables: Record<string, unknown>,
  enough: (seen: readonly Shown[]) => boolean,
) => {
  const client = road === 'graphql-ws' ? wsClient(caller) : sseClient(caller);
  const stream = client.iterate({ query: SUBSCRIPTION, variables }) as unknown as Stream;
  const seen: Shown[] = [];
  const errors: unknown[] = [];
  for await (const { data, errors: failed } of stream) {
    if (failed) errors.push(...failed);
    if (data?.events) seen.push(data.events);
    if (enough(seen)) break;
  }
  await client.dispose();
  return { seen, errors };
};

describe.each(['graphql-ws', 'server-sent events'] as const)('a subscription over %s', (road) => {
  it('gets what happens from then on, filtered, with data only for readers of the trail', async () => {
    await happened(db, { subject: 'before' });
    const after = await endCursor();
    const filter = { after, types: ['clearance.file.*', 'clearance.alert.resolved'] };
    const reading = Promise.all(
      ['auditor', 'viewer'].map((caller) =>
        read(road, caller, filter, (seen) => seen.some(({ subjectId }) => subjectId === 'end')),
      ),
    );
    await happened(db, { subject: 'x', action: 'alert.raised' }, { subject: 'y', action: 'alert.resolved', note: 'n' });
    await happened(db, { subject: 'end', action: 'file.fetched' });
    const [auditor, viewer] = await reading;
    expect(auditor?.seen.map(({ subjectId }) => subjectId)).toEqual(['y', 'end']);
    expect(auditor?.seen[0]?.data).toMatchObject({ actor: 'key:test' });
    expect(viewer?.seen.map(({ subjectId, data }) => [subjectId, data])).toEqual([['end', null]]);
  });

  it('that breaks off again and again misses nothing and sees nothing twice', async () => {
    let cursor = await endCursor();
    const total = 150;
    const writing = (async () => {
      for (let n = 0; n < total; n++) {
        await happened(db, { subject: `r${n % 7}`, note: `${n}` });
        if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const notes: string[] = [];
    let breaks = 0;
    for (let take = 3; notes.length < total; take = (take * 7 + 5) % 23) {
      const left = total - notes.length;
      const { seen } = await read(road, 'auditor', { after: cursor }, (part) => part.length >= Math.min(take + 1, left));
      notes.push(...seen.map(({ data }) => data?.note ?? ''));
      cursor = seen.at(-1)?.cursor ?? cursor;
      breaks += 1;
    }
    await writing;
    expect(notes).toEqual(Array.from({ length: total }, (_, n) => `${n}`));
    expect(breaks).toBeGreaterThan(5);
  });

  it('with a wrong cursor, type or document is told so', async () => {
    const wrong = await read(road, 'viewer', { after: 'nonsense' }, () => false);
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', requestId: expect.any(String) } }]);
    const strange = await read(road, 'viewer', { types: ['clearance.nothing'] }, () => false);
    expect(strange.errors).toMatchObject([{ message: expect.stringContaining('clearance.nothing') }]);
  });

  it('ends within seconds when its key is revoked', async () => {
    await gateway.database.query("update api_key set revoked_at = null where name = 'distributor'");
    const ended = read(road, 'distributor', {}, () => false).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const revokedAt = Date.now();
    await gateway.database.query("update api_key set revoked_at = now() where name = 'distributor' and tenant_id = 'default'");
    await ended;
    expect(Date.now() - revokedAt).toBeLessThan(6_000);
    await gateway.database.query("update api_key set revoked_at = null where name = 'distributor'");
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  });
});

describe('a stranger', () => {
  it('gets no stream, and a socket carries nothing but subscriptions', async () => {
    const iterate = (caller: string | null, query: string) => wsClient(caller).iterate({ query }).next();
    await expect(iterate(null, SUBSCRIPTION)).rejects.toMatchObject({ code: 4403 });
    await expect(iterate('viewer', '{ viewer { name } }')).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const refused = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: SUBSCRIPTION }),
    });
    expect(refused.status).toBe(401);
    const elsewhere = new WebSocket(`${gateway.url.replace('http', 'ws')}/elsewhere`);
    expect(await new Promise((resolve) => elsewhere.once('error', (error) => resolve(error.message)))).toContain('404');
  });
});

describe('a reader that takes nothing', () => {
  it('makes nothing pile up here', async () => {
    const after = await endCursor();
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const say = (message: object): void => socket.send(JSON.stringify(message));
    say({ type: 'connection_init', payload: { 'x-api-key': gateway.keyOf('auditor') } });
    await new Promise((resolve) => socket.once('message', resolve));
    say({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION, variables: { after } } });
    socket.pause();
    const heldBefore = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    const count = 500;
    for (let n = 0; n < count; n += 25)
      await happened(db, ...Array.from({ length: 25 }, (_, k) => ({ subject: 'big', note: `${n + k} ${'x'.repeat(40_000)}` })));
    await eventually(async () => (await changes({ after, first: 1 })).hasMore, Boolean);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // Twenty megabytes wait in the store; what is under way is a page and what the kernel takes.
    expect(process.memoryUsage().external + process.memoryUsage().arrayBuffers - heldBefore).toBeLessThan(15_000_000);
    const notes: string[] = [];
    socket.on('message', (message) => {
      const { type, payload } = JSON.parse(String(message));
      if (type === 'next') notes.push(payload.data.events.data.note.split(' ')[0]);
    });
    socket.resume();
    await eventually(
      async () => notes.length,
      (length) => length === count,
    );
    expect(notes).toEqual(Array.from({ length: count }, (_, n) => `${n}`));
    socket.terminate();
  });
});
