/** Adobe Stock as one of the gateway's sources: the only file here that others import. */
import type { Asset } from '../../domain/asset.js';
import type { SourceFault } from '../../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../domain/ids.js';
import { instantOf } from '../../domain/instant.js';
import type {
  AdapterStore,
  AssetBatch,
  Call,
  Datasource,
  HistoryPage,
  SearchHit,
  SearchPage,
  SourceProfile,
} from '../datasource.js';
import type { SourceHttp } from '../http/send.js';
import { type AdobeStockConfig, createClient } from './client.js';
import { asFault, historyMoved, notOffered } from './faults.js';
import { createLicensedFiles, fileParameters, openedFile } from './files.js';
import { HISTORY_START, readHistoryPage, readHistoryPlace } from './history.js';
import { createLicensing } from './licensing.js';
import { isNamed, mapEntitlements, mapHistoryRow } from './licensing.map.js';
import { LANE, mapAsset } from './map.js';
import { checkPossible, readSearchPlace, unappliedOn } from './search.js';

export type { AdobeStockConfig } from './client.js';

export const ADOBE_STOCK_PROFILE: SourceProfile = {
  source: 'ADOBE_STOCK',
  label: 'Adobe Stock',
  capabilities: {
    SEARCH: 'Search/Files: everything but editorial, audio and free assets, which Adobe shows by id alone.',
    BULK_GET: 'Media/1/Files: up to 110 ids in one call, with the license state.',
    QUOTE: 'Member/Profile says whether the license is possible, what is left, and in words what it costs.',
    LICENSE: 'Content/License: one asset; asking again for a license that is held costs nothing.',
    RELICENSE: 'Content/License with license_again: one more license of the same asset, charged each time it is asked for.',
    HISTORY: 'Member/LicenseHistory: newest first, without license ids, buyers and prices.',
    DOWNLOAD: 'The licensed original or a smaller size of it, also of licenses bought elsewhere in the organisation.',
  },
  maxIdsPerCall: 100,
  lanes: [LANE],
  externalId: /^[1-9]\d{0,15}$/,
};

/** Adobe answers 606 beyond. */
const MOST_IDS_PER_CALL = 110;

/** Ids stay below 2^53, and a single malformed one makes Adobe refuse the whole call. */
const canExist = (key: AssetKey): boolean =>
  key.lane === LANE && ADOBE_STOCK_PROFILE.externalId.test(key.externalId) && Number.isSafeInteger(Number(key.externalId));

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

export const createAdobeStockAccount = (
  config: AdobeStockConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): ((connection: { readonly connectionId: ConnectionId; readonly store: AdapterStore }) => Datasource) => {
  const { http, now } = deps;
  const client = createClient(config, deps);
  const idsPerCall = Math.min(Math.max(config.idsPerCall ?? ADOBE_STOCK_PROFILE.maxIdsPerCall, 1), MOST_IDS_PER_CALL);
  const profile: SourceProfile = { ...ADOBE_STOCK_PROFILE, maxIdsPerCall: idsPerCall };
  const timeZone = config.purchaseTimeZone ?? 'UTC';
  const files = createLicensedFiles(client, timeZone);
  const alternativeLicenses = config.alternativeLicenses ?? false;
  const licensing = createLicensing({ client, http, now, timeZone, alternativeLicenses, remember: files.remember });
  const entitlements = async (call: Call) => mapEntitlements(await client.memberBalance(call));

  return ({ connectionId }) => {
    const loadChunk = async (
      keys: readonly AssetKey[],
      call: Call,
      found: Map<string, Asset>,
      failed: Map<string, SourceFault>,
    ) => {
      const asked = new Set(keys.map(({ externalId }) => externalId));
      try {
        const { files: rows } = await client.files([...asked], call);
        const asOf = instantOf(now());
        for (const row of rows) {
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
      const offset = query.place === null ? 0 : readSearchPlace(query.place);
      const { files: found, rowCount, total } = await client.search(query, offset, call);
      const asOf = instantOf(now());
      const rows = [...new Map(found.map((row) => [row.id, row])).values()].slice(0, query.pageSize);
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
      const page = await readHistoryPage(client, place === null ? HISTORY_START : readHistoryPlace(place), call);
      if (page === null) throw historyMoved();
      const next = page.onward ?? page.arrivals;
      return {
        entries: page.rows.filter(isNamed).map((row) => mapHistoryRow(row, connectionId, timeZone)),
        next: next === null ? null : JSON.stringify(next),
        total: page.total,
      };
    };

    const openRendition: Datasource['openRendition'] = async (asset, role, call) => {
      const rendition = asset.renditions.find((candidate) => candidate.role === role);
      if (rendition === undefined) throw notOffered(`has no ${role} of this asset.`);
      const { address, needsToken } = rendition;
      return openedFile(await (needsToken ? client.openWithToken(address, call) : client.openPublic(address, call)), now());
    };

    const openDownload: Datasource['openDownload'] = async (asset, licenseType, variant, call) => {
      const parameters = fileParameters(asset, variant);
      const isForm = Object.keys(parameters).length > 0;
      const reply = await client.openWithToken(await files.addressOf(asset, licenseType, call), call, parameters);
      return openedFile(reply, now(), isForm ? ', or it cannot be had in this form' : '');
    };

    return { connectionId, profile, loadAssets, search, openRendition, licensing, entitlements, history, openDownload };
  };
};
