/** Searches: what Adobe Stock is asked, what it cannot be asked, and which filters its answer shows not to have been applied. */
import type { Asset } from '../../domain/asset.js';
import type { SearchFilterName, SearchFilters, SearchHit, SearchQuery } from '../datasource.js';
import { SearchNotPossible } from '../datasource.js';
import { notOffered } from './faults.js';

const CONTENT_TYPES: Readonly<Partial<Record<string, string>>> = {
  PHOTO: 'photo',
  ILLUSTRATION: 'illustration',
  VECTOR: 'vector',
  VIDEO: 'video',
  TEMPLATE: 'template',
  THREE_D: '3d',
};

export const searchQueryText = (query: SearchQuery, offset: number): string => {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string | number): void => parameters.set(`search_parameters[${name}]`, String(value));
  const filter = (name: string, value: string | number): void =>
    parameters.set(`search_parameters[filters][${name}]`, String(value));
  const { filters } = query;
  if (query.text) set('words', query.text);
  set('limit', query.pageSize);
  set('offset', offset);
  set('order', query.sort === 'NEWEST' ? 'creation' : 'relevance');
  // Left out, Adobe appends premium rows beyond the limit.
  filter('premium', 'all');
  for (const kind of filters.kinds ?? []) {
    const type = CONTENT_TYPES[kind];
    if (type !== undefined) filter(`content_type:${type}`, 1);
  }
  if (filters.orientation === 'PANORAMIC') filter('panoramic:on', 1);
  else if (filters.orientation !== undefined) filter('orientation', filters.orientation.toLowerCase());
  if (filters.minWidth !== undefined) filter('image_width', `${filters.minWidth}-`);
  if (filters.minHeight !== undefined) filter('image_height', `${filters.minHeight}-`);
  // The total is a column like any other.
  return `${parameters}&result_columns%5B%5D=nb_results`;
};

/** What a search goes on from; anything that this adapter did not write is refused. */
export const readSearchPlace = (place: string): number => {
  try {
    const offset = (JSON.parse(place) as { readonly offset?: unknown } | null)?.offset;
    if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
  } catch {
    // Refused below.
  }
  throw notOffered('cannot go on from this place; start again from the beginning.');
};

export const checkPossible = ({ editorialOnly, kinds }: SearchFilters): void => {
  if (editorialOnly === true)
    throw new SearchNotPossible('Adobe Stock leaves editorial assets out of its search; they can be read by their id.');
  if (kinds !== undefined && kinds.length > 0 && !kinds.some((kind) => CONTENT_TYPES[kind] !== undefined)) {
    throw new SearchNotPossible(`Adobe Stock's search has no assets of kind ${kinds.join(', ')}.`);
  }
};

/**
 * Filters that this page shows not to have been applied. Adobe documents its size filters for images and does not say what they do to the
 * rest; and search returns no editorial assets by design, which is what `editorialOnly: false` relies on: if one came, it would be told.
 */
export const unappliedOn = (hits: readonly SearchHit[], filters: SearchFilters): readonly SearchFilterName[] => {
  const { minWidth = 0, minHeight = 0 } = filters;
  const fails = (test: (asset: Asset) => boolean): boolean => hits.some(({ asset }) => asset !== undefined && test(asset));
  const unapplied: SearchFilterName[] = [];
  if (minWidth > 0 && fails(({ width }) => (width ?? 0) < minWidth)) unapplied.push('minWidth');
  if (minHeight > 0 && fails(({ height }) => (height ?? 0) < minHeight)) unapplied.push('minHeight');
  if (filters.editorialOnly === false && fails(({ rights }) => rights.editorialOnly === 'YES')) unapplied.push('editorialOnly');
  return unapplied;
};
