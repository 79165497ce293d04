/** The real program from its first start to its end: what it says, what it keeps, what it leaves behind. */
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId } from '../simulators/kit/world.js';
import { ROLES } from '../src/domain/roles.js';
import { findProcesses, makeFolder, waitUntil } from './server/fixtures/embedded-postgres.harness.js';
import { eventually } from './support/gateway.js';
import { ask, endPrograms, type Program, startProgram } from './support/process.js';
import { startSimulators } from './support/simulators.js';
import { createEmptyDatabase, type TestDatabase } from './support/test-database.js';

const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = path.join(await makeFolder(), 'data');
  folders.push(folder);
  return folder;
};
const left = (folder: string) => findProcesses(folder);
/** After a failure, so that the next test begins with nothing running. */
const endAll = async (folder: string): Promise<void> => {
  for (const pid of await left(folder)) process.kill(pid, 'SIGINT');
  await waitUntil(`nothing of ${folder} runs`, async () => (await left(folder)).length === 0);
};

afterEach(endPrograms);
afterAll(async () => {
  for (const folder of folders) {
    await endAll(folder);
    await rm(path.dirname(folder), { recursive: true, force: true, maxRetries: 5 });
  }
});

const ASSET = `assetByExternalId(source: ADOBE_STOCK, externalId: "${adobeId(1)}")`;
const buyAsset = async (address: string, key: string | undefined, idempotencyKey: string) => {
  const { data } = await ask(address, key, `{ ${ASSET} { id } }`);
  const input = `{ assetId: "${data.assetByExternalId.id}", idempotencyKey: "${idempotencyKey}" }`;
  return ask(
    address,
    key,
    `mutation { licenseAsset(input: ${input}) { __typename ... on LicenseGranted { replayed license { id } } ... on LicensePending { operation { state } } } }`,
  );
};
const LICENSES = '{ licenses { edges { node { id origin } } } }';
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const purchased = (answer: any): string[] =>
  answer.data.licenses.edges
    .filter(({ node }: { node: { origin: string } }) => node.origin === 'PURCHASED')
    .map(({ node }: { node: { id: string } }) => node.id);

