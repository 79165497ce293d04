/** Adobe Stock as one of the gateway's sources: the only file here that others import. */
import type { Asset } from '../../domain/asset.js';
import { SourceFault } from '../../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../domain/ids.js';
import { instantOf } from '../../domain/instant.js';
import type {
  AdapterStore,
  AssetBatch,
  Call,
  Datasource,
  HistoryPage,
  LicenseReply,
  Licensing,
  OpenFile,
  SearchFilterName,
  SearchFilters,
  SearchHit,
  SearchPage,
  SourceProfile,
} from '../datasource.js';
import { SearchNotPossible } from '../datasource.js';
import type { HttpReply, HttpStream, SourceHttp } from '../http/send.js';
import { type AdobeStockClient, type AdobeStockConfig, createClient, discard, isOwnAnswer, isSearchableKind } from './client.js';
import { badReply, errorOf, faultOf, notObtainable, notOffered, notYetNamed } from './faults.js';
import { heldIn, isPurchased, LANE, licenseTypesFor, mapAsset, mapBaseline, mapHistoryRow, mapPurchase } from './map.js';
import { contentsReply, purchaseOf, type WireHistoryRow } from './wire.js';

export type { AdobeStockConfig } from './client.js';

export const ADOBE_STOCK_PROFILE: SourceProfile = {
  source: 'ADOBE_STOCK',
  label: 'Adobe Stock',
  capabilities: {
    SEARCH: 'Search/Files: everything but editorial, audio and free assets, which Adobe shows by id alone.',
    BULK_GET: 'Media/1/Files: up to 110 ids in one call, with the license state.',
    QUOTE: 'Member/Profile says whether the license is possible, what is left, and in words what it costs.',
    LICENSE: 'Content/License: one asset; asking again for a license that is held costs nothing.',
    HISTORY: 'Member/LicenseHistory: newest first, without license ids, buyers and prices.',
    DOWNLOAD: 'The licensed original, also of licenses bought elsewhere in the organisation.',
  },
  maxIdsPerCall: 100,
  lanes: [LANE],
  externalId: /^[1-9]\d{0,15}$/,
};

/** Adobe answers 606 beyond. */
const MOST_IDS_PER_CALL = 110;
const HISTORY_PAGE_ROWS = 100;
/** How far back a download looks for its license: 20 pages are 2,000 licenses. */
const DOWNLOAD_HISTORY_PAGES = 20;
const REMEMBERED_FILES = 1_000;

/** Ids stay below 2^53, and a single malformed one makes Adobe refuse the whole call. */
const canExist = (key: AssetKey): boolean =>
  key.lane === LANE && ADOBE_STOCK_PROFILE.externalId.test(key.externalId) && Number.isSafeInteger(Number(key.externalId));

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const asFault = (error: unknown): SourceFault =>
  error instanceof SourceFault
    ? error
    : new SourceFault('ADOBE_STOCK', 'bad_reply', 'Adobe Stock gave an answer that this gateway cannot read.', { cause: error });

/** What a search or a history goes on from; anything that this adapter did not write is refused. */
const readPlace = (place: string): Readonly<Record<string, unknown>> & { readonly offset: number } => {
  try {
    const parsed = JSON.parse(place) as Record<string, unknown> | null;
    const offset = parsed?.offset;
    if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return { ...parsed, offset };
  } catch {
    // Refused below.
  }
  throw notOffered('cannot go on from this place; start again from the beginning.');
};

// ---------- search ----------

const checkPossible = ({ editorialOnly, kinds }: SearchFilters): void => {
  if (editorialOnly === true)
    throw new SearchNotPossible('Adobe Stock leaves editorial assets out of its search; they can be read by their id.');
  if (kinds !== undefined && kinds.length > 0 && !kinds.some(isSearchableKind)) {
    throw new SearchNotPossible(`Adobe Stock's search has no assets of kind ${kinds.join(', ')}.`);
  }
};

/**
 * Filters that this page shows not to have been applied. Adobe documents its size filters for images and does not say what they do to the
 * rest; and search returns no editorial assets by design, which is what `editorialOnly: false` relies on: if one came, it would be told.
 */
