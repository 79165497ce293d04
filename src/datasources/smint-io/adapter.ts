/** Smint.io as one of the gateway's sources: the only file here that others import. */
import pLimit from 'p-limit';
import type { Asset } from '../../domain/asset.js';
import { SourceFault } from '../../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../domain/ids.js';
import { instantOf } from '../../domain/instant.js';
import type {
  AdapterStore,
  AssetBatch,
  Call,
  Datasource,
  FeedPage,
  FileVariant,
  ImportedLicense,
  OpenFile,
  RotateToken,
  SourceProfile,
} from '../datasource.js';
import type { HttpStream, SourceHttp } from '../http/send.js';
import { createClient, discard, type SmintIoClient, type SmintIoConfig } from './client.js';
import { badReply, copyUnreadable, faultOf, notObtainable, notOffered, pictureGone } from './faults.js';
import { type MapContext, mapAssets, mapLicense, PART_LANE, partIdsOf, splitId, TRANSACTION_LANE, withLicense } from './map.js';
import { mapRights, type TermsCombination } from './terms.map.js';
import type { WireBinary, WireFeed, WireTransaction } from './wire.js';

export type { SmintIoConfig } from './client.js';

export const SMINT_IO_PROFILE: SourceProfile = {
  source: 'SMINT_IO',
  label: 'Smint.io',
  capabilities: {
    SEARCH: 'In our copy of its feed: everything that the tenant has bought and released for synchronisation.',
    BULK_GET: 'From our copy of its feed: Smint.io has no call by ids.',
    DOWNLOAD: 'The bought file, or each file of a purchase that has several.',
    CHANGES: 'The feed of purchases, with their own terms; changed and cancelled ones come again.',
  },
  maxIdsPerCall: 200,
  lanes: [TRANSACTION_LANE, PART_LANE],
  externalId: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(:[A-Za-z0-9][A-Za-z0-9._:-]{0,63})?$/,
};

/** Binaries calls of one page of the feed that are under way together. */
const BINARIES_TOGETHER = 4;

/** A part's id names its file, a transaction's does not. */
const canExist = ({ lane, externalId }: AssetKey): boolean =>
  SMINT_IO_PROFILE.externalId.test(externalId) && lane === (externalId.includes(':') ? PART_LANE : TRANSACTION_LANE);

const asFault = (error: unknown): SourceFault => (error instanceof SourceFault ? error : copyUnreadable(error));

// ---------- the feed ----------

/** Answers to a cursor by which a source may say that it knows it no more; which one is not documented. */
const CURSOR_REFUSED: ReadonlySet<SourceFault['reason']> = new Set(['rejected']);

/** Starting anew is the documented way out of a lost cursor, and harmless: every row only overwrites what it brought before. */
const readPage = async (client: SmintIoClient, cursor: string | null, call: Call): Promise<WireFeed> => {
  try {
    return await client.feed(cursor, call);
  } catch (error) {
    if (cursor === null || !(error instanceof SourceFault) || !CURSOR_REFUSED.has(error.reason)) throw error;
    return client.feed(null, call);
  }
};

/** Only a finished purchase that may leave the tenant is taken; a cancelled one was taken before. */
const isTaken = ({ canBeSynced, state }: WireTransaction): boolean =>
  canBeSynced && (state === 'completed' || state === 'cancelled');

/** The files of each completed transaction, by its id. One that fails fails the page: its cursor must not pass anything unread. */
const readBinaries = async (
  client: SmintIoClient,
  rows: readonly WireTransaction[],
  call: Call,
): Promise<ReadonlyMap<string, readonly WireBinary[]>> => {
  const pool = pLimit(BINARIES_TOGETHER);
  try {
    const read = rows.flatMap(({ uuid, cartUuid, state }) =>
      state !== 'completed' || cartUuid === null
        ? []
        : [pool(async () => [uuid, await client.binaries(cartUuid, uuid, call)] as const)],
    );
    return new Map(await Promise.all(read));
  } finally {
    pool.clearQueue();
  }
};

// ---------- files ----------

/** Errors of a store of files come as pages or texts, with whatever status: no file that is sold is a page. */
const NO_FILE = /^text\/html\b/i;
/** A preview is neither text nor JSON. */
const NO_PICTURE = /^(text\/|application\/([\w.-]+\+)?json\b)/i;

const openedFile = (reply: HttpStream, fileName: string | null): OpenFile => {
  const length = reply.headers['content-length'];
  return {
    stream: reply.stream,
    mimeType: reply.headers['content-type'] ?? null,
    length: length !== undefined && reply.headers['content-encoding'] === undefined ? Number(length) : null,
    fileName,
  };
};

const isFile = (reply: HttpStream, noFile = NO_FILE): boolean =>
  reply.status === 200 && !noFile.test(reply.headers['content-type'] ?? '');

/** Which file an asset stands for: a part its own, a transaction the one that the vendor lists first among the real ones. */
const fileOf = (binaries: readonly WireBinary[], binaryUuid: string | null): WireBinary | undefined =>
  binaryUuid === null
    ? (binaries.find(({ binaryType }) => binaryType === 'standard') ?? binaries[0])
    : binaries.find(({ uuid }) => uuid === binaryUuid);

