/** The shapes of Adobe Stock's replies, read from unknown: asset rows by hand because there are hundreds of them, the rest by zod. */
import { z } from 'zod';
import { type Instant, instantOf, parseInstant } from '../../domain/instant.js';
import type { Money } from '../../domain/money.js';

// ---------- readers that never throw: a wrong type is null ----------

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const number = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
};

/** A count of pixels or milliseconds: zero stands for "not stated". Thumbnail widths come as long floats. */
const measure = (value: unknown): number | null => {
  const parsed = number(value);
  return parsed !== null && parsed > 0 ? Math.round(parsed) : null;
};

/** Ids are numbers up to 2^53 - 1 in most replies and text in some. */
const idText = (value: unknown): string | null => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === 'string' && /^[1-9]\d*$/.test(value) ? value : null;
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An object's entries; PHP writes an empty object as `[]`. */
const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

// ---------- asset rows (bulk and search) ----------

export interface WirePicture {
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly contentType: string | null;
}

export interface WireAsset {
  readonly id: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly creatorId: string | null;
  readonly creatorName: string | null;
  readonly mediaTypeId: number | null;
  readonly contentType: string | null;
  readonly vectorType: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly premiumLevel: number | null;
  /** As they came: what they mean is for the mapper to say. */
  readonly hasReleases: unknown;
  readonly isEditorial: unknown;
  readonly isGentech: unknown;
  readonly isLicensed: unknown;
  readonly creationDate: string | null;
  readonly keywords: readonly string[];
  readonly thumbnail240: WirePicture | null;
  readonly thumbnail500: WirePicture | null;
  readonly thumbnail1000: WirePicture | null;
  readonly videoPreview: WirePicture | null;
  readonly detailsUrl: string | null;
  /** Keyed by license name. */
  readonly comps: Readonly<Record<string, unknown>> | null;
  readonly licenses: Readonly<Record<string, unknown>> | null;
}

export interface WireFiles {
  readonly total: number | null;
  readonly files: readonly WireAsset[];
  /** Rows as they came, those without a usable id included: paging counts these. */
  readonly rowCount: number;
}

const picture = (row: Readonly<Record<string, unknown>>, name: string): WirePicture | null => {
  const url = text(row[`${name}_url`]);
  if (url === null) return null;
  return {
    url,
    width: measure(row[`${name}_width`]),
    height: measure(row[`${name}_height`]),
    contentType: text(row[`${name}_content_type`]),
  };
};

/** An entry of `comps` or `licenses`. */
export const readLicensedFile = (entries: WireAsset['comps'], license: string): WirePicture | null => {
  const entry = record(entries?.[license]);
  const url = text(entry?.url);
  if (entry === null || url === null) return null;
  return { url, width: measure(entry.width), height: measure(entry.height), contentType: null };
};

const readKeywords = (value: unknown): readonly string[] => {
  const names = new Set<string>();
  for (const entry of list(value)) {
    const name = text(typeof entry === 'string' ? entry : record(entry)?.name);
    if (name !== null) names.add(name);
  }
  return [...names];
};

/** Null for a row without a usable id. */
export const readAsset = (value: unknown): WireAsset | null => {
  const row = record(value);
  const id = row === null ? null : idText(row.id);
  if (row === null || id === null) return null;
  return {
    id,
    title: text(row.title),
    description: text(row.description),
    creatorId: idText(row.creator_id),
    creatorName: text(row.creator_name),
    mediaTypeId: number(row.media_type_id),
    contentType: text(row.content_type),
    vectorType: text(row.vector_type),
    width: measure(row.width),
    height: measure(row.height),
    durationMs: measure(row.duration),
    premiumLevel: number(row.premium_level_id),
    hasReleases: row.has_releases,
    isEditorial: row.is_editorial,
    isGentech: row.is_gentech,
    isLicensed: row.is_licensed,
    creationDate: text(row.creation_date),
    keywords: readKeywords(row.keywords),
    thumbnail240: picture(row, 'thumbnail_240'),
    thumbnail500: picture(row, 'thumbnail_500'),
    thumbnail1000: picture(row, 'thumbnail_1000'),
    videoPreview: picture(row, 'video_preview'),
    detailsUrl: text(row.details_url),
    comps: record(row.comps),
    licenses: record(row.licenses),
  };
};

