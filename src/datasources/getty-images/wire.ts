/** The shapes of Getty Images' replies, read from unknown: asset rows by hand because there are hundreds of them, the rest by zod. */
import { z } from 'zod';

// ---------- readers that never throw: a wrong type is null ----------

export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A count of pixels or rows: a whole number, as such or as text. */
export const integer = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof parsed === 'number' && Number.isSafeInteger(parsed) && parsed >= 0 ? parsed : null;
};

/** Zero pixels are no size. */
const measure = (value: unknown): number | null => integer(value) || null;

/** Ids are text in most replies and numbers in some. */
export const idText = (value: unknown): string | null => {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof id === 'string' && /^[1-9]\d{0,18}$/.test(id) ? id : null;
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

const texts = (value: unknown): readonly string[] => list(value).filter((entry): entry is string => text(entry) !== null);

// ---------- asset rows ----------

export interface WireDisplay {
  readonly name: string;
  readonly uri: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly watermarked: boolean | null;
}

export interface WireAsset {
  readonly id: string;
  readonly title: string | null;
  readonly caption: string | null;
  readonly artist: string | null;
  /** Images only. */
  readonly creditLine: string | null;
  readonly copyright: string | null;
  readonly assetFamily: string | null;
  readonly licenseModel: string | null;
  readonly collectionCode: string | null;
  readonly collectionName: string | null;
  readonly graphicalStyle: string | null;
  readonly clipSeconds: number | null;
  readonly dateCreated: string | null;
  readonly dateCameraShot: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly keywords: readonly string[];
  readonly displays: readonly WireDisplay[];
  readonly callForImage: boolean | null;
  /** What the account may download it under; empty for a caller without a token. */
  readonly productTypes: readonly string[];
  readonly howCanIUseIt: string | null;
  readonly releaseInfo: string | null;
  /** Null when the source did not say whether there are any. */
  readonly usageRestrictions: readonly string[] | null;
  readonly pageUri: string | null;
  /** Price of the plain license, where the asset is sold for iStock credits. */
  readonly standardCredits: number | null;
}

const readKeywords = (value: unknown): readonly string[] => {
  const words = new Set<string>();
  for (const entry of list(value)) {
    const word = text(typeof entry === 'string' ? entry : record(entry)?.text);
    if (word !== null) words.add(word);
  }
  return [...words];
};

const readDisplays = (value: unknown): readonly WireDisplay[] => {
  const displays: WireDisplay[] = [];
  for (const entry of list(value)) {
    const row = record(entry);
    const name = text(row?.name);
    const uri = text(row?.uri);
    if (row === null || name === null || uri === null || !/^https?:\/\//i.test(uri)) continue;
    const watermarked = typeof row.is_watermarked === 'boolean' ? row.is_watermarked : null;
    displays.push({ name, uri, width: measure(row.width), height: measure(row.height), watermarked });
  }
  return displays;
};

/** The asset's page at Getty Images, else at iStock. */
const readPage = (value: unknown): string | null => {
  let other: string | null = null;
  for (const entry of list(value)) {
    const row = record(entry);
    const uri = text(row?.uri);
    if (row?.site_name === 'gettyimages' && uri !== null) return uri;
    if (row?.site_name === 'istockphoto') other ??= uri;
  }
  return other;
};

const readStandardCredits = (value: unknown): number | null => {
  for (const entry of list(value)) {
    const row = record(entry);
    if (row !== null && /^standard$/i.test(String(row.license_type))) return measure(row.credits);
  }
  return null;
};

/** `HH:MM:SS`, as a rule with frames behind a further colon: how many make a second is not said, so they are left aside. */
const readClipLength = (value: unknown): number | null => {
  const match = /^(\d{1,3}):([0-5]\d):([0-5]\d)(?:[:;]\d{1,3}|\.\d{1,6})?$/.exec(text(value) ?? '');
  if (!match) return null;
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  return seconds > 0 ? seconds : null;
};

/** Null for a row without a usable id. */
export const readAsset = (value: unknown): WireAsset | null => {
  const row = record(value);
  const id = row === null ? null : idText(row.id);
  if (row === null || id === null) return null;
  const size = record(row.max_dimensions);
  const use = record(row.allowed_use);
  return {
    id,
    title: text(row.title),
    caption: text(row.caption),
    artist: text(row.artist),
    creditLine: text(row.credit_line),
    copyright: text(row.copyright),
    assetFamily: text(row.asset_family),
    licenseModel: text(row.license_model),
    collectionCode: text(row.collection_code),
    collectionName: text(row.collection_name),
    graphicalStyle: text(row.graphical_style),
    clipSeconds: readClipLength(row.clip_length),
    dateCreated: text(row.date_created),
    dateCameraShot: text(row.date_camera_shot),
    width: measure(size?.width),
    height: measure(size?.height),
    keywords: readKeywords(row.keywords),
    displays: readDisplays(row.display_sizes),
    callForImage: typeof row.call_for_image === 'boolean' ? row.call_for_image : null,
    productTypes: texts(row.product_types),
    howCanIUseIt: text(use?.how_can_i_use_it),
    releaseInfo: text(use?.release_info),
    usageRestrictions: Array.isArray(use?.usage_restrictions) ? texts(use.usage_restrictions) : null,
    pageUri: readPage(row.referral_destinations),
    standardCredits: readStandardCredits(row.istock_licenses),
  };
};

export interface WireAssets {
  readonly assets: readonly WireAsset[];
  /** Ids that the reply names as not found; null when it has no such list. */
  readonly notFound: ReadonlySet<string> | null;
}

/** Both envelopes: a list, or (one clip) the bare object. Null when the reply is neither. */
export const readAssets = (json: unknown, lane: string): WireAssets | null => {
  const body = record(json);
  if (body === null) return null;
  const rows = body[`${lane}s`];
  const missing = body[`${lane}s_not_found`];
  const notFound = Array.isArray(missing) ? new Set(missing.map(String)) : null;
  if (!Array.isArray(rows)) {
    const bare = readAsset(body);
    if (bare !== null) return { assets: [bare], notFound };
    return notFound === null ? null : { assets: [], notFound };
  }
  const assets: WireAsset[] = [];
  for (const row of rows) {
    const asset = readAsset(row);
    if (asset !== null) assets.push(asset);
  }
  return { assets, notFound };
};

export interface WireHits {
  readonly total: number | null;
  readonly ids: readonly string[];
  /** Rows as they came, those without a usable id included: paging counts these. */
  readonly rowCount: number;
}

export const readHits = (json: unknown, lane: string): WireHits | null => {
  const body = record(json);
  const rows = body?.[`${lane}s`];
  if (body === null || !Array.isArray(rows)) return null;
  const ids = new Set<string>();
  for (const row of rows) {
    const id = idText(record(row)?.id);
    if (id !== null) ids.add(id);
  }
  return { total: integer(body.result_count), ids: [...ids], rowCount: rows.length };
};

// ---------- rare replies ----------

/** Seconds; text at the legacy address. */
export const tokenReply = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

export const downloadReply = z.object({ uri: z.string().min(1) });

// ---------- errors ----------

/** `edge`: the API gateway in front; `service`: Getty Images' own services, the only ones that name a code. */
export type WireError =
  | { readonly envelope: 'service'; readonly code: string; readonly message: string | null }
  | { readonly envelope: 'edge'; readonly message: string };

/** Null unless the body has one of the two shapes of errors that Getty Images itself writes. */
export const readError = (json: unknown): WireError | null => {
  const body = record(json);
  if (body === null) return null;
  const code = text(body.ErrorCode);
  if (code !== null && /^[A-Za-z]{1,64}$/.test(code)) return { envelope: 'service', code, message: text(body.ErrorMessage) };
  const message = text(body.message);
  return message === null ? null : { envelope: 'edge', message };
};
