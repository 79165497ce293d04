/** The control port: what a test may see and set that no vendor would show, as JSON over HTTP. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.js';
import { BadInput, parseFault, parseObject } from './fault-input.js';
import { sendReply } from './reply.js';
import { hasBody, readBody, splitTarget } from './request.js';
import type { RunningSimulator } from './server.js';
import type { SimReply } from './types.js';

export interface ControlPort {
  readonly url: string;
  close(): Promise<void>;
}

interface Command {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const ok = (body: unknown): SimReply => ({ status: 200, body });
const notAllowed = (allow: string): SimReply => ({ status: 405, headers: { allow }, body: { error: `use ${allow}` } });

const journalOf = (simulator: RunningSimulator, { method, query }: Command): SimReply => {
  if (method === 'DELETE') {
    simulator.journal.clear();
    return ok({ cleared: true });
  }
  if (method !== 'GET') return notAllowed('GET, DELETE');
  const since = Number(query.get('since') ?? '0');
  if (!Number.isInteger(since) || since < 0) throw new BadInput('since must be a whole number from 0 on');
  return ok(simulator.journal.since(since));
};

const countsOf = (simulator: RunningSimulator, { method }: Command): SimReply => {
  if (method === 'DELETE') simulator.journal.resetCounts();
  else if (method !== 'GET') return notAllowed('GET, DELETE');
  return ok(simulator.journal.counts());
};

const switchesOf = (simulator: RunningSimulator, { method, body }: Command): SimReply => {
  if (method === 'PUT') {
    for (const [name, value] of Object.entries(parseObject(body, 'switches'))) simulator.switches.set(name, value);
  } else if (method !== 'GET') return notAllowed('GET, PUT');
  return ok(simulator.switches.list());
};

const faultsOf = (simulator: RunningSimulator, { method, query, body }: Command): SimReply => {
  if (method === 'POST') simulator.faults.add(parseFault(body, ['unknown', ...simulator.endpoints]));
  else if (method === 'DELETE') simulator.faults.clear(query.get('endpoint') ?? undefined);
  else if (method !== 'GET') return notAllowed('GET, POST, DELETE');
  return ok(simulator.faults.list());
};

const act = async (simulator: RunningSimulator, name: string | undefined, { method, body }: Command): Promise<SimReply> => {
  if (method !== 'POST') return notAllowed('POST');
  const actions = simulator.simulator.actions ?? {};
  const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) throw new BadInput(`no action ${name ?? ''}; there are: ${Object.keys(actions).join(', ')}`);
  return ok((await action(body)) ?? {});
};

const moveClock = (clock: Clock, { method, body }: Command): SimReply => {
  if (method !== 'POST') return notAllowed('POST');
  const { advanceMs } = parseObject(body, 'the body');
  if (typeof advanceMs !== 'number' || !(advanceMs >= 0 && advanceMs < 1e12))
    throw new BadInput('advanceMs must be a number from 0 on');
  clock.advance(advanceMs);
  return ok({ now: new Date(clock.now()).toISOString() });
};

const health = (simulators: ReadonlyMap<string, RunningSimulator>, clock: Clock): SimReply => {
  const list = [...simulators.values()].map(({ name, url, endpoints, simulator }) => {
    return [name, { url, endpoints, actions: Object.keys(simulator.actions ?? {}) }] as const;
  });
  return ok({ status: 'ok', now: new Date(clock.now()).toISOString(), simulators: Object.fromEntries(list) });
};

const dispatch = (
  simulators: ReadonlyMap<string, RunningSimulator>,
  clock: Clock,
  path: string,
  command: Command,
): SimReply | Promise<SimReply> => {
  const [, area = '', name = '', action] = path.split('/');
  if (path === '/health') return health(simulators, clock);
  if (path === '/clock') return moveClock(clock, command);
  if (!['journal', 'counts', 'ledger', 'switches', 'faults', 'control'].includes(area)) {
    return { status: 404, body: { error: `no ${path}` } };
  }
  const simulator = simulators.get(name);
  if (simulator === undefined) {
    return { status: 404, body: { error: `no simulator ${name}; running: ${[...simulators.keys()].join(', ')}` } };
  }
  switch (area) {
    case 'journal':
      return journalOf(simulator, command);
    case 'counts':
      return countsOf(simulator, command);
    case 'ledger':
      return command.method === 'GET' ? ok(simulator.ledger.entries()) : notAllowed('GET');
    case 'switches':
      return switchesOf(simulator, command);
    case 'faults':
      return faultsOf(simulator, command);
    default:
      return act(simulator, action, command);
  }
};

const readCommand = async (message: IncomingMessage, query: string): Promise<Command> => {
  const bytes = hasBody(message) ? await readBody(message) : undefined;
  if (bytes === null) throw new BadInput('body too large');
  const text = bytes?.toString('utf8') ?? '';
  let body: unknown;
  try {
    body = text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw new BadInput('the body is not JSON');
  }
  return { method: message.method ?? 'GET', query: new URLSearchParams(query), body };
};

/** Everything a caller can get wrong, a simulator's own action included, is said to the caller. */
const complaint = (error: unknown): SimReply => ({
  status: 400,
  body: { error: error instanceof Error ? error.message : String(error) },
});

export const startControl = async (running: readonly RunningSimulator[], clock: Clock, port: number): Promise<ControlPort> => {
  const simulators = new Map(running.map((simulator) => [simulator.name, simulator]));
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { path, query } = splitTarget(message.url ?? '/');
    const reply = await readCommand(message, query)
      .then((command) => dispatch(simulators, clock, path, command))
      .catch(complaint);
    sendReply(response, reply);
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    serve(message, response).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
};