/** Null when the reply is no list of files at all. */
export const readFiles = (json: unknown): WireFiles | null => {
  const body = record(json);
  if (body === null || !Array.isArray(body.files)) return null;
  const files: WireAsset[] = [];
  for (const row of body.files) {
    const asset = readAsset(row);
    if (asset !== null) files.push(asset);
  }
  return { total: number(body.nb_results), files, rowCount: body.files.length };
};

// ---------- rare replies ----------

const lenientText = z.string().min(1).nullable().catch(null);
const lenientNumber = z.number().nullable().catch(null);
const lenientFlag = z.preprocess((value) => value === true || value === 1 || value === '1' || value === 'true', z.boolean());
/** Numbers in some replies and text in others. */
const anyId = z.union([z.number(), z.string()]).transform(String);

export const tokenReply = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

const entitlement = z
  .object({
    quota: lenientNumber,
    license_type_id: lenientNumber,
    has_credit_model: z.boolean().nullable().catch(null),
    has_agency_model: z.boolean().nullable().catch(null),
    is_cce: z.boolean().nullable().catch(null),
    // An object, `[]` when empty, and one purchase behind after a purchase.
    full_entitlement_quota: z.record(z.string(), z.number()).catch({}),
  })
  .nullable()
  .catch(null);
export type WireEntitlement = z.infer<typeof entitlement>;

export const profileReply = z.object({
  available_entitlement: entitlement,
  purchase_options: z.object({
    state: z.string(),
    requires_checkout: lenientFlag,
    license: lenientText,
    message: lenientText,
    url: lenientText,
  }),
  possible_licenses: z
    .array(z.object({ license: z.string(), license_label: lenientText, price_with_unit: lenientText }))
    .catch([]),
  cce_agency: z.array(z.object({ id: anyId, text: lenientText, required: lenientFlag })).catch([]),
});
export type WireProfile = z.infer<typeof profileReply>;

const purchaseDetails = z.object({
  state: z.string(),
  license: lenientText,
  date: lenientText,
  message: lenientText,
  url: lenientText,
  content_type: lenientText,
  width: lenientNumber,
  height: lenientNumber,
});
export type WirePurchase = z.infer<typeof purchaseDetails>;

/** Content/Info and Content/License: entries by content id, which is text as a key and number or text inside. */
export const contentsReply = z.object({
  available_entitlement: entitlement,
  contents: z.record(z.string(), z.object({ content_id: anyId.optional(), purchase_details: purchaseDetails })),
});
export type WireContents = z.infer<typeof contentsReply>;

/** The entry of the asset that was asked for, never another one's. */
export const purchaseOf = (reply: WireContents, id: string): WirePurchase | null => {
  const entry = reply.contents[id];
  if (entry === undefined || (entry.content_id !== undefined && entry.content_id !== id)) return null;
  return entry.purchase_details;
};

export interface WireHistoryRow {
  readonly id: string;
  readonly license: string | null;
  readonly licenseDate: string | null;
  readonly downloadUrl: string | null;
  readonly title: string | null;
  readonly creatorName: string | null;
  readonly mediaTypeId: number | null;
  readonly contentType: string | null;
}

export interface WireHistory {
  readonly total: number | null;
  readonly rows: readonly WireHistoryRow[];
  readonly rowCount: number;
}

export const readHistory = (json: unknown): WireHistory | null => {
  const body = record(json);
  if (body === null || !Array.isArray(body.files)) return null;
  const rows: WireHistoryRow[] = [];
  for (const value of body.files) {
    const row = record(value);
    const id = row === null ? null : idText(row.id);
    if (row === null || id === null) continue;
    rows.push({
      id,
      license: text(row.license),
      licenseDate: text(row.license_date),
      downloadUrl: text(row.download_url),
      title: text(row.title),
      creatorName: text(row.creator_name),
      mediaTypeId: number(row.media_type_id),
      contentType: text(row.content_type),
    });
  }
  return { total: number(body.nb_results), rows, rowCount: body.files.length };
};

// ---------- texts that hold a time or a price ----------

/** By how much the zone is ahead of UTC at that moment. */
const offsetMs = (epochMs: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(epochMs);
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
  if (!match) return 0;
  return (Number(match[2]) * 60 + Number(match[3])) * 60_000 * (match[1] === '-' ? -1 : 1);
};

const fromZone = (wallMs: number, timeZone: string): Instant => {
  if (timeZone === 'UTC') return instantOf(wallMs);
  const guess = wallMs - offsetMs(wallMs, timeZone);
  return instantOf(wallMs - offsetMs(guess, timeZone));
};