const unappliedOn = (hits: readonly SearchHit[], filters: SearchFilters): readonly SearchFilterName[] => {
  const { minWidth = 0, minHeight = 0 } = filters;
  const fails = (test: (asset: Asset) => boolean): boolean => hits.some(({ asset }) => asset !== undefined && test(asset));
  const unapplied: SearchFilterName[] = [];
  if (minWidth > 0 && fails(({ width }) => (width ?? 0) < minWidth)) unapplied.push('minWidth');
  if (minHeight > 0 && fails(({ height }) => (height ?? 0) < minHeight)) unapplied.push('minHeight');
  if (filters.editorialOnly === false && fails(({ rights }) => rights.editorialOnly === 'YES')) unapplied.push('editorialOnly');
  return unapplied;
};

// ---------- licensing ----------

const readPurchase = (http: SourceHttp, reply: HttpReply, id: string) => {
  const parsed = contentsReply.safeParse(http.json(reply, 'content-license'));
  const purchase = parsed.success ? purchaseOf(parsed.data, id) : null;
  if (!parsed.success || purchase === null) throw badReply('content-license');
  return { purchase, entitlement: parsed.data.available_entitlement };
};

interface LicenseContext {
  readonly http: SourceHttp;
  readonly timeZone: string;
  readonly now: number;
  /** Told where the file of a license is. */
  readonly remember: (licenseType: string, address: string) => void;
}

/** Codes by which the service says that this asset cannot be had under this license: an answer, not a fault. */
const REFUSAL_CODES = new Set(['20', '100']);

/** Branches on the state and never on the status: a refusal is a success of HTTP. */
const licenseReplyOf = (
  reply: HttpReply,
  asked: { readonly id: string; readonly licenseType: string },
  context: LicenseContext,
): LicenseReply => {
  const error = errorOf(reply);
  if (error?.layer === 'service' && reply.status < 500 && REFUSAL_CODES.has(error.code)) {
    const message = error.message ?? 'Adobe Stock refuses this license.';
    return { kind: 'refused', code: error.code, message, raw: { status: reply.status, code: error.code, case: error.incident } };
  }
  if (reply.status >= 300) throw faultOf(reply, context.now);
  // A page in place of the service: nobody knows what became of the request.
  if (!isOwnAnswer(reply)) throw badReply('content-license');
  const { purchase, entitlement } = readPurchase(context.http, reply, asked.id);
  const mapped = mapPurchase(purchase, entitlement, asked.licenseType, context.timeZone);
  if (mapped === null) throw badReply('content-license', purchase.state.slice(0, 40));
  if (mapped.kind !== 'refused' && purchase.url !== null) context.remember(mapped.licenseType, purchase.url);
  return mapped;
};

// ---------- history ----------

interface HistoryPlace {
  readonly offset: number;
  readonly total: number | null;
  /** Names the last row of the page before. */
  readonly last: string | null;
  /** Licenses that came while we were paging: they are at the top, which has been read already. */
  readonly arrived: number;
  /** Set when nothing is left but those. */
  readonly catchUp: boolean;
}
const HISTORY_START: HistoryPlace = { offset: 0, total: null, last: null, arrived: 0, catchUp: false };

const nameOf = (row: WireHistoryRow): string => `${row.id}|${row.license}|${row.licenseDate}`;

/** Rows move down as new ones arrive: those that the page before has shown are named by the growth of the total and by its last row. */
const repeatedRows = (rows: readonly WireHistoryRow[], place: HistoryPlace, total: number | null): number => {
  const grown = place.total === null || total === null ? 0 : total - place.total;
  const last = rows[grown - 1];
  return grown > 0 && last !== undefined && nameOf(last) === place.last ? grown : 0;
};

const historyPage = async (client: AdobeStockClient, place: HistoryPlace, call: Call) => {
  const { rows, rowCount, total } = await client.licenseHistory(place.offset, HISTORY_PAGE_ROWS, call);
  const arrived = place.arrived + (place.total === null || total === null ? 0 : Math.max(0, total - place.total));
  if (place.catchUp) return { rows: rows.slice(0, arrived), next: null };
  const offset = place.offset + HISTORY_PAGE_ROWS;
  const hasMore = rowCount > 0 && (total === null ? rowCount >= HISTORY_PAGE_ROWS : offset < total);
  const lastRow = rows.at(-1);
  const following: HistoryPlace = { offset, total, last: lastRow ? nameOf(lastRow) : null, arrived, catchUp: false };
  const next = hasMore ? following : arrived > 0 ? { ...HISTORY_START, total, arrived, catchUp: true } : null;
  return { rows: rows.slice(repeatedRows(rows, place, total)), next };
};

