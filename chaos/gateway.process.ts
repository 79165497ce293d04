/** One gateway as people run it: a process of its own, its log on disk, ended by signals alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface GatewayProcess {
  readonly pid: number;
  /** Where it listens, once it does; rejects when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<void>;
  readonly hasEnded: () => boolean;
  signal(name: NodeJS.Signals): void;
}

export interface GatewayOptions {
  /** The file to run. */
  readonly program: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

const READY_MS = 60_000;
const READY = /Clearance is ready: (\S+)\/graphql/;
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Nothing of the surrounding environment that configures a gateway gets in. */
const bareEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'USER', 'LANG'].map((name) => [name, process.env[name]]));

export const startGatewayProcess = (options: GatewayOptions): GatewayProcess => {
  const child = spawn(process.execPath, [options.program], {
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(), PORT: '0', ...options.env },
  });
  children.add(child);
  const log = createWriteStream(options.logFile, { flags: 'a' });
  log.write(`--- process ${child.pid} at ${new Date().toISOString()}\n`);
  let heard = '';
  const ready = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${READY_MS} ms; see ${options.logFile}`)), READY_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        if (heard === 'ready') return;
        heard += chunk.toString('utf8');
        const address = READY.exec(heard)?.[1];
        if (address === undefined) return;
        heard = 'ready';
        clearTimeout(timer);
        resolve(address);
      });
    }
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(
        new Error(`the gateway ended (${signal ?? code}) before it was ready; see ${options.logFile}\n${heard.slice(-2_000)}`),
      );
    });
  });
  ready.catch(() => undefined);
  let hasEnded = false;
  const ended = once(child, 'exit').then(() => {
    hasEnded = true;
    children.delete(child);
    log.end();
  });
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    hasEnded: () => hasEnded,
    signal: (name) => {
      child.kill(name);
    },
  };
};