// ---------- the account and its connections ----------

export const createSmintIoAccount = (
  config: SmintIoConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number; readonly rotate: RotateToken },
): ((connection: { readonly connectionId: ConnectionId; readonly store: AdapterStore }) => Datasource) => {
  const { now } = deps;
  const client = createClient(config, deps);
  const combination: TermsCombination = config.termsCombination ?? 'any';

  const openRendition: Datasource['openRendition'] = async (asset, role, call) => {
    const rendition = asset.renditions.find((candidate) => candidate.role === role);
    if (rendition === undefined) throw notOffered(`has no ${role} of this asset.`);
    const reply = await client.openPublic('rendition', rendition.address, call);
    if (isFile(reply, NO_PICTURE)) return openedFile(reply, null);
    discard(reply);
    if ([401, 403, 404, 410].includes(reply.status)) throw pictureGone();
    throw faultOf({ status: reply.status, headers: reply.headers, text: '' }, now());
  };

  const openDownload = async (asset: Asset, _licenseType: string, _variant: FileVariant, call: Call): Promise<OpenFile> => {
    const { transactionId, binaryUuid } = splitId(asset.externalId);
    const { cart } = asset.licensing;
    if (typeof cart !== 'string') throw notObtainable('does not say which order this asset belongs to; its files cannot be had.');
    // Addresses live for an hour, so they are asked for at the moment of use and never kept.
    const binaries = await client.binaries(cart, transactionId, call);
    const file = fileOf(binaries, binaryUuid);
    if (file === undefined || file.downloadUrl === null) throw notObtainable('offers no file of this asset.');
    const reply = await client.openPublic('download', file.downloadUrl, call);
    if (isFile(reply)) return openedFile(reply, file.fileName);
    discard(reply);
    const unavailable = reply.status === 429 || reply.status >= 500;
    if (unavailable) throw faultOf({ status: reply.status, headers: reply.headers, text: '' }, now());
    throw notObtainable('does not hand out this file; it may have been withdrawn.');
  };

  return ({ connectionId, store }) => {
    const loadAssets = async (keys: readonly AssetKey[]): Promise<AssetBatch> => {
      const found = new Map<string, Asset>();
      const failed = new Map<string, SourceFault>();
      const wanted = keys.filter(canExist);
      if (wanted.length === 0) return { found, failed };
      try {
        const stored = await store.loadAssets([...new Set(wanted.map(({ externalId }) => externalId))]);
        for (const key of wanted) {
          const asset = stored.get(key.externalId);
          if (asset?.key.lane === key.lane) found.set(keyText(key), asset);
        }
      } catch (error) {
        const fault = asFault(error);
        for (const key of wanted) failed.set(keyText(key), fault);
      }
      return { found, failed };
    };

    const search: Datasource['search'] = async (query) => {
      try {
        return await store.searchAssets(query);
      } catch (error) {
        throw asFault(error);
      }
    };

    /** The files of a cancelled purchase are not asked for any more: in our copy of it and its parts the license alone changes. */
    const cancelledAssets = async (mapped: readonly Asset[]): Promise<readonly Asset[]> => {
      if (mapped.length === 0) return [];
      const stored = await store.loadAssets(mapped.map(({ externalId }) => externalId));
      const partIds = [...stored.values()].flatMap(partIdsOf);
      const parts = partIds.length === 0 ? [] : (await store.loadAssets(partIds)).values();
      const byId = new Map(mapped.map((asset) => [asset.externalId, asset]));
      const wholes = mapped.map((asset) => {
        const known = stored.get(asset.externalId);
        return known === undefined ? asset : withLicense(known, asset);
      });
      const changedParts = [...parts].flatMap((part) => {
        const whole = byId.get(splitId(part.externalId).transactionId);
        return whole === undefined ? [] : [withLicense(part, whole)];
      });
      return [...wholes, ...changedParts];
    };

    const pullFeed = async (cursor: string | null, call: Call): Promise<FeedPage> => {
      const page = await readPage(client, cursor, call);
      // A cursor that does not move would have us read this page for ever and call it progress.
      if (page.count > 0 && (page.cursor === null || page.cursor === cursor)) throw badReply('sync-feed');
      const rows = page.transactions.filter(isTaken);
      const binaries = await readBinaries(client, rows, call);
      const context: MapContext = { connectionId, asOf: instantOf(now()), pageUrl: client.pageUrl };
      const assets: Asset[] = [];
      const cancelled: Asset[] = [];
      const licenses: ImportedLicense[] = [];
      for (const row of rows) {
        const rights = mapRights(row.license, combination);
        const mapped = mapAssets(row, binaries.get(row.uuid) ?? [], rights, context);
        (row.state === 'cancelled' ? cancelled : assets).push(...mapped);
        licenses.push(mapLicense(row, rights, context));
      }
      assets.push(...(await cancelledAssets(cancelled)));
      return { assets, licenses, cursor: page.cursor, drained: page.count === 0 };
    };

    return { connectionId, profile: SMINT_IO_PROFILE, loadAssets, search, openRendition, openDownload, pullFeed };
  };
};
