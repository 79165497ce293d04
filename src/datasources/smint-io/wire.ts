/** The shapes of Smint.io's replies, read from unknown: transactions and files by hand, leniently; the token and errors by zod. */
import { z } from 'zod';

// ---------- readers that never throw: a wrong type is null ----------

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const number = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
};

/** Pixels: zero stands for "not stated". */
const measure = (value: unknown): number | null => {
  const parsed = number(value);
  return parsed !== null && parsed > 0 ? Math.round(parsed) : null;
};

/** Ids are opaque text that mostly looks like a number, and may come as one. */
const idText = (value: unknown): string | null => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  return text(value);
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/** Keys of enumerations: every list of the vendor's may hold keys that nobody has documented. */
const keys = (value: unknown): readonly string[] =>
  list(value).filter((entry): entry is string => typeof entry === 'string' && entry !== '');

/** What is stated, in whatever form: an end that we cannot read must not look like no end. */
const stated = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Part of a global id: no colon, because the colon divides the ids of a transaction and its file. */
const TRANSACTION_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const BINARY_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

// ---------- texts by culture ----------

export interface WireText {
  readonly culture: string;
  readonly value: string;
}

export interface WireElement {
  readonly culture: string;
  readonly key: string | null;
  readonly name: string | null;
  readonly url: string | null;
}

const readTexts = (value: unknown): readonly WireText[] =>
  list(value).flatMap((entry) => {
    const row = record(entry);
    const words = text(row?.value);
    return words === null ? [] : [{ culture: text(row?.culture) ?? '', value: words }];
  });

const readElements = (value: unknown): readonly WireElement[] =>
  list(value).flatMap((entry) => {
    const row = record(entry);
    const element = record(row?.metadata_element);
    if (element === null) return [];
    return [{ culture: text(row?.culture) ?? '', key: idText(element.key), name: text(element.name), url: text(element.url) }];
  });

// ---------- terms ----------

export interface WireTerm {
  readonly name: readonly WireText[];
  readonly exclusivities: readonly string[];
  readonly usages: WireList;
  readonly sizes: WireList;
  readonly placements: WireList;
  readonly distributions: WireList;
  readonly geographies: WireList;
  readonly industries: WireList;
  readonly languages: WireList;
  readonly usageLimits: readonly string[];
  /** As they came: what they mean is for the mapper to say. */
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly toBeUsedUntil: string | null;
  readonly isEditorialUse: unknown;
}

export interface WireList {
  readonly allowed: readonly string[];
  readonly restricted: readonly string[];
}

const readList = (row: Readonly<Record<string, unknown>>, name: string): WireList => ({
  allowed: keys(row[`allowed_${name}`]),
  restricted: keys(row[`restricted_${name}`]),
});

const readTerms = (value: unknown): readonly WireTerm[] =>
  list(value).flatMap((entry) => {
    const row = record(entry);
    if (row === null) return [];
    return [
      {
        name: readTexts(row.name),
        exclusivities: keys(row.exclusivities),
        usages: readList(row, 'usages'),
        sizes: readList(row, 'sizes'),
        placements: readList(row, 'placements'),
        distributions: readList(row, 'distributions'),
        geographies: readList(row, 'geographies'),
        industries: readList(row, 'industries'),
        languages: readList(row, 'languages'),
        usageLimits: keys(row.usage_limits),
        validFrom: stated(row.valid_from),
        validUntil: stated(row.valid_until),
        toBeUsedUntil: stated(row.to_be_used_until),
        isEditorialUse: row.is_editorial_use,
      },
    ];
  });

/** What the terms come with: words and numbers that hold for the whole transaction. */
export interface WireLicense {
  readonly licenseType: string | null;
  readonly terms: readonly WireTerm[];
  readonly text: readonly WireText[];
  readonly maxDownloads: number | null;
  readonly maxUsers: number | null;
  readonly maxReuses: number | null;
  readonly potentiallyRestrictive: unknown;
  readonly modelReleaseState: string | null;
  readonly propertyReleaseState: string | null;
  readonly allowedUseComment: readonly WireText[];
  readonly releaseComment: readonly WireText[];
  readonly usageConstraints: readonly WireText[];
}

