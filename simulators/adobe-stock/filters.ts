/** Search parameters and filters as tests on one asset; a value that means nothing is left out of account, as the vendor does. */
import type { Asset, AssetKind } from './asset.js';
import { liesUnder } from './categories.js';
import { parseColours } from './colours.js';
import { type Params, wholeNumber } from './params.js';

export type Test = (asset: Asset) => boolean;

type FilterMaker = (value: string) => Test | undefined;

/** A map, so that no name a caller sends can reach what every object inherits. */
const makers = (table: Readonly<Record<string, FilterMaker>>): ReadonlyMap<string, FilterMaker> => new Map(Object.entries(table));

/** Audio has no content type filter. */
const KINDS: ReadonlySet<string> = new Set(['photo', 'illustration', 'vector', 'video', 'template', '3d'] satisfies AssetKind[]);
const isKind = (name: string): name is AssetKind => KINDS.has(name);

const isOn = (value: string): boolean => value === '1' || value === 'true';

/** `true` and `1` want it, `false` and `0` want its absence, `all` wants nothing. */
const threeWay =
  (has: Test): FilterMaker =>
  (value) =>
    isOn(value) ? has : value === 'false' || value === '0' ? (asset) => !has(asset) : undefined;

const onlyOn =
  (has: Test): FilterMaker =>
  (value) =>
    isOn(value) ? has : undefined;

/** `min-max`, `min-`, `-max`, and a bare number as the minimum. */
const range =
  (measure: (asset: Asset) => number): FilterMaker =>
  (value) => {
    const [, low, dash, high] = /^(\d*)(-?)(\d*)$/.exec(value.trim()) ?? [];
    if (!low && !high) return undefined;
    const min = low ? Number(low) : 0;
    const max = dash && high ? Number(high) : Number.POSITIVE_INFINITY;
    return (asset) => measure(asset) >= min && measure(asset) <= max;
  };

const shape = (asset: Asset): string =>
  asset.width === asset.height ? 'square' : asset.width > asset.height ? 'horizontal' : 'vertical';

const duration: FilterMaker = (value) => {
  const seconds = Number(value);
  if (seconds === 10 || seconds === 20 || seconds === 30)
    return (asset) => asset.kind === 'video' && (asset.durationMs ?? 0) <= seconds * 1000;
  return value === '30-' ? (asset) => asset.kind === 'video' && (asset.durationMs ?? 0) > 30_000 : undefined;
};

const colours: FilterMaker = (value) => {
  const wanted = parseColours(value);
  return wanted && ((asset) => wanted.every((near) => asset.colours.some((index) => near.includes(index))));
};

const FILTERS = makers({
  premium: threeWay((asset) => (asset.premium ?? 0) >= 2),
  has_releases: threeWay((asset) => asset.hasReleases),
  gentech: threeWay((asset) => asset.gentech),
  orientation: (value) =>
    value === 'horizontal' || value === 'vertical' || value === 'square' ? (asset) => shape(asset) === value : undefined,
  area_m_pixels: range((asset) => (asset.width * asset.height) / 1_000_000),
  image_width: range((asset) => asset.width),
  image_height: range((asset) => asset.height),
  video_duration: duration,
  colors: colours,
  copy_space: onlyOn((asset) => asset.copySpace),
  is_loop: onlyOn((asset) => asset.loop),
  transparent: onlyOn((asset) => asset.transparent),
  'isolated:on': onlyOn((asset) => asset.isolated),
  'panoramic:on': onlyOn((asset) => asset.height > 0 && asset.width / asset.height >= 2),
});

const number =
  (test: (asset: Asset, value: number) => boolean): FilterMaker =>
  (value) => {
    const wanted = wholeNumber(value);
    return wanted === undefined ? () => false : (asset) => test(asset, wanted);
  };

const PARAMETERS = makers({
  media_id: number((asset, id) => asset.id === id),
  creator_id: number((asset, id) => asset.creatorId === id),
  model_id: number((asset, id) => asset.modelId === id),
  serie_id: number((asset, id) => asset.serieId === id),
  category: number((asset, id) => liesUnder(asset.categoryId, id)),
  // The legacy galleries hold nothing here.
  gallery_id: () => () => false,
});

const contentTypes = (filters: ReadonlyMap<string, string>): Test | undefined => {
  const wanted = new Set<AssetKind>();
  for (const [name, value] of filters) {
    const kind = /^content_type:(.+)$/.exec(name)?.[1] ?? '';
    if (isKind(kind) && isOn(value)) wanted.add(kind);
  }
  return wanted.size === 0 ? undefined : (asset) => wanted.has(asset.kind);
};

const oneOf = (values: readonly string[] | undefined, of: (asset: Asset) => readonly number[]): Test | undefined => {
  const wanted = (values ?? []).flatMap((value) => wholeNumber(value) ?? []);
  return wanted.length === 0 ? undefined : (asset) => of(asset).some((value) => wanted.includes(value));
};

const icons = (values: readonly string[] | undefined): readonly Test[] =>
  (values ?? []).flatMap((value): readonly Test[] => {
    const name = value.replace(/^-/, '');
    if (name !== 'icon_sheet' && name !== 'single_icon') return [];
    return [value.startsWith('-') ? (asset) => asset.icon !== name : (asset) => asset.icon === name];
  });

const single = (value: number | null): readonly number[] => (value === null ? [] : [value]);

/** All tests that the parameters ask for; an asset must pass every one. */
export const parseFilters = (params: Params): readonly Test[] => {
  const made = [
    ...[...params.filters].map(([name, value]) => FILTERS.get(name)?.(value)),
    ...[...params.search].map(([name, value]) => PARAMETERS.get(name)?.(value)),
    contentTypes(params.filters),
    oneOf(params.lists.get('3d_type_id'), (asset) => single(asset.threeDTypeId)),
    oneOf(params.lists.get('template_type_id'), (asset) => single(asset.templateTypeId)),
    oneOf(params.lists.get('template_category_id'), (asset) => asset.templateCategoryIds ?? []),
    ...icons(params.lists.get('icon_option')),
  ];
  return made.filter((test) => test !== undefined);
};
