/** Builds one image from its scene: about a third editorial, some restricted, some with nulls and missing fields. */
import { rng } from '../kit/rng.js';
import { scene } from '../kit/scene.js';
import { gettyImageId, gettyImageScene } from '../kit/world.js';
import { type CreditPrice, type DownloadSize, type GettyAsset, keywordsOf, orientationOf, replyOrientation } from './asset.js';
import { EVENT_COUNT, eventAt } from './event-data.js';
import { CREATIVE_IMAGES, CREDIT_COLLECTION, EDITORIAL_IMAGES, PEOPLE } from './reference.js';
import { creativeUse, editorialUse } from './rights-prose.js';

const DAY_MS = 86_400_000;
const LADDER = [
  ['x_small', 508],
  ['small', 1024],
  ['medium', 2048],
  ['large', 3400],
] as const;

const sizesOf = (width: number, height: number, vector: boolean): readonly DownloadSize[] => {
  const longest = Math.max(width, height);
  const entry = (name: string, edge: number, mediaType: string): DownloadSize => {
    const w = Math.round((width * edge) / longest);
    const h = Math.round((height * edge) / longest);
    const wire = { bytes: Math.round(w * h * 0.21), height: h, width: w, dpi: 300, media_type: mediaType, name };
    return { name, width: w, height: h, wire };
  };
  const smaller = LADDER.filter(([, edge]) => edge < longest).map(([name, edge]) => entry(name, edge, 'image/jpeg'));
  const largest = entry(longest > 6000 ? 'xx_large' : 'x_large', longest, 'image/jpeg');
  return vector ? [...smaller, largest, entry('vector', longest, 'application/postscript')] : [...smaller, largest];
};

const PRICES: readonly CreditPrice[] = [
  { license_type: 'Standard', credits: 3 },
  { license_type: 'Multiseat', credits: 18 },
  { license_type: 'Unlimited', credits: 18 },
  { license_type: 'Resale', credits: 18 },
  { license_type: 'Indemnification', credits: 10 },
];

/** `word` marks assets added later by an action, so that a search can find just them. */
export const buildImage = (k: number, word: string | null): GettyAsset => {
  const shown = scene(gettyImageScene(k));
  const random = rng(`getty:image:${k}`);
  const id = gettyImageId(k);
  const editorial = random.chance(0.35);
  const onCredits = !editorial && random.chance(0.12);
  const collection = editorial ? random.pick(EDITORIAL_IMAGES) : onCredits ? CREDIT_COLLECTION : random.pick(CREATIVE_IMAGES);
  const editorialUseOnly = editorial || random.chance(0.06);
  const allowedUse = editorial ? editorialUse(random) : creativeUse(random, editorialUseOnly);
  const callForImage = editorial && random.chance(0.02);
  // Outside every agreement: it can be found and looked at, not downloaded.
  const restricted = callForImage || random.chance(0.03);
  const productTypes = restricted ? [] : collection.product_types;
  const style = shown.kind === 'illustration' || shown.kind === 'vector' ? shown.kind : 'photography';
  const event = editorial ? eventAt(k % EVENT_COUNT) : null;
  const people = editorial && shown.people ? [random.pick(PEOPLE)] : [];
  const orientation = orientationOf(shown.width, shown.height);
  const createdAt = Date.parse(`${shown.takenAt.slice(0, 10)}T00:00:00Z`);
  const submittedAt = Date.parse(shown.takenAt) + (editorial ? 3_600_000 : DAY_MS * (1 + random.int(90)));
  const title = word === null ? shown.title : `${shown.title} ${word}`;
  const keywords = word === null ? shown.keywords : [...shown.keywords, word];
  const caption = editorial
    ? `${shown.place.city.toUpperCase()}, ${shown.place.country.toUpperCase()} - ${shown.takenAt.slice(0, 10)}: ${shown.caption}`
    : shown.caption;
  const licenseModel = collection.license_model;
  const max = { height: shown.height, width: shown.width };
  const artist = shown.contributor;
  const year = shown.takenAt.slice(0, 4);
  const wire: Record<string, unknown> = {
    allowed_use: allowedUse,
    alternative_ids: random.chance(0.3) ? { legacy_code: `LX${k.toString(36)}` } : {},
    artist,
    artist_title: null,
    asset_family: collection.asset_family,
    call_for_image: callForImage,
    caption: random.chance(0.02) ? null : caption,
    city: editorial ? shown.place.city : null,
    collection_code: collection.code,
    collection_id: collection.id,
    collection_name: collection.name,
    color_type: random.chance(0.1) ? 'black_and_white' : 'color',
    copyright: random.chance(0.4) ? `${year} ${artist}` : null,
    country: editorial ? shown.place.country : null,
    credit_line: random.chance(0.03) ? null : `${artist}/${collection.name} via Getty Images`,
    date_camera_shot: random.chance(0.5) ? shown.takenAt : null,
    date_created: new Date(createdAt).toISOString().replace('.000', ''),
    date_submitted: new Date(submittedAt).toISOString().replace(/\.\d+/, ''),
    editorial_segments: event?.segments ?? [],
    editorial_source: editorial ? { id: 30 + (k % 7) } : null,
    entity_details: [],
    event_ids: event === null ? [] : [event.id],
    graphical_style: style,
    is_ai_editable: !editorial,
    istock_collection: onCredits ? 'essentials' : null,
    istock_licenses: onCredits ? PRICES : [],
    keywords: keywordsOf(keywords),
    license_model: random.chance(0.01) ? null : licenseModel,
    links: { invitation: null, share: null },
    max_dimensions: max,
    object_name: `${id}.jpg`,
    orientation: replyOrientation(orientation),
    people,
    product_types: productTypes,
    quality_rank: 1 + (k % 3),
    referral_destinations: [{ site_name: 'gettyimages', uri: `https://www.example.com/detail/${id}` }],
    state_province: null,
    title: random.chance(0.015) ? null : title,
    uri_oembed: `https://embed.example.com/oembed?url=${id}`,
  };
  // Some replies simply lack what was asked for.
  if (random.chance(0.03)) delete wire.credit_line;
  if (random.chance(0.03)) delete wire.max_dimensions;
  if (random.chance(0.05)) delete wire.color_type;
  return {
    media: 'image',
    k,
    id,
    scene: shown.number,
    family: collection.asset_family,
    editorialUseOnly,
    licenseModel,
    collectionCode: collection.code,
    productTypes,
    orientation,
    graphicalStyle: style,
    eventIds: event === null ? [] : [event.id],
    people,
    segments: event?.segments ?? [],
    qualityRank: 1 + (k % 3),
    createdAt,
    submittedAt,
    popularity: random.int(1_000_000),
    artist,
    clipSeconds: 0,
    aspectRatio: '',
    sizes: sizesOf(shown.width, shown.height, style === 'vector'),
    creditPrices: onCredits ? PRICES : [],
    text: [title, caption, ...keywords, ...people, event?.name ?? '', shown.place.city, id].join(' '),
    wire,
  };
};
