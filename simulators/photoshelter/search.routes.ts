/** v4 searches: /media over all criteria, /search over the library; hits carry the file name and the kind only. */

import type { Route, SimReply } from '../kit/types.js';
import { requireStaff } from './access.js';
import { includesOf, list, type Page, pageOf, selfLink } from './answer.js';
import { type Call, v4 } from './call.js';
import type { Media } from './media.js';
import { mediaIncludes } from './media.routes.js';
import { hitAttributes } from './media.view.js';
import { badRequest, denied } from './refusal.js';
import { searchTest } from './search.js';
import type { Setting } from './setting.js';

/** Without one of these a search is refused; note that neither file_name nor the modify dates are among them. */
const CRITERIA = [
  'terms',
  'custom_metadata',
  'date_start',
  'date_end',
  'user_id',
  'org_id',
  'photographer_id',
  'virtual_agency_id',
  'orientation',
  'state',
  'country',
  'country_iso',
];

type Order = (a: Media, b: Media) => number;

/** The id decides between equals, so that pages neither repeat nor miss one. */
const byId: Order = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const by =
  (of: (media: Media) => number | string): Order =>
  (a, b) => {
    const left = of(a);
    const right = of(b);
    return left < right ? -1 : left > right ? 1 : byId(a, b);
  };

const uploaded = by((media) => media.createdAt);
const ORDERS: Readonly<Record<string, Order>> = {
  relevance: uploaded,
  date: by((media) => media.takenAt ?? 0),
  file_name: by((media) => media.fileName),
  upload_time: uploaded,
  creation_time: uploaded,
  modification_time: by((media) => media.modifiedAt),
};

const sorted = (hits: Media[], sortBy: string | undefined, ascending: boolean): Media[] => {
  const name = sortBy ?? 'relevance';
  const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (order === undefined) throw badRequest('sort_by is not known');
  hits.sort(order);
  return ascending ? hits : hits.reverse();
};

const hit = (call: Call, media: Media, includes: ReadonlySet<string>): object => ({
  id: media.id,
  type: call.setting.is('search-item-type', 'media') ? 'media' : media.kind,
  attributes: hitAttributes(media),
  links: selfLink(call, `/media/${media.id}`),
  ...(call.setting.is('list-include', 'honoured') ? mediaIncludes(call, media, includes) : {}),
});

const answer = (call: Call, page: Page, sortBy: string | undefined, ascending: boolean): SimReply => {
  const test = searchTest(call, (name) => call.query(name));
  const hits = sorted([...call.setting.library.all()].filter(test), sortBy, ascending);
  const includes = includesOf(call);
  return list(call, hits, page, (media) => hit(call, media, includes));
};

const mediaSearch = (call: Call): SimReply => {
  const { setting } = call;
  if (!CRITERIA.some((name) => call.query(name) !== undefined)) {
    throw badRequest('At least one search criterion is required', setting.number('missing-criterion-status'));
  }
  if (!call.staff && setting.is('anonymous-search', 'refuse')) throw denied('Media');
  // This route sorts by sort_dir; sort_direction means nothing to it.
  const direction = call.query('sort_dir') ?? 'desc';
  if (direction !== 'asc' && direction !== 'desc') throw badRequest('sort_dir must be asc or desc');
  return answer(call, pageOf(call, 'per-page-max'), call.query('sort_by'), direction === 'asc');
};

const librarySearch = (call: Call): SimReply => {
  requireStaff(call, 'Library');
  const sortBy = call.query('sort_by');
  return answer(call, pageOf(call, 'per-page-max'), sortBy, sortBy !== undefined && call.query('sort_direction') === 'ascending');
};

export const searchRoutes = (setting: Setting): readonly Route[] => [
  ...v4(setting, 'media-search', 'GET', '/media', mediaSearch),
  ...v4(setting, 'search', 'GET', '/search', librarySearch),
];
