/** Getty Images for the reference server: one bulk call with the fields that an asset is made of. */
import { type NaiveAsset, type NaivePreview, NO_TERRITORIES } from './asset.js';

interface Display {
  readonly name: string;
  readonly uri: string;
  readonly width?: number;
  readonly height?: number;
  readonly is_watermarked?: boolean;
}

interface Image {
  readonly id: string;
  readonly title?: string | null;
  readonly caption?: string | null;
  readonly copyright?: string | null;
  readonly date_camera_shot?: string | null;
  readonly referral_destinations?: readonly { readonly uri: string }[];
  readonly display_sizes?: readonly Display[];
  readonly artist?: string | null;
  readonly credit_line?: string | null;
  readonly asset_family?: string | null;
  readonly license_model?: string | null;
  readonly collection_name?: string | null;
  readonly graphical_style?: string | null;
  readonly max_dimensions?: { readonly width: number; readonly height: number } | null;
  readonly keywords?: readonly { readonly text: string }[];
  readonly allowed_use?: {
    readonly how_can_i_use_it?: string | null;
    readonly release_info?: string | null;
    readonly usage_restrictions?: readonly string[] | null;
  } | null;
}

/** Those that the gateway asks for: the sources do the same work for both. */
const FIELDS = [
  'allowed_use artist asset_family call_for_image caption collection_code collection_name comp copyright date_created',
  'istock_licenses keywords license_model max_dimensions preview product_types referral_destinations thumb title',
  'credit_line date_camera_shot graphical_style',
]
  .join(' ')
  .replaceAll(' ', ',');
const KINDS: Readonly<Record<string, string>> = {
  photography: 'PHOTO',
  illustration: 'ILLUSTRATION',
  vector: 'VECTOR',
  eps: 'VECTOR',
};
const MODELS: Readonly<Record<string, string>> = {
  royaltyfree: 'ROYALTY_FREE',
  rightsmanaged: 'RIGHTS_MANAGED',
  rightsready: 'RIGHTS_READY',
};
const MODEL_RELEASED: Readonly<Record<string, string>> = {
  'model released': 'YES',
  'model and property released': 'YES',
  'not released': 'NO',
};

const editorialOnlyOf = ({ asset_family: family, allowed_use: use }: Image): string => {
  if (family === 'editorial') return 'YES';
  if (family !== 'creative' || !use?.usage_restrictions) return 'UNKNOWN';
  const text = use.usage_restrictions.join(' ');
  if (/editorial.*only|only.*editorial/i.test(text)) return 'YES';
  return /editorial|commercial/i.test(text) ? 'UNKNOWN' : 'NO';
};

const toPreview = (display: Display): NaivePreview => ({
  role: display.name,
  url: display.uri,
  width: display.width ?? null,
  height: display.height ?? null,
  watermarked: display.is_watermarked ?? false,
});

const toAsset = (image: Image): NaiveAsset => {
  const release = image.allowed_use?.release_info ?? '';
  const notes = [release, image.allowed_use?.how_can_i_use_it].filter((note): note is string => !!note);
  return {
    source: 'GETTY_IMAGES',
    externalId: image.id,
    kind: KINDS[image.graphical_style ?? ''] ?? 'OTHER',
    title: image.title || null,
    caption: image.caption || null,
    keywords: [...new Set((image.keywords ?? []).map((keyword) => keyword.text))],
    contributor: image.artist ? { externalId: null, name: image.artist } : null,
    creditLine: image.credit_line || null,
    copyrightNotice: image.copyright || null,
    collection: image.collection_name || null,
    width: image.max_dimensions?.width || null,
    height: image.max_dimensions?.height || null,
    mimeType: null,
    capturedAt: image.date_camera_shot ?? null,
    aiGenerated: 'UNKNOWN',
    licenseState: null,
    pageUrl: image.referral_destinations?.[0]?.uri ?? null,
    previews: (image.display_sizes ?? []).map(toPreview),
    rights: {
      model: MODELS[image.license_model ?? ''] ?? 'UNKNOWN',
      editorialOnly: editorialOnlyOf(image),
      attributionRequired: 'UNKNOWN',
      modelReleased: MODEL_RELEASED[release.toLowerCase().replace(/\.$/, '')] ?? 'UNKNOWN',
      restrictions: [...(image.allowed_use?.usage_restrictions ?? []), ...notes],
      territories: NO_TERRITORIES,
    },
  };
};

export const fetchGettyAssets = async (ids: readonly string[]): Promise<readonly NaiveAsset[]> => {
  const query = new URLSearchParams({ ids: ids.join(','), fields: FIELDS });
  const response = await fetch(`${process.env.GETTY_IMAGES_API_URL}/v3/images?${query}`, {
    headers: { 'api-key': process.env.GETTY_IMAGES_API_KEY ?? '', 'accept-language': 'en-US' },
  });
  if (!response.ok) throw new Error(`Getty images: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { images: readonly Image[] }).images.map(toAsset);
};
