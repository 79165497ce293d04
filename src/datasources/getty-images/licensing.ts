/** Quotes, orders and the settling of lost answers: what an account does with money, all of it in one request per question. */
import type { Asset } from '../../domain/asset.js';
import type { SourceFault } from '../../domain/faults.js';
import { keyText } from '../../domain/ids.js';
import type { Call, LicenseReply, LicenseRequest, Licensing, Quote } from '../datasource.js';
import type { HttpReply, SourceHttp } from '../http/send.js';
import { type DownloadOrder, type GettyImagesClient, type GettyImagesConfig, isFileAddress, LANES, type Lane } from './client.js';
import { asFault, badReply, faultOf, isJson, notObtainable, notOffered, notWhole, refusalOf } from './faults.js';
import { mapDownload, newestFirst, noteWithTag, secondOf } from './history.map.js';
import { licenseTypesFor, readLicenseType } from './license-types.map.js';
import { mapQuote, NOTES, PROJECT_CODE, type QuoteFacts } from './quote.map.js';
import { downloadReply } from './wire.js';

/** An address is good for a day from the vendor's reply; it reached us a little later, and a clock may be off. */
const FILE_LIFE_MS = 24 * 3_600_000 - 5 * 60_000;

const laneOfAsset = ({ key }: Asset): Lane => (key.lane === 'video' ? 'video' : 'image');

export interface LicensingDeps {
  readonly client: GettyImagesClient;
  readonly http: SourceHttp;
  readonly now: () => number;
  readonly idsPerCall: number;
}

// ---------- quotes ----------

/** Every question of a page once: the products for all, what the account may download in full calls, each history by itself. */
const askFor = (assets: readonly Asset[], { client, idsPerCall }: LicensingDeps, call: Call) => {
  const distinct = [...new Map(assets.map((asset) => [keyText(asset.key), asset])).values()];
  const products = client.products(call);
  const types = new Map<string, Promise<QuoteFacts['productTypes']>>();
  const askChunk = (lane: Lane, chunk: readonly Asset[]): void => {
    const reply = client.productTypes(
      lane,
      chunk.map(({ key }) => key.externalId),
      call,
    );
    for (const { key } of chunk) {
      const ofAsset = reply.then(({ assets: rows, notFound }) => {
        const row = rows.find(({ id }) => id === key.externalId);
        // Where the reply lists what does not exist, silence on an id is an omission and no answer.
        if (row === undefined && notFound !== null && !notFound.has(key.externalId)) throw badReply(`${lane}s`);
        return row?.productTypes ?? null;
      });
      types.set(keyText(key), ofAsset);
    }
  };
  for (const lane of LANES) {
    const ofLane = distinct.filter((asset) => laneOfAsset(asset) === lane);
    for (let from = 0; from < ofLane.length; from += idsPerCall) askChunk(lane, ofLane.slice(from, from + idsPerCall));
  }
  const histories = new Map(
    distinct.map((asset) => [keyText(asset.key), client.downloadHistory(laneOfAsset(asset), asset.key.externalId, call)]),
  );
  return async ({ key }: Asset): Promise<QuoteFacts> => {
    const [all, productTypes, downloads] = await Promise.all([
      products,
      types.get(keyText(key)) ?? null,
      histories.get(keyText(key)) ?? null,
    ]);
    return { products: all, productTypes, downloads: downloads?.rows ?? [] };
  };
};

// ---------- orders ----------

const orderOf = ({ licenseType, references, operationTag }: LicenseRequest, tagged: boolean): DownloadOrder => {
  const choice = readLicenseType(licenseType);
  if (choice === null) throw notOffered('has no license of this type.');
  const given = (key: string): string | null => references.find((reference) => reference.key === key)?.value || null;
  return { ...choice, notes: noteWithTag(given(NOTES), tagged ? operationTag : null), projectCode: given(PROJECT_CODE) };
};

/**
 * An address is Getty Images' word that the order was executed, which is what counts a download, be it the first of the asset or a
 * further one. Whatever is no such address leaves a doubt.
 */
const addressIn = (http: SourceHttp, reply: HttpReply, apiUrl: string): string => {
  // A redirect as well: it was not asked for, and a portal on the way may have sent it.
  if (!isJson(reply)) throw badReply('download');
  const body = downloadReply.safeParse(http.json(reply, 'download'));
  if (!body.success || !isFileAddress(body.data.uri, apiUrl)) throw badReply('download');
  return body.data.uri;
};

const unitsOf = ({ asset, licenseType }: LicenseRequest): number | null => {
  if (readLicenseType(licenseType)?.productType !== 'creditpack') return 1;
  const { standardCredits } = asset.licensing;
  return typeof standardCredits === 'number' ? standardCredits : null;
};

// ---------- the account's licensing ----------

export const createLicensing = (config: GettyImagesConfig, deps: LicensingDeps): Licensing => {
  const { client, http, now } = deps;
  const tagged = config.tagInNotes ?? true;
  const trace = tagged ? 'tag' : 'count';

  return {
    traces: { license: trace, relicense: trace },
    product: /^[1-9]\d{0,17}$/,
    typesFor: (asset) => licenseTypesFor(asset, config.products),

    quotes: async (requests, call) => {
      if (requests.length === 0) return [];
      const factsOf = askFor(
        requests.map(({ asset }) => asset),
        deps,
        call,
      );
      const quoteFor = async ({ asset, licenseType, again }: (typeof requests)[number]): Promise<Quote | SourceFault> => {
        try {
          const question = { asset, licenseType, references: [], again: again ?? false };
          return mapQuote(await factsOf(asset), question, { tagged, now: now() });
        } catch (error) {
          return asFault(error);
        }
      };
      return Promise.all(requests.map(quoteFor));
    },

    baseline: async (request, call) =>
      mapQuote(await askFor([request.asset], deps, call)(request.asset), request, { tagged, now: now() }),

    purchasesSince: async ({ asset, licenseType }, since, call) => {
      const choice = readLicenseType(licenseType);
      if (choice === null) throw notOffered('has no license of this type.');
      const history = await client.downloadHistory(laneOfAsset(asset), asset.key.externalId, call);
      if (history === null) throw notObtainable('no longer knows this asset, and so shows no history of it.');
      const from = Math.floor(Date.parse(since) / 1000);
      const rows = history.rows.filter((row) => {
        // A generated picture is made from the asset, and is not the asset.
        if (row.generated || (row.productType !== null && row.productType !== choice.productType)) return false;
        const at = secondOf(row);
        if (at !== null && at < from) return false;
        // Neither in nor out: a list without it might lack the purchase that is looked for.
        if (at === null || row.productType === null) throw notWhole();
        return true;
      });
      return newestFirst(rows).map((row) => mapDownload(row, asset.key, config.products));
    },

    license: async (request, call) => {
      const { asset, licenseType } = request;
      const reply = await client.download(laneOfAsset(asset), asset.externalId, orderOf(request, tagged), call);
      const refusal = refusalOf(reply);
      if (refusal !== null) return { kind: 'refused', ...refusal };
      if (reply.status !== 200) throw faultOf(reply, now());
      const address = addressIn(http, reply, config.apiUrl);
      const granted: LicenseReply = {
        kind: 'granted',
        licenseType,
        licensedAt: null,
        sourceReference: null,
        price: null,
        units: unitsOf(request),
        file: { address, expiresAt: now() + FILE_LIFE_MS },
        raw: { status: reply.status },
      };
      return granted;
    },
  };
};
