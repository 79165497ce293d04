/** PhotoShelter as one of the gateway's sources: the only file here that others import. */
import type { Asset } from '../../domain/asset.js';
import { SourceFault } from '../../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../domain/ids.js';
import { type Instant, instantOf, parseInstant } from '../../domain/instant.js';
import type {
  AdapterStore,
  AssetBatch,
  Call,
  Datasource,
  FactsPage,
  FileVariant,
  OpenFile,
  SearchFilterName,
  SearchFilters,
  SearchHit,
  SearchPage,
  SourceProfile,
} from '../datasource.js';
import { SearchNotPossible } from '../datasource.js';
import type { HttpStream, SourceHttp } from '../http/send.js';
import { createClient, discard, isSearchableKind, type PhotoShelterConfig, type PollWindow } from './client.js';
import { factsUnreadable, faultOf, notObtainable, notOffered } from './faults.js';
import { createGalleries } from './galleries.js';
import { DEFAULT_EDITORIAL_WORDS, DEFAULT_FIELDS, kindOf, LANE, type MapOptions, mapAsset, mapFacts } from './map.js';
import { createMetadata } from './metadata.js';
import { MEDIA_ID, type WireChanges, type WireMedia, type WirePaging } from './wire.js';

export type { PhotoShelterConfig } from './client.js';

export const PHOTOSHELTER_PROFILE: SourceProfile = {
  source: 'PHOTOSHELTER',
  label: 'PhotoShelter',
  capabilities: {
    SEARCH: 'The whole library of the organization; hits are ids, each read by itself.',
    WRITE_METADATA: 'IPTC and custom metadata of one asset, read back after each change.',
    DOWNLOAD: 'Originals, streamed with our session: PhotoShelter looks neither at license ends nor at approvals.',
    CHANGES: 'No webhooks: a poll of modification times brings license ends and custom metadata, which no read by id shows.',
  },
  maxIdsPerCall: 1,
  lanes: [LANE],
  externalId: MEDIA_ID,
  ownLibrary: true,
};

/** The smallest page that the vendor documents. */
const SEARCH_PAGE_ROWS = 50;
const LAST_PAGE = 999;

const canExist = (key: AssetKey): boolean => key.lane === LANE && MEDIA_ID.test(key.externalId);

const asFault = (error: unknown): SourceFault =>
  error instanceof SourceFault
    ? error
    : new SourceFault('PHOTOSHELTER', 'bad_reply', 'PhotoShelter gave an answer that this gateway cannot read.', {
        cause: error,
      });

/** An announced page, else what the total says, else a full page: the last page announces nothing, and some accounts never do. */
const hasMore = (rowCount: number, paging: WirePaging, page: number, size: number): boolean => {
  if (rowCount === 0 || page >= LAST_PAGE) return false;
  if (paging.hasNext) return true;
  return paging.total === null ? rowCount >= size : page * (paging.perPage ?? size) < paging.total;
};

const parsedRecord = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

// ---------- search ----------

/** The next page of the source, null when it has no more, and the hits of earlier ones that nobody has been given yet. */
interface SearchPlace {
  readonly page: number | null;
  readonly rest: readonly string[];
  readonly total: number | null;
}

/** Anything that this adapter did not write is refused. */
const readPlace = (text: string | null): SearchPlace => {
  if (text === null) return { page: 1, rest: [], total: null };
  const place = parsedRecord(text);
  const page = place?.page === null ? null : count(place?.page);
  const rest = place?.rest;
  const known = Array.isArray(rest) && rest.every((id) => typeof id === 'string' && MEDIA_ID.test(id));
  if (place === null || page === 0 || (page ?? 1) > LAST_PAGE || (page === null && place.page !== null) || !known) {
    throw notOffered('cannot go on from this place; start again from the beginning.');
  }
  return { page, rest: rest as readonly string[], total: count(place.total) };
};

const checkPossible = ({ kinds }: SearchFilters): void => {
  if (kinds !== undefined && kinds.length > 0 && !kinds.some(isSearchableKind)) {
    throw new SearchNotPossible(`PhotoShelter tells pictures, film, sound and documents apart, but not ${kinds.join(', ')}.`);
  }
};

