/** The file of a license: which forms of it there are, what can be had of it and why not, and under what name it is handed out. */
import { Fault } from './faults.js';
import { type AssetSource, SOURCE_LABELS } from './ids.js';
import type { Instant } from './instant.js';
import type { License } from './license.js';

/** A copy that is kept here. */
export interface FetchedFile {
  /** `sha256:<hex>` of its bytes. */
  readonly contentHash: string;
  readonly length: number;
  readonly mimeType: string | null;
  readonly fileName: string | null;
  readonly fetchedAt: Instant;
}

/** No room for a copy on our own disk. */
export class StorageFull extends Fault {
  constructor(cause: unknown) {
    super('INTERNAL', 'There is no room left for this file on the disk of the gateway. Tell whoever runs it, then try again.', {
      cause,
    });
    this.name = 'StorageFull';
  }
}

// ---------- forms ----------

export const FILE_FORMATS = ['jpeg', 'png'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
export const LARGEST_SIZE = 20_000;

/** The form that the source hands out when nothing else is asked for. */
export const ORIGINAL = 'original';

export interface FileForm {
  readonly size?: number;
  readonly format?: FileFormat;
}

const isFormat = (text: string): text is FileFormat => (FILE_FORMATS as readonly string[]).includes(text);

/** One word for a form: `original`, `1600`, `original.png`, `1600.jpeg`. */
export const variantOf = (size: number | null, format: string | null): string => {
  if (size !== null && !(Number.isInteger(size) && size >= 1 && size <= LARGEST_SIZE))
    throw new Fault('BAD_USER_INPUT', `"size" must be from 1 to ${LARGEST_SIZE}: pixels of the longer side, or lines of a film.`);
  if (format !== null && !isFormat(format))
    throw new Fault('BAD_USER_INPUT', `"format" must be one of ${FILE_FORMATS.join(', ')}; leave it out for the file as it is.`);
  return `${size ?? ORIGINAL}${format === null ? '' : `.${format}`}`;
};

/** Undefined for what is no such word. */
export const parseVariant = (variant: string): FileForm | undefined => {
  const match = /^(original|[1-9]\d{0,4})(?:\.(jpeg|png))?$/.exec(variant);
  if (!match) return undefined;
  const [, size, format] = match;
  return { ...(size !== ORIGINAL && { size: Number(size) }), ...(format !== undefined && { format: format as FileFormat }) };
};

// ---------- what can be had ----------

/** How a source hands out the files of licenses: when asked, with the purchase and never again, or not at all. */
export type FileAccess = 'on_request' | 'with_purchase' | 'none';

export interface FileOffer {
  readonly available: 'YES' | 'NO' | 'UNKNOWN';
  /** Why not, or what is to be expected; null where a copy is kept. */
  readonly reason: string | null;
  readonly variant: string;
  readonly copy: FetchedFile | null;
}

/** What the books say of one form of the file. */
export interface FileRecord {
  readonly copy: FetchedFile | null;
  /** When the address that came with the purchase ends; null when there is none any more. */
  readonly addressUntil: Instant | null;
}

export const isInForce = ({ state }: Pick<License, 'state'>): boolean => state === 'ACTIVE' || state === 'SUPERSEDED';

const withPurchase = (source: AssetSource, variant: string, record: FileRecord | undefined, now: Instant): FileOffer => {
  const label = SOURCE_LABELS[source];
  const no = (reason: string): FileOffer => ({ available: 'NO', reason, variant, copy: null });
  if (variant !== ORIGINAL) return no(`${label} gives the file as it was ordered, in no other size or format.`);
  if (!record)
    return no(
      `${label} gives a file with its purchase alone, and none came with this license. Fetching it now would be a new order.`,
    );
  if (record.addressUntil === null || record.addressUntil <= now)
    return no(`The address that ${label} gave for this file has ended. The file can be had at its own site.`);
  return { available: 'YES', reason: `It is being fetched from ${label}.`, variant, copy: null };
};

/** What can be had of a license's file in one form, by the books alone. */
export const offerOf = (
  license: Pick<License, 'state' | 'source'>,
  access: FileAccess,
  variant: string,
  record: FileRecord | undefined,
  now: Instant,
): FileOffer => {
  const { source, state } = license;
  const label = SOURCE_LABELS[source];
  if (!isInForce(license)) {
    const reason = `This license ${state === 'EXPIRED' ? 'has expired' : 'was cancelled'}: its file is not handed out any more.`;
    return { available: 'NO', reason, variant, copy: null };
  }
  if (record?.copy) return { available: 'YES', reason: null, variant, copy: record.copy };
  if (access === 'with_purchase') return withPurchase(source, variant, record, now);
  if (access === 'on_request')
    return { available: 'UNKNOWN', reason: `${label} is asked for it when the link is first opened.`, variant, copy: null };
  return { available: 'NO', reason: `${label} hands out no files of licenses through this gateway.`, variant, copy: null };
};

// ---------- names ----------

const LONGEST_NAME = 150;

/** A source's file name as the last part of a path that any system takes; null when nothing is left of it. */
export const safeFileName = (name: string | null): string | null => {
  const base = (name ?? '').normalize('NFC').split(/[/\\]/).at(-1) as string;
  const clean = base
    .replace(/[\p{C}<>:"|?*;]/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (clean.length <= LONGEST_NAME) return clean === '' ? null : clean;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(clean)?.[0] ?? '';
  return clean.slice(0, LONGEST_NAME - ending.length).replace(/[\uD800-\uDBFF]$/, '') + ending;
};

const MIME_TYPE = /^[a-z0-9][\w.+-]*\/[\w.+-]+$/;

/** Type and subtype alone; null for what is none. */
export const plainMimeType = (text: string | null): string | null => {
  const type = text?.split(';')[0]?.trim().toLowerCase() ?? '';
  return MIME_TYPE.test(type) && type.length <= 100 ? type : null;
};
