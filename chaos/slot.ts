/** A place for one gateway: its proxies stay while its process is struck dead and started again. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayProcess, startGatewayProcess } from './gateway.process.js';
import { startPostgresProxy, type WireProxy } from './postgres.proxy.js';
import { createRng } from './rng.js';
import { startSourceProxy } from './source.proxy.js';
import type { Verdict, WireEvent } from './wire.events.js';

export interface Trap {
  readonly point: string;
  readonly events: readonly WireEvent[];
  /** Called when the last of the events has come. */
  spring(slot: Slot): Verdict;
}

export interface Road {
  /** How many answers to spends get lost behind a page of a server in between. */
  readonly badGateway: number;
  /** What reaches PostgreSQL later than it was sent. */
  readonly late: { readonly event: WireEvent; readonly ms: number } | null;
}

export const FREE_ROAD: Road = { badGateway: 0, late: null };

export interface Slot {
  readonly name: string;
  /** Undefined while no gateway answers here. */
  readonly address: () => string | undefined;
  readonly pid: () => number;
  start(): Promise<void>;
  /** From now on nothing passes that this gateway sends or should receive. */
  freeze(): void;
  /** Freezes and sends SIGKILL. */
  strike(): void;
  signal(name: NodeJS.Signals): void;
  readonly ended: () => Promise<void>;
  lay(traps: readonly Trap[]): void;
  /** What the road between is like, until it is said again. */
  setRoad(road: Road): void;
  /** How often its gateway ended without having been struck or told to. */
  readonly crashes: () => number;
  /** Traps that have sprung since they were laid. */
  readonly sprung: () => readonly Trap[];
  close(): Promise<void>;
}

export interface SlotOptions {
  readonly name: string;
  readonly folder: string;
  /** The file to run. */
  readonly program: string;
  readonly databaseUrl: () => string;
  readonly databasePort: () => number;
  /** Variables that point at the sources, with their real addresses. */
  readonly sources: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

const CUT: Verdict = { finish: () => undefined, next: 'cut' };

export const createSlot = async (options: SlotOptions): Promise<Slot> => {
  let gateway: GatewayProcess | undefined;
  let address: string | undefined;
  let isFrozen = true;
  let road = FREE_ROAD;
  const rng = createRng(`road ${options.name}`);
  let laid: { readonly trap: Trap; next: number }[] = [];
  let sprung: Trap[] = [];
  let crashes = 0;
  let isToldToEnd = false;

  const watch = (event: WireEvent): Verdict | undefined => {
    if (isFrozen) return CUT;
    for (const entry of laid) {
      if (entry.trap.events[entry.next] !== event) continue;
      entry.next += 1;
      if (entry.next < entry.trap.events.length) continue;
      laid = [];
      sprung.push(entry.trap);
      return entry.trap.spring(slot);
    }
    const { late } = road;
    return late?.event === event ? { finish: () => sleep(late.ms), next: 'late' } : undefined;
  };

  const databaseProxy = await startPostgresProxy(options.databasePort, watch);
  const proxies = new Map<string, WireProxy>();
  const env: Record<string, string> = { ...options.sources };
  for (const [name, value] of Object.entries(options.sources)) {
    if (!name.endsWith('_URL')) continue;
    const { origin } = new URL(value);
    const proxy = proxies.get(origin) ?? (await startSourceProxy(new URL(origin), watch, () => rng.chance(road.badGateway)));
    proxies.set(origin, proxy);
    env[name] = value.replace(origin, `http://127.0.0.1:${proxy.port}`);
  }

  const urlThroughProxy = (): string => {
    const url = new URL(options.databaseUrl());
    url.port = String(databaseProxy.port);
    return url.toString();
  };

  const slot: Slot = {
    name: options.name,
    address: () => (isFrozen ? undefined : address),
    pid: () => gateway?.pid ?? 0,
    start: async () => {
      databaseProxy.drop();
      for (const proxy of proxies.values()) proxy.drop();
      isFrozen = false;
      address = undefined;
      gateway = startGatewayProcess({
        program: options.program,
        folder: options.folder,
        env: {
          ...options.settings,
          ...env,
          CLEARANCE_DATA_DIR: path.join(options.folder, `gateway-${options.name}`),
          DATABASE_URL: urlThroughProxy(),
        },
        logFile: path.join(options.folder, `gateway-${options.name}.log`),
      });
      isToldToEnd = false;
      const process = gateway;
      void process.ended.then(() => {
        if (process !== gateway) return;
        // One that never got up may have been met by a strike at PostgreSQL.
        if (!isFrozen && !isToldToEnd && address !== undefined) crashes += 1;
        address = undefined;
      });
      address = await process.ready;
    },
    freeze: () => {
      isFrozen = true;
    },
    strike: () => {
      isFrozen = true;
      gateway?.signal('SIGKILL');
    },
    signal: (name) => {
      isToldToEnd ||= name === 'SIGTERM';
      gateway?.signal(name);
    },
    crashes: () => crashes,
    ended: () => gateway?.ended ?? Promise.resolve(),
    lay: (traps) => {
      laid = traps.map((trap) => ({ trap, next: 0 }));
      sprung = [];
    },
    setRoad: (next) => {
      road = next;
    },
    sprung: () => sprung,
    close: async () => {
      isFrozen = true;
      laid = [];
      if (gateway && !gateway.hasEnded()) {
        gateway.signal('SIGCONT');
        gateway.signal('SIGKILL');
        await gateway.ended;
      }
      await Promise.all([databaseProxy, ...proxies.values()].map((proxy) => proxy.close()));
    },
  };
  return slot;
};
