/** Over all tenants: purchases that are unclear or wait for a person, and what only one side knows of. For the operator's figures. */
import type { IncidentKind } from '../domain/incident.js';
import { listTenants } from '../store/access.store.js';
import { type Database, readInTenant } from '../store/database.js';
import { countOpenWork } from '../store/open-work.store.js';

export interface OpenWork {
  readonly operations: Readonly<Record<'UNKNOWN' | 'NEEDS_REVIEW', number>>;
  readonly incidents: Readonly<Record<IncidentKind, number>>;
}

/** Several scrapers, or an eager one, ask the database no more often than this. */
const KEPT_MS = 5_000;

/** Undefined when the store cannot be asked: an old figure would say that nothing waits. */
export const createOpenWork = (deps: {
  readonly db: Database;
  readonly log: { warn(details: object, message: string): void };
}): (() => Promise<OpenWork | undefined>) => {
  const { db } = deps;
  let asked: Promise<OpenWork | undefined> | undefined;
  /** On a clock that nobody sets. */
  let answeredAt: number | null = null;

  // One tenant after the other: row-level security shows one at a time, and a scrape takes one connection at most.
  const count = async (): Promise<OpenWork> => {
    const operations = { UNKNOWN: 0, NEEDS_REVIEW: 0 };
    const incidents = { UNMATCHED_UPSTREAM: 0, UNMATCHED_LOCAL: 0 };
    for (const tenant of await listTenants(db)) {
      for (const row of await readInTenant(db, tenant, countOpenWork)) {
        if (row.what === 'operation') operations[row.label as keyof typeof operations] += row.count;
        else incidents[row.label as keyof typeof incidents] += row.count;
      }
    }
    return { operations, incidents };
  };

  return () => {
    if (asked && (answeredAt === null || performance.now() - answeredAt < KEPT_MS)) return asked;
    answeredAt = null;
    asked = count()
      .catch((error: unknown) => {
        deps.log.warn({ err: error }, 'open work could not be counted for the metrics');
        return undefined;
      })
      .finally(() => {
        answeredAt = performance.now();
      });
    return asked;
  };
};
