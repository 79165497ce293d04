/** Adobe Stock for the reference server: one bulk call with the columns that an asset is made of; the token is fetched once. */
import { type NaiveAsset, type NaivePreview, NO_TERRITORIES } from './asset.js';

interface Picture {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

interface File {
  readonly id: number;
  readonly title?: string;
  readonly creator_id?: number;
  readonly creator_name?: string;
  readonly media_type_id?: number;
  readonly content_type?: string;
  readonly width?: number;
  readonly height?: number;
  readonly description?: string | null;
  readonly creation_date?: string;
  readonly details_url?: string;
  readonly is_editorial?: boolean;
  readonly is_gentech?: boolean;
  readonly is_licensed?: string;
  readonly comps?: Readonly<Record<string, Picture>>;
  readonly thumbnail_240_url?: string;
  readonly thumbnail_240_width?: number;
  readonly thumbnail_240_height?: number;
  readonly thumbnail_1000_url?: string;
  readonly thumbnail_1000_width?: number;
  readonly thumbnail_1000_height?: number;
  readonly keywords?: readonly { readonly name: string }[];
}

/** Those that the gateway asks for: the sources do the same work for both. */
const COLUMNS = [
  'id title creator_id creator_name media_type_id content_type vector_type width height duration premium_level_id',
  'has_releases is_gentech is_licensed keywords description details_url comps licenses is_editorial creation_date',
  'thumbnail_240_url thumbnail_240_width thumbnail_240_height thumbnail_500_url thumbnail_500_width thumbnail_500_height',
  'thumbnail_1000_url thumbnail_1000_width thumbnail_1000_height',
  'video_preview_url video_preview_width video_preview_height video_preview_content_type',
]
  .join(' ')
  .split(' ');
const KINDS = ['OTHER', 'PHOTO', 'ILLUSTRATION', 'VECTOR', 'VIDEO', 'PHOTO', 'THREE_D', 'TEMPLATE', 'OTHER', 'AUDIO'];
const KINDS_BY_TYPE: Readonly<Record<string, string>> = {
  'image/jpeg': 'PHOTO',
  'image/png': 'PHOTO',
  'image/svg+xml': 'VECTOR',
  'application/illustrator': 'VECTOR',
};

let token: Promise<string> | undefined;

const fetchToken = async (): Promise<string> => {
  const response = await fetch(`${process.env.ADOBE_STOCK_IMS_URL}/ims/token/v3`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: process.env.ADOBE_STOCK_CLIENT_ID ?? '',
      client_secret: process.env.ADOBE_STOCK_CLIENT_SECRET ?? '',
      scope: 'openid,AdobeID,sao.stock,read_organizations,additional_info.roles',
    }),
  });
  if (!response.ok) throw new Error(`Adobe token: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
};

const kindOf = (file: File): string => {
  const kind = KINDS[file.media_type_id ?? 0] ?? 'OTHER';
  return kind === 'OTHER' ? (KINDS_BY_TYPE[file.content_type ?? ''] ?? 'OTHER') : kind;
};

const previewsOf = (file: File): NaivePreview[] => {
  const previews: NaivePreview[] = [];
  const add = (role: string, watermarked: boolean, url?: string, width?: number, height?: number): void => {
    if (url) previews.push({ role, url, width: width ?? null, height: height ?? null, watermarked });
  };
  add('thumbnail', false, file.thumbnail_240_url, file.thumbnail_240_width, file.thumbnail_240_height);
  add('preview', true, file.thumbnail_1000_url, file.thumbnail_1000_width, file.thumbnail_1000_height);
  add('comp', true, file.comps?.Standard?.url, file.comps?.Standard?.width, file.comps?.Standard?.height);
  return previews;
};

const toAsset = (file: File): NaiveAsset => ({
  source: 'ADOBE_STOCK',
  externalId: String(file.id),
  kind: kindOf(file),
  title: file.title || null,
  caption: file.description || null,
  keywords: [...new Set((file.keywords ?? []).map((keyword) => keyword.name))],
  contributor: file.creator_name ? { externalId: String(file.creator_id), name: file.creator_name } : null,
  creditLine: file.creator_name ? `© ${file.creator_name} – stock.adobe.com` : null,
  copyrightNotice: null,
  collection: null,
  width: file.width || null,
  height: file.height || null,
  mimeType: file.content_type || null,
  capturedAt: file.creation_date ?? null,
  aiGenerated: file.is_gentech ? 'YES' : 'UNKNOWN',
  licenseState: file.is_licensed || null,
  pageUrl: file.details_url ?? null,
  previews: previewsOf(file),
  rights: {
    model: file.is_editorial === undefined ? 'UNKNOWN' : 'ROYALTY_FREE',
    editorialOnly: file.is_editorial === undefined ? 'UNKNOWN' : file.is_editorial ? 'YES' : 'NO',
    attributionRequired: file.is_editorial ? 'YES' : 'UNKNOWN',
    modelReleased: 'UNKNOWN',
    restrictions: [],
    territories: NO_TERRITORIES,
  },
});

export const fetchAdobeAssets = async (ids: readonly string[]): Promise<readonly NaiveAsset[]> => {
  token ??= fetchToken();
  const query = new URLSearchParams({ ids: ids.join(','), locale: 'en_US' });
  for (const column of COLUMNS) query.append('result_columns[]', column);
  const response = await fetch(`${process.env.ADOBE_STOCK_API_URL}/Rest/Media/1/Files?${query}`, {
    headers: {
      authorization: `Bearer ${await token}`,
      'x-api-key': process.env.ADOBE_STOCK_CLIENT_ID ?? '',
      'x-product': 'Reference/1.0',
    },
  });
  if (!response.ok) throw new Error(`Adobe files: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { files: readonly File[] }).files.map(toAsset);
};
