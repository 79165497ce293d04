/** One medium as the simulated library keeps it; records are replaced when changed, never altered. */

import type { MediaKind } from './ids.js';

/** IPTC under the names of the search parameters; a name without a value is absent. */
export type Iptc = Readonly<Record<string, string>>;

export const IPTC_NAMES: readonly string[] = [
  'title',
  'headline',
  'caption',
  'caption_writer',
  'keywords',
  'author',
  'position',
  'credit',
  'source',
  'copyright',
  'rights',
  'instructions',
  'category',
  'urgency',
  'edit_status',
  'location',
  'city',
  'state',
  'country',
  'country_iso',
  'trans_ref',
  'genre',
  'scene',
  'subject_code',
  'web_statement',
  'ci_city',
  'ci_country',
  'ci_address',
  'ci_postal_code',
  'ci_region',
  'ci_email',
  'ci_phone',
  'ci_url',
];

interface SaleFlags {
  readonly royalty_free: boolean;
  readonly rights_managed: boolean;
  readonly personal_use: boolean;
  readonly print: boolean;
  readonly priced: boolean;
}

export interface Media {
  readonly id: string;
  readonly kind: MediaKind;
  /** Number of the picture that it shows. */
  readonly scene: number;
  readonly fileName: string;
  readonly fileSize: number;
  /** null: sound and documents have no extent. */
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  readonly mime: string;
  readonly takenAt: number | null;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly rating: number | null;
  readonly views: number;
  readonly searchable: boolean;
  readonly flagged: boolean;
  readonly modelReleased: boolean | null;
  readonly propertyReleased: boolean | null;
  readonly sale: SaleFlags;
  readonly photographerId: string | null;
  readonly creatorId: string;
  readonly iptc: Iptc;
  /** Field id to text: at most one tag per field. */
  readonly custom: Readonly<Record<string, string>>;
  /** `2026-12-31`; null: no licence end stated. */
  readonly licenseEnd: string | null;
  readonly galleries: readonly string[];
  /** What was uploaded; absent: the file is drawn on demand. */
  readonly bytes?: Buffer;
}

/** `doc` in searches, `document` elsewhere. */
export const searchKind = (kind: MediaKind): string => (kind === 'document' ? 'doc' : kind);
