/** Filters and orders of the searches, each a predicate or comparison over one asset. */
import { type GettyAsset, keywordId } from './asset.js';
import { boolParam, dateParam, enumListParam, enumParam, intParam, listParam } from './params.js';
import { SEGMENTS } from './reference.js';
import type { SearchKind } from './search-parameters.js';

type Test = (asset: GettyAsset) => boolean;

const DAY_MS = 86_400_000;
const IMAGE_ORIENTATIONS = ['horizontal', 'vertical', 'square', 'panoramic_horizontal', 'panoramic_vertical'] as const;
const VIDEO_ORIENTATIONS = ['horizontal', 'vertical'] as const;
const STYLES = ['fine_art', 'illustration', 'photography', 'vector'] as const;
const SIZES = ['x_small', 'small', 'medium', 'large', 'x_large', 'xx_large', 'vector'] as const;
const RATIOS = ['16:9', '9:16', '3:4', '4:3', '4:5', '2:1', '17:9', '9:17'] as const;
const HIDE_OR_SHOW = ['include', 'exclude'] as const;

/** Filters this simulator evaluates; the rest of the known parameters is accepted and has no effect. */
export const searchFilters = (kind: SearchKind, query: URLSearchParams): readonly Test[] => {
  const tests: Test[] = [];
  const has = (name: string): boolean => (query.get(name) ?? '') !== '';
  const among = <T extends string>(
    name: string,
    values: readonly T[],
    of: (asset: GettyAsset) => string,
    excluded = false,
  ): void => {
    const wanted = new Set<string>(enumListParam(query, name, values));
    if (wanted.size > 0) tests.push((asset) => wanted.has(of(asset)) !== excluded);
  };
  const video = kind.startsWith('videos');
  if (kind.endsWith('creative')) tests.push((asset) => asset.family === 'creative');
  if (kind.endsWith('editorial')) tests.push((asset) => asset.family === 'editorial');

  among('orientations', video ? VIDEO_ORIENTATIONS : IMAGE_ORIENTATIONS, (asset) => asset.orientation);
  among(
    'graphical_styles',
    STYLES,
    (asset) => asset.graphicalStyle,
    enumParam(query, 'graphical_styles_filter_type', HIDE_OR_SHOW) === 'exclude',
  );
  among('license_models', ['rightsready', 'royaltyfree'], (asset) => asset.licenseModel);
  among('aspect_ratios', RATIOS, (asset) => asset.aspectRatio);

  const codes = new Set(listParam(query, 'collection_codes'));
  const hideCodes = enumParam(query, 'collections_filter_type', HIDE_OR_SHOW) === 'exclude';
  if (codes.size > 0) tests.push((asset) => codes.has(asset.collectionCode) !== hideCodes);

  const segments = enumListParam(query, 'editorial_segments', SEGMENTS);
  if (segments.length > 0) tests.push((asset) => segments.some((segment) => asset.segments.includes(segment)));
  const events = listParam(query, 'event_ids').map(Number);
  if (events.length > 0) tests.push((asset) => asset.eventIds.some((id) => events.includes(id)));
  const people = listParam(query, 'specific_people').map((name) => name.toLowerCase());
  if (people.length > 0) tests.push((asset) => asset.people.some((name) => people.includes(name.toLowerCase())));
  if (has('artists')) {
    const artists = listParam(query, 'artists').map((name) => name.toLowerCase());
    tests.push((asset) => artists.includes(asset.artist.toLowerCase()));
  }

  const keywordIds = (asset: GettyAsset): ReadonlySet<string> => {
    const keywords = asset.wire.keywords;
    return new Set(Array.isArray(keywords) ? keywords.map((keyword: { readonly text: string }) => keywordId(keyword.text)) : []);
  };
  const must = listParam(query, 'keyword_ids');
  if (must.length > 0) tests.push((asset) => must.every((id) => keywordIds(asset).has(id)));
  const mustNot = listParam(query, 'exclude_keyword_ids');
  if (mustNot.length > 0) tests.push((asset) => !mustNot.some((id) => keywordIds(asset).has(id)));

  if (boolParam(query, 'exclude_editorial_use_only', false)) tests.push((asset) => !asset.editorialUseOnly);
  const rank = intParam(query, 'minimum_quality_rank', 0);
  if (rank > 0) tests.push((asset) => asset.qualityRank <= rank);
  const size = enumParam(query, 'minimum_size', SIZES);
  if (size !== null) tests.push((asset) => asset.sizes.some((offered) => offered.name === size));
  if (enumListParam(query, 'file_types', ['eps']).length > 0) tests.push((asset) => asset.graphicalStyle === 'vector');
  const shortest = intParam(query, 'min_clip_length', 0);
  if (shortest > 0) tests.push((asset) => asset.clipSeconds >= shortest);
  const longest = intParam(query, 'max_clip_length', 0);
  if (longest > 0) tests.push((asset) => asset.clipSeconds <= longest);

  // A product type, or a type and one product of it; the separator is not settled, so any is taken.
  const product = /^[a-z]+/.exec(query.get('download_product') ?? '')?.[0];
  if (product !== undefined) tests.push((asset) => asset.productTypes.includes(product));

  const from = dateParam(query, 'date_from');
  if (from !== null) tests.push((asset) => asset.createdAt >= from);
  const to = dateParam(query, 'date_to');
  if (to !== null) tests.push((asset) => asset.createdAt < to + DAY_MS);
  return tests;
};

const ORDERS = ['best_match', 'most_popular', 'newest', 'random'] as const;

/** Sorts in place; ties keep the catalogue's order, so that pages never overlap while nothing is added. */
export const sortResults = (kind: SearchKind, query: URLSearchParams, assets: GettyAsset[]): GettyAsset[] => {
  const order =
    enumParam(query, 'sort_order', kind.endsWith('editorial') ? [...ORDERS, 'oldest' as const] : ORDERS) ?? 'best_match';
  switch (order) {
    case 'best_match':
      return assets;
    case 'most_popular':
      return assets.sort((a, b) => b.popularity - a.popularity);
    case 'newest':
      return assets.sort((a, b) => b.submittedAt - a.submittedAt || b.k - a.k);
    case 'oldest':
      return assets.sort((a, b) => a.submittedAt - b.submittedAt || a.k - b.k);
    case 'random': {
      const weights = new Map(assets.map((asset) => [asset, Math.random()]));
      return assets.sort((a, b) => (weights.get(a) ?? 0) - (weights.get(b) ?? 0));
    }
    default:
      return order satisfies never;
  }
};
