/** The few things the built-in PostgreSQL needs to know about processes: run one, is it alive, since when, and where does it stand. */
import { execFile, spawn } from 'node:child_process';
import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The user that PostgreSQL runs as when the gateway itself is root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

const execFileText = promisify(execFile);

/** The gateway's secrets stand in its environment, so PostgreSQL gets one of its own. The working folder must be one anybody may enter. */
export function programOptions(account: Account | undefined): {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
} {
  const env: NodeJS.ProcessEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  if (process.env.LD_LIBRARY_PATH) env.LD_LIBRARY_PATH = process.env.LD_LIBRARY_PATH;
  const base = { cwd: '/', env };
  return account ? { ...base, uid: account.uid, gid: account.gid } : base;
}

/** Runs a program to its end. Rejects only when it could not be started (the system's error code is kept). */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly account?: Account | undefined; readonly input?: string } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...programOptions(options.account), stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.stdin.on('error', () => {}); // the program may end without reading; its exit code tells the story
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, output: output.trim() }));
    child.stdin.end(options.input ?? '');
  });
}

/** State letter and start time, read after the last `)` because a program's name may hold anything. */
async function readLinuxStat(pid: number): Promise<{ readonly state: string; readonly startedAt: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  const startedAt = fields?.[19];
  return state === undefined || startedAt === undefined ? undefined : { state, startedAt };
}

/** When a living process was started, in whatever unit the system counts; undefined when there is none. A zombie is not alive. */
export async function findStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const found = await readLinuxStat(pid);
    return found === undefined || found.state === 'Z' || found.state === 'X' ? undefined : found.startedAt;
  }
  const { stdout } = await execFileText('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  const line = stdout.trim();
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
}

export async function isAlive(pid: number): Promise<boolean> {
  return (await findStartTime(pid)) !== undefined;
}

export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * Is this process the PostgreSQL server of that folder? A pid alone proves nothing: after a restart it may belong to anyone.
 * The server always stands in its data folder. Where that cannot be seen (macOS; root in a container without CAP_SYS_PTRACE), its
 * name decides, and in doubt the answer is yes.
 */
export async function isPostmasterOf(pid: number, folder: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false;
  const here = await stat(folder);
  const there = await stat(`/proc/${pid}/cwd`).catch(() => undefined);
  if (there !== undefined) return there.dev === here.dev && there.ino === here.ino;
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)) ?? (await readCommand(pid));
  return command.includes('postgres');
}

async function readCommand(pid: number): Promise<string> {
  const { stdout } = await execFileText('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({ stdout: 'postgres?' }));
  return stdout;
}

/** Names the space in which process ids mean something: this boot of this machine, and on Linux this container. */
export async function readPidSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return [hostname(), boot.trim(), namespace].join(' ');
}