/** Sizes and editorial use are no criteria there. Kinds are, and the ids show whether they were applied. */
const unappliedOn = (hits: readonly SearchHit[], filters: SearchFilters): readonly SearchFilterName[] => {
  const { kinds = [], minWidth = 0, minHeight = 0, editorialOnly } = filters;
  const unapplied: SearchFilterName[] = [];
  if (kinds.length > 0 && hits.some(({ key }) => !kinds.includes(kindOf(key.externalId)))) unapplied.push('kinds');
  if (minWidth > 0) unapplied.push('minWidth');
  if (minHeight > 0) unapplied.push('minHeight');
  if (editorialOnly !== undefined) unapplied.push('editorialOnly');
  return unapplied;
};

// ---------- files ----------

const fileNameOf = (disposition: string | undefined): string | null => {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // The plain name below will do.
  }
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? null;
};

/** Without a file name of its own, a page or JSON is an answer about the file and not the file. */
const NO_FILE = /^(text\/html|application\/(problem\+)?json)\b/i;

const openedFile = (reply: HttpStream, mimeType: string | null, now: number): OpenFile => {
  const { status, headers } = reply;
  const type = headers['content-type'] ?? null;
  const isFile = type === null || !NO_FILE.test(type) || headers['content-disposition'] !== undefined;
  if (status !== 200 || !isFile) {
    discard(reply);
    if (status === 404) throw notObtainable('does not have this file; the medium may have been removed.');
    throw faultOf({ status, headers, text: '' }, now);
  }
  const length = headers['content-length'];
  return {
    stream: reply.stream,
    // Downloads come as bytes without a type.
    mimeType: type === null || type.startsWith('application/octet-stream') ? (mimeType ?? type) : type,
    length: length !== undefined && headers['content-encoding'] === undefined ? Number(length) : null,
    fileName: fileNameOf(headers['content-disposition']),
  };
};

// ---------- polling ----------

const DEFAULT_POLL_ROWS = 500;
const SMALLER_POLL_ROWS = [100, 50];
const DEFAULT_FULL_POLL_HOURS = 24;
/** Windows overlap, because clocks differ and an index may lag behind. */
const OVERLAP_MS = 600_000;
/** Parts of one window overlap by the second to which times are kept: whether bounds count themselves in is not documented. */
const SEAM_MS = 1_000;
/** How long a poll goes on without making sure that its session still lives. */
const SESSION_CHECK_MS = 60_000;
/** Nothing in PhotoShelter is older. Only needed to cut a library in two. */
const OLDEST_MS = Date.UTC(2000, 0, 1);

interface OpenWindow extends PollWindow {
  /** Media in the window when its last page was read. */
  readonly total: number | null;
  /** Where the poll will be drained; later than `to` while a window is read in parts. */
  readonly end: Instant;
}

interface PollCursor {
  /** Everything changed before has been read. */
  readonly since: Instant | null;
  /** When the last reading of the whole library began. */
  readonly fullAt: Instant | null;
  readonly window: OpenWindow | null;
}
const POLL_START: PollCursor = { since: null, fullAt: null, window: null };

const readWindow = (value: unknown): OpenWindow | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { from, to, end, page, size, total } = value as Record<string, unknown>;
  const [toInstant, endInstant, pageNumber, rows] = [parseInstant(to), parseInstant(end), count(page), count(size)];
  if (toInstant === null || endInstant === null || !pageNumber || !rows) return null;
  return { from: parseInstant(from), to: toInstant, end: endInstant, page: pageNumber, size: rows, total: count(total) };
};

/** A cursor that cannot be read starts the poll again: that is safe, and better than a poll that stands still. */
const readCursor = (text: string | null): PollCursor => {
  const cursor = text === null ? null : parsedRecord(text);
  if (cursor === null) return POLL_START;
  return { since: parseInstant(cursor.since), fullAt: parseInstant(cursor.fullAt), window: readWindow(cursor.window) };
};

const earlier = (instant: Instant, ms: number): Instant => instantOf(Date.parse(instant) - ms);

