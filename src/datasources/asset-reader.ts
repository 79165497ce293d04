/**
 * Reads assets for all requests of the process: what is cached is not asked for, what is already being asked for is joined, and the rest
 * of all requests goes to a source together. Entries belong to a connection, so they never cross tenants.
 */
import { LRUCache } from 'lru-cache';
import type { Asset } from '../domain/asset.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../domain/ids.js';
import type { AssetBatch, Call, Datasource } from './datasource.js';

export interface AssetReader {
  /** Never throws: what failed is in `failed`, also what did not come before the deadline. */
  read(datasource: Datasource, keys: readonly AssetKey[], call: Call): Promise<AssetBatch>;
  /** Puts an asset that came by another way (a search hit) into the cache. */
  remember(asset: Asset): void;
  /** The next read asks the source: something of ours changed there. */
  forget(key: AssetKey): void;
  readonly counts: { readonly hits: number; readonly joined: number; readonly asked: number };
}

export interface AssetReaderOptions {
  /** 0 switches the cache off; requests in flight are joined all the same. */
  readonly ttlMs: number;
  readonly maxEntries?: number;
  readonly now: () => number;
  /** How long one upstream batch may take. */
  readonly batchDeadlineMs: number;
}

/** One question to a source, shared by all who wait for any of its keys. */
interface Batch {
  readonly keys: Map<string, AssetKey>;
  readonly beganAt: number;
  requestId: string;
  readonly result: Promise<AssetBatch>;
  start: (datasource: Datasource) => void;
}

/** The keys of one lane of one connection: what a source keeps behind one endpoint. */
interface Lane {
  /** Has room, and has not been started. */
  pending: Batch | undefined;
  /** The batch that is bringing a key. */
  readonly flying: Map<string, Batch>;
  running: number;
}

/**
 * Batches of one lane under way at once. While they are, what others want gathers, so that a busy source is asked in few full calls instead
 * of many small ones. A batch that is full has nothing to gain by waiting and never does.
 */
const MAX_RUNNING = 2;
/** Nobody waits longer than this for a batch ahead, however slow its source is. */
const GATHER_MS = 50;

