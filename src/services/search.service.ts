/**
 * Searches all sources at once under one deadline and merges them fairly. What a search has shown is kept in the store, so that a later
 * page repeats nothing even when the sources' own pages shift; each source goes on from its own place.
 */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import { type Call, type Datasource, SearchNotPossible, type SearchPage } from '../datasources/datasource.js';
import type { SourceRegistry, TenantSources } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { canonicalJson, type JsonValue } from '../domain/canonical-json.js';
import { Fault, SourceFault } from '../domain/faults.js';
import { ASSET_SOURCES, type AssetKey, type AssetSource, assetIdOf, keyText } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import { passesFilters, type SearchFilters } from '../domain/search-filters.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { findActiveLicenses } from '../store/license.store.js';
import { extendSearchSession, findSearchSession, insertSearchSession } from '../store/search-session.store.js';
import type { Sealing } from './sealing.js';

export interface SearchCommand {
  readonly text: string | null;
  readonly sources: readonly AssetSource[] | null;
  readonly filters: SearchFilters;
  readonly licensedByUs: boolean | null;
  readonly sort: 'RELEVANCE' | 'NEWEST';
  readonly first: number;
  readonly after: string | null;
}

export type SourceResultState = 'OK' | 'STALE' | 'TIMEOUT' | 'FAILED' | 'RATE_LIMITED' | 'SKIPPED';

export interface SourceResult {
  readonly source: AssetSource;
  readonly state: SourceResultState;
  readonly totalCount: number | null;
  readonly tookMs: number;
  readonly asOf: Instant | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAfterMs: number | null;
  } | null;
}

export interface SearchResult {
  /** Global ids in order, with the cursor behind each. */
  readonly hits: readonly { readonly assetId: string; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
  readonly sources: readonly SourceResult[];
}

export interface SearchService {
  search(actor: Actor, command: SearchCommand, call: Call): Promise<SearchResult>;
}

export interface SearchDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly sealing: Sealing;
  readonly now: () => number;
}

/** Where one source stands in one search; kept between pages. */
interface Progress {
  /** Hits fetched and not shown yet, as ids. */
  pending: string[];
  place: string | null;
  exhausted: boolean;
  total: number | null;
  last: SourceResult;
}

/** Sources answer within this part of the deadline; the rest is for loading what they found. */
const SEARCH_SHARE = 0.7;
/** A filter that we apply ourselves may empty pages: this many pages of a source are looked through for one page of ours. */
const MAX_REFILLS = 5;
const SESSION_MS = 24 * 3_600_000;

const queryHash = (command: SearchCommand): string =>
  createHash('sha256')
    .update(
      canonicalJson({
        text: command.text,
        sources: command.sources,
        filters: command.filters as unknown as JsonValue,
        licensedByUs: command.licensedByUs,
        sort: command.sort,
      }),
    )
    .digest('base64url');

const brokenCursor = (why: string) => new Fault('BAD_USER_INPUT', `The cursor in "after" ${why}. Start again without it.`);

const parseCursor = (sealing: Sealing, actor: Actor, after: string): { readonly session: string; readonly shown: number } => {
  const payload = sealing.verify(after, `cursor/search/${actor.tenantId}`);
  const match = payload === undefined ? null : /^([0-9a-f-]{36}):(\d+)$/.exec(payload);
  if (!match) throw brokenCursor('is none of this search');
  return { session: match[1] as string, shown: Number(match[2]) };
};

const resultOf = (
  source: AssetSource,
  state: SourceResultState,
  tookMs: number,
  more: Partial<SourceResult> = {},
): SourceResult => ({
  source,
  state,
  totalCount: null,
  tookMs,
  asOf: null,
  error: null,
  ...more,
});

const failureOf = (source: AssetSource, error: unknown, tookMs: number): SourceResult => {
  if (error instanceof SearchNotPossible) {
    return resultOf(source, 'SKIPPED', tookMs, {
      error: { code: 'BAD_USER_INPUT', message: error.message, retryable: false, retryAfterMs: null },
    });
  }
  if (!(error instanceof SourceFault)) throw error;
  const state = error.reason === 'timeout' ? 'TIMEOUT' : error.reason === 'rate_limited' ? 'RATE_LIMITED' : 'FAILED';
  return resultOf(source, state, tookMs, {
    error: { code: error.code, message: error.message, retryable: error.retryable, retryAfterMs: error.retryAfterMs },
  });
};

