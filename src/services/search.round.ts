/** One round of a search: every source that is short of hits is asked at once, under one deadline, and taken from in turn. */
import type { AssetReader } from '../datasources/asset-reader.js';
import { type Call, type Datasource, SearchNotPossible, type SearchPage } from '../datasources/datasource.js';
import type { Asset } from '../domain/asset.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetKey, type AssetSource, assetIdOf, keyText } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import type { Actor } from '../domain/roles.js';
import { passesFilters, type SearchFilters } from '../domain/search-filters.js';
import type { Use } from '../domain/use.js';
import { type Database, readInTenant } from '../store/database.js';
import { findActiveLicenses } from '../store/license.store.js';
import type { UseDecisionService } from './use-decision.service.js';

export interface SearchCommand {
  readonly text: string | null;
  readonly sources: readonly AssetSource[] | null;
  readonly filters: SearchFilters;
  readonly licensedByUs: boolean | null;
  /** Only assets that may be used so: what is UNKNOWN does not pass. */
  readonly usableFor: Use | null;
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

/** Where one source stands in one search; kept between pages. */
export interface Progress {
  /** The same for all pages of one search: sources that page by number lose hits otherwise. */
  readonly pageSize: number;
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
export const resultOf = (
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

export const failureOf = (source: AssetSource, error: SourceFault | SearchNotPossible, tookMs: number): SourceResult => {
  if (error instanceof SearchNotPossible) {
    return resultOf(source, 'SKIPPED', tookMs, {
      error: { code: 'BAD_USER_INPUT', message: error.message, retryable: false, retryAfterMs: null },
    });
  }
  const state = error.reason === 'timeout' ? 'TIMEOUT' : error.reason === 'rate_limited' ? 'RATE_LIMITED' : 'FAILED';
  return resultOf(source, state, tookMs, {
    error: { code: error.code, message: error.message, retryable: error.retryable, retryAfterMs: error.retryAfterMs },
  });
};

export interface RoundDeps {
  readonly db: Database;
  readonly reader: AssetReader;
  readonly now: () => number;
  readonly log: { error(details: object, message: string): void };
  readonly useDecisions: Pick<UseDecisionService, 'sift'>;
  readonly visibilityOf: (actor: Actor) => Visibility;
}

/** Whether the gateway itself turns hits away, whatever the source could apply. */
export const siftsHits = ({ licensedByUs, usableFor }: Pick<SearchCommand, 'licensedByUs' | 'usableFor'>): boolean =>
  licensedByUs !== null || usableFor !== null;

/** The next hits of a search, as ids; `progress` moves with them. */
export type SearchRound = (
  actor: Actor,
  datasources: readonly Datasource[],
  progress: Map<AssetSource, Progress>,
  delivered: readonly string[],
  command: SearchCommand,
  call: Call,
) => Promise<string[]>;

export const createSearchRound = (deps: RoundDeps): SearchRound => {
  const { db, reader, now } = deps;

  /** The hits of a page that pass the filters the source could not apply; assets are loaded only where a filter asks for it. */
  const passing = async (
    actor: Actor,
    datasource: Datasource,
    page: SearchPage,
    command: SearchCommand,
    call: Call,
  ): Promise<AssetKey[]> => {
    for (const hit of page.hits) if (hit.asset) reader.remember(hit.asset);
    // What this caller may not see is no hit, whatever else is asked for.
    const hidden = await deps.visibilityOf(actor).hidden(page.hits.map((hit) => assetIdOf(hit.key)));
    let keys = page.hits.map((hit) => hit.key).filter((key) => !hidden.has(assetIdOf(key)));
    let assets: ReadonlyMap<string, Asset> = new Map();
    if (page.unapplied.length > 0 || command.usableFor !== null) {
      const whole = new Map(page.hits.flatMap((hit) => (hit.asset ? [[keyText(hit.key), hit.asset] as const] : [])));
      const absent = keys.filter((key) => !whole.has(keyText(key)));
      const batch =
        absent.length > 0 ? await reader.read(datasource, absent, call) : { found: new Map<string, Asset>(), failed: new Map() };
      for (const fault of batch.failed.values()) throw fault;
      assets = new Map([...batch.found, ...whole]);
      keys = keys.filter((key) => {
        const asset = assets.get(keyText(key));
        return asset !== undefined && passesFilters(asset, command.filters, page.unapplied);
      });
    }
    if (command.licensedByUs !== null && keys.length > 0) {
      const ids = keys.map(assetIdOf);
      const licenses = await readInTenant(db, actor.tenantId, (tx) => findActiveLicenses(tx, ids, instantOf(now())));
      const licensed = new Set(licenses.map((license) => license.assetId as string));
      keys = keys.filter((key) => licensed.has(assetIdOf(key)) === command.licensedByUs);
    }
    const { usableFor } = command;
    if (usableFor !== null && keys.length > 0) {
      const asked = keys.map((key) => ({ asset: assets.get(keyText(key)) as Asset, use: usableFor }));
      const decisions = await deps.useDecisions.sift(actor, asked);
      keys = keys.filter((_key, n) => decisions[n]?.verdict === 'ALLOWED');
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
    command: SearchCommand,
    call: Call,
  ): Promise<void> => {
    const startedAt = now();
    const { source } = datasource.profile;
    try {
      for (let refill = 0; refill < MAX_REFILLS && progress.pending.length < wanted && !progress.exhausted; refill += 1) {
        const query = {
          text: command.text,
          filters: command.filters,
          sort: command.sort,
          pageSize: progress.pageSize,
          place: progress.place,
        };
        const page = await datasource.search(query, call);
        const fresh = (await passing(actor, datasource, page, command, call))
          .map(assetIdOf)
          .filter((id) => !seen.has(id) && !progress.pending.includes(id));
        progress.pending.push(...new Set(fresh));
        progress.exhausted = page.next === null || page.next === progress.place;
        progress.place = page.next;
        const isSifted = siftsHits(command) || (await deps.visibilityOf(actor).restricts(source));
        const counted = page.unapplied.length === 0 && !isSifted;
        progress.total = counted ? page.totalCount : null;
        progress.last = resultOf(source, 'OK', now() - startedAt, { totalCount: progress.total, asOf: page.asOf ?? null });
      }
    } catch (error) {
      progress.last = failureOf(source, knownFault(datasource, error), now() - startedAt);
      if (progress.last.state === 'SKIPPED') progress.exhausted = true;
    }
  };

  /** An error that nobody foresaw in one source must not take the others with it; the log has it whole. */
  const knownFault = ({ profile }: Datasource, error: unknown): SourceFault | SearchNotPossible => {
    if (error instanceof SourceFault || error instanceof SearchNotPossible) return error;
    deps.log.error({ err: error, source: profile.source }, 'a search failed in an unforeseen way');
    return new SourceFault(profile.source, 'bad_reply', `${profile.label} could not be searched.`, { cause: error });
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
    ).finally(() => clearTimeout(timer));
  };

  return async (actor, datasources, progress, delivered, command, call) => {
    const startedAt = now();
    const deadlineAt = startedAt + (call.deadlineAt - startedAt) * SEARCH_SHARE;
    const seen = new Set(delivered);
    const hungry = datasources.filter(({ profile }) => {
      const state = progress.get(profile.source) as Progress;
      return state.pending.length < command.first && !state.exhausted;
    });
    const jobs = hungry.map((datasource) => {
      const own = progress.get(datasource.profile.source) as Progress;
      // Works on a copy: a source that is late must not change what has been decided without it.
      const copy: Progress = { ...own, pending: [...own.pending] };
      const work = fetchMore(actor, datasource, copy, seen, command.first, command, { ...call, deadlineAt }).then(() => copy);
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
};
