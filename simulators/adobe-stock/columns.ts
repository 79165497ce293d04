/** Every result column of Search and Files: how one asset's value is written, and in which type. */
import type { Asset } from './asset.js';
import { categoryName, findCategory } from './categories.js';
import { fileNumber, hasMedium, is4k } from './licenses.js';
import { thumbnailColumns } from './thumbnails.js';

export interface ColumnContext {
  readonly base: string;
  readonly locale: string;
  readonly thumbnailSize: number;
  readonly clientId: string;
  readonly authenticated: boolean;
}

/** undefined leaves the field out. */
export type Column = (asset: Asset, context: ColumnContext) => unknown;

const slug = (asset: Asset): string =>
  encodeURIComponent(
    asset.title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .slice(0, 60),
  );

const compUrl = (asset: Asset, base: string, license: string): string =>
  `${base}/Rest/Libraries/Watermarked/Download/${asset.id}/${fileNumber(asset, license)}`;

const compSize = (asset: Asset): { readonly width: number; readonly height: number } => {
  const scale = Math.min(1, 1000 / Math.max(asset.width, asset.height, 1));
  return { width: Math.round(asset.width * scale), height: Math.round(asset.height * scale) };
};

const comps: Column = (asset, { base }) => {
  if (asset.kind === 'template' || asset.kind === 'audio') return null;
  if (asset.kind !== 'video') return { Standard: { url: compUrl(asset, base, 'Standard'), ...compSize(asset) } };
  return {
    Video_HD: { url: compUrl(asset, base, 'Video_HD'), width: 1920, height: 1080 },
    ...(is4k(asset) ? { Video_4K: { url: compUrl(asset, base, 'Video_4K'), width: 3840, height: 2160 } } : {}),
  };
};

/** Host-relative addresses, unlike everywhere else. */
const licenses: Column = (asset) => {
  if (asset.kind !== 'photo' && asset.kind !== 'illustration' && asset.kind !== 'vector') return null;
  const file = (license: string): string => `/Rest/Libraries/Download/${asset.id}/${fileNumber(asset, license)}`;
  const medium = { width: 1690, height: Math.round((1690 * asset.height) / asset.width), url: file('Standard_M') };
  return {
    Standard: { width: asset.width, height: asset.height, url: file('Standard') },
    ...(hasMedium(asset) ? { Standard_M: medium } : {}),
  };
};

/** Says who asked: an id of the caller in the address, and with a token a jump through sign-in. */
const detailsUrl: Column = (asset, { base, clientId, authenticated }) => {
  const page = `${base}/${asset.id}?as_channel=affiliate&as_source=api&as_content=${clientId}`;
  return authenticated ? `${base}/sso/jump?client_id=${clientId}&url=${encodeURIComponent(page)}` : page;
};

const category: Column = (asset, { locale }) => {
  const found = asset.categoryId === null ? undefined : findCategory(asset.categoryId);
  return found ? { id: found.id, name: categoryName(found, locale) } : [];
};

export const zonelessDate = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

const onlyTemplates =
  (value: (asset: Asset) => unknown): Column =>
  (asset) =>
    asset.kind === 'template' ? value(asset) : null;

const video = (folder: string, width: number): Readonly<Record<string, Column>> => {
  const only =
    (value: Column): Column =>
    (asset, context) =>
      asset.kind === 'video' ? value(asset, context) : null;
  const name = folder === 'p' ? 'video_preview' : 'video_small_preview';
  return {
    [`${name}_url`]: only((asset, { base }) => `${base}/cdn/v/${folder}_${asset.id}_sim.mov`),
    [`${name}_width`]: only(() => width),
    [`${name}_height`]: only(() => Math.round((width * 9) / 16)),
    // An estimate by length of film, as the files themselves are made on demand.
    [`${name}_content_length`]: only((asset) => Math.round(((asset.durationMs ?? 0) / 1000) * width * 120)),
    [`${name}_content_type`]: only(() => 'video/quicktime'),
  };
};

export const COLUMNS: Readonly<Record<string, Column>> = {
  id: (asset) => asset.id,
  title: (asset) => asset.title,
  creator_name: (asset) => asset.creatorName,
  creator_id: (asset) => asset.creatorId,
  country_name: (asset) => asset.country,
  width: (asset) => asset.width,
  height: (asset) => asset.height,
  ...thumbnailColumns,
  media_type_id: (asset) => asset.mediaTypeId,
  category,
  // Named in the documentation, never seen in an answer.
  category_hierarchy: () => undefined,
  vector_type: (asset) => asset.vectorType,
  content_type: (asset) => asset.contentType,
  premium_level_id: (asset) => asset.premium,
  is_premium: (asset) => (asset.premium ?? 0) >= 2,
  keywords: (asset) => asset.keywords.map((name) => ({ name })),
  has_releases: (asset) => (asset.hasReleases ? 1 : 0),
  comps,
  comp_url: (asset, { base }) => compUrl(asset, base, asset.kind === 'video' ? 'Video_HD' : 'Standard'),
  comp_width: (asset) => compSize(asset).width,
  comp_height: (asset) => compSize(asset).height,
  licenses,
  details_url: detailsUrl,
  framerate: (asset) => asset.fps,
  duration: (asset) => asset.durationMs,
  ...video('p', 852),
  ...video('s', 320),
  description: (asset) => asset.description,
  marketing_text: onlyTemplates((asset) => `Made with ${asset.scene.place.city} in mind.`),
  size_bytes: onlyTemplates((asset) => 2_000_000 + (asset.popularity % 900_000)),
  template_type_id: (asset) => asset.templateTypeId,
  template_category_ids: (asset) => asset.templateCategoryIds,
  is_loop: (asset) => asset.loop,
  is_transparent: (asset) => asset.transparent,
  is_gentech: (asset) => asset.gentech,
  icon_option: (asset) => asset.icon,
  stock_id: (asset) => `file-${asset.popularity.toString(36)}-${asset.k.toString(36)}`,
  is_editorial: (asset) => asset.editorial,
  creation_date: (asset) => `${zonelessDate(asset.createdMs)}.${String(asset.k % 1_000_000).padStart(6, '0')}`,
};

export const contentPage = (asset: Asset, base: string): string => `${base}/Rest/stock-photo/${slug(asset)}/${asset.id}`;

/** The columns of a search that names none, nb_results apart. */
export const DEFAULT_SEARCH_COLUMNS: readonly string[] = [
  'id',
  'title',
  'creator_name',
  'creator_id',
  'width',
  'height',
  'thumbnail_url',
  'thumbnail_html_tag',
  'thumbnail_width',
  'thumbnail_height',
  'media_type_id',
  'category',
  'category_hierarchy',
  'vector_type',
  'content_type',
  'premium_level_id',
];
