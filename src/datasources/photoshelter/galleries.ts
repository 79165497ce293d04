/** The media of a PhotoShelter gallery: listed, looked up, put in and taken out. */
import type { Call, Galleries } from '../datasource.js';
import { parseJson } from '../http/json.js';
import type { HttpReply } from '../http/send.js';
import type { PhotoShelterClient } from './client.js';
import { badReply, errorOf, faultOf } from './faults.js';
import { readHits, type WireHits } from './wire.js';

const PAGE_ROWS = 500;
const LAST_PAGE = 999;

export const createGalleries = ({
  client,
  now,
}: {
  readonly client: PhotoShelterClient;
  readonly now: () => number;
}): Galleries => {
  const at = (galleryId: string, rest = ''): string => `galleries/${encodeURIComponent(galleryId)}/children${rest}`;

  const readPage = (reply: HttpReply): WireHits => {
    if (reply.status !== 200 || errorOf(reply) !== null) throw faultOf(reply, now());
    let hits: WireHits | null = null;
    try {
      hits = readHits(parseJson(reply.text));
    } catch {
      // Not JSON: said below.
    }
    if (hits === null) throw badReply('gallery-children');
    return hits;
  };

  const done = (reply: HttpReply): void => {
    if (reply.status >= 300 || errorOf(reply) !== null) throw faultOf(reply, now());
  };

  return {
    list: async (galleryId, call: Call) => {
      const ids = new Set<string>();
      for (let page = 1; page <= LAST_PAGE; page += 1) {
        const reply = await client.get(
          'gallery-children',
          at(galleryId, `?page=${page}&per_page=${PAGE_ROWS}&sort_by=added_at`),
          call,
        );
        if (reply.status === 404 && page === 1) return null;
        const { ids: found, paging, rowCount } = readPage(reply);
        for (const id of found) ids.add(id);
        const size = paging.perPage ?? PAGE_ROWS;
        if (rowCount === 0 || (!paging.hasNext && (paging.total === null ? rowCount < size : page * size >= paging.total))) break;
      }
      return [...ids];
    },

    holds: async (galleryId, externalId, call) => {
      const reply = await client.get('gallery-child', at(galleryId, `/${encodeURIComponent(externalId)}`), call);
      if (reply.status === 404) return false;
      done(reply);
      return true;
    },

    add: async (galleryId, externalId, call) => {
      const body = new URLSearchParams({ media_id: externalId }).toString();
      const contentType = 'application/x-www-form-urlencoded';
      done(
        await client.write({ endpoint: 'gallery-children-add', method: 'POST', path: at(galleryId), contentType, body }, call),
      );
    },

    remove: async (galleryId, externalId, call) => {
      const path = at(galleryId, `/${encodeURIComponent(externalId)}`);
      const reply = await client.write({ endpoint: 'gallery-children-remove', method: 'DELETE', path }, call);
      if (reply.status !== 404) done(reply);
    },
  };
};