type Row = Readonly<Record<string, unknown>>;

/**
 * The terms are those of the transaction: the offering repeats them as a template without dates. Text and limits of downloads stand in
 * the offering alone in some samples, so they are looked for there as well.
 */
const readLicense = (row: Row, offering: Row, element: Row): WireLicense => {
  const ownText = readTexts(record(row.license_text)?.effective_text);
  const limits = record(row.license_download_constraints) ?? record(offering.license_download_constraints);
  const releases = record(element.release_details);
  return {
    licenseType: text(offering.license_type),
    terms: readTerms(row.license_terms),
    text: ownText.length > 0 ? ownText : readTexts(record(offering.license_text)?.effective_text),
    maxDownloads: number(limits?.effective_max_downloads),
    maxUsers: number(limits?.effective_max_users),
    maxReuses: number(limits?.effective_max_reuses),
    potentiallyRestrictive: row.has_potentially_restrictive_license_terms,
    modelReleaseState: text(releases?.model_release_state),
    propertyReleaseState: text(releases?.property_release_state),
    allowedUseComment: readTexts(releases?.provider_allowed_use_comment),
    releaseComment: readTexts(releases?.provider_release_comment),
    usageConstraints: readTexts(releases?.provider_usage_constraints),
  };
};

// ---------- transactions (the feed) ----------

export interface WirePicture {
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly mediaType: string | null;
}

export interface WirePreview {
  readonly culture: string;
  readonly thumbnail: WirePicture | null;
  readonly preview: WirePicture | null;
}

export interface WireTransaction {
  readonly uuid: string;
  readonly cartUuid: string | null;
  readonly reusedUuid: string | null;
  /** Lower case. */
  readonly state: string | null;
  readonly canBeSynced: boolean;
  readonly projectUuid: string | null;
  readonly projectName: readonly WireText[];
  readonly collectionName: readonly WireText[];
  readonly elementUuid: string | null;
  readonly provider: string | null;
  readonly contentType: string | null;
  readonly imageType: string | null;
  readonly name: readonly WireText[];
  readonly description: readonly WireText[];
  readonly keywords: readonly WireElement[];
  readonly contributors: readonly WireElement[];
  readonly copyrightNotices: readonly WireText[];
  readonly isAi: unknown;
  readonly previews: readonly WirePreview[];
  readonly mediaType: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly licenseUrls: readonly WireElement[];
  readonly license: WireLicense;
  /** As it came: a number or text. */
  readonly totalPriceEur: unknown;
  readonly purchasedAt: string | null;
  readonly completedAt: string | null;
  readonly createdAt: string | null;
  readonly lastUpdatedAt: string | null;
  readonly buyerUuid: string | null;
  readonly buyerName: string | null;
}

export interface WireFeed {
  readonly transactions: readonly WireTransaction[];
  /** Rows of the page, those without a usable id included; 0 says that the feed has been read to its end. */
  readonly count: number;
  readonly cursor: string | null;
}

const readPicture = (value: unknown): WirePicture | null => {
  const row = record(value);
  const url = text(row?.url);
  if (row === null || url === null) return null;
  return { url, width: measure(row.width), height: measure(row.height), mediaType: text(row.media_type) };
};

const readPreviews = (value: unknown): readonly WirePreview[] =>
  list(value).flatMap((entry) => {
    const row = record(entry);
    const preview = record(row?.preview);
    if (preview === null) return [];
    const culture = text(row?.culture) ?? '';
    return [{ culture, thumbnail: readPicture(preview.thumbnail), preview: readPicture(preview.preview) }];
  });