const exactUtc = (year: number, month: number, day: number, hour: number, minute: number, second: number): number | null => {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour ? ms : null;
};

/** `2026-03-02 09:15:00`, zone-less; the evidence is for UTC. */
export const readPurchaseInstant = (text: string | null, timeZone: string): Instant | null => {
  const zoned = parseInstant(text);
  if (zoned !== null) return zoned;
  const match = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(\.\d+)?$/.exec(text ?? '');
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const wallMs = exactUtc(year, month, day, hour, minute, second);
  return wallMs === null ? null : fromZone(wallMs, timeZone);
};

/** `3/2/26, 9:15 AM` as en_US writes it, with whichever kind of space: to the minute. */
export const readHistoryInstant = (text: string | null, timeZone: string): Instant | null => {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4}),?\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP])\.?M\.?$/i.exec(
    text?.trim() ?? '',
  );
  if (!match) return null;
  const [month, day, year, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  if (hour < 1 || hour > 12) return null;
  const hours = (hour % 12) + (match[6]?.toUpperCase() === 'P' ? 12 : 0);
  const wallMs = exactUtc(year < 100 ? 2000 + year : year, month, day, hours, minute, 0);
  return wallMs === null ? null : fromZone(wallMs, timeZone);
};

const CURRENCY_SIGNS: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', US$: 'USD', CA$: 'CAD', AU$: 'AUD' };
export const CURRENCY_CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const CURRENCY = String.raw`US\$|CA\$|AU\$|[€£$¥₩₹]|\b[A-Z]{3}\b`;
const AMOUNT = String.raw`\d[\d.,'\u00a0\u202f]*`;
const PRICE = new RegExp(`(?:(${CURRENCY})\\s?(${AMOUNT}))|(?:(${AMOUNT})\\s?(${CURRENCY}))`, 'g');

/** Digits with at most one decimal part of two places; anything that another country would read differently is null. */
const decimalOf = (text: string): string | null => {
  const bare = text.replace(/[.,'\u00a0\u202f]+$/, '');
  const match = /^(\d+|\d{1,3}(?:[.'\u00a0\u202f]\d{3})+(?=,)|\d{1,3}(?:[,'\u00a0\u202f]\d{3})+(?=\.))(?:[.,](\d{2}))?$/.exec(
    bare,
  );
  if (!match?.[1]) return null;
  const whole = match[1].replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  return match[2] === undefined ? whole : `${whole}.${match[2]}`;
};

/** The one price that a text names beyond doubt. Adobe gives prices as text in the caller's language alone; a bare `$` names no country. */
export const readPrice = (text: string | null): Money | null => {
  const found = [...(text ?? '').matchAll(PRICE)].filter(({ 1: before, 4: after }) => {
    const currency = before ?? after ?? '';
    return !/^[A-Z]{3}$/.test(currency) || CURRENCY_CODES.has(currency);
  });
  const [match] = found;
  if (match === undefined || found.length !== 1) return null;
  const sign = match[1] ?? match[4] ?? '';
  const currency = CURRENCY_SIGNS[sign] ?? (CURRENCY_CODES.has(sign) ? sign : undefined);
  const amount = decimalOf(match[2] ?? match[3] ?? '');
  return currency === undefined || amount === null ? null : { amount, currency };
};

// ---------- errors ----------

/** `gateway`: the API gateway before the service; `service`: Adobe Stock itself. */
export interface WireError {
  readonly layer: 'gateway' | 'service';
  /** Without leading zeros: the service writes `020` as well as `20`. */
  readonly code: string;
  readonly message: string | null;
  /** The service's own number for the incident, which Adobe's support asks for. */
  readonly incident: string | null;
}

const plainCode = (value: unknown): string | null => {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const code = String(value);
  return /^\d{1,9}$/.test(code) ? String(Number(code)) : null;
};

/** Null unless the body has one of the two shapes of errors that Adobe Stock itself writes. */
export const readError = (json: unknown): WireError | null => {
  const body = record(json);
  if (body === null) return null;
  const gatewayCode = plainCode(body.error_code);
  if (gatewayCode !== null && typeof body.message === 'string') {
    return { layer: 'gateway', code: gatewayCode, message: text(body.message), incident: null };
  }
  const serviceCode = plainCode(body.code);
  if (serviceCode !== null && typeof body.error === 'string') {
    return { layer: 'service', code: serviceCode, message: text(body.error), incident: text(body.case) };
  }
  return null;
};