/** The window after this page, or null when this was the last of all. */
const following = (asked: OpenWindow, { paging, rowCount }: WireChanges): OpenWindow | null => {
  const { from, to, end, page } = asked;
  const { total } = paging;
  // What is asked for may be clamped; pages are counted by what is given.
  const size = paging.perPage ?? asked.size;
  const window: OpenWindow = { ...asked, size, total };
  // Nothing enters a window that lies in the past, but what is changed meanwhile leaves it, and all behind it move up: go back as far.
  const left = asked.total === null || total === null ? 0 : asked.total - total;
  if (left > 0 && page > 1) return { ...window, page: Math.max(1, page - Math.ceil(left / size)) };
  const isTooLong = page === 1 && total !== null ? total > LAST_PAGE * size : page >= LAST_PAGE && rowCount > 0;
  const fromMs = from === null ? OLDEST_MS : Date.parse(from);
  const middle = instantOf(fromMs + Math.floor((Date.parse(to) - fromMs) / 2));
  if (isTooLong && middle < earlier(to, 2 * SEAM_MS)) return { ...window, to: middle, page: 1, total: null };
  if (hasMore(rowCount, paging, page, size)) return { ...window, page: page + 1 };
  return to < end ? { ...window, from: earlier(to, SEAM_MS), to: end, page: 1, total: null } : null;
};

// ---------- the account and its connections ----------

