/** The figures that an operator asks for, as Prometheus reads them. No label ever holds an id, an address or a secret. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OpenWork } from '../services/open-work.service.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface Metrics {
  readonly registry: Registry;
  readonly operations: Histogram<'type' | 'outcome'>;
  readonly upstream: Histogram<'source' | 'endpoint' | 'status'>;
  readonly sql: Counter;
  readonly purchases: Counter<'source' | 'outcome'>;
}

/** Both are read when the figures are. */
export interface MetricsDeps {
  readonly cache: () => { readonly hits: number; readonly joined: number; readonly asked: number };
  /** Undefined: it cannot be said now, so nothing is. */
  readonly openWork: () => Promise<OpenWork | undefined>;
}

/** Prometheus waits for ten seconds, and the other figures are wanted most when the database hangs. */
const OPEN_WORK_MS = 3_000;

const inTime = async <T>(work: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), OPEN_WORK_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const setAll = <L extends string>(gauge: Gauge<L>, label: L, figures: Readonly<Record<string, number>> | undefined): void => {
  gauge.reset();
  for (const [value, count] of Object.entries(figures ?? {})) gauge.set({ [label]: value } as Record<L, string>, count);
};

export const createMetrics = ({ cache, openWork }: MetricsDeps): Metrics => {
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
  const operationsOpen: Gauge<'state'> = new Gauge({
    name: 'clearance_operations_open',
    help: 'Purchases of all tenants whose effect is unclear (UNKNOWN) or that wait for a person (NEEDS_REVIEW).',
    labelNames: ['state'],
    registers,
    collect: async () => setAll(operationsOpen, 'state', (await inTime(openWork()))?.operations),
  });
  const incidentsOpen: Gauge<'kind'> = new Gauge({
    name: 'clearance_incidents_open',
    help: 'Open incidents of all tenants: purchases that only the source (UNMATCHED_UPSTREAM) or only we (UNMATCHED_LOCAL) know of.',
    labelNames: ['kind'],
    registers,
    collect: async () => setAll(incidentsOpen, 'kind', (await inTime(openWork()))?.incidents),
  });
  return {
    registry,
    purchases: new Counter({
      name: 'clearance_purchase_outcomes_total',
      help: 'What callers were told when they bought, replays aside: type of the answer, or code of the fault.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
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
    sql: new Counter({
      name: 'clearance_sql_statements_total',
      help: 'SQL statements, transaction control and those for these figures aside.',
      registers,
    }),
  };
};
