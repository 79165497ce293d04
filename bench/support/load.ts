/** Orders to the clients' process, and what it reports. */
import { type Child, startChild } from './child.js';

export interface LoadOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Name of a set of pages. */
  readonly pages: string;
  /** Assets that every answer must have. */
  readonly assets: number;
  /** Which page comes when. */
  readonly seed: string;
  readonly connections: number;
  /** Before anything is counted: until as many requests end as begin. */
  readonly leadInMs: number;
  readonly durationMs: number;
  readonly maxRequests: number;
}

export interface LoadResult {
  /** Within the time that counts, and in how many seconds. */
  readonly answers: number;
  readonly seconds: number;
  /** From the first request to the last answer. */
  readonly answersInAll: number;
  /** Milliseconds from the request to the last byte. */
  readonly latencies: readonly number[];
}

export interface Load {
  readonly child: Child;
  /** Hands over the bodies of requests, once. */
  keep(pages: Readonly<Record<string, readonly string[]>>): Promise<void>;
  /** Rejects when an answer was wrong. */
  run(order: LoadOrder): Promise<LoadResult>;
}

interface Answer {
  readonly id: number;
  readonly result?: LoadResult | null;
  readonly error?: string;
}

export const startLoad = async (): Promise<Load> => {
  const { child } = await startChild({ program: 'bench/support/load.process.ts' }, (said) =>
    said === 'ready' ? true : undefined,
  );
  let lastId = 0;
  const ask = (message: object): Promise<LoadResult | null> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const hear = (answer: Answer): void => {
        if (answer.id !== id) return;
        child.process.off('message', hear);
        if (answer.error === undefined) resolve(answer.result ?? null);
        else reject(new Error(answer.error));
      };
      child.process.on('message', hear);
      child.process.send({ id, ...message });
    });
  return {
    child,
    keep: async (pages) => {
      await ask({ pages });
    },
    run: async (order) => (await ask({ order })) as LoadResult,
  };
};