export const createPhotoShelterAccount = (
  config: PhotoShelterConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): ((connection: { readonly connectionId: ConnectionId; readonly store: AdapterStore }) => Datasource) => {
  const { now } = deps;
  const client = createClient(config, deps);
  const fields = { ...DEFAULT_FIELDS, ...config.customFields };
  const words = config.editorialWords ?? DEFAULT_EDITORIAL_WORDS;
  const shared: Omit<MapOptions, 'connectionId'> = {
    previewUrl: config.previewUrl.replace(/\/+$/, ''),
    previewsWatermarked: config.previewsWatermarked ?? false,
    fields,
    editorialWords: new Set(words.map((word) => word.trim().toLowerCase())),
  };
  const wantedRows = Math.max(1, config.pollPageSize ?? DEFAULT_POLL_ROWS);
  const fullPollMs = (config.fullPollHours ?? DEFAULT_FULL_POLL_HOURS) * 3_600_000;
  /** Page sizes from the wanted one down; what this account has been refused is forgotten with the process. */
  const pollRows = [wantedRows, ...SMALLER_POLL_ROWS.filter((rows) => rows < wantedRows)];
  let pollRowsIndex = 0;
  let sessionCheckedAt = 0;

  const newWindow = ({ since, fullAt }: PollCursor): OpenWindow => {
    const to = instantOf(now());
    const isFull = since === null || fullAt === null || Date.parse(fullAt) + fullPollMs <= now();
    return {
      from: isFull ? null : earlier(since, OVERLAP_MS),
      to,
      end: to,
      page: 1,
      size: pollRows[pollRowsIndex] ?? wantedRows,
      total: null,
    };
  };

  /** The same place in a window of smaller pages. */
  const inSmallerPages = (window: OpenWindow, size: number): OpenWindow => {
    const page = Math.floor(((window.page - 1) * window.size) / size) + 1;
    return page > LAST_PAGE ? { ...window, size, page: 1, total: null } : { ...window, size, page };
  };

  /** One page, smaller where the source refuses such a size or breaks down under it. */
  const readPage = async (
    asked: OpenWindow,
    call: Call,
  ): Promise<{ readonly window: OpenWindow; readonly changes: WireChanges }> => {
    for (let window = asked; ; ) {
      try {
        return { window, changes: await client.changes(window, call) };
      } catch (error) {
        const tooMuch = error instanceof SourceFault && (error.reason === 'rejected' || error.reason === 'server_error');
        const smaller = pollRows.findIndex((rows) => rows < window.size);
        if (!tooMuch || smaller < 0) throw error;
        if (error.reason === 'rejected') pollRowsIndex = smaller;
        window = inSmallerPages(window, pollRows[smaller] ?? wantedRows);
      }
    }
  };

  const metadata = createMetadata(config, { client, now });
  const galleries = createGalleries({ client, now });

  return ({ connectionId, store }) => {
    const options: MapOptions = { connectionId, ...shared };

    const loadAssets = async (keys: readonly AssetKey[], call: Call): Promise<AssetBatch> => {
      const ids = [...new Set(keys.filter(canExist).map(({ externalId }) => externalId))];
      const read: WireMedia[] = [];
      const found = new Map<string, Asset>();
      const failed = new Map<string, SourceFault>();
      const signIns = client.signIns();
      await Promise.all(
        ids.map(async (id) => {
          try {
            const media = await client.media(id, signIns, call);
            // Public media of other organizations can be read as well, and are none of ours.
            if (media !== null && (media.organizationId ?? config.organizationId) === config.organizationId) read.push(media);
          } catch (error) {
            failed.set(keyText({ lane: LANE, externalId: id }), asFault(error));
          }
        }),
      );
      if (read.length === 0) return { found, failed };
      const facts = await store.loadFacts(read.map(({ id }) => id)).catch(factsUnreadable);
      for (const media of read) {
        // Without its facts an asset would seem to have no end.
        if (facts instanceof SourceFault) failed.set(keyText({ lane: LANE, externalId: media.id }), facts);
        else found.set(keyText({ lane: LANE, externalId: media.id }), mapAsset(media, facts.get(media.id), options));
      }
      return { found, failed };
    };

    const search: Datasource['search'] = async (query, call): Promise<SearchPage> => {
      checkPossible(query.filters);
      const perPage = Math.max(SEARCH_PAGE_ROWS, query.pageSize);
      let { page, rest, total } = readPlace(query.place);
      // A page holds more than is asked for: what is left over waits in the place, so that no page is fetched twice.
      if (rest.length < query.pageSize && page !== null) {
        const reply = await client.search(query, page, perPage, call);
        rest = [...new Set([...rest, ...reply.ids])];
        total = reply.paging.total ?? total;
        page = hasMore(reply.rowCount, reply.paging, page, perPage) ? page + 1 : null;
      }
      const hits = rest.slice(0, query.pageSize).map((externalId) => ({ key: { connectionId, lane: LANE, externalId } }));
      const left: SearchPlace = { page, rest: rest.slice(query.pageSize), total };
      return {
        hits,
        totalCount: total,
        next: page !== null || left.rest.length > 0 ? JSON.stringify(left) : null,
        unapplied: unappliedOn(hits, query.filters),
      };
    };

    const openRendition: Datasource['openRendition'] = async (asset, role, call) => {
      const rendition = asset.renditions.find((candidate) => candidate.role === role);
      if (rendition === undefined) throw notOffered(`has no ${role} of this asset.`);
      const reply = await client.openPublic(rendition.address, call);
      if (reply.status === 401 || reply.status === 403) {
        discard(reply);
        throw notObtainable('does not show the preview of this asset; it may be in no public gallery.');
      }
      return openedFile(reply, rendition.mimeType, now());
    };

    const openDownload = async (asset: Asset, _licenseType: string, _variant: FileVariant, call: Call): Promise<OpenFile> =>
      openedFile(await client.openOriginal(asset.externalId, call), asset.mimeType, now());

    const pollFacts = async (text: string | null, call: Call): Promise<FactsPage> => {
      const cursor = readCursor(text);
      if (cursor.window === null || now() - sessionCheckedAt > SESSION_CHECK_MS) {
        await client.checkSession(call);
        sessionCheckedAt = now();
      }
      const { window, changes } = await readPage(cursor.window ?? newWindow(cursor), call);
      const next = following(window, changes);
      // A window without a beginning is a reading of the whole; its parts have one from the second on.
      const fullAt = window.from === null && window.page === 1 ? window.end : cursor.fullAt;
      const after: PollCursor =
        next === null ? { since: window.end, fullAt, window: null } : { since: cursor.since, fullAt, window: next };
      return {
        facts: changes.rows.map((row) => mapFacts(row, fields)),
        cursor: JSON.stringify(after),
        drained: next === null,
      };
    };

    return {
      connectionId,
      profile: PHOTOSHELTER_PROFILE,
      loadAssets,
      search,
      openRendition,
      openDownload,
      pollFacts,
      metadata,
      galleries,
    };
  };
};