const readHistoryPlace = (text: string): HistoryPlace => {
  const place = readPlace(text);
  const count = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);
  return {
    offset: place.offset,
    total: count(place.total),
    last: typeof place.last === 'string' ? place.last : null,
    arrived: count(place.arrived) ?? 0,
    catchUp: place.catchUp === true,
  };
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

/** Errors of downloads are plain text or HTML, with whatever status: no picture, film or template is either. */
const NO_FILE = /^(text\/(html|plain)|application\/(problem\+)?json)\b/i;

const openedFile = (reply: HttpStream, now: number): OpenFile => {
  const mimeType = reply.headers['content-type'] ?? null;
  if (reply.status !== 200 || (mimeType !== null && NO_FILE.test(mimeType))) {
    discard(reply);
    const unavailable = reply.status === 429 || reply.status >= 500 || reply.status === 401;
    if (unavailable) throw faultOf({ status: reply.status, headers: reply.headers, text: '' }, now);
    throw notObtainable('does not hand out this file; the asset may have been withdrawn, or the license is not held here.');
  }
  const length = reply.headers['content-length'];
  return {
    stream: reply.stream,
    mimeType,
    length: length !== undefined && reply.headers['content-encoding'] === undefined ? Number(length) : null,
    fileName: fileNameOf(reply.headers['content-disposition']),
  };
};

// ---------- the account and its connections ----------

