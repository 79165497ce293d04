/** Rows of a download history as purchases, and the tag of an operation in and out of the notes. Pure. */
import { createHash } from 'node:crypto';
import type { AssetKey, ConnectionId } from '../../domain/ids.js';
import { type Instant, parseInstant } from '../../domain/instant.js';
import type { HistoryEntry } from '../datasource.js';
import type { WireDownload } from './downloads.wire.js';

/** Documented as UTC, and not always written so. */
export const utcInstant = (text: string | null): Instant | null => parseInstant(text) ?? parseInstant(`${text}Z`);

/** The second, since the epoch, in which a download was made: finer than that nothing is documented. Null: not stated. */
export const secondOf = ({ downloadedAt }: WireDownload): number | null => {
  const at = utcInstant(downloadedAt);
  return at === null ? null : Math.floor(Date.parse(at) / 1000);
};

export const newestFirst = (rows: readonly WireDownload[]): readonly WireDownload[] =>
  [...rows].sort((a, b) => (utcInstant(b.downloadedAt) ?? '').localeCompare(utcInstant(a.downloadedAt) ?? ''));

/** Downloads have no number of their own: this tells one from another, and equal ones are counted. */
export const printOf = (row: WireDownload): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.values(row)))
    .digest('base64url')
    .slice(0, 12);

// ---------- tags ----------

/** The caller's note with our tag behind it, or the tag alone. What stands last is ours, whatever the note holds. */
export const noteWithTag = (note: string | null, tag: string | null): string | null => {
  const words = note?.trim() ? note : null;
  return words === null ? tag : tag === null ? words : `${words} [${tag}]`;
};

export const tagIn = (notes: string | null): string | null => {
  const whole = notes?.trim() ?? '';
  return /\[([^[\]\s]+)\]$/.exec(whole)?.[1] ?? (/^[^[\]\s]{8,200}$/.test(whole) ? whole : null);
};

// ---------- purchases ----------

/** How this connection calls a product: by its type, and with its id where the connection tells several apart. */
const licenseTypeOf = (row: WireDownload, products: readonly string[] | undefined): string => {
  const precise = `${row.productType}:${row.productId}`;
  return products?.includes(precise) ? precise : (row.productType ?? 'UNKNOWN');
};

export const mapDownload = (row: WireDownload, key: AssetKey, products: readonly string[] | undefined): HistoryEntry => ({
  key,
  licenseType: licenseTypeOf(row, products),
  licensedAt: utcInstant(row.downloadedAt),
  licensedAtText: parseInstant(row.downloadedAt) === null ? row.downloadedAt : null,
  // A download has no number of its own.
  sourceReference: null,
  tag: tagIn(row.notes),
  raw: {
    productId: row.productId,
    agreementName: row.agreementName,
    licenseModel: row.licenseModel,
    sizeName: row.sizeName,
    source: row.source,
    notes: row.notes,
    projectCode: row.projectCode,
  },
});

/** Null for what is neither an image nor a clip of the library, such as a generated picture. */
const laneOfDownload = (row: WireDownload): string | null => {
  if (row.generated) return null;
  const type = row.assetType?.toLowerCase() ?? '';
  return type === 'image' ? 'image' : type === 'film' || type === 'video' ? 'video' : null;
};

/** A row of the account's list, which names its asset itself. */
export const mapHistoryRow = (
  row: WireDownload,
  connectionId: ConnectionId,
  products: readonly string[] | undefined,
): HistoryEntry | null => {
  const lane = laneOfDownload(row);
  return lane === null ? null : mapDownload(row, { connectionId, lane, externalId: row.id }, products);
};
