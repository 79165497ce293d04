/** Garbage, replays and wrong signatures at the door for other systems: what each is answered, what it leaves behind, and what it takes. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSealing } from '../src/domain/sealing.js';
import { startSimulators } from '../test/support/simulators.js';
import { createTestDatabase } from '../test/support/test-database.js';
import { startGatewayProcess } from './support/contestants.js';
import { atMost, equal, type Goal, say, sayTable, times } from './support/report.js';

const CALLS = 100_000;
const CALLS_QUICK = 10_000;
const CLIENTS = 32;
/** Memory at the end as a multiple of memory once it runs warm. */
const MOST_GROWTH = 1.5;

const rssOf = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

const signed = (key: Buffer, id: string, body: string): Record<string, string> => {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
};

export const runInbound = async (quick: boolean): Promise<readonly Goal[]> => {
  const calls = quick ? CALLS_QUICK : CALLS;
  say(`Inbound: ${calls} garbage, replayed and mis-signed calls of ${CLIENTS} clients`);
  const simulators = await startSimulators({ only: ['adobe-stock'] });
  const database = await createTestDatabase();
  const gateway = await startGatewayProcess('gateway', simulators, database, 60);
  const base = gateway.url.replace('/graphql', '');
  const [uuid, key] = [randomUUID(), randomBytes(32)];
  const sealed = createSealing(Buffer.alloc(32, 7)).seal(`whsec_${key.toString('base64')}`, `inbound_connection/${uuid}`);
  await database.query(
    `insert into inbound_connection (inbound_connection_id, tenant_id, name, system, kinds, sealed_secret, created_by, created_at)
     values ('${uuid}', 'default', 'bench', 'bench', '{METADATA}', '\\x${sealed.toString('hex')}', 'bench', now())`,
  );
  const url = `${base}/webhooks/${Buffer.from(`InboundConnection:${uuid}`).toString('base64url')}`;
  const statuses = new Map<number, number>();
  const post = async (to: string, headers: Record<string, string>, body: string): Promise<void> => {
    const response = await fetch(to, { method: 'POST', headers, body });
    await response.arrayBuffer();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  };
  const replay = '{"type":"METADATA","data":{}}';
  await post(url, signed(key, 'first', replay), replay);
  const counted =
    'select (select count(*) from inbound_event)::integer as events, (select count(*) from audit_event)::integer as audit';
  const before = (await database.query(counted))[0];
  const kinds: readonly ((n: number) => Promise<void>)[] = [
    () => post(url, signed(key, 'first', replay), replay),
    (n) => post(url, signed(randomBytes(32), `x-${n}`, replay), replay),
    (n) => post(url, { 'webhook-id': `x-${n}` }, randomBytes(300).toString('latin1')),
    (n) => post(url, signed(key, `x-${n}`, '{"a":'), '{"a":'),
    (n) => post(`${base}/webhooks/${Buffer.from(`InboundConnection:${randomUUID()}`).toString('base64url')}?${n}`, {}, replay),
    (n) => post(url, { ...signed(key, `x-${n}`, replay), 'webhook-timestamp': '1700000000' }, replay),
  ];
  const run = async (from: number, to: number): Promise<void> => {
    let next = from;
    const client = async (): Promise<void> => {
      for (let n = next++; n < to; n = next++) await kinds[n % kinds.length]?.(n);
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  };
  await run(0, Math.floor(calls / 5));
  const warm = rssOf(gateway.child.pid);
  await run(Math.floor(calls / 5), calls);
  const growth = rssOf(gateway.child.pid) / warm;
  const after = (await database.query(counted))[0];
  sayTable([['status', 'calls'], ...[...statuses].sort().map(([status, count]) => [String(status), String(count)])]);
  say(
    `rows before and after: ${JSON.stringify(before)} ${JSON.stringify(after)}; memory ${times(growth)} of that after a fifth of the calls`,
  );
  await gateway.child.stop();
  await database.drop();
  await simulators.stop();
  const failed = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, count]) => sum + count, 0);
  return [
    equal('inbound: answers of 500 and above', [failed], [0]),
    equal(
      'inbound: rows that they leave',
      [Number(after?.events), Number(after?.audit)],
      [Number(before?.events), Number(before?.audit)],
    ),
    atMost('inbound: memory', growth, MOST_GROWTH),
  ];
};