export const createAdobeStockAccount = (
  config: AdobeStockConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): ((connection: { readonly connectionId: ConnectionId; readonly store: AdapterStore }) => Datasource) => {
  const { http, now } = deps;
  const client = createClient(config, deps);
  const idsPerCall = Math.min(Math.max(config.idsPerCall ?? ADOBE_STOCK_PROFILE.maxIdsPerCall, 1), MOST_IDS_PER_CALL);
  const profile: SourceProfile = { ...ADOBE_STOCK_PROFILE, maxIdsPerCall: idsPerCall };
  const timeZone = config.purchaseTimeZone ?? 'UTC';

  /** Only Content/License itself always names the file, and the history may lag behind: a purchase made here need not wait for it. */
  const filesByLicense = new Map<string, string>();
  const fileKey = (id: string, licenseType: string): string => `${id}\n${licenseType}`;
  const rememberFile = (key: string, address: string): void => {
    filesByLicense.set(key, address);
    const oldest = filesByLicense.size > REMEMBERED_FILES ? filesByLicense.keys().next().value : undefined;
    if (oldest !== undefined) filesByLicense.delete(oldest);
  };

  /**
   * Content/Info says whether the license is held and may name its file; where it does not, the asset's own list of files does for some
   * licenses, and the history for all. Content/License would tell as well, but that is the endpoint that spends.
   */
  const fileAddress = async (asset: Asset, licenseType: string, call: Call): Promise<string> => {
    const purchase = purchaseOf(await client.contentInfo(asset.externalId, licenseType, call), asset.externalId);
    if (purchase === null || !isPurchased(purchase)) {
      throw notObtainable(`does not say that the license ${licenseType} of this asset is held.`);
    }
    // Info may answer with another license of the same asset: then only the history knows whether this one is held as well.
    if (heldIn(purchase, licenseType, timeZone) !== null) {
      const { standardFile, mediumFile } = asset.licensing;
      const known = purchase.url ?? filesByLicense.get(fileKey(asset.externalId, licenseType));
      if (known !== undefined) return known;
      if (licenseType === 'Standard' && typeof standardFile === 'string') return standardFile;
      if (licenseType === 'Standard_M' && typeof mediumFile === 'string') return mediumFile;
    }
    let place: HistoryPlace | null = HISTORY_START;
    for (let pages = 0; place !== null && pages < DOWNLOAD_HISTORY_PAGES; pages += 1) {
      const page: Awaited<ReturnType<typeof historyPage>> = await historyPage(client, place, call);
      const row = page.rows.find(({ id, license }) => id === asset.externalId && license === licenseType);
      if (row?.downloadUrl) return row.downloadUrl;
      place = page.next;
    }
    throw notYetNamed(`names no file for the license ${licenseType} of this asset yet; try again in some minutes.`);
  };

  const licensing: Licensing = {
    traces: 'held',
    typesFor: (asset) => licenseTypesFor(asset, config.alternativeLicenses ?? false),

    baseline: async ({ asset, licenseType }, call) => {
      const id = asset.externalId;
      const [member, info] = await Promise.all([
        client.memberProfile(id, licenseType, call),
        client.contentInfo(id, licenseType, call),
      ]);
      const baseline = mapBaseline(member, purchaseOf(info, id), licenseType, timeZone);
      if (baseline === null) throw badReply('member-profile', member.purchase_options.state.slice(0, 40));
      return baseline;
    },

    license: async ({ asset, licenseType, references }, call) => {
      const reply = await client.contentLicense(asset.externalId, licenseType, references, call);
      const remember = (granted: string, address: string): void => rememberFile(fileKey(asset.externalId, granted), address);
      return licenseReplyOf(reply, { id: asset.externalId, licenseType }, { http, timeZone, now: now(), remember });
    },
  };

  return ({ connectionId }) => {
    const loadChunk = async (
      keys: readonly AssetKey[],
      call: Call,
      found: Map<string, Asset>,
      failed: Map<string, SourceFault>,
    ) => {
      const asked = new Set(keys.map(({ externalId }) => externalId));
      try {
        const { files } = await client.files([...asked], call);
        const asOf = instantOf(now());
        for (const row of files) {
          if (!asked.has(row.id)) continue;
          const asset = mapAsset(row, connectionId, asOf);
          found.set(keyText(asset.key), asset);
        }
      } catch (error) {
        const fault = asFault(error);
        for (const key of keys) failed.set(keyText(key), fault);
      }
    };

    const loadAssets = async (keys: readonly AssetKey[], call: Call): Promise<AssetBatch> => {
      const distinct = [...new Map(keys.filter(canExist).map((key) => [keyText(key), key])).values()];
      const found = new Map<string, Asset>();
      const failed = new Map<string, SourceFault>();
      await Promise.all(chunksOf(distinct, idsPerCall).map((chunk) => loadChunk(chunk, call, found, failed)));
      return { found, failed };
    };

    const search: Datasource['search'] = async (query, call): Promise<SearchPage> => {
      checkPossible(query.filters);
      const offset = query.place === null ? 0 : readPlace(query.place).offset;
      const { files, rowCount, total } = await client.search(query, offset, call);
      const asOf = instantOf(now());
      const rows = [...new Map(files.map((row) => [row.id, row])).values()].slice(0, query.pageSize);
      const hits = rows.map((row): SearchHit => {
        const asset = mapAsset(row, connectionId, asOf);
        return { key: asset.key, asset };
      });
      // An answer may hold more rows than asked for, and totals wander: only a short page without more to come is the last.
      const nextOffset = offset + query.pageSize;
      const hasMore = rowCount > 0 && (rowCount >= query.pageSize || (total !== null && nextOffset < total));
      return {
        hits,
        totalCount: total,
        next: hasMore ? JSON.stringify({ offset: nextOffset }) : null,
        unapplied: unappliedOn(hits, query.filters),
      };
    };

    const history = async (place: string | null, call: Call): Promise<HistoryPage> => {
      const page = await historyPage(client, place === null ? HISTORY_START : readHistoryPlace(place), call);
      return {
        entries: page.rows.map((row) => mapHistoryRow(row, connectionId, timeZone)),
        next: page.next === null ? null : JSON.stringify(page.next),
      };
    };

    const openRendition: Datasource['openRendition'] = async (asset, role, call) => {
      const rendition = asset.renditions.find((candidate) => candidate.role === role);
      if (rendition === undefined) throw notOffered(`has no ${role} of this asset.`);
      const { address, needsToken } = rendition;
      return openedFile(await (needsToken ? client.openWithToken(address, call) : client.openPublic(address, call)), now());
    };

    const openDownload = async (asset: Asset, licenseType: string, call: Call): Promise<OpenFile> =>
      openedFile(await client.openWithToken(await fileAddress(asset, licenseType, call), call), now());

    return { connectionId, profile, loadAssets, search, openRendition, licensing, history, openDownload };
  };
};
