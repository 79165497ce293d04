/** Playable addresses of film and sound: signed, good for an hour, the same one for all who ask meanwhile. */

import type { Media } from './media.js';
import type { Setting } from './setting.js';

const TICKET_MS = 3_600_000;
/** A fresh one is issued when less than this is left, so that nobody gets an address that dies at once. */
const REISSUE_MS = 600_000;

export const playLink = ({ host, tickets }: Setting, media: Media): string => {
  const found = tickets.get(media.id);
  const ticket =
    found !== undefined && found.endsAt - host.now() > REISSUE_MS
      ? found
      : { secret: host.secret('play'), endsAt: host.now() + TICKET_MS };
  tickets.set(media.id, ticket);
  return `${host.baseUrl()}/media-get/${media.id}/${ticket.secret}/${encodeURIComponent(media.fileName)}`;
};

export const ticketIsGood = ({ host, tickets }: Setting, mediaId: string, secret: string): boolean => {
  const found = tickets.get(mediaId);
  return found !== undefined && found.secret === secret && found.endsAt > host.now();
};