describe('with nothing but Node', () => {
  let folder: string;
  let first: { readonly keys: Readonly<Record<string, string>>; readonly licenseId: string };

  beforeAll(async () => {
    folder = await newFolder();
  });

  it('the first start is ready in under 15 seconds with one key for each role and a page of its own files', async () => {
    const program = startProgram(folder);
    const address = await program.ready();
    expect(Date.now() - program.startedAt).toBeLessThan(15_000);
    const keys = program.keys();
    expect(Object.keys(keys).sort()).toEqual([...ROLES].sort());
    expect(program.output()).toMatch(/No source is configured: starting the four simulators/);

    const page = await (await fetch(`${address}/`)).text();
    expect(page).not.toMatch(/(https?:)?\/\/[a-z0-9-]+\.[a-z]/i);
    const files = [...page.matchAll(/(?:src|href)="([^"#][^"]*)"/g)].map(([, name = '']) => name);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const name of files) {
      const file = await fetch(new URL(name, `${address}/`));
      expect([name, file.status, (await file.text()).length > 0]).toEqual([name, 200, true]);
    }
    const settings = (await (await fetch(`${address}/graphiql/config.json`)).json()) as {
      keys: { role: string; secret: string }[];
    };
    expect(Object.fromEntries(settings.keys.map(({ role, secret }) => [role, secret]))).toEqual({
      viewer: keys.viewer,
      licensor: keys.licensor,
    });

    const { data } = await buyAsset(address, keys.licensor, 'kept');
    expect(data.licenseAsset).toMatchObject({ __typename: 'LicenseGranted', replayed: false });
    first = { keys, licenseId: data.licenseAsset.license.id };
    expect((await left(folder)).length).toBeGreaterThanOrEqual(2);
    expect(await program.end('SIGTERM')).toBe(0);
    expect(await left(folder)).toEqual([]);
  });

  it('each of its ready operations works with the key that the page fills in', async () => {
    const program = startProgram(folder);
    const address = await program.ready();
    const { keys, operations } = (await (await fetch(`${address}/graphiql/config.json`)).json()) as {
      keys: { role: string; secret: string }[];
      operations: { name: string; role: string; query: string; variables: string }[];
    };
    for (const { name, role, query, variables } of operations) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': keys.find((key) => key.role === role)?.secret ?? '' },
        body: JSON.stringify({ query, variables: JSON.parse(variables) }),
      });
      expect([name, ((await response.json()) as { errors?: unknown }).errors]).toEqual([name, undefined]);
    }
    await program.end('SIGTERM');
  });

  it('a second start has the same keys and the purchase of the first, and Ctrl-C ends everything', async () => {
    const program = startProgram(folder);
    const address = await program.ready();
    expect(program.keys()).toEqual(first.keys);
    expect(purchased(await ask(address, first.keys.viewer, LICENSES))).toContain(first.licenseId);
    expect((await buyAsset(address, first.keys.licensor, 'kept')).data.licenseAsset).toMatchObject({
      replayed: true,
      license: { id: first.licenseId },
    });
    expect(await program.interrupt()).toBe(0);
    expect(program.output()).toMatch(/Stopped\.\n$/);
    expect(await left(folder)).toEqual([]);
  });

  it('killed hard it takes its simulators along, and starts again with everything that it had', async () => {
    const killed = startProgram(folder);
    await killed.ready();
    await killed.end('SIGKILL');
    await waitUntil('the simulators noticed', async () => {
      const pids = await left(folder);
      const simulators = await findProcesses(path.join(folder, 'simulators'));
      return pids.length > 0 && simulators.length === 0;
    });
    const program = startProgram(folder);
    const address = await program.ready();
    expect(purchased(await ask(address, first.keys.viewer, LICENSES))).toContain(first.licenseId);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect(await program.end('SIGTERM')).toBe(0);
    expect(await left(folder)).toEqual([]);
  });

  it.each([
    ['the simulators are being started', /starting the four simulators/],
    ['PostgreSQL has just come up', /PostgreSQL .* is ready/],
  ])('stopped while %s it leaves nothing running', async (_moment, words) => {
    const program = startProgram(folder);
    await program.said(words);
    await program.end('SIGTERM');
    // A child that was being born learns of it a moment later.
    await waitUntil('everything has ended', async () => (await left(folder)).length === 0, 5_000).finally(() => endAll(folder));
  });

  it('a client that does not read its answer does not keep the program from ending in order', async () => {
    const program = startProgram(folder);
    const address = new URL(await program.ready());
    const page = await (await fetch(address)).text();
    const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? [];
    const deaf = connect(Number(address.port), address.hostname);
    deaf.on('error', () => undefined);
    await once(deaf, 'connect');
    deaf.pause();
    const asked = Array.from({ length: 20 }, () => `GET ${new URL(script, address).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`);
    deaf.write(asked.join(''));
    await once(deaf, 'readable');
    expect(await program.end('SIGTERM')).toBe(0);
    deaf.destroy();
    expect(await left(folder)).toEqual([]);
  });
});

