/** Getty Images as one of the gateway's sources: the only file here that others import. */
import type { Asset } from '../../domain/asset.js';
import { SourceFault } from '../../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../domain/ids.js';
import type {
  AdapterStore,
  AssetBatch,
  Call,
  Datasource,
  HistoryPage,
  LicenseReply,
  LicenseRequest,
  Licensing,
  OpenFile,
  SearchPage,
  SourceProfile,
} from '../datasource.js';
import { SearchNotPossible } from '../datasource.js';
import type { HttpReply, HttpStream, SourceHttp } from '../http/send.js';
import {
  createClient,
  discard,
  EXTERNAL_ID,
  type GettyImagesConfig,
  isLane,
  LANES,
  type Lane,
  laneOf,
  listsFor,
  unappliedOf,
} from './client.js';
import { badReply, faultOf, isJson, notObtainable, notOffered, refusalOf } from './faults.js';
import {
  licenseTypesFor,
  mapAsset,
  mapBaseline,
  mapHistoryRow,
  NOTES,
  noteWithTag,
  PROJECT_CODE,
  readLicenseType,
} from './map.js';
import { fillLists, isCount, isPlaceIn, LIST_START, type SearchPlace, takeInTurns } from './search-lists.js';
import { downloadReply, type WireAssets } from './wire.js';

export type { GettyImagesConfig } from './client.js';

export const GETTY_IMAGES_PROFILE: SourceProfile = {
  source: 'GETTY_IMAGES',
  label: 'Getty Images',
  capabilities: {
    SEARCH: 'Images by the blended search, clips by the creative and the editorial one; a phrase is needed.',
    BULK_GET: 'Up to 100 images or clips in one call, with the rights as prose.',
    QUOTE: 'The account’s products, what is left of them, what they ask for, and whether the asset was downloaded before.',
    LICENSE:
      'A download order under one product. The file comes with the order alone: fetching it again later would be a new order that ' +
      'may be charged again, so downloads are not offered.',
    HISTORY: 'The account’s downloads, newest windows first, with notes and project codes where the account has them.',
  },
  maxIdsPerCall: 100,
  lanes: LANES,
  externalId: EXTERNAL_ID,
};

const HISTORY_PAGE_ROWS = 100;
const DAY_MS = 86_400_000;
/** Without an end the vendor's window is 30 days long: a day less reaches its present whatever our clocks say. */
const HISTORY_WINDOW_MS = 29 * DAY_MS;

const canExist = (key: AssetKey): boolean => isLane(key.lane) && GETTY_IMAGES_PROFILE.externalId.test(key.externalId);

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const asFault = (error: unknown): SourceFault =>
  error instanceof SourceFault
    ? error
    : new SourceFault('GETTY_IMAGES', 'bad_reply', 'Getty Images gave an answer that this gateway cannot read.', {
        cause: error,
      });

/** What a search or a history goes on from; anything that this adapter did not write is refused. */
const readPlace = <T>(place: string, isPlace: (value: unknown) => value is T): T => {
  try {
    const parsed: unknown = JSON.parse(place);
    if (isPlace(parsed)) return parsed;
  } catch {
    // Refused below.
  }
  throw notOffered('cannot go on from this place; start again from the beginning.');
};

// ---------- licensing ----------

const licenseReplyOf = (
  http: SourceHttp,
  reply: HttpReply,
  licenseType: string,
  units: number | null,
  now: number,
): LicenseReply => {
  const refusal = refusalOf(reply);
  if (refusal !== null) return { kind: 'refused', ...refusal };
  // A redirect as well: it was not asked for, and a portal on the way may have sent it.
  if (reply.status !== 200) throw faultOf(reply, now);
  // A page in place of the service: nobody knows what became of the request.
  if (!isJson(reply) || !downloadReply.safeParse(http.json(reply, 'download')).success) throw badReply('download');
  // The address of the file is a key to it for a day: it is kept nowhere.
  return {
    kind: 'granted',
    licenseType,
    licensedAt: null,
    sourceReference: null,
    price: null,
    units,
    raw: { status: reply.status },
  };
};

// ---------- history ----------

/** Windows go back in time; each is read for the account's products and then for iStock credits, which are listed by name alone. */
interface HistoryPlace {
  /** Epoch milliseconds at which the reading began. */
  readonly since: number;
  readonly window: number;
  readonly credits: boolean;
  readonly page: number;
}

