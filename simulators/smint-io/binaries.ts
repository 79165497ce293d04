/** The binaries of one transaction: parts, versions, and download addresses that are new in every answer. */
import { randomBytes } from 'node:crypto';
import type { SimHost, SimReply, SimRequest } from '../kit/types.js';
import { contentOf } from './content.js';
import type { Json, JsonObject } from './json.js';
import { mediaTypeOf } from './offering.js';
import type { Purchase, Purchases } from './purchases.js';
import { refusal } from './replies.js';
import { signature } from './signing.js';
import { localized } from './texts.js';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'video/quicktime': 'mov',
  'audio/wav': 'wav',
  'application/pdf': 'pdf',
  'model/gltf-binary': 'glb',
  'application/zip': 'zip',
};

export interface Part {
  readonly index: number;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}

/** The first part is the asset, the second a smaller picture, the third a document: its kind wins over the asset's. */
export const partsOf = (purchase: Purchase): readonly Part[] => {
  const content = contentOf(purchase.traits.contentOf);
  const half = { width: Math.round(content.width / 2), height: Math.round(content.height / 2) };
  const parts: readonly Part[] = [
    { index: 0, contentType: content.contentType, width: content.width, height: content.height },
    { index: 1, contentType: 'image', ...half },
    { index: 2, contentType: 'document', ...half },
  ];
  return parts.slice(0, purchase.traits.binaryCount);
};

export const blobPath = (uuid: string, index: number): string => `/blob/${uuid}/b${index + 1}`;

export const blobSignature = (path: string, version: string, endsAt: string, nonce: string): string =>
  signature('smintio-blob', `${path}|${version}|${endsAt}|${nonce}`);

const downloadUrl = (host: SimHost, purchase: Purchase, index: number): string => {
  const path = blobPath(purchase.traits.uuid, index);
  const endsAt = String(Math.floor(host.now() / 1000) + Number(host.switches.get('binary-url-minutes')) * 60);
  const nonce = randomBytes(4).toString('hex');
  const version = String(purchase.binaryVersion);
  const query = `sv=${version}&se=${endsAt}&sn=${nonce}&sig=${blobSignature(path, version, endsAt, nonce)}`;
  return `${host.baseUrl()}${path}?${query}`;
};

/** Titles in other scripts keep their letters: a name is not always ASCII. */
const fileName = (purchase: Purchase, part: Part): string => {
  const { provider, providerId, scene } = contentOf(purchase.traits.contentOf);
  const slug = scene.title
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
  const suffix = part.index === 0 ? '' : `_part${part.index + 1}`;
  return `${provider}_${providerId}_${slug}${suffix}.${EXTENSIONS[mediaTypeOf(part.contentType)] ?? 'bin'}`;
};

/** Only parts of a compound have texts of their own. */
const partTexts = (purchase: Purchase, part: Part): JsonObject => {
  const isCompound = purchase.traits.binaryCount > 1;
  return {
    name: isCompound ? localized({ en: `Part ${part.index + 1}`, de: `Teil ${part.index + 1}` }) : [],
    description: isCompound && part.index === 1 ? localized({ en: 'Crop for the web' }) : [],
    usage: purchase.traits.t % 5 === 0 ? [] : localized({ en: part.index === 1 ? 'Web' : 'Print and web' }),
  };
};

const versionOf = (purchase: Purchase): Json =>
  purchase.traits.t % 19 === 4 && purchase.binaryVersion === 1 ? null : purchase.binaryVersion;

const binary = (host: SimHost, purchase: Purchase, part: Part): JsonObject => ({
  uuid: `b${part.index + 1}`,
  content_type: part.contentType,
  binary_type: purchase.traits.t % 50 === 21 ? 'layout' : 'standard',
  ...partTexts(purchase, part),
  download_url: purchase.traits.t % 60 === 39 ? null : downloadUrl(host, purchase, part.index),
  recommended_file_name: fileName(purchase, part),
  culture: part.index === 1 && purchase.traits.binaryCount === 3 ? 'de' : null,
  version: versionOf(purchase),
});

export const binariesReply = (host: SimHost, purchases: Purchases, request: SimRequest): SimReply => {
  const { cpt = '', lpt = '' } = request.params;
  const purchase = purchases.find(lpt);
  if (!purchase || purchase.traits.cartUuid !== cpt) {
    return refusal(host, 404, 'license_purchase_transaction_not_found', 'No such transaction', lpt);
  }
  const record = purchase.record();
  const isServed = record.can_be_synced === true && record.state === 'completed';
  const mode = host.switches.get('unsyncable-binaries');
  if (!isServed && mode === 'forbidden') return refusal(host, 403, 'not_syncable', 'The transaction can not be synced', lpt);
  const parts = isServed || mode === 'served' ? partsOf(purchase) : [];
  return { status: 200, body: parts.map((part) => binary(host, purchase, part)) };
};
