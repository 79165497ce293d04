/** The program: configuration, database, sandbox if nothing is configured, the application; and an orderly end. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { databaseAccess } from './app-access.js';
import { compose } from './compose.js';
import { type Config, ConfigurationError, configuredSources, readConfig } from './config.js';
import { EmbeddedPostgresFault } from './server/embedded-postgres.faults.js';
import { startEmbeddedPostgres } from './server/embedded-postgres.js';
import { loadSandboxKeys } from './server/local-secrets.js';
import { startSandbox } from './server/sandbox.js';
import type { EnvironmentKey } from './services/access.service.js';
import { MigrationError, migrate } from './store/migrate.js';

const EX_CONFIG = 78;
/** What has not ended by then is not waited for any longer; the next one is stopped all the same. */
const STOP_MS = 20_000;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Ends in the reverse order of their start. */
const stops: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
let stopping: Promise<void> | undefined;

/** A signal may come while a part is still starting: it is stopped as soon as it has started. */
const stopWhenStarted = (name: string, starting: Promise<{ stop(): Promise<void> }>): void => {
  stops.push({ name, stop: async () => (await starting.catch(() => undefined))?.stop() });
};

const stopAll = (): Promise<void> => {
  stopping ??= (async () => {
    for (const { name, stop } of stops.reverse()) {
      const late = sleep(STOP_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('it takes too long')));
      await Promise.race([stop(), late]).catch((error: unknown) =>
        say(`${name} did not end cleanly: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  })();
  return stopping;
};

/** npm passes a Ctrl-C on that the terminal has sent already: only a later second one means "at once". */
const SAME_SIGNAL_MS = 2_000;
let firstSignalAt: number | undefined;

const onSignal = (signal: NodeJS.Signals): void => {
  if (firstSignalAt !== undefined) {
    if (Date.now() - firstSignalAt > SAME_SIGNAL_MS) process.exit(1);
    return;
  }
  firstSignalAt = Date.now();
  say(`${signal}: stopping …`);
  void stopAll().then(() => {
    say('Stopped.');
    process.exit(0);
  });
};

const announce = (config: Config, keys: readonly EnvironmentKey[], address: string): void => {
  say('');
  say(`Clearance is ready: ${address}/graphql`);
  if (config.mode === 'development') say(`GraphiQL: ${address}/`);
  if (!config.sandbox) return;
  say('Keys of the sandbox, by role (send one as X-Api-Key):');
  for (const key of keys) say(`  ${key.name.padEnd(12)} ${key.secret}`);
  say('');
};

const main = async (): Promise<void> => {
  let config = readConfig(process.env);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const log = pino({ level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  // A library that loses the database in the background may reject where nobody listens (graphile-worker, when it reports a job that failed
  // for the same reason). All that matters is in PostgreSQL, so going on is safe; to end would cut off the purchases under way.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'something failed in the background'));

  let ownerUrl = config.databaseUrl;
  if (ownerUrl === null) {
    const starting = startEmbeddedPostgres({ dataDir: path.join(config.dataDir, 'postgres'), log: say });
    stopWhenStarted('PostgreSQL', starting);
    ownerUrl = (await starting).url;
    if (stopping) return;
  }
  if (config.sandbox) {
    say('No source is configured: starting the four simulators and using them (sandbox).');
    const starting = startSandbox(path.join(config.dataDir, 'simulators'));
    stopWhenStarted('The simulators', starting);
    config = readConfig(process.env, (await starting).env);
    if (stopping) return;
  }

  const { appUrl, role, secretKey, secretKeyMade } = await databaseAccess(config, ownerUrl);
  if (secretKeyMade && !config.sandbox) {
    log.warn(`CLEARANCE_SECRET_KEY is not set: a key was made in ${config.dataDir}. Keep it, or what it sealed is lost.`);
  }
  const applied = await migrate(ownerUrl, role);
  if (applied.length > 0) say(`Migrations applied: ${applied.join(', ')}.`);

  const keys = config.apiKeys.length > 0 || !config.sandbox ? config.apiKeys : await loadSandboxKeys(config.dataDir);
  if (stopping) return;
  const composing = compose({ config, appUrl, secretKey, keys, log });
  stopWhenStarted('The server', composing);
  const application = await composing;
  if (stopping) return;
  if (config.worker === 'only') {
    say('Clearance is ready: jobs only (WORKER=only).');
    return;
  }
  const address = await application.http.listen({ port: config.port, host: config.host });
  announce(config, keys, address);
  log.info({ sources: configuredSources(config), sandbox: config.sandbox, mode: config.mode, worker: config.worker }, 'started');
};

main().catch(async (error: unknown) => {
  // Stopped in the middle of its start: what fails then is no news.
  if (stopping) return;
  if (error instanceof ConfigurationError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
  const known =
    error instanceof MigrationError ||
    error instanceof EmbeddedPostgresFault ||
    (error as { code?: string }).code === 'EADDRINUSE';
  process.stderr.write(
    known
      ? `${(error as Error).message}\n`
      : `Clearance could not start: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  await stopAll();
  process.exit(error instanceof MigrationError ? EX_CONFIG : 1);
});