const isHistoryPlace = (value: unknown): value is HistoryPlace => {
  const { since, window, credits, page } = (value ?? {}) as Record<string, unknown>;
  return isCount(since) && isCount(window) && isCount(page) && page > 0 && typeof credits === 'boolean';
};

/** To the second, which is what the vendor documents. */
const secondOf = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');

// ---------- files ----------

/** Answers after which a fresh address may help: signatures run out. */
const EXPIRED: ReadonlySet<number> = new Set([403, 404, 410]);

const openedFile = (reply: HttpStream, now: number): OpenFile => {
  const mimeType = reply.headers['content-type'] ?? null;
  if (reply.status !== 200 || (mimeType !== null && /^(text\/|application\/([\w.-]+\+)?json\b)/i.test(mimeType))) {
    discard(reply);
    if (reply.status === 429 || reply.status >= 500)
      throw faultOf({ status: reply.status, headers: reply.headers, text: '' }, now);
    throw notObtainable('does not hand out this picture.');
  }
  const length = reply.headers['content-length'];
  return {
    stream: reply.stream,
    mimeType,
    length: length !== undefined && reply.headers['content-encoding'] === undefined ? Number(length) : null,
    fileName: null,
  };
};

// ---------- the account and its connections ----------

export const createGettyImagesAccount = (
  config: GettyImagesConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): ((connection: { readonly connectionId: ConnectionId; readonly store: AdapterStore }) => Datasource) => {
  const { http, now } = deps;
  const client = createClient(config, deps);
  const idsPerCall = Math.min(
    Math.max(config.idsPerCall ?? GETTY_IMAGES_PROFILE.maxIdsPerCall, 1),
    GETTY_IMAGES_PROFILE.maxIdsPerCall,
  );
  const profile: SourceProfile = { ...GETTY_IMAGES_PROFILE, maxIdsPerCall: idsPerCall };
  const tagged = config.tagInNotes ?? true;
  const windows = Math.max(1, Math.ceil(((config.historyDays ?? 365) * DAY_MS) / HISTORY_WINDOW_MS));
  const hasCredits = config.products?.some((product) => readLicenseType(product)?.productType === 'creditpack') ?? true;

  const orderOf = ({ licenseType, references, operationTag }: LicenseRequest) => {
    const choice = readLicenseType(licenseType);
    if (choice === null) throw notOffered('has no license of this type.');
    const given = (key: string): string | null => references.find((reference) => reference.key === key)?.value || null;
    return { ...choice, notes: noteWithTag(given(NOTES), tagged ? operationTag : null), projectCode: given(PROJECT_CODE) };
  };

  const laneOfAsset = ({ key }: Asset): Lane => (key.lane === 'video' ? 'video' : 'image');

  const licensing: Licensing = {
    traces: 'tag',
    product: /^[1-9]\d{0,17}$/,
    typesFor: (asset) => licenseTypesFor(asset, config.products),

    baseline: async (request, call) => {
      const lane = laneOfAsset(request.asset);
      const { externalId } = request.asset;
      const [products, productTypes, downloads] = await Promise.all([
        client.products(call),
        client.productTypes(lane, externalId, call),
        client.downloadHistory(lane, externalId, call),
      ]);
      return mapBaseline({ products, productTypes, downloads }, request, { tagged, now: now() });
    },

    license: async (request, call) => {
      const { asset, licenseType } = request;
      const order = orderOf(request);
      const reply = await client.download(laneOfAsset(asset), asset.externalId, order, call);
      const { standardCredits } = asset.licensing;
      const credits = typeof standardCredits === 'number' ? standardCredits : null;
      return licenseReplyOf(http, reply, licenseType, order.productType === 'creditpack' ? credits : 1, now());
    },
  };

  return ({ connectionId }) => {
    const sortReply = (
      { assets, notFound }: WireAssets,
      keys: ReadonlyMap<string, AssetKey>,
      found: Map<string, Asset>,
      failed: Map<string, SourceFault>,
    ): void => {
      for (const row of assets) {
        const key = keys.get(row.id);
        if (key !== undefined) found.set(keyText(key), mapAsset(row, key.lane, connectionId));
      }
      // Where the reply lists what does not exist, silence on an id is an omission and no answer.
      for (const [id, key] of keys) {
        if (notFound === null || notFound.has(id) || found.has(keyText(key))) continue;
        failed.set(keyText(key), badReply(`${key.lane}s`));
      }
    };

    const loadAssets = async (keys: readonly AssetKey[], call: Call): Promise<AssetBatch> => {
      const found = new Map<string, Asset>();
      const failed = new Map<string, SourceFault>();
      const loadChunk = async (lane: Lane, chunk: readonly AssetKey[]): Promise<void> => {
        const byId = new Map(chunk.map((key) => [key.externalId, key]));
        try {
          sortReply(await client.assets(lane, [...byId.keys()], call), byId, found, failed);
        } catch (error) {
          const fault = asFault(error);
          for (const key of chunk) failed.set(keyText(key), fault);
        }
      };
      const distinct = [...new Map(keys.filter(canExist).map((key) => [keyText(key), key])).values()];
      await Promise.all(
        LANES.flatMap((lane) =>
          chunksOf(
            distinct.filter((key) => key.lane === lane),
            idsPerCall,
          ).map((chunk) => loadChunk(lane, chunk)),
        ),
      );
      return { found, failed };
    };

    const search: Datasource['search'] = async (query, call): Promise<SearchPage> => {
      const lists = listsFor(query.filters);
      if (!query.text?.trim() && config.allowEmptyPhrase !== true)
        throw new SearchNotPossible('Getty Images does not search without a phrase; say what to look for.');
      const place = query.place === null ? {} : readPlace(query.place, (value): value is SearchPlace => isPlaceIn(value, lists));
      const start = new Map(lists.map((list) => [list, place[list] ?? LIST_START]));
      const places = await fillLists(client, start, query, call);
      const { taken, left } = takeInTurns(places, query.pageSize);
      const totals = [...left.values()].map(({ total }) => total);
      const hasMore = [...left.values()].some(({ page, rest }) => page !== null || rest.length > 0);
      return {
        hits: taken.map(({ list, id }) => ({ key: { connectionId, lane: laneOf(list), externalId: id } })),
        totalCount: totals.reduce<number | null>((sum, total) => (sum === null || total === null ? null : sum + total), 0),
        next: hasMore ? JSON.stringify(Object.fromEntries(left)) : null,
        unapplied: unappliedOf(lists, query.filters),
      };
    };

    const history = async (text: string | null, call: Call): Promise<HistoryPage> => {
      const place = text === null ? { since: now(), window: 0, credits: false, page: 1 } : readPlace(text, isHistoryPlace);
      const end = place.since - place.window * HISTORY_WINDOW_MS;
      const window = {
        from: secondOf(end - HISTORY_WINDOW_MS),
        // The newest window is open: what is bought while it is read shall be in it, by the vendor's clock.
        to: place.window === 0 ? null : secondOf(end),
        productType: place.credits ? 'creditpack' : null,
      };
      const page = await client.downloads(window, place.page, HISTORY_PAGE_ROWS, call);
      const reached = place.page * HISTORY_PAGE_ROWS;
      const hasMore =
        page !== null && page.rowCount > 0 && (page.total === null ? page.rowCount >= HISTORY_PAGE_ROWS : reached < page.total);
      const following = (): HistoryPlace | null => {
        if (hasMore) return { ...place, page: place.page + 1 };
        if (hasCredits && !place.credits) return { ...place, credits: true, page: 1 };
        const older = place.window + 1;
        return older < windows ? { since: place.since, window: older, credits: false, page: 1 } : null;
      };
      const next = following();
      return {
        entries: (page?.rows ?? []).flatMap((row) => mapHistoryRow(row, connectionId, config.products) ?? []),
        next: next === null ? null : JSON.stringify(next),
      };
    };

    /** Addresses are signed anew in each reply: one that ran out is replaced by asking for the asset again, once. */
    const openRendition: Datasource['openRendition'] = async (asset, role, call) => {
      const addressIn = (candidate: Asset | undefined) =>
        candidate?.renditions.find((rendition) => rendition.role === role)?.address;
      const address = addressIn(asset);
      if (address === undefined) throw notOffered(`has no ${role} of this asset.`);
      const first = await client.openPublic(address, call);
      if (!EXPIRED.has(first.status)) return openedFile(first, now());
      discard(first);
      const { found, failed } = await loadAssets([asset.key], call);
      const fault = failed.get(keyText(asset.key));
      if (fault !== undefined) throw fault;
      const fresh = addressIn(found.get(keyText(asset.key)));
      if (fresh === undefined) throw notObtainable(`no longer has a ${role} of this asset.`);
      return openedFile(await client.openPublic(fresh, call), now());
    };

    return { connectionId, profile, loadAssets, search, openRendition, licensing, history };
  };
};
