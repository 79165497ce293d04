/** Everything that the benchmarks over HTTP share: simulators with a delay, a database, the contestants and the clients. */
import { type Simulators, startSimulators } from '../../test/support/simulators.js';
import { createTestDatabase } from '../../test/support/test-database.js';
import { compareAnswers } from './compare.js';
import { type Contestant, startGatewayProcess, startReference } from './contestants.js';
import { type Load, startLoad } from './load.js';
import { hotAssets, pagesOf, WHOLE_LIBRARY } from './pages.js';

/** How long the simulated sources take to answer. */
export const UPSTREAM_MS = 20;
export const CACHE_SECONDS = 60;
export const CLIENTS = 50;
const PAGES_COMPARED = 20;

export interface Field {
  readonly simulators: Simulators;
  readonly load: Load;
  readonly reference: Contestant;
  /** Without the cache. */
  readonly plain: Contestant;
  readonly cached: Contestant;
  /** Bodies of requests by the name of their set. */
  readonly pages: Readonly<Record<'any' | 'hot' | 'shared', readonly string[]>>;
  stop(): Promise<void>;
}

export const startField = async (): Promise<Field> => {
  const simulators = await startSimulators({ only: ['adobe-stock', 'getty-images'], latencyMs: UPSTREAM_MS });
  const database = await createTestDatabase();
  const load = await startLoad();
  const reference = await startReference(simulators);
  const plain = await startGatewayProcess('gateway, no cache', simulators, database, 0);
  const cached = await startGatewayProcess('gateway, cache', simulators, database, CACHE_SECONDS);
  const pages = {
    any: pagesOf(WHOLE_LIBRARY, 500, 'bench:any'),
    hot: pagesOf(hotAssets(0), 200, 'bench:hot'),
    // Others than those: nothing of them is in a cache before it is counted.
    shared: pagesOf(hotAssets(2000), 200, 'bench:shared'),
  };
  await compareAnswers(reference, [plain, cached], pages.any.slice(0, PAGES_COMPARED));
  await load.keep(pages);
  return {
    simulators,
    load,
    reference,
    plain,
    cached,
    pages,
    stop: async () => {
      for (const { child } of [load, reference, plain, cached]) await child.stop();
      await database.drop();
      await simulators.stop();
    },
  };
};
