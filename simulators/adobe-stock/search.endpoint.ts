/** Search/Files: lenient about what it does not know, generous with premium rows, vague about totals. */
import type { SimReply, SimRequest } from '../kit/types.js';
import type { Asset } from './asset.js';
import { type ColumnContext, DEFAULT_SEARCH_COLUMNS } from './columns.js';
import { type Desk, isSwitched } from './desk.js';
import type { Caller } from './guard.js';
import { licensedName } from './holdings.js';
import { type Params, parseParams, wholeNumber } from './params.js';
import { jsonReply, serviceError } from './replies.js';
import { DEFAULT_THUMBNAIL_SIZE, THUMBNAIL_SIZES } from './thumbnails.js';

const DEFAULT_LIMIT = 32;
const MAX_LIMIT = 100;
/** What limit=0 gives, a known fault of the vendor. */
const ROWS_OF_LIMIT_ZERO = 110;
const DEFAULT_COLUMNS = ['nb_results', ...DEFAULT_SEARCH_COLUMNS];

export const thumbnailSizeOf = (params: Params): number => {
  const size = wholeNumber(params.search.get('thumbnail_size'));
  return size !== undefined && THUMBNAIL_SIZES.includes(size) ? size : DEFAULT_THUMBNAIL_SIZE;
};

/** The wanted number of rows; undefined when it is refused. */
export const limitOf = (desk: Desk, params: Params, fallback: number): number | undefined => {
  const text = params.search.get('limit');
  if (text === undefined) return fallback;
  const limit = wholeNumber(text);
  if (limit !== undefined && limit <= MAX_LIMIT) return limit;
  return isSwitched(desk, 'limit-out-of-range', 'refuse') ? undefined : limit === undefined ? fallback : MAX_LIMIT;
};

/** Premium rows from beyond the page that are appended to it when the premium filter is not sent. */
const extraRows = (desk: Desk, hits: readonly number[], from: number, limit: number): readonly number[] => {
  const wanted = limit === 0 ? 0 : 1 + Math.floor(limit / 20);
  const extra: number[] = [];
  for (let index = from; index < hits.length && extra.length < wanted; index += 1) {
    const k = hits[index];
    if (k !== undefined && (desk.catalogue.at(k).premium ?? 0) >= 2) extra.push(k);
  }
  return extra;
};

/** Totals wander by a few from page to page. */
const total = (desk: Desk, exact: number, offset: number, limit: number): number => {
  if (offset === 0 || exact === 0 || isSwitched(desk, 'nb-results-drift', false)) return exact;
  const page = Math.floor(offset / Math.max(limit, 1));
  return Math.max(1, exact + ((page * 7) % 5) - 2);
};

export const columnContext = (desk: Desk, caller: Caller, params: Params, thumbnailSize: number): ColumnContext => ({
  base: desk.host.baseUrl(),
  locale: params.top.get('locale') ?? 'en_US',
  thumbnailSize,
  clientId: caller.profile.clientId,
  authenticated: caller.authenticated,
});

export const searchFiles = (desk: Desk, request: SimRequest, caller: Caller): SimReply => {
  const params = parseParams(request.query);
  if (params.search.size === 0 && params.filters.size === 0 && params.lists.size === 0) {
    return serviceError(400, '100', 'At least one search parameter is needed');
  }
  const asked = limitOf(desk, params, DEFAULT_LIMIT);
  const offset = wholeNumber(params.search.get('offset') ?? '0');
  if (asked === undefined || offset === undefined) return serviceError(400, '100', 'Invalid limit or offset');

  const quirky = isSwitched(desk, 'premium-extra-rows', true) && !params.filters.has('premium');
  const limit = asked === 0 ? (quirky ? ROWS_OF_LIMIT_ZERO : DEFAULT_LIMIT) : asked;
  const hits = desk.finder.find(params);
  const page = hits.slice(offset, offset + limit);
  const shown = quirky ? [...page, ...extraRows(desk, hits, offset + limit, asked)] : page;

  const plan = desk.rowPlans.of(params.hasColumns ? params.columns : DEFAULT_COLUMNS);
  const escaped = isSwitched(desk, 'escape-slashes', true);
  const held = (id: number): string => (caller.authenticated ? licensedName(desk, caller.profile.organization, id) : '');
  const write = plan.writer(columnContext(desk, caller, params, thumbnailSizeOf(params)), escaped, held);
  const rows = shown.map((k): Asset => desk.catalogue.at(k)).map(write);
  const head = plan.wantsTotal ? `"nb_results":${total(desk, hits.length, offset, limit)},` : '';
  return jsonReply(`{${head}"files":[${rows.join(',')}]}`);
};
