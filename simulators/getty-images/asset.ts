/** What the simulator knows of one image or clip; `wire` holds the fields that never change from reply to reply. */

export type Media = 'image' | 'video';

export interface DownloadSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** All fields of the reply's download_sizes entry, without the authorisations. */
  readonly wire: Readonly<Record<string, unknown>>;
}

export interface CreditPrice {
  readonly license_type: 'Standard' | 'Multiseat' | 'Unlimited' | 'Resale' | 'Indemnification';
  readonly credits: number;
}

export interface GettyAsset {
  readonly media: Media;
  /** Position in the world's list of this medium. */
  readonly k: number;
  readonly id: string;
  readonly scene: number;
  readonly family: 'creative' | 'editorial';
  readonly editorialUseOnly: boolean;
  readonly licenseModel: string;
  readonly collectionCode: string;
  readonly productTypes: readonly string[];
  /** Spelling of the search filter. */
  readonly orientation: string;
  readonly graphicalStyle: string;
  readonly eventIds: readonly number[];
  readonly people: readonly string[];
  readonly segments: readonly string[];
  readonly qualityRank: number;
  readonly createdAt: number;
  readonly submittedAt: number;
  readonly popularity: number;
  readonly artist: string;
  readonly clipSeconds: number;
  readonly aspectRatio: string;
  /** Ascending; the last is the largest. */
  readonly sizes: readonly DownloadSize[];
  readonly creditPrices: readonly CreditPrice[];
  /** What a text search looks at. */
  readonly text: string;
  readonly wire: Readonly<Record<string, unknown>>;
}

/** Reply spelling of an orientation: `panoramic_vertical` becomes `PanoramicVertical`. */
export const replyOrientation = (orientation: string): string =>
  orientation.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

export const orientationOf = (width: number, height: number): string => {
  const ratio = width / height;
  if (ratio > 2) return 'panoramic_horizontal';
  if (ratio < 0.5) return 'panoramic_vertical';
  if (Math.abs(ratio - 1) < 0.02) return 'square';
  return ratio > 1 ? 'horizontal' : 'vertical';
};

/** The same keyword text has the same id everywhere. */
export const keywordId = (text: string): string => {
  let h = 7;
  for (let i = 0; i < text.length; i += 1) h = (h * 31 + text.charCodeAt(i)) % 90_000;
  return String(60_000 + h);
};

const KEYWORD_TYPES = ['SpecificObject', 'ImageTechnique', 'Subject', 'Location', null] as const;

export const keywordsOf = (words: readonly string[]): readonly Readonly<Record<string, unknown>>[] =>
  words.map((text, index) => ({
    keyword_id: keywordId(text),
    text,
    type: KEYWORD_TYPES[index % KEYWORD_TYPES.length] ?? null,
    relevance: Math.max(10, 98 - index * 4),
  }));
