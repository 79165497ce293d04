/** The bought files: no bearer, the signature in the address is the whole permission and ends after a while. */
import { movie } from '../kit/movie.js';
import { picture } from '../kit/picture/render.js';
import type { Route, SimHost } from '../kit/types.js';
import { blobPath, blobSignature, type Part, partsOf } from './binaries.js';
import { contentOf } from './content.js';
import { mediaTypeOf } from './offering.js';
import type { Purchase, Purchases } from './purchases.js';
import { glb, pdf, wav, zip } from './small-files.js';

/** A new version is the same picture, retouched: a few pixels narrower, so that its bytes differ. */
const bytesOf = (purchase: Purchase, part: Part, version: number): Promise<Buffer> | Buffer => {
  const { scene } = contentOf(purchase.traits.contentOf);
  const label = `${purchase.traits.uuid} part ${part.index + 1} version ${version}`;
  switch (part.contentType) {
    case 'image':
      return picture(scene.number, { width: part.width - (version - 1) * 2 });
    case 'video':
      return movie(scene.number, { width: 320 + (version - 1) * 2 });
    case 'audio':
      return wav(label);
    case 'document':
      return pdf(label);
    case '3d':
      return glb(label);
    default:
      return zip(label);
  }
};

export const blobRoute = (host: SimHost, purchases: Purchases): Route => ({
  endpoint: 'blob',
  method: 'GET',
  pattern: '/blob/{lpt}/{binary}',
  async handle(request) {
    const { lpt = '', binary = '' } = request.params;
    const purchase = purchases.find(lpt);
    const part = purchase && partsOf(purchase).find(({ index }) => `b${index + 1}` === binary);
    if (!purchase || !part) return { status: 404, body: 'BlobNotFound' };
    const version = request.query.get('sv') ?? '';
    const endsAt = request.query.get('se') ?? '';
    const expected = blobSignature(blobPath(lpt, part.index), version, endsAt, request.query.get('sn') ?? '');
    if (request.query.get('sig') !== expected) return { status: 403, body: 'AuthenticationFailed' };
    if (Number(endsAt) * 1000 <= host.now()) {
      return { status: Number(host.switches.get('dead-download-status')), body: 'The address has expired' };
    }
    const body = await bytesOf(purchase, part, Number(version));
    return { status: 200, headers: { 'content-type': mediaTypeOf(part.contentType) }, body };
  },
});
