/** Turns the parameters of a media search into one test that a medium passes or not. */

import type { Call } from './call.js';
import { parseDate } from './dates.js';
import { findField, findValue } from './fields.js';
import { ORGANIZATION_ID, OWNER_ID } from './ids.js';
import { IPTC_NAMES, type Media, searchKind } from './media.js';
import { badRequest } from './refusal.js';

type Test = (media: Media) => boolean;
/** One search parameter; undefined: not given. */
type Parameter = (name: string) => string | undefined;

const haystacks = new WeakMap<Media, string>();

/** File name, IPTC and tags of a medium in lower case, worked out once per record. */
const haystack = (media: Media): string => {
  const found = haystacks.get(media);
  if (found !== undefined) return found;
  const made = [media.fileName, ...Object.values(media.iptc), ...Object.values(media.custom)].join('\n').toLowerCase();
  haystacks.set(media, made);
  return made;
};

const flag = (name: string, text: string): boolean => {
  if (['true', '1', 't'].includes(text)) return true;
  if (['false', '0', 'f'].includes(text)) return false;
  throw badRequest(`${name} must be true or false`);
};

const words = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const termTests = (get: Parameter): readonly Test[] => {
  const wanted = (get('terms') ?? '')
    .toLowerCase()
    .split(/[\s,;"]+/)
    .filter((word) => word !== '');
  if (wanted.length === 0) return [];
  const all = flag('match_all_terms', get('match_all_terms') ?? 'true');
  return [
    (media) =>
      all ? wanted.every((word) => haystack(media).includes(word)) : wanted.some((word) => haystack(media).includes(word)),
  ];
};

/** Texts match in any place, whatever the case; the country code matches whole. */
const iptcTests = (get: Parameter): readonly Test[] =>
  IPTC_NAMES.flatMap((name): readonly Test[] => {
    const wanted = name.startsWith('ci_') || name === 'headline' ? undefined : get(name)?.toLowerCase();
    if (wanted === undefined) return [];
    if (name === 'country_iso') return [(media) => media.iptc[name]?.toLowerCase() === wanted];
    return [(media) => media.iptc[name]?.toLowerCase().includes(wanted) ?? false];
  });

const emptinessTests = (get: Parameter): readonly Test[] =>
  (['is_empty', 'not_empty'] as const).flatMap((parameter) =>
    words(get(parameter) ?? '').map((name): Test => {
      if (!IPTC_NAMES.includes(name)) throw badRequest(`${parameter} does not know ${name}`);
      return (media) => (media.iptc[name] === undefined) === (parameter === 'is_empty');
    }),
  );

const SPANS: readonly (readonly [prefix: string, of: (media: Media) => number | null])[] = [
  ['date', (media) => media.takenAt],
  ['create', (media) => media.createdAt],
  ['modify', (media) => media.modifiedAt],
];

const dateTests = (get: Parameter, inclusive: boolean): readonly Test[] =>
  SPANS.flatMap(([prefix, of]) =>
    (['start', 'end'] as const).flatMap((end): readonly Test[] => {
      const text = get(`${prefix}_${end}`);
      if (text === undefined) return [];
      const bound = parseDate(text);
      if (bound === undefined) throw badRequest(`${prefix}_${end} is not a date`);
      return [
        (media) => {
          const at = of(media);
          if (at === null) return false;
          if (at === bound) return inclusive;
          return end === 'start' ? at > bound : at < bound;
        },
      ];
    }),
  );

const FLAGS: Readonly<Record<string, (media: Media) => boolean>> = {
  model_release: (media) => media.modelReleased === true,
  property_release: (media) => media.propertyReleased === true,
  priced: (media) => media.sale.priced,
  print: (media) => media.sale.print,
  personal_use: (media) => media.sale.personal_use,
  royalty_free: (media) => media.sale.royalty_free,
  rights_managed: (media) => media.sale.rights_managed,
  // Spelt as the vendor's definition spells it.
  searchble: (media) => media.searchable,
};

const flagTests = (get: Parameter): readonly Test[] =>
  Object.entries(FLAGS).flatMap(([name, of]): readonly Test[] => {
    const text = get(name);
    if (text === undefined) return [];
    const wanted = flag(name, text);
    return [(media) => of(media) === wanted];
  });

const orientationOf = ({ width, height }: Media): string | undefined => {
  if (width === null || height === null) return undefined;
  if (width === height) return 'square';
  if (width >= height * 2.5) return 'panoramic';
  return width > height ? 'horizontal' : 'vertical';
};

const rank = (get: Parameter, name: string): number | undefined => {
  const text = get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < -1 || value > 254) throw badRequest(`${name} must be -1 to 254`);
  return value;
};

const ratingTests = (get: Parameter): readonly Test[] => {
  const exact = rank(get, 'rating');
  const low = rank(get, 'rating_min');
  const high = rank(get, 'rating_max');
  if (exact === undefined && low === undefined && high === undefined) return [];
  return [
    ({ rating }) =>
      rating !== null &&
      (exact === undefined || rating === exact) &&
      (low === undefined || rating >= low) &&
      (high === undefined || rating <= high),
  ];
};

const ORIENTATIONS = ['horizontal', 'vertical', 'panoramic', 'square'];
const KINDS = ['image', 'video', 'audio', 'doc'];

const kindTests = (get: Parameter): readonly Test[] => {
  const orientation = get('orientation');
  if (orientation !== undefined && !ORIENTATIONS.includes(orientation)) throw badRequest('orientation is not known');
  const kinds = words(get('media_type') ?? '').map((kind) => (kind === 'document' ? 'doc' : kind));
  if (kinds.some((kind) => !KINDS.includes(kind))) throw badRequest('media_type is not known');
  return [
    ...(orientation === undefined ? [] : [(media: Media) => orientationOf(media) === orientation]),
    ...(kinds.length === 0 ? [] : [(media: Media) => kinds.includes(searchKind(media.kind))]),
  ];
};

/** A JSON string that maps field ids to option ids; every pair must hold. */
const customTests = (get: Parameter): readonly Test[] => {
  const text = get('custom_metadata');
  if (text === undefined) return [];
  if (get('org_id') === undefined) throw badRequest('custom_metadata needs org_id');
  let pairs: unknown;
  try {
    pairs = JSON.parse(text);
  } catch {
    throw badRequest('custom_metadata is not JSON');
  }
  if (typeof pairs !== 'object' || pairs === null || Array.isArray(pairs)) throw badRequest('custom_metadata must be an object');
  return Object.entries(pairs).map(([key, option]): Test => {
    const field = findField(key);
    const value = field === undefined ? undefined : findValue(field, String(option));
    if (field === undefined || value === undefined) return () => false;
    return (media) => media.custom[field.id] === value;
  });
};

/** Galleries inside collections count as part of them, however deep. */
const placeTests = (call: Call, get: Parameter): readonly Test[] => {
  const tests: Test[] = [];
  const galleries = words(get('galleries') ?? '');
  if (galleries.length > 0) tests.push((media) => media.galleries.some((id) => galleries.includes(id)));
  const within = new Set(words(get('collections') ?? ''));
  if (within.size > 0) {
    const { tree } = call.setting.library;
    const inside = (id: string): boolean => within.has(id) || (tree.containers.get(id)?.parents.some(inside) ?? false);
    tests.push((media) => media.galleries.some(inside));
  }
  return tests;
};

const scopeTests = (get: Parameter): readonly Test[] => {
  const tests: Test[] = [];
  const equal = (name: string, of: (media: Media) => string | null): void => {
    const wanted = get(name);
    if (wanted !== undefined) tests.push((media) => of(media) === wanted);
  };
  equal('org_id', () => ORGANIZATION_ID);
  equal('user_id', () => OWNER_ID);
  equal('media_id', (media) => media.id);
  equal('photographer_id', (media) => media.photographerId);
  equal('virtual_agency_id', () => null);
  const fileName = get('file_name')?.toLowerCase();
  if (fileName !== undefined) tests.push((media) => media.fileName.toLowerCase().includes(fileName));
  return tests;
};

/** Cheap tests first, the full text last. */
export const searchTest = (call: Call, get: Parameter): Test => {
  const inclusive = call.setting.is('date-bounds', 'inclusive');
  const tests = [
    ...scopeTests(get),
    ...kindTests(get),
    ...flagTests(get),
    ...ratingTests(get),
    ...dateTests(get, inclusive),
    ...placeTests(call, get),
    ...customTests(get),
    ...emptinessTests(get),
    ...iptcTests(get),
    ...termTests(get),
  ];
  const { library } = call.setting;
  if (!call.staff) tests.unshift((media) => library.isPublic(media));
  return (media) => tests.every((test) => test(media));
};
