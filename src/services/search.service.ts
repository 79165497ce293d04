/**
 * Searches all sources at once under one deadline and merges them fairly. What a search has shown is kept in the store, so that a later
 * page repeats nothing even when the sources' own pages shift; each source goes on from its own place.
 */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call } from '../datasources/datasource.js';
import type { SourceRegistry, TenantSources } from '../datasources/registry.js';
import { canonicalJson, type JsonValue } from '../domain/canonical-json.js';
import { Fault } from '../domain/faults.js';
import { ASSET_SOURCES, type AssetSource } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import type { Sealing } from '../domain/sealing.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { extendSearchSession, findSearchSession, insertSearchSession } from '../store/search-session.store.js';
import { createSearchRound, type Progress, resultOf, type SearchCommand, type SourceResult, siftsHits } from './search.round.js';
import type { UseDecisionService } from './use-decision.service.js';

export interface SearchResult {
  /** Global ids in order, with the cursor behind each. */
  readonly hits: readonly { readonly assetId: string; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where to go on; also behind a page without hits, when there may be more. */
  readonly endCursor: string | null;
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
  readonly log: { error(details: object, message: string): void };
  readonly useDecisions: Pick<UseDecisionService, 'sift'>;
  readonly visibilityOf: (actor: Actor) => Visibility;
}

/** Asking a source for less is hardly cheaper, and makes the next page another call. */
const SMALLEST_PAGE = 10;
/** Where a filter may turn most hits away, each call brings as many as it can. */
const LARGEST_PAGE = 100;
const SESSION_MS = 24 * 3_600_000;

const queryHash = (command: SearchCommand): string =>
  createHash('sha256')
    .update(
      canonicalJson({
        text: command.text,
        sources: command.sources,
        filters: command.filters as unknown as JsonValue,
        licensedByUs: command.licensedByUs,
        ...(command.usableFor && { usableFor: command.usableFor as unknown as JsonValue }),
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

export const createSearchService = (deps: SearchDeps): SearchService => {
  const { db, registry, sealing, now } = deps;
  const nextHits = createSearchRound(deps);

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
    const cursorBehind = (shown: number): string => sealing.sign(`${session}:${shown}`, `cursor/search/${actor.tenantId}`);
    return {
      hits: ids.map((assetId, index) => ({ assetId, cursor: cursorBehind(from + index + 1) })),
      endCursor: cursorBehind(from + ids.length),
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
    const stored = at && (await readInTenant(db, actor.tenantId, (tx) => findSearchSession(tx, at.session, instantOf(now()))));
    if (at && !stored) throw brokenCursor('has expired (cursors of a search live for a day)');
    if (stored && stored.queryHash !== hash) throw brokenCursor('belongs to a search with other arguments');
    const from = at?.shown ?? 0;
    const datasources = tenant.all.filter(({ profile }) => command.sources === null || command.sources.includes(profile.source));
    const picky = siftsHits(command) || Object.keys(command.filters).length > 0;
    const pageSize = picky ? LARGEST_PAGE : Math.max(command.first, SMALLEST_PAGE);
    const progress = stored
      ? new Map(stored.progress as [AssetSource, Progress][])
      : new Map(
          datasources.map(({ profile }) => [
            profile.source,
            {
              pageSize,
              pending: [],
              place: null,
              exhausted: false,
              total: null,
              last: resultOf(profile.source, 'OK', 0),
            } as Progress,
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
    const picked = await nextHits(actor, active, progress, delivered, wanted, call);
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
