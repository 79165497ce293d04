/** Builds one clip from its scene; rights-ready clips occur here and nowhere else. */
import { rng } from '../kit/rng.js';
import { scene } from '../kit/scene.js';
import { gettyVideoId, gettyVideoScene } from '../kit/world.js';
import { type DownloadSize, type GettyAsset, keywordsOf, orientationOf, replyOrientation } from './asset.js';
import { EVENT_COUNT, eventAt } from './event-data.js';
import { CREATIVE_VIDEOS, EDITORIAL_VIDEOS, PEOPLE } from './reference.js';
import { creativeUse, editorialUse } from './rights-prose.js';

const FORMATS = [
  ['sd', 720],
  ['hd', 1920],
  ['4k', 3840],
] as const;

const two = (n: number): string => String(n).padStart(2, '0');

const sizesOf = (seconds: number, wide: boolean, count: number): readonly DownloadSize[] =>
  FORMATS.slice(0, count).map(([name, edge]) => {
    const width = wide ? edge : Math.round((edge * 9) / 16);
    const height = wide ? Math.round((edge * 9) / 16) : edge;
    const wire = {
      bit_depth: '8-bit',
      bytes: seconds * edge * 2200,
      compression: 'PhotoJPEG',
      content_type: 'video/quicktime',
      description: `QuickTime ${width}x${height}`,
      format: 'MOV',
      frame_rate: 25,
      frame_size: `${width}x${height}`,
      height,
      interlaced: name === 'sd',
      name,
      width,
    };
    return { name, width, height, wire };
  });

export const buildVideo = (k: number, word: string | null): GettyAsset => {
  const shown = scene(gettyVideoScene(k));
  const random = rng(`getty:video:${k}`);
  const id = gettyVideoId(k);
  const editorial = random.chance(0.35);
  const collection = editorial ? random.pick(EDITORIAL_VIDEOS) : random.pick(CREATIVE_VIDEOS);
  const editorialUseOnly = editorial || random.chance(0.05);
  const allowedUse = editorial ? editorialUse(random) : creativeUse(random, editorialUseOnly);
  const productTypes = random.chance(0.04) ? [] : collection.product_types;
  const event = editorial ? eventAt(k % EVENT_COUNT) : null;
  const people = editorial && shown.people ? [random.pick(PEOPLE)] : [];
  const wide = shown.width >= shown.height;
  const seconds = 6 + random.int(55);
  const sizes = sizesOf(seconds, wide, 2 + (k % 2));
  const largest = sizes.at(-1);
  const aspectRatio = wide ? '16:9' : '9:16';
  const orientation = orientationOf(wide ? 16 : 9, wide ? 9 : 16);
  const createdAt = Date.parse(`${shown.takenAt.slice(0, 10)}T00:00:00Z`);
  const submittedAt = Date.parse(shown.takenAt) + 86_400_000 * (1 + random.int(20));
  const title = word === null ? shown.title : `${shown.title} ${word}`;
  const keywords = word === null ? shown.keywords : [...shown.keywords, word];
  const wire: Record<string, unknown> = {
    allowed_use: allowedUse,
    artist: random.chance(0.2) ? null : shown.contributor,
    aspect_ratio: aspectRatio,
    asset_family: collection.asset_family,
    call_for_image: false,
    caption: random.chance(0.05) ? null : shown.caption,
    city: editorial ? shown.place.city : null,
    clip_length: `00:00:${two(seconds)}:${two(random.int(25))}`,
    collection_code: collection.code,
    collection_id: collection.id,
    collection_name: collection.name,
    color_type: 'color',
    copyright: null,
    country: editorial ? shown.place.country : null,
    date_created: new Date(createdAt).toISOString().replace('.000', ''),
    date_submitted: new Date(submittedAt).toISOString().replace(/\.\d+/, ''),
    editorial_segments: event?.segments ?? [],
    entity_details: [],
    era: random.chance(0.3) ? '2020s' : null,
    event_ids: event === null ? [] : [event.id],
    is_ai_editable: false,
    istock_collection: null,
    istock_licenses: [],
    keywords: keywordsOf(keywords),
    license_model: collection.license_model,
    mastered_to: 'QuickTime 8-bit Photo-JPEG HD 1920x1080 25p',
    max_dimensions: { height: largest?.height ?? null, width: largest?.width ?? null },
    object_name: `${id}.mov`,
    orientation: replyOrientation(orientation),
    originally_shot_on: random.chance(0.5) ? '4K 3840x2160' : null,
    people,
    product_types: productTypes,
    quality_rank: 1 + (k % 3),
    referral_destinations: [{ site_name: 'gettyimages', uri: `https://www.example.com/detail/video/${id}` }],
    shot_speed: random.pick(['Realtime', 'Slow Motion', 'Time Lapse']),
    source: editorial ? collection.name : null,
    state_province: null,
    title: random.chance(0.02) ? null : title,
  };
  if (random.chance(0.05)) delete wire.originally_shot_on;
  return {
    media: 'video',
    k,
    id,
    scene: shown.number,
    family: collection.asset_family,
    editorialUseOnly,
    licenseModel: collection.license_model,
    collectionCode: collection.code,
    productTypes,
    orientation,
    graphicalStyle: 'photography',
    eventIds: event === null ? [] : [event.id],
    people,
    segments: event?.segments ?? [],
    qualityRank: 1 + (k % 3),
    createdAt,
    submittedAt,
    popularity: random.int(1_000_000),
    artist: shown.contributor,
    clipSeconds: seconds,
    aspectRatio,
    sizes,
    creditPrices: [],
    text: [title, shown.caption, ...keywords, ...people, event?.name ?? '', shown.place.city, id].join(' '),
    wire,
  };
};
