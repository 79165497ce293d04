/** Delivery addresses: opaque, good for a day, without any credential; clips are redirected once more. */
import { movie } from '../kit/movie.js';
import { picture } from '../kit/picture/render.js';
import type { Route, SimHost, SimReply } from '../kit/types.js';
import type { DownloadSize, GettyAsset } from './asset.js';

export interface Delivery {
  /** The address of one file. */
  offer(asset: GettyAsset, size: DownloadSize): string;
  readonly routes: readonly Route[];
}

interface Offer {
  readonly asset: GettyAsset;
  readonly size: DownloadSize;
  readonly until: number;
}

const DAY_MS = 86_400_000;
const EPS = Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n0 0 100 100 rectfill\n%%EOF\n');
const gone: SimReply = {
  status: 403,
  headers: { 'content-type': 'text/plain' },
  body: 'The address has expired or is not known.',
};

export const createDelivery = (host: SimHost): Delivery => {
  const offers = new Map<string, Offer>();

  const find = (ticket: string): Offer | null => {
    const offer = offers.get(ticket);
    return offer !== undefined && offer.until > host.now() ? offer : null;
  };

  const file = async ({ asset, size }: Offer): Promise<SimReply> => {
    const send = (type: string, extension: string, body: Buffer): SimReply => ({
      status: 200,
      headers: { 'content-type': type, 'content-disposition': `attachment; filename=GettyImages-${asset.id}.${extension}` },
      body,
    });
    if (asset.media === 'video') return send('video/quicktime', 'mov', await movie(asset.scene, { width: 640 }));
    if (size.name === 'vector') return send('application/postscript', 'eps', EPS);
    const width = Math.min(size.width, Number(host.switches.get('delivery-max-width')));
    return send('image/jpeg', 'jpg', await picture(asset.scene, { width }));
  };

  const fetchOnce = (ticket: string): SimReply | Promise<SimReply> => {
    const offer = find(ticket);
    if (offer === null) return gone;
    if (offer.asset.media === 'image') return file(offer);
    return { status: 307, headers: { location: `${host.baseUrl()}/delivery-edge/${ticket}` } };
  };

  const fetchAtEdge = (ticket: string): SimReply | Promise<SimReply> => {
    const offer = find(ticket);
    return offer === null ? gone : file(offer);
  };

  return {
    offer: (asset, size) => {
      const now = host.now();
      for (const [ticket, offer] of offers) {
        if (offer.until > now) break;
        offers.delete(ticket);
      }
      const ticket = host.secret('delivery');
      offers.set(ticket, { asset, size, until: now + DAY_MS });
      return `${host.baseUrl()}/delivery/${ticket}`;
    },
    routes: [
      { endpoint: 'delivery', method: 'GET', pattern: '/delivery/{ticket}', handle: (r) => fetchOnce(r.params.ticket ?? '') },
      {
        endpoint: 'delivery-edge',
        method: 'GET',
        pattern: '/delivery-edge/{ticket}',
        handle: (r) => fetchAtEdge(r.params.ticket ?? ''),
      },
    ],
  };
};
