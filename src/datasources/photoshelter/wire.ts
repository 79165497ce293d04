/** The shapes of PhotoShelter's replies, v4 and v3, read from unknown: media, hits and records by hand because there are many, the rest by zod. */
import { z } from 'zod';

// ---------- readers that never throw: a wrong type is null ----------

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

/** v3 writes numbers as text. */
const number = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
};

/** Zero stands for "not stated". */
const measure = (value: unknown): number | null => {
  const parsed = number(value);
  return parsed !== null && parsed > 0 ? parsed : null;
};
const pixels = (value: unknown): number | null => {
  const parsed = measure(value);
  return parsed === null ? null : Math.round(parsed);
};

type Row = Readonly<Record<string, unknown>>;
const record = (value: unknown): Row | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null;

/** Ids differ in nothing but case now and then: they are never folded. */
export const MEDIA_ID = /^(?:I0|VD|AD|DO)000[a-zA-Z0-9._]{11}$/;
const mediaIdOf = (value: unknown): string | null => (typeof value === 'string' && MEDIA_ID.test(value) ? value : null);

/** One comma-joined text in most replies, a list in some; distinct, in order. */
export const readKeywords = (value: unknown): readonly string[] => {
  const words = typeof value === 'string' ? value.split(/[,;]/) : Array.isArray(value) ? value : [];
  const names = new Set<string>();
  for (const word of words) {
    const name = typeof word === 'string' ? word.trim() : '';
    if (name !== '') names.add(name);
  }
  return [...names];
};

// ---------- one medium (bulk) ----------

/** Only pictures have it. Names are those of the vendor's search parameters: most are not documented for this reply. */
export interface WireIptc {
  readonly title: string | null;
  readonly headline: string | null;
  readonly caption: string | null;
  readonly keywords: readonly string[];
  readonly author: string | null;
  readonly credit: string | null;
  readonly source: string | null;
  readonly copyright: string | null;
  readonly rights: string | null;
  readonly instructions: string | null;
  readonly transRef: string | null;
  readonly dateCreated: string | null;
}

export interface WireMedia {
  readonly id: string;
  readonly fileName: string | null;
  /** A MIME type for documents, a word such as `quicktime` for the rest. */
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  /** Null where the reply does not say. */
  readonly organizationId: string | null;
  readonly photographerId: string | null;
  /** As they came: what they mean is for the mapper to say. */
  readonly modelReleased: unknown;
  readonly propertyReleased: unknown;
  readonly modifiedAt: string | null;
  readonly iptc: WireIptc | null;
}

const readIptc = (attributes: Row): WireIptc => ({
  title: text(attributes.title),
  headline: text(attributes.headline),
  caption: text(attributes.caption),
  keywords: readKeywords(attributes.keywords ?? attributes.keyword),
  author: text(attributes.author),
  credit: text(attributes.credit),
  source: text(attributes.source),
  copyright: text(attributes.copyright),
  rights: text(attributes.rights),
  instructions: text(attributes.instructions),
  transRef: text(attributes.trans_ref),
  dateCreated: text(attributes.date_created),
});

/** Null when the reply holds no medium with a usable id. */
export const readMedia = (json: unknown): WireMedia | null => {
  const data = record(record(json)?.data);
  const id = mediaIdOf(data?.id);
  if (data === null || id === null) return null;
  const attributes = record(data.attributes) ?? {};
  const iptc = record(record(record(record(data.includes)?.iptc)?.data)?.attributes);
  return {
    id,
    fileName: text(attributes.file_name),
    format: text(attributes.format),
    width: pixels(attributes.width),
    height: pixels(attributes.height),
    durationSeconds: measure(attributes.duration),
    organizationId: text(attributes.organization_id),
    photographerId: text(attributes.photographer_id),
    modelReleased: attributes.model_released,
    propertyReleased: attributes.property_released,
    modifiedAt: text(attributes.modified_at),
    iptc: iptc === null ? null : readIptc(iptc),
  };
};

// ---------- search (bulk) ----------

export interface WirePaging {
  readonly total: number | null;
  readonly perPage: number | null;
  /** Whether a further page is announced; the announcement itself is an address with our API key in it. */
  readonly hasNext: boolean;
}

export interface WireHits {
  /** A hit is an id and a file name: the rest is a read of its own. */
  readonly ids: readonly string[];
  readonly paging: WirePaging;
  /** Rows as they came, those without a usable id included: paging counts these. */
  readonly rowCount: number;
}

const readPaging = (value: unknown): WirePaging => {
  const paging = record(value);
  const next = paging?.next;
  const announced = typeof next === 'string' ? next !== '' : typeof next === 'number';
  return { total: number(paging?.total), perPage: measure(paging?.per_page), hasNext: announced };
};

/** Null when the reply is no list at all. */
export const readHits = (json: unknown): WireHits | null => {
  const body = record(json);
  if (body === null || !Array.isArray(body.data)) return null;
  const ids = new Set<string>();
  for (const row of body.data) {
    const id = mediaIdOf(record(row)?.id);
    if (id !== null) ids.add(id);
  }
  return { ids: [...ids], paging: readPaging(record(body.meta)?.paging), rowCount: body.data.length };
};

// ---------- v3: what a poll learns ----------

