/** Runs one simulator on a port of its own: routes, journal, faults and latency around its handlers. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.js';
import { createFaults, type Faults } from './faults.js';
import { createJournal, type Journal, UNKNOWN_ENDPOINT } from './journal.js';
import { openLedger } from './ledger.js';
import { actsBefore, sendReply, sendSpoilt, statusReply } from './reply.js';
import { createRequest, hasBody, type RequestTarget, readBody, splitTarget } from './request.js';
import { rng } from './rng.js';
import { createRouter, type Match, type Router } from './router.js';
import { createSwitches, type SettableSwitches } from './switches.js';
import { type Ledger, SECRET_MARKER, type SimReply, type Simulator, type SimulatorFactory } from './types.js';

const HOST = '127.0.0.1';
const KEEP_ALIVE_MS = 60_000;

export interface ServerOptions {
  readonly clock: Clock;
  readonly seed: string;
  /** Added to every request before its work. */
  readonly latencyMs: number;
  /** 0: any free one. */
  readonly port: number;
  readonly stateDir?: string | undefined;
}

/** A simulator that listens. */
export interface RunningSimulator {
  readonly name: string;
  readonly url: string;
  readonly simulator: Simulator;
  readonly env: Readonly<Record<string, string>>;
  readonly endpoints: readonly string[];
  readonly journal: Journal;
  readonly faults: Faults;
  readonly switches: SettableSwitches;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** From the seed until `settle`, from the system's random source afterwards. */
const createSecrets = (seed: string): { secret: (kind: string) => string; settle: () => void } => {
  const early = rng(seed);
  let settled = false;
  const earlyHex = (): string => Array.from({ length: 12 }, () => early.int(256).toString(16).padStart(2, '0')).join('');
  return {
    secret: (kind) => `${SECRET_MARKER}-${kind}-${settled ? randomBytes(12).toString('hex') : earlyHex()}`,
    settle: () => {
      settled = true;
    },
  };
};

interface Desk {
  readonly name: string;
  readonly router: Router;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly latencyMs: number;
}

const isMatch = (found: ReturnType<Router['find']>): found is Match => found !== undefined && 'route' in found;

const work = async (
  desk: Desk,
  found: ReturnType<Router['find']>,
  message: IncomingMessage,
  target: RequestTarget,
  body?: Buffer,
): Promise<SimReply> => {
  if (!isMatch(found)) {
    if (found === undefined) return { status: 404, body: { error: 'not found', path: target.path } };
    return { status: 405, headers: { allow: found.allow.join(', ') }, body: { error: 'method not allowed' } };
  }
  try {
    return await found.route.handle(createRequest(message, target, found.params, body));
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`simulator ${desk.name}: ${found.route.endpoint} failed: ${reason}\n`);
    return { status: 500, body: { error: 'simulator failure' } };
  }
};

const answer = async (desk: Desk, message: IncomingMessage, response: ServerResponse): Promise<void> => {
  const startedMs = performance.now();
  const target = splitTarget(message.url ?? '/');
  const body = hasBody(message) ? await readBody(message) : undefined;
  if (body === null)
    return sendReply(response, { status: 413, headers: { connection: 'close' }, body: { error: 'body too large' } });
  const method = message.method ?? 'GET';
  const found = desk.router.find(method, target.path);
  const endpoint = isMatch(found) ? found.route.endpoint : UNKNOWN_ENDPOINT;
  const { headers } = message;
  const entry = desk.journal.record({
    ...target,
    method,
    endpoint,
    headers,
    body,
    atMs: desk.clock.now(),
  });
  const { waitMs, fault, label } = desk.faults.draw(endpoint);
  entry.fault = label;
  const delayMs = waitMs + desk.latencyMs;
  if (delayMs > 0) await sleep(delayMs);
  if (fault === undefined) {
    const reply = await work(desk, found, message, target, body);
    sendReply(response, reply);
    entry.status = reply.status;
  } else {
    const reply = actsBefore(fault) ? statusReply(fault) : await work(desk, found, message, target, body);
    entry.status = sendSpoilt(response, fault, reply);
  }
  if (entry.status !== null) entry.tookMs = performance.now() - startedMs;
};

/** A client that leaves in the middle is its own affair; a reply that cannot be sent is a mistake in the simulator. */
const fail = (desk: Desk, response: ServerResponse, error: unknown): void => {
  const left = error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
  if (!left) process.stderr.write(`simulator ${desk.name}: reply not sent: ${String(error)}\n`);
  if (left || response.headersSent) response.destroy();
  else sendReply(response, { status: 500, body: { error: 'simulator failure' } });
};

const listen = async (server: Server, port: number): Promise<number> => {
  server.listen({ port, host: HOST, backlog: 1024 });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Listens first, so that the simulator knows its address when it is built. */
export const startSimulator = async (factory: SimulatorFactory, options: ServerOptions): Promise<RunningSimulator> => {
  const { clock, seed, latencyMs, stateDir } = options;
  const { name } = factory;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: KEEP_ALIVE_MS + 5_000, noDelay: true });
  const port = await listen(server, options.port);
  const url = `http://${HOST}:${port}`;
  const secrets = createSecrets(`${seed}:secrets:${name}`);
  const ledger = openLedger(name, clock.now, stateDir);
  const switches = createSwitches(factory.switches);
  const simulator = factory.create({ baseUrl: () => url, now: clock.now, ledger, switches, secret: secrets.secret });
  const env = simulator.env();
  secrets.settle();
  const endpoints = [...new Set(simulator.routes.map((route) => route.endpoint))];
  const journal = createJournal(endpoints);
  const faults = createFaults(rng(`${seed}:faults:${name}`));
  const desk: Desk = { name, router: createRouter(simulator.routes), journal, faults, clock, latencyMs };
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    answer(desk, message, response).catch((error: unknown) => fail(desk, response, error));
  });
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    ledger.close();
  };
  return { name, url, simulator, env, endpoints, journal, faults, switches, ledger, close };
};