export const createSearchService = (deps: SearchDeps): SearchService => {
  const { db, registry, reader, sealing, now } = deps;

  /** The hits of a page that pass the filters the source could not apply; assets are loaded only where a filter asks for it. */
  const passing = async (
    actor: Actor,
    datasource: Datasource,
    page: SearchPage,
    command: SearchCommand,
    call: Call,
  ): Promise<AssetKey[]> => {
    for (const hit of page.hits) if (hit.asset) reader.remember(hit.asset);
    let keys = page.hits.map((hit) => hit.key);
    if (page.unapplied.length > 0) {
      const whole = new Map(page.hits.flatMap((hit) => (hit.asset ? [[keyText(hit.key), hit.asset] as const] : [])));
      const absent = keys.filter((key) => !whole.has(keyText(key)));
      const batch =
        absent.length > 0 ? await reader.read(datasource, absent, call) : { found: new Map<string, Asset>(), failed: new Map() };
      for (const fault of batch.failed.values()) throw fault;
      keys = keys.filter((key) => {
        const asset = whole.get(keyText(key)) ?? batch.found.get(keyText(key));
        return asset !== undefined && passesFilters(asset, command.filters, page.unapplied);
      });
    }
    if (command.licensedByUs !== null && keys.length > 0) {
      const ids = keys.map(assetIdOf);
      const licenses = await readInTenant(db, actor.tenantId, (tx) => findActiveLicenses(tx, ids, instantOf(now())));
      const licensed = new Set(licenses.map((license) => license.assetId as string));
      keys = keys.filter((key) => licensed.has(assetIdOf(key)) === command.licensedByUs);
    }
    return keys;
  };

  /** Brings `wanted` more hits of one source into its progress, or as many as its pages, the refill bound and the time allow. */
  const fetchMore = async (
    actor: Actor,
    datasource: Datasource,
    progress: Progress,
    seen: ReadonlySet<string>,
    wanted: number,
    pageSize: number,
    command: SearchCommand,
    call: Call,
  ): Promise<void> => {
    const startedAt = now();
    const { source } = datasource.profile;
    try {
      for (let refill = 0; refill < MAX_REFILLS && progress.pending.length < wanted && !progress.exhausted; refill += 1) {
        const query = { text: command.text, filters: command.filters, sort: command.sort, pageSize, place: progress.place };
        const page = await datasource.search(query, call);
        const fresh = (await passing(actor, datasource, page, command, call))
          .map(assetIdOf)
          .filter((id) => !seen.has(id) && !progress.pending.includes(id));
        progress.pending.push(...new Set(fresh));
        progress.exhausted = page.next === null || page.next === progress.place;
        progress.place = page.next;
        const counted = page.unapplied.length === 0 && command.licensedByUs === null;
        progress.total = counted ? page.totalCount : null;
        progress.last = resultOf(source, 'OK', now() - startedAt, { totalCount: progress.total, asOf: page.asOf ?? null });
      }
    } catch (error) {
      progress.last = failureOf(source, error, now() - startedAt);
      if (progress.last.state === 'SKIPPED') progress.exhausted = true;
    }
  };

  /** Ends with the deadline even when a source does not: then that source counts as late and its place stays where it was. */
  const fetchAll = async (
    jobs: readonly { datasource: Datasource; progress: Progress; work: Promise<Progress> }[],
    deadlineAt: number,
    startedAt: number,
  ): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), Math.max(0, deadlineAt - now()));
    });
    await Promise.all(
      jobs.map(async ({ datasource, progress, work }) => {
        const outcome = await Promise.race([work, late]);
        if (outcome !== 'late') Object.assign(progress, outcome);
        else {
          const { source, label } = datasource.profile;
          progress.last = failureOf(
            source,
            new SourceFault(source, 'timeout', `${label} did not answer in time.`),
            now() - startedAt,
          );
        }
      }),
    );
    clearTimeout(timer);
  };

  const pageOf = async (
    actor: Actor,
    datasources: readonly Datasource[],
    progress: Map<AssetSource, Progress>,
    delivered: readonly string[],
    command: SearchCommand,
    call: Call,
  ): Promise<string[]> => {
    const startedAt = now();
    const deadlineAt = startedAt + (call.deadlineAt - startedAt) * SEARCH_SHARE;
    const seen = new Set(delivered);
    const pageSize = Math.min(100, Math.max(command.first, 10));
    const hungry = datasources.filter(({ profile }) => {
      const state = progress.get(profile.source) as Progress;
      return state.pending.length < command.first && !state.exhausted;
    });
    const jobs = hungry.map((datasource) => {
      const own = progress.get(datasource.profile.source) as Progress;
      // Works on a copy: a source that is late must not change what has been decided without it.
      const copy: Progress = { ...own, pending: [...own.pending] };
      const work = fetchMore(actor, datasource, copy, seen, command.first, pageSize, command, { ...call, deadlineAt }).then(
        () => copy,
      );
      return { datasource, progress: own, work };
    });
    await fetchAll(jobs, deadlineAt, startedAt);
    // One of each in turn, so that no source buries another.
    const picked: string[] = [];
    for (let found = true; found && picked.length < command.first; ) {
      found = false;
      for (const { profile } of datasources) {
        const id = picked.length < command.first ? (progress.get(profile.source) as Progress).pending.shift() : undefined;
        if (id !== undefined) {
          picked.push(id);
          found = true;
        }
      }
    }
    return picked;
  };

  const answer = (
    actor: Actor,
    session: string,
    from: number,
    ids: readonly string[],
    progress: ReadonlyMap<AssetSource, Progress>,
    order: readonly SourceResult[],
    more: boolean,
  ): SearchResult => {
    const totals = [...progress.values()].map((state) => state.total);
    return {
      hits: ids.map((assetId, index) => ({
        assetId,
        cursor: sealing.sign(`${session}:${from + index + 1}`, `cursor/search/${actor.tenantId}`),
      })),
      hasNextPage: more || [...progress.values()].some((state) => state.pending.length > 0 || !state.exhausted),
      hasPreviousPage: from > 0,
      totalCount:
        order.every((result) => result.state === 'OK') && totals.every((total) => total !== null)
          ? totals.reduce<number>((sum, total) => sum + (total ?? 0), 0)
          : null,
      sources: order,
    };
  };

  const results = (
    tenant: TenantSources,
    progress: ReadonlyMap<AssetSource, Progress>,
    asked: readonly AssetSource[] | null,
  ): SourceResult[] =>
    ASSET_SOURCES.filter((source) => progress.has(source) || asked?.includes(source)).map(
      (source) =>
        progress.get(source)?.last ??
        resultOf(source, 'SKIPPED', 0, {
          error: {
            code: 'BAD_USER_INPUT',
            message: `${registry.profiles[source].label} is not configured${tenant.bySource(source) ? ' for this search' : ''}.`,
            retryable: false,
            retryAfterMs: null,
          },
        }),
    );

  const search: SearchService['search'] = async (actor, command, call) => {
    requireRole(actor, READERS, 'search');
    const tenant = registry.of(actor.tenantId);
    const hash = queryHash(command);
    const at = command.after === null ? null : parseCursor(sealing, actor, command.after);
    const stored = at && (await readInTenant(db, actor.tenantId, (tx) => findSearchSession(tx, at.session)));
    if (at && !stored) throw brokenCursor('has expired (cursors of a search live for a day)');
    if (stored && stored.queryHash !== hash) throw brokenCursor('belongs to a search with other arguments');
    const from = at?.shown ?? 0;
    const datasources = tenant.all.filter(({ profile }) => command.sources === null || command.sources.includes(profile.source));
    const progress = stored
      ? new Map(stored.progress as [AssetSource, Progress][])
      : new Map(
          datasources.map(({ profile }) => [
            profile.source,
            { pending: [], place: null, exhausted: false, total: null, last: resultOf(profile.source, 'OK', 0) } as Progress,
          ]),
        );
    const delivered = stored?.delivered ?? [];
    if (from > delivered.length) throw brokenCursor('is none of this search');
    const known = delivered.slice(from, from + command.first);
    const wholeAlready = known.length === command.first;
    const order = () => results(tenant, progress, command.sources);
    if (wholeAlready && at)
      return answer(actor, at.session, from, known, progress, order(), delivered.length > from + command.first);

    const wanted = { ...command, first: command.first - known.length };
    const active = datasources.filter(({ profile }) => progress.has(profile.source));
    const picked = await pageOf(actor, active, progress, delivered, wanted, call);
    const session = at?.session ?? uuidv7();
    if (!at) {
      const entry = { queryHash: hash, delivered: picked, progress: [...progress] };
      await inTenant(db, actor.tenantId, (tx) =>
        insertSearchSession(tx, actor.tenantId, session, entry, new Date(now() + SESSION_MS)),
      );
    } else if (
      !(await inTenant(db, actor.tenantId, (tx) => extendSearchSession(tx, session, delivered.length, picked, [...progress])))
    ) {
      // The same cursor was followed by another request meanwhile; its page is the page.
      return search(actor, command, call);
    }
    return answer(actor, session, from, [...known, ...picked], progress, order(), false);
  };

  return { search };
};