describe('with sources or a database of its own', () => {
  let database: TestDatabase;
  const KEYS = { CLEARANCE_API_KEYS: 'me:licensor:a-secret-of-the-process-test' };
  const key = 'a-secret-of-the-process-test';

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  it('neither the simulators nor the embedded server are started', async () => {
    const folder = await newFolder();
    const simulators = await startSimulators({ only: ['adobe-stock'] });
    const program = startProgram(folder, {
      ...simulators.env,
      ...KEYS,
      DATABASE_URL: database.ownerUrl,
      DATABASE_APP_URL: database.appUrl,
    });
    const address = await program.ready();
    expect(program.output()).not.toMatch(/simulators|Keys of the sandbox|GraphiQL/);
    expect(program.output()).not.toContain(key);
    // Only the program itself knows the folder, and nothing of a cluster lies in it.
    expect(await left(folder)).toEqual([]);
    expect((await readdir(folder).catch(() => [])).filter((name) => name !== 'secret.key')).toEqual([]);
    expect((await fetch(`${address}/`)).status).toBe(404);
    expect((await ask(address, key, `{ ${ASSET} { id } }`)).data.assetByExternalId).not.toBeNull();
    expect(await program.end('SIGTERM')).toBe(0);
    await simulators.stop();
  });

  it('a purchase that is under way when the gateway is killed is settled by the next one, once', async () => {
    const folder = await newFolder();
    const simulators = await startSimulators({ only: ['adobe-stock'] });
    const env = {
      ...simulators.env,
      ...KEYS,
      DATABASE_URL: database.ownerUrl,
      DATABASE_APP_URL: database.appUrl,
      SPEND_DEADLINE_MS: '4000',
      CLEARANCE_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
    };
    const killed = startProgram(folder, env);
    const before = await killed.ready();
    await simulators.addFault('adobe-stock', { endpoint: 'content-license', kind: 'latency', ms: 1_500 });
    const cut = buyAsset(before, key, 'in flight').catch(() => 'cut');
    await eventually(
      async () => (await simulators.counts('adobe-stock'))['content-license'] ?? 0,
      (count) => count === 1,
    );
    await killed.end('SIGKILL');
    expect(await cut).toBe('cut');
    await eventually(
      () => simulators.ledger('adobe-stock'),
      (ledger) => ledger.length === 1,
    );

    const program = startProgram(folder, env);
    const address = await program.ready();
    const answer = await eventually(
      () => buyAsset(address, key, 'in flight'),
      ({ data }) => data.licenseAsset.__typename !== 'LicensePending',
      60_000,
    );
    expect(answer.data.licenseAsset).toMatchObject({ __typename: 'LicenseGranted' });
    expect(await simulators.ledger('adobe-stock')).toHaveLength(1);
    expect((await simulators.counts('adobe-stock'))['content-license']).toBe(1);
    expect(purchased(await ask(address, key, LICENSES))).toEqual([answer.data.licenseAsset.license.id]);
    await program.end('SIGTERM');
    await simulators.stop();
  }, 120_000);
});

describe('with a broken configuration', () => {
  const refused = async (env: Readonly<Record<string, string>>): Promise<Program> => {
    const folder = await newFolder();
    const program = startProgram(folder, env);
    expect(await program.ended).toBe(78);
    expect(await readdir(folder).catch(() => 'nothing')).toBe('nothing');
    expect(await left(folder)).toEqual([]);
    return program;
  };

  it('every complaint is told at once, no secret is repeated, and nothing is started', async () => {
    const program = await refused({
      PORT: 'four thousand',
      LOG_LEVEL: 'loud',
      CLEARANCE_SECRET_KEY: 'dG9vIHNob3J0',
      CLEARANCE_API_KEYS: 'me:emperor:a-secret-that-nobody-shall-see',
      ADOBE_STOCK_CLIENT_ID: 'half of a credential',
    });
    for (const name of ['PORT', 'LOG_LEVEL', 'CLEARANCE_SECRET_KEY', 'CLEARANCE_API_KEYS', 'ADOBE_STOCK_CLIENT_SECRET']) {
      expect(program.output()).toContain(name);
    }
    expect(program.output()).toContain('emperor');
    expect(program.output()).not.toMatch(/a-secret-that-nobody-shall-see|dG9vIHNob3J0|\n\s+at /);
  });

  it('real sources without anybody who could call are refused', async () => {
    const program = await refused({ GETTY_IMAGES_API_KEY: 'k', GETTY_IMAGES_API_SECRET: 's' });
    expect(program.output()).toContain('CLEARANCE_API_KEYS');
  });
});