export interface WireFacts {
  readonly id: string;
  /** Text, or seconds since 1970. */
  readonly licenseEnd: string | number | null;
  /** Words by the name (or id) of their field. */
  readonly customFields: Readonly<Record<string, string>>;
  readonly transRef: string | null;
  readonly source: string | null;
  /** File name, time of change and all of IPTC, as far as the reply has them. */
  readonly description?: Readonly<Record<string, string>>;
}

export interface WireChanges {
  readonly rows: readonly WireFacts[];
  readonly paging: WirePaging;
  readonly rowCount: number;
}

const ID_NAMES = ['media_id', 'image_id', 'video_id', 'audio_id', 'doc_id', 'id'];

/** Where extensions sit differs by route: beside the record that was asked for, or inside it. */
const insideOf = (row: Row): readonly Row[] =>
  Object.values(row)
    .map(record)
    .filter((inner) => inner !== null);
const layersOf = (row: Row): readonly Row[] => {
  const inner = insideOf(row);
  return [row, ...inner, ...inner.flatMap(insideOf)];
};

const firstOf = <T>(layers: readonly Row[], names: readonly string[], read: (value: unknown) => T | null): T | null => {
  for (const layer of layers) {
    for (const name of names) {
      const found = read(layer[name]);
      if (found !== null) return found;
    }
  }
  return null;
};

const word = (value: unknown): string | null => text(typeof value === 'number' ? String(value) : value);

/** A list of items with a name (or a field's id) and a value, or one map. An item that does not name its field says nothing. */
const readCustomFields = (value: unknown): Readonly<Record<string, string>> | null => {
  if (Array.isArray(value)) {
    const pairs = value.flatMap((entry): [string, string][] => {
      const item = record(entry) ?? {};
      const name = text(item.name) ?? text(item.field_name) ?? text(item.field_id) ?? text(item.id);
      const said = word(item.value);
      return name === null || said === null ? [] : [[name, said]];
    });
    return Object.fromEntries(pairs);
  }
  const map = record(value);
  if (map === null) return null;
  return Object.fromEntries(
    Object.entries(map).flatMap(([name, said]): [string, string][] => (word(said) === null ? [] : [[name, String(said)]])),
  );
};

const readLicenseEnd = (value: unknown): string | number | null => {
  const license = record(Array.isArray(value) ? value[0] : value);
  const end = license?.license_etime;
  return typeof end === 'number' ? end : text(end);
};

const readFacts = (value: unknown): WireFacts | null => {
  const row = record(value);
  if (row === null) return null;
  const layers = layersOf(row);
  const id = firstOf(layers, ID_NAMES, mediaIdOf);
  if (id === null) return null;
  const iptc = firstOf(layers, ['Iptc'], record);
  return {
    id,
    licenseEnd: firstOf(layers, ['License'], readLicenseEnd),
    customFields: firstOf(layers, ['CustomMetadata'], readCustomFields) ?? {},
    transRef: text(iptc?.trans_ref),
    source: text(iptc?.source),
    description: describedIn(layers, iptc),
  };
};

/** The texts of a row, of a few names and of IPTC: to see that something changed, not what. */
const describedIn = (layers: readonly Row[], iptc: Row | null): Readonly<Record<string, string>> => {
  const named = ['file_name', 'mtime', 'modified_at'].map((name) => [name, firstOf(layers, [name], text)] as const);
  const texts = Object.entries(iptc ?? {}).map(
    ([name, value]) => [`iptc.${name}`, word(Array.isArray(value) ? value.join(', ') : value)] as const,
  );
  return Object.fromEntries([...named, ...texts].flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
};

/** Null when the reply is no list of v3. The list is named after its records, which differ by route. */
export const readChanges = (json: unknown): WireChanges | null => {
  const body = record(json);
  const data = record(body?.data);
  if (body?.status !== 'ok' || data === null) return null;
  const list = Array.isArray(data.Media) ? data.Media : Object.values(data).find((value) => Array.isArray(value));
  if (!Array.isArray(list)) return null;
  const rows: WireFacts[] = [];
  for (const value of list) {
    const facts = readFacts(value);
    if (facts !== null) rows.push(facts);
  }
  return { rows, paging: readPaging(data.Paging), rowCount: list.length };
};

// ---------- rare replies ----------

/** The only reply of v4 whose content is not under `data`. */
export const loginReply = z.object({ token: z.string().min(1) });

/** An acknowledgement: some say so in a word. */
export const organizationReply = z.object({ meta: z.object({ status: z.string().optional() }).optional() });

// ---------- errors ----------

export interface WireError {
  /** The vendor's name for it, e.g. `AcsPermissionException`; v3 has none that is documented. */
  readonly id: string | null;
}

const errorName = (value: unknown): string | null => (typeof value === 'string' && /^[A-Za-z]{1,64}$/.test(value) ? value : null);

/** v4 wraps its errors as a list, as one object, or under `error`; v3 says `status: error`, also with HTTP status 200. */
export const readError = (json: unknown): WireError | null => {
  const body = record(json);
  if (body === null) return null;
  const wrapped = body.errors ?? body.error;
  const error = record(Array.isArray(wrapped) ? wrapped[0] : wrapped);
  if (error !== null) return { id: errorName(error.id) ?? errorName(error.class) };
  return body.status === 'error' ? { id: null } : null;
};