export const createAssetReader = (options: AssetReaderOptions): AssetReader => {
  const { now } = options;
  const cache =
    options.ttlMs > 0 ? new LRUCache<string, Asset>({ max: options.maxEntries ?? 50_000, ttl: options.ttlMs }) : undefined;
  const lanes = new Map<string, Lane>();
  const counts = { hits: 0, joined: 0, asked: 0 };
  const cacheKey = (connectionId: ConnectionId, text: string): string => `${connectionId}\n${text}`;

  const laneOf = (key: AssetKey): Lane => {
    const name = `${key.connectionId}\n${key.lane}`;
    let lane = lanes.get(name);
    if (!lane) {
      lane = { pending: undefined, flying: new Map(), running: 0 };
      lanes.set(name, lane);
    }
    return lane;
  };

  /** A source without a bulk call is asked id by id anyway: there a batch is whatever has gathered. */
  const isFull = (batch: Batch, { profile }: Datasource): boolean =>
    profile.maxIdsPerCall > 1 && batch.keys.size >= profile.maxIdsPerCall;

  /** One that has been under way for long may be hanging: who comes now has time for a question of its own. */
  const isJoinable = (batch: Batch): boolean => now() - batch.beganAt < options.batchDeadlineMs / 4;

  const newBatch = (requestId: string): Batch => {
    let start: Batch['start'] = () => undefined;
    const keys = new Map<string, AssetKey>();
    const batch = { keys, requestId, beganAt: now() } as { -readonly [P in keyof Batch]: Batch[P] };
    batch.result = new Promise<AssetBatch>((resolve) => {
      start = (datasource) => {
        const call = { requestId: batch.requestId, deadlineAt: now() + options.batchDeadlineMs };
        datasource.loadAssets([...keys.values()], call).then(resolve, (error: unknown) => {
          const fault =
            error instanceof SourceFault
              ? error
              : new SourceFault(datasource.profile.source, 'bad_reply', `${datasource.profile.label} could not be read.`, {
                  cause: error,
                });
          resolve({ found: new Map(), failed: new Map([...keys.keys()].map((text) => [text, fault])) });
        });
      };
    });
    batch.start = start;
    return batch;
  };

  const flush = (datasource: Datasource, lane: Lane): void => {
    const batch = lane.pending;
    if (!batch || (lane.running >= MAX_RUNNING && !isFull(batch, datasource))) return;
    lane.pending = undefined;
    lane.running += 1;
    let counted = true;
    const release = (): void => {
      if (!counted) return;
      counted = false;
      lane.running -= 1;
      flush(datasource, lane);
    };
    const slow = setTimeout(release, GATHER_MS);
    void batch.result.then(({ found }) => {
      clearTimeout(slow);
      for (const text of batch.keys.keys()) {
        // Forgotten meanwhile: what came may be the old state, so it serves its waiters and is not kept.
        if (lane.flying.get(text) !== batch) continue;
        lane.flying.delete(text);
        const asset = found.get(text);
        if (asset) cache?.set(cacheKey(datasource.connectionId, text), asset);
      }
      release();
    });
    batch.start(datasource);
  };

  const enqueue = (datasource: Datasource, lane: Lane, text: string, key: AssetKey, call: Call): Batch => {
    let batch = lane.pending;
    if (!batch) {
      batch = newBatch(call.requestId);
      lane.pending = batch;
      // Everything that the requests of this turn of the event loop want goes together.
      setImmediate(() => flush(datasource, lane));
    }
    batch.keys.set(text, key);
    lane.flying.set(text, batch);
    if (isFull(batch, datasource)) flush(datasource, lane);
    return batch;
  };

  const inTime = async (datasource: Datasource, batch: Batch, call: Call): Promise<AssetBatch | SourceFault> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<SourceFault>((resolve) => {
      timer = setTimeout(
        () =>
          resolve(new SourceFault(datasource.profile.source, 'timeout', `${datasource.profile.label} did not answer in time.`)),
        Math.max(0, call.deadlineAt - now()),
      );
    });
    try {
      return await Promise.race([batch.result, late]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    counts,
    read: async (datasource, keys, call) => {
      const found = new Map<string, Asset>();
      const failed = new Map<string, SourceFault>();
      const awaited = new Map<Batch, string[]>();
      // Keys of one page are nearly always of one lane.
      let lane: Lane = { pending: undefined, flying: new Map(), running: 0 };
      let laneName: string | undefined;
      for (const key of keys) {
        const text = keyText(key);
        if (key.lane !== laneName) {
          lane = laneOf(key);
          laneName = key.lane;
        }
        const cached = cache?.get(cacheKey(datasource.connectionId, text));
        if (cached) {
          counts.hits += 1;
          found.set(text, cached);
          continue;
        }
        let batch = lane.flying.get(text);
        if (batch && isJoinable(batch)) counts.joined += 1;
        else {
          counts.asked += 1;
          batch = enqueue(datasource, lane, text, key, call);
        }
        const texts = awaited.get(batch);
        if (texts) texts.push(text);
        else awaited.set(batch, [text]);
      }
      await Promise.all(
        [...awaited].map(async ([batch, texts]) => {
          const result = await inTime(datasource, batch, call);
          for (const text of texts) {
            if (result instanceof SourceFault) failed.set(text, result);
            else {
              const asset = result.found.get(text);
              const fault = result.failed.get(text);
              if (asset) found.set(text, asset);
              else if (fault) failed.set(text, fault);
            }
          }
        }),
      );
      return { found, failed };
    },
    remember: (asset) => {
      cache?.set(cacheKey(asset.key.connectionId, keyText(asset.key)), asset);
    },
    forget: (key) => {
      const text = keyText(key);
      cache?.delete(cacheKey(key.connectionId, text));
      // A read under way may still bring the old state: it keeps its waiters, but new readers ask again.
      laneOf(key).flying.delete(text);
    },
  };
};
