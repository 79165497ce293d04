/** Licensed files: where the file of a license is, which forms of it can be had, and how an answer becomes one. */
import type { Asset } from '../../domain/asset.js';
import type { Call, FileVariant, OpenFile } from '../datasource.js';
import type { HttpStream } from '../http/send.js';
import { type AdobeStockClient, discard } from './client.js';
import { faultOf, notObtainable, notOffered, notYetNamed } from './faults.js';
import { HISTORY_START, type HistoryPlace, type HistoryRows, readHistoryPage } from './history.js';
import { heldIn, isPurchased } from './licensing.map.js';
import { purchaseOf } from './wire.js';

// ---------- forms of a file ----------

/** Pixels of the longer side; what is larger than the original comes as the original. */
const BITMAP_SIZES = [400, 800, 1600, 2400, 3100, 5000];
/** Lines. */
const VIDEO_SIZES = [1080, 2160];

const sizesOf = ({ kind }: Asset): readonly number[] => {
  if (kind === 'PHOTO' || kind === 'ILLUSTRATION') return BITMAP_SIZES;
  return kind === 'VIDEO' ? VIDEO_SIZES : [];
};

const sizeFor = (asset: Asset, wanted: number): string => {
  const sizes = sizesOf(asset);
  if (sizes.length === 0) throw notOffered('has no sizes of this kind of asset; ask without a size.');
  if (!Number.isSafeInteger(wanted) || wanted <= 0) throw notOffered('cannot be asked for this size: it is no number of pixels.');
  const size = sizes.find((offered) => offered >= wanted);
  if (size === undefined) throw notOffered(`has sizes up to ${sizes.at(-1)}; ask without a size for the original.`);
  return String(size);
};

/** How Adobe is asked for a form of the file; none for the original. Throws before anybody is asked, when there is no such form. */
export const fileParameters = (asset: Asset, { size, format }: FileVariant): Readonly<Record<string, string>> => {
  if (format !== undefined && asset.kind !== 'VECTOR') throw notOffered('converts vectors alone; ask without a format.');
  if (format !== undefined && format !== 'jpeg' && format !== 'png') throw notOffered('gives vectors as jpeg or png.');
  return {
    ...(size === undefined ? {} : { size: sizeFor(asset, size) }),
    ...(format === undefined ? {} : { format }),
  };
};

// ---------- where a file is ----------

/** How far back a download looks for its license: 20 pages are 2,000 licenses. */
const HISTORY_PAGES = 20;
const REMEMBERED_FILES = 1_000;

export interface LicensedFiles {
  /** Where a purchase says that the file is. */
  remember(id: string, licenseType: string, address: string): void;
  addressOf(asset: Asset, licenseType: string, call: Call): Promise<string>;
}

export const createLicensedFiles = (client: AdobeStockClient, timeZone: string): LicensedFiles => {
  /** Only Content/License itself always names the file, and the history may lag behind: a purchase made here need not wait for it. */
  const filesByLicense = new Map<string, string>();
  const fileKey = (id: string, licenseType: string): string => `${id}\n${licenseType}`;

  const findInHistory = async (id: string, licenseType: string, call: Call): Promise<string | null> => {
    let place: HistoryPlace | null = HISTORY_START;
    for (let pages = 0; place !== null && pages < HISTORY_PAGES; pages += 1) {
      const page: HistoryRows | null = await readHistoryPage(client, place, call);
      const row = page?.rows.find((candidate) => candidate.id === id && candidate.license === licenseType);
      if (row?.downloadUrl) return row.downloadUrl;
      place = page?.onward ?? null;
    }
    return null;
  };

  return {
    remember: (id, licenseType, address) => {
      filesByLicense.set(fileKey(id, licenseType), address);
      const oldest = filesByLicense.size > REMEMBERED_FILES ? filesByLicense.keys().next().value : undefined;
      if (oldest !== undefined) filesByLicense.delete(oldest);
    },

    /**
     * Content/Info says whether the license is held and may name its file; where it does not, the asset's own list of files does for some
     * licenses, and the history for all. Content/License would tell as well, but that is the endpoint that spends.
     */
    addressOf: async (asset, licenseType, call) => {
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
      const listed = await findInHistory(asset.externalId, licenseType, call);
      if (listed === null)
        throw notYetNamed(`names no file for the license ${licenseType} of this asset yet; try again in some minutes.`);
      return listed;
    },
  };
};

// ---------- an answer that is a file ----------

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

const lengthOf = ({ headers }: HttpStream): number | null => {
  const length = headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(length) && headers['content-encoding'] === undefined ? Number(length) : null;
};

/** `why` is added where the file is refused, because there is more than one reason then. */
export const openedFile = (reply: HttpStream, now: number, why = ''): OpenFile => {
  const mimeType = reply.headers['content-type'] ?? null;
  if (reply.status !== 200 || (mimeType !== null && NO_FILE.test(mimeType))) {
    discard(reply);
    const unavailable = reply.status === 429 || reply.status >= 500 || reply.status === 401;
    if (unavailable) throw faultOf({ status: reply.status, headers: reply.headers, text: '' }, now);
    throw notObtainable(`does not hand out this file; the asset may have been withdrawn, or the license is not held here${why}.`);
  }
  return { stream: reply.stream, mimeType, length: lengthOf(reply), fileName: fileNameOf(reply.headers['content-disposition']) };
};
