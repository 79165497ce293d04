/** Getty Images as one of the gateway's sources: the only file here that others import. */
import type { Asset } from '../../domain/asset.js';
import { SourceFault } from '../../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../domain/ids.js';
import type { AdapterStore, AssetBatch, Call, Datasource, SearchPage, SourceProfile } from '../datasource.js';
import { SearchNotPossible } from '../datasource.js';
import type { SourceHttp } from '../http/send.js';
import { createChangeFeed } from './changes.js';
import {
  createClient,
  discard,
  EXTERNAL_ID,
  type GettyImagesConfig,
  isFileAddress,
  isLane,
  LANES,
  type Lane,
  laneOf,
  listsFor,
  unappliedOf,
} from './client.js';
import { mapEntitlements } from './entitlements.js';
import { asFault, badReply, notObtainable, notOffered } from './faults.js';
import { EXPIRED, openedPicture, openedPurchase } from './files.js';
import { createHistory } from './history.js';
import { createLicensing } from './licensing.js';
import { mapAsset } from './map.js';
import { readPlace } from './place.js';
import { fillLists, isPlaceIn, LIST_START, type SearchPlace, takeInTurns } from './search-lists.js';
import { MOST_USAGE_ROWS, readUsageReply, usageBody } from './usage.js';
import type { WireAssets } from './wire.js';

export type { GettyImagesConfig } from './client.js';

export const GETTY_IMAGES_PROFILE: SourceProfile = {
  source: 'GETTY_IMAGES',
  label: 'Getty Images',
  capabilities: {
    SEARCH: 'Images by the blended search, clips by the creative and the editorial one; a phrase is needed.',
    BULK_GET: 'Up to 100 images or clips in one call, with the rights as prose.',
    QUOTE: 'The account’s products, what is left of them, what they ask for, and whether the asset was downloaded before.',
    LICENSE: 'A download order under one product of the account. The file comes with the order alone.',
    RELICENSE: 'A further download order for the same asset under a product, which is a further charge.',
    DOWNLOAD:
      'Within a day of the order, from the address that came with it. Later the file would take a new order that may be charged again, ' +
      'and none is made for that.',
    CHANGES: 'Sets of changed and withdrawn assets, stored before they are confirmed.',
    HISTORY: 'The account’s downloads, newest windows first, with notes and project codes where the account has them.',
  },
  maxIdsPerCall: 100,
  lanes: LANES,
  externalId: EXTERNAL_ID,
};

const canExist = (key: AssetKey): boolean => isLane(key.lane) && GETTY_IMAGES_PROFILE.externalId.test(key.externalId);

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

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
  const licensing = createLicensing(config, { client, http, now, idsPerCall });
  const history = createHistory(config, { client, now });

  const entitlements: Datasource['entitlements'] = async (call) => mapEntitlements(await client.allowances(call), now());

  const reportUsage: Datasource['reportUsage'] = {
    mostRows: MOST_USAGE_ROWS,
    send: async (batchId, rows, call) => readUsageReply(await client.putUsageBatch(batchId, usageBody(rows), call), rows, now()),
  };

  const openPurchased: Datasource['openPurchased'] = async (address, call) => {
    if (!isFileAddress(address, config.apiUrl))
      throw notObtainable('hands out files over HTTPS alone, and what is kept for this order is no such address.');
    return openedPurchase(await client.openPublic('delivery', address, call), now());
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

    /** Addresses are signed anew in each reply: one that ran out is replaced by asking for the asset again, once. */
    const openRendition: Datasource['openRendition'] = async (asset, role, call) => {
      const addressIn = (candidate: Asset | undefined) =>
        candidate?.renditions.find((rendition) => rendition.role === role)?.address;
      const address = addressIn(asset);
      if (address === undefined) throw notOffered(`has no ${role} of this asset.`);
      const first = await client.openPublic('rendition', address, call);
      if (!EXPIRED.has(first.status)) return openedPicture(first, now());
      discard(first);
      const { found, failed } = await loadAssets([asset.key], call);
      const fault = failed.get(keyText(asset.key));
      if (fault !== undefined) throw fault;
      const fresh = addressIn(found.get(keyText(asset.key)));
      if (fresh === undefined) throw notObtainable(`no longer has a ${role} of this asset.`);
      return openedPicture(await client.openPublic('rendition', fresh, call), now());
    };

    return {
      connectionId,
      profile,
      loadAssets,
      search,
      openRendition,
      licensing,
      entitlements,
      history: (place, call) => history(connectionId, place, call),
      openPurchased,
      reportUsage,
      changeFeed: createChangeFeed(connectionId, { client, now }),
    };
  };
};
