/** Previews as a provider's CDN serves them: an open address with an end and a signature, small watermarked pictures. */
import { picture } from '../kit/picture/render.js';
import type { Route, SimHost } from '../kit/types.js';
import { type Content, contentOf } from './content.js';
import type { JsonObject } from './json.js';
import { signature } from './signing.js';

const HOUR_MS = 3_600_000;
const WIDTHS = { thumbnail: 240, preview: 1000 } as const;
type Size = keyof typeof WIDTHS;

/** Addresses made within the same hour are the same, so that a feed page can be kept for that long. */
export const previewWindow = (now: number): number => Math.floor(now / HOUR_MS);

const rendition = (host: SimHost, n: number, content: Content, size: Size): JsonObject => {
  const endsAt = (previewWindow(host.now()) + 1 + Number(host.switches.get('preview-hours'))) * 3600;
  const path = `/cdn/${content.provider}/${n}/${size}.jpg`;
  const width = Math.min(WIDTHS[size], content.width);
  return {
    width,
    height: Math.round((width * content.height) / content.width),
    media_type: 'image/jpeg',
    url: `${host.baseUrl()}${path}?Expires=${endsAt}&Signature=${signature('smintio-cdn', `${path}|${endsAt}`)}`,
  };
};

/** `n` is the transaction whose content is shown. */
export const previewRows = (host: SimHost, n: number): readonly JsonObject[] => {
  if (n % 22 === 21) return [];
  const content = contentOf(n);
  const preview = { thumbnail: rendition(host, n, content, 'thumbnail'), preview: rendition(host, n, content, 'preview') };
  return [{ culture: 'en', preview }];
};

export const previewRoute = (host: SimHost): Route => ({
  endpoint: 'preview',
  method: 'GET',
  pattern: '/cdn/{provider}/{n}/{size}.jpg',
  async handle(request) {
    const endsAt = request.query.get('Expires') ?? '';
    const isSigned = request.query.get('Signature') === signature('smintio-cdn', `${request.path}|${endsAt}`);
    const size = request.params.size;
    if (!isSigned || Number(endsAt) * 1000 <= host.now() || (size !== 'thumbnail' && size !== 'preview')) {
      return { status: 403, body: 'Access denied' };
    }
    const content = contentOf(Number(request.params.n));
    const body = await picture(content.scene.number, {
      width: Math.min(WIDTHS[size], content.width),
      watermark: content.provider,
    });
    return { status: 200, headers: { 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=600' }, body };
  },
});
