/** The built-in PostgreSQL from start to stop, for people who have Node and nothing else. */
import type { ChildProcess } from 'node:child_process';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { chooseAccount } from './embedded-postgres.account.js';
import { checkVersion, createCluster, inspectDataFolder, prepareCluster } from './embedded-postgres.cluster.js';
import { askServer, ensureDatabase, type Server, urlOf } from './embedded-postgres.connection.js';
import { DataFolderUnusableFault, EmbeddedPostgresFault, explainSystemError, ServerFault } from './embedded-postgres.faults.js';
import { takeDataLock } from './embedded-postgres.lock.js';
import { openServerLog } from './embedded-postgres.output.js';
import { findPassword, makePassword, writePassword } from './embedded-postgres.password.js';
import { findInherited, launchServer, stopServer } from './embedded-postgres.postmaster.js';
import { findPrograms } from './embedded-postgres.programs.js';
import { replacePassword } from './embedded-postgres.recovery.js';

export interface EmbeddedPostgres {
  /** Connection as the owner (superuser). It holds the password: a secret. */
  readonly url: string;
  readonly port: number;
  /** True when a server left running by a killed gateway was taken over. */
  readonly reused: boolean;
  /** Ends the server, also a reused one. May be called more than once. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** E.g. `<CLEARANCE_DATA_DIR>/postgres`; lock, log and password lie beside it under the same name. */
  readonly dataDir: string;
  /** One line for people for each long step. */
  readonly log: (message: string) => void;
  readonly database?: string;
  /** PostgreSQL settings over the defaults; where it listens and fsync are not negotiable. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where root puts what PostgreSQL's user cannot reach in its proper place. */
  readonly shelter?: string;
}

const DEFAULT_SHELTER = '/var/lib/clearance';
const DEFAULT_SETTINGS = {
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};
const FIXED_SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'on', logging_collector: 'off' };
const SETTING_NAME = /^[a-z_][a-z0-9_.]*$/i;

function mergeSettings(extra: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const wrong = Object.keys(extra).filter((name) => !SETTING_NAME.test(name) || name in FIXED_SETTINGS || name === 'port');
  if (wrong.length > 0) throw new EmbeddedPostgresFault(`These PostgreSQL settings cannot be given: ${wrong.join(', ')}.`);
  return { ...DEFAULT_SETTINGS, ...extra, ...FIXED_SETTINGS };
}

/** Throws an EmbeddedPostgresFault that says what to do. One gateway per data folder, for as long as it runs. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    const settings = mergeSettings(options.settings ?? {});
    const given = path.resolve(options.dataDir);
    await mkdir(path.dirname(given), { recursive: true });
    // The same folder by another way must meet the same lock.
    const dataDir = path.join(await realpath(path.dirname(given)), path.basename(given));
    const lock = await takeDataLock(`${dataDir}.lock`, options.log);
    try {
      return await startLocked({ ...options, dataDir }, settings, () => lock.release());
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw explainSystemError(error, options.dataDir);
  }
}

/** The server of a data folder that a gateway is running now, as its owner's connection; for commands beside it. Undefined: none runs. */
export async function findRunningPostgres(dataDir: string, database = 'clearance'): Promise<string | undefined> {
  try {
    const folder = await inspectDataFolder(path.resolve(dataDir));
    const password = await findPassword(`${path.resolve(dataDir)}.password`);
    if (folder.kind !== 'cluster' || password === undefined) return undefined;
    const running = await findInherited(folder.realPath, password);
    return running && urlOf({ port: running.port, password }, database);
  } catch (error) {
    throw explainSystemError(error, dataDir);
  }
}

async function startLocked(
  options: EmbeddedPostgresOptions,
  settings: Readonly<Record<string, string>>,
  release: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const { dataDir, log, shelter = DEFAULT_SHELTER } = options;
  const begun = performance.now();
  const passwordFile = `${dataDir}.password`;

  const folder = await inspectDataFolder(dataDir);
  const account = await chooseAccount(folder.kind === 'cluster' ? folder : undefined, log);
  const programs = await findPrograms(account, shelter, log);
  if (folder.kind === 'cluster') {
    checkVersion(dataDir, folder.major, programs.major);
    await prepareCluster(dataDir, folder, account);
  }

  const known = await findPassword(passwordFile);
  const password = known ?? makePassword();
  let clusterPath: string;
  if (folder.kind === 'cluster') {
    clusterPath = folder.realPath;
  } else {
    // The password must be safe before a cluster relies on it.
    if (known === undefined) await writePassword(passwordFile, password);
    clusterPath = await createCluster({ dataDir, folder, programs, password, account, shelter, log });
  }

  const inherited = await findInherited(clusterPath, password);
  if (inherited !== undefined) {
    log(
      `Found the PostgreSQL that an earlier run left behind (process ${inherited.pid}); using it again on 127.0.0.1:${inherited.port}.`,
    );
    return await handOver(options, { ...inherited, password, clusterPath, child: undefined }, release);
  }
  if (folder.kind === 'cluster' && known === undefined) {
    log(`The password file ${passwordFile} is missing; giving the database a new password.`);
    await replacePassword({ postgres: programs.postgres, clusterPath, account, password });
    await writePassword(passwordFile, password);
  }

  const serverLog = await openServerLog(`${dataDir}.log`);
  try {
    const launched = await launchServer({ postgres: programs.postgres, clusterPath, account, settings, serverLog, log });
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    log(`PostgreSQL ${programs.version} is ready on 127.0.0.1:${launched.port} (${seconds} s).`);
    return await handOver(options, { ...launched, password, clusterPath }, release);
  } finally {
    await serverLog.handle.close();
  }
}

interface HeldServer extends Server {
  readonly pid: number;
  readonly clusterPath: string;
  /** Undefined for a server that another process started. */
  readonly child: ChildProcess | undefined;
}

/** Makes sure that the server is usable, and gives it to the caller; ends it when it is not. */
async function handOver(
  options: EmbeddedPostgresOptions,
  server: HeldServer,
  release: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const { dataDir, log, database = 'clearance' } = options;
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ended ??= stopServer(server.pid, server.clusterPath).finally(release);
    return ended;
  };
  try {
    const answer = await askServer(server, server.clusterPath);
    if (answer.kind === 'wrong-password') {
      const text = `The password in ${dataDir}.password is not the one of ${dataDir}; perhaps only one of them was restored.`;
      throw new DataFolderUnusableFault(
        `${text} Put the right file back, or delete it and start again: a new password is made then.`,
      );
    }
    if (answer.kind !== 'ours') {
      const reason = answer.kind === 'not-now' ? answer.reason : 'another server answers';
      throw new ServerFault(
        `PostgreSQL started but cannot be used on 127.0.0.1:${server.port} (${reason}). Its log: ${dataDir}.log`,
      );
    }
    await ensureDatabase(server, database);
  } catch (error) {
    await stop();
    throw error;
  }
  server.child?.once('exit', () => {
    if (ended === undefined) log(`PostgreSQL ended by itself; its log says why: ${dataDir}.log. Restart the gateway.`);
  });
  return { url: urlOf(server, database), port: server.port, reused: server.child === undefined, stop };
}