/** Null for a row without a usable id. */
export const readTransaction = (value: unknown): WireTransaction | null => {
  const row = record(value);
  const uuid = idText(row?.uuid);
  if (row === null || uuid === null || !TRANSACTION_ID.test(uuid)) return null;
  const element = record(row.content_element) ?? {};
  const offering = record(row.offering) ?? {};
  const delivered = record(offering.image_details);
  return {
    uuid,
    cartUuid: idText(row.cart_purchase_transaction_uuid),
    reusedUuid: idText(row.reused_license_purchase_transaction_uuid),
    state: text(row.state)?.toLowerCase() ?? null,
    canBeSynced: row.can_be_synced === true,
    projectUuid: idText(row.project_uuid),
    projectName: readTexts(row.project_name),
    collectionName: readTexts(row.collection_name),
    elementUuid: idText(element.uuid),
    provider: text(element.provider),
    contentType: text(element.content_type),
    imageType: text(record(element.image_details)?.type),
    name: readTexts(element.name),
    description: readTexts(element.description),
    keywords: readElements(element.keywords),
    contributors: readElements(element.contributors),
    copyrightNotices: readTexts(element.copyright_notices),
    isAi: element.is_ai,
    previews: readPreviews(element.previews),
    mediaType: text(offering.media_type),
    width: measure(delivered?.width),
    height: measure(delivered?.height),
    licenseUrls: readElements(offering.license_urls),
    license: readLicense(row, offering, element),
    totalPriceEur: row.total_price_eur,
    purchasedAt: text(row.purchased_at),
    completedAt: text(row.completed_at),
    createdAt: text(row.created_at),
    lastUpdatedAt: text(row.last_updated_at),
    buyerUuid: idText(row.purchased_by_user_uuid),
    buyerName: text(row.purchased_by_user_name),
  };
};

/** Null when the reply is no page of the feed at all. */
export const readFeed = (json: unknown): WireFeed | null => {
  const body = record(json);
  if (body === null) return null;
  const rows = body.license_purchase_transactions;
  const count = number(body.count);
  if (!Array.isArray(rows) && count !== 0) return null;
  const byUuid = new Map<string, WireTransaction>();
  for (const row of list(rows)) {
    const transaction = readTransaction(row);
    // The later of two states of one transaction is the newer.
    if (transaction !== null) byUuid.set(transaction.uuid, transaction);
  }
  return { transactions: [...byUuid.values()], count: count ?? list(rows).length, cursor: idText(body.continuation_uuid) };
};

// ---------- files of a transaction ----------

export interface WireBinary {
  readonly uuid: string;
  readonly contentType: string | null;
  readonly binaryType: string | null;
  readonly name: readonly WireText[];
  readonly description: readonly WireText[];
  readonly downloadUrl: string | null;
  readonly fileName: string | null;
  readonly version: number | null;
}

/** Null when the reply is no list of files at all. */
export const readBinaries = (json: unknown): readonly WireBinary[] | null => {
  if (!Array.isArray(json)) return null;
  const byUuid = new Map<string, WireBinary>();
  for (const value of json) {
    const row = record(value);
    const uuid = idText(row?.uuid);
    if (row === null || uuid === null || !BINARY_ID.test(uuid)) continue;
    byUuid.set(uuid, {
      uuid,
      contentType: text(row.content_type),
      binaryType: text(row.binary_type),
      name: readTexts(row.name),
      description: readTexts(row.description),
      downloadUrl: text(row.download_url),
      fileName: text(row.recommended_file_name),
      version: number(row.version),
    });
  }
  return [...byUuid.values()];
};

// ---------- rare replies ----------

/** A refresh token that is left out or null leaves the old one good. `success: false` may stand in a reply of status 200. */
export const tokenReply = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullable().catch(null),
  expires_in: z.coerce.number().positive().nullable().catch(null),
  success: z.literal(true).nullish(),
});

export const tokenError = z.object({ error: z.string() });

/** The shape of the vendor's other API; that of this one is not public. */
export const apiError = z.object({ error_code: z.string().min(1) });
