/** The figures that an operator asks for, as Prometheus reads them. No label ever holds an id, an address or a secret. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface Metrics {
  readonly registry: Registry;
  readonly operations: Histogram<'type' | 'outcome'>;
  readonly upstream: Histogram<'source' | 'endpoint' | 'status'>;
  readonly sql: Counter;
}

/** `cache` is read when the figures are. */
export const createMetrics = (
  cache: () => { readonly hits: number; readonly joined: number; readonly asked: number },
): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const lookups = new Gauge({
    name: 'clearance_asset_lookups',
    help: 'Assets looked up since the start: found in the cache (hit), on their way already (joined), asked of a source (asked).',
    labelNames: ['how'],
    registers,
    collect: () => {
      const { hits, joined, asked } = cache();
      lookups.set({ how: 'hit' }, hits);
      lookups.set({ how: 'joined' }, joined);
      lookups.set({ how: 'asked' }, asked);
    },
  });
  return {
    registry,
    operations: new Histogram({
      name: 'clearance_graphql_operation_seconds',
      help: 'GraphQL operations by type and outcome.',
      labelNames: ['type', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    upstream: new Histogram({
      name: 'clearance_upstream_request_seconds',
      help: 'Requests to sources; status "none" where no answer came.',
      labelNames: ['source', 'endpoint', 'status'],
      buckets: SECONDS,
      registers,
    }),
    sql: new Counter({ name: 'clearance_sql_statements_total', help: 'SQL statements, transaction control aside.', registers }),
  };
};
