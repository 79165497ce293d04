/** The shapes of Adobe Stock's replies, read from unknown: asset rows by hand because there are hundreds of them, the rest by zod. */
import { z } from 'zod';

// ---------- readers that never throw: a wrong type is null ----------

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const number = (value: unknown): number | null => {
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
const lenientNumber = z.preprocess(number, z.number().nullable());
const lenientFlag = z.preprocess((value) => value === true || value === 1 || value === '1' || value === 'true', z.boolean());
/** One odd entry takes nothing from the others. */
const lenientList = <T>(entry: z.ZodType<T>) =>
  z.preprocess(
    (value) => list(value).flatMap((item) => entry.safeParse(item).data ?? []),
    z.custom<readonly T[]>((value) => Array.isArray(value)),
  );
/** Numbers in some replies and text in others. */
const anyId = z.union([z.number(), z.string()]).transform(String);

export const tokenReply = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

/** As it came, so that it can be shown as it came; anything longer is no figure. */
const figure = z
  .union([z.number(), z.string().regex(/^[\w .,+-]{1,40}$/)])
  .nullable()
  .catch(null);

const entitlement = z.object({
  quota: lenientNumber,
  license_type_id: lenientNumber,
  has_credit_model: z.boolean().nullable().catch(null),
  has_agency_model: z.boolean().nullable().catch(null),
  is_cce: z.boolean().nullable().catch(null),
  // An object, `[]` when empty, and one purchase behind after a purchase.
  full_entitlement_quota: z.preprocess((value) => record(value) ?? {}, z.record(z.string(), figure)),
  /** What each of them counts. */
  quota_ids: z.record(z.string(), z.string()).catch({}),
  user_has_ccpro: z.boolean().nullable().catch(null),
  organization_has_ccpro: z.boolean().nullable().catch(null),
});
/** Null where the plan does not cover what was asked for. */
const coveringEntitlement = entitlement.nullable().catch(null);
export type WireEntitlement = z.infer<typeof entitlement>;

/** Member/Profile asked about no asset: what the account has at all. */
export const balanceReply = z.object({ available_entitlement: entitlement.nullable() });

export const profileReply = z.object({
  available_entitlement: coveringEntitlement,
  purchase_options: z.object({
    state: z.string(),
    requires_checkout: lenientFlag,
    license: lenientText,
    message: lenientText,
    url: lenientText,
  }),
  possible_licenses: lenientList(z.object({ license: z.string(), license_label: lenientText, price_with_unit: lenientText })),
  cce_agency: lenientList(z.object({ id: anyId, text: lenientText, required: lenientFlag })),
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
  available_entitlement: coveringEntitlement,
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
  /** Null in a row that cannot be read, which keeps its place among the others. */
  readonly id: string | null;
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
  /** Each in its place. */
  readonly rows: readonly WireHistoryRow[];
}

const readHistoryRow = (value: unknown): WireHistoryRow => {
  const row = record(value) ?? {};
  return {
    id: idText(row.id),
    license: text(row.license),
    licenseDate: text(row.license_date),
    downloadUrl: text(row.download_url),
    title: text(row.title),
    creatorName: text(row.creator_name),
    mediaTypeId: number(row.media_type_id),
    contentType: text(row.content_type),
  };
};

export const readHistory = (json: unknown): WireHistory | null => {
  const body = record(json);
  if (body === null || !Array.isArray(body.files)) return null;
  const total = number(body.nb_results);
  return { total: Number.isSafeInteger(total) && (total ?? -1) >= 0 ? total : null, rows: body.files.map(readHistoryRow) };
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
