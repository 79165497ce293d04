/** What the accounts of a tenant may still spend: every source asked at once, under one deadline, each failing for itself alone. */
import type { Call, Datasource, Entitlement } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { SourceFault } from '../domain/faults.js';
import { ASSET_SOURCES, type AssetSource } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { type Actor, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { failureOf, resultOf, type SourceResult } from './search.round.js';

export interface EntitlementItem extends Entitlement {
  readonly source: AssetSource;
  /** When the source said so. */
  readonly asOf: Instant;
}

export interface EntitlementReport {
  readonly items: readonly EntitlementItem[];
  readonly sources: readonly SourceResult[];
}

export interface EntitlementService {
  /** `sources` null: all that are configured. */
  report(actor: Actor, sources: readonly AssetSource[] | null, call: Call): Promise<EntitlementReport>;
}

export interface EntitlementDeps {
  readonly registry: SourceRegistry;
  readonly now: () => number;
  readonly log: { error(details: object, message: string): void };
}

interface Answer {
  readonly items: readonly EntitlementItem[];
  readonly result: SourceResult;
}

const LARGEST_INT = 2 ** 31 - 1;
/** What does not fit the field is left to `raw`. */
const wholeOrNull = (figure: number | null): number | null =>
  figure !== null && Number.isInteger(figure) && Math.abs(figure) <= LARGEST_INT ? figure : null;

/** `message` null: nobody asked for this source by name, so nothing went wrong. */
const skipped = (source: AssetSource, message: string | null): Answer => ({
  items: [],
  result: resultOf(source, 'SKIPPED', 0, {
    error: message === null ? null : { code: 'BAD_USER_INPUT', message, retryable: false, retryAfterMs: null },
  }),
});

export const createEntitlementService = (deps: EntitlementDeps): EntitlementService => {
  const { registry, now } = deps;

  const ask = async ({ profile, entitlements }: Datasource, named: boolean, call: Call): Promise<Answer> => {
    const { source, label } = profile;
    if (!entitlements) return skipped(source, named ? `${label} tells no entitlements.` : null);
    const startedAt = now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const fault = new SourceFault(source, 'timeout', `${label} did not answer in time.`);
      timer = setTimeout(() => reject(fault), Math.max(0, call.deadlineAt - startedAt));
    });
    try {
      const found = await Promise.race([entitlements(call), late]);
      const asOf = instantOf(now());
      const items = found.map((item) => ({
        ...item,
        remaining: wholeOrNull(item.remaining),
        limit: wholeOrNull(item.limit),
        source,
        asOf,
      }));
      return { items, result: resultOf(source, 'OK', now() - startedAt, { totalCount: items.length, asOf }) };
    } catch (error) {
      // One that nobody foresaw must not take the others with it; its words may hold anything, so only its name is logged.
      if (!(error instanceof SourceFault))
        deps.log.error(
          { name: (error as Error).name, source, requestId: call.requestId },
          'entitlements failed in an unforeseen way',
        );
      const fault =
        error instanceof SourceFault
          ? error
          : new SourceFault(source, 'bad_reply', `${label} could not be asked for entitlements.`);
      return { items: [], result: failureOf(source, fault, now() - startedAt) };
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    report: async (actor, sources, call) => {
      requireRole(actor, TRAIL_READERS, 'read entitlements');
      const tenant = registry.of(actor.tenantId);
      const asked = ASSET_SOURCES.filter((source) => sources?.includes(source) ?? tenant.bySource(source));
      const answers = await Promise.all(
        asked.map((source) => {
          const datasource = tenant.bySource(source);
          return datasource
            ? ask(datasource, sources !== null, call)
            : skipped(source, `${registry.profiles[source].label} is not configured.`);
        }),
      );
      return { items: answers.flatMap(({ items }) => items), sources: answers.map(({ result }) => result) };
    },
  };
};
