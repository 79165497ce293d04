/** Media/1/Files: metadata of up to 110 ids at once, strict about its parameters, silent about ids that do not exist. */
import type { SimReply, SimRequest } from '../kit/types.js';
import type { Asset } from './asset.js';
import { type Desk, isSwitched } from './desk.js';
import type { Caller } from './guard.js';
import { licensedName } from './holdings.js';
import { isLocale } from './locales.js';
import { parseParams, wholeNumber } from './params.js';
import { jsonReply, serviceError } from './replies.js';
import type { RowPlan } from './rows.js';
import { columnContext } from './search.endpoint.js';
import { DEFAULT_THUMBNAIL_SIZE } from './thumbnails.js';

const MAX_IDS = 110;
const DEFAULT_COLUMNS = ['id'];

const parseIds = (text: string | undefined): readonly number[] | undefined => {
  const ids = (text ?? '').split(',').map((part) => wholeNumber(part));
  return ids.every((id) => id !== undefined) ? ids : undefined;
};

const unknownColumns = (desk: Desk, plan: RowPlan, asked: readonly string[]): readonly string[] => [
  ...plan.unknown,
  ...asked.filter((name) => name === 'is_editorial' && isSwitched(desk, 'column-is-editorial', 'refused')),
  ...asked.filter((name) => name === 'creation_date' && isSwitched(desk, 'column-creation-date', 'refused')),
];

const findAll = (desk: Desk, ids: readonly number[]): readonly Asset[] => {
  const wanted = isSwitched(desk, 'files-duplicates', 'repeat') ? ids : [...new Set(ids)];
  const found: Asset[] = [];
  for (const id of wanted) {
    const asset = desk.catalogue.findLive(id);
    if (asset) found.push(asset);
  }
  return isSwitched(desk, 'files-order', 'by-id') ? found.sort((a, b) => a.id - b.id) : found;
};

export const bulkFiles = (desk: Desk, request: SimRequest, caller: Caller): SimReply => {
  const params = parseParams(request.query);
  const stray = [...params.top.keys()].find((name) => name !== 'ids' && name !== 'locale');
  if (stray !== undefined || params.search.size + params.filters.size + params.lists.size > 0) {
    return serviceError(400, '604', `Unknown query parameter ${stray ?? 'search_parameters'}`);
  }
  const locale = params.top.get('locale');
  if (locale !== undefined && !isLocale(locale)) return serviceError(400, '602', 'Invalid locale');
  const ids = parseIds(params.top.get('ids'));
  if (ids === undefined) return serviceError(404, '605', 'Required "ids" parameter is missing or invalid');
  if (ids.length > MAX_IDS) return serviceError(400, '606', `More than ${MAX_IDS} ids were asked for`);

  const columns = params.hasColumns ? params.columns : DEFAULT_COLUMNS;
  const plan = desk.rowPlans.of(columns);
  const [unknown] = unknownColumns(desk, plan, columns);
  if (unknown !== undefined) return serviceError(400, '603', `Invalid result column ${unknown}`);
  if (plan.wantsLicensed && !caller.authenticated) return serviceError(400, '601', 'Authorization is required for is_licensed');

  const { organization } = caller.profile;
  const context = columnContext(desk, caller, params, DEFAULT_THUMBNAIL_SIZE);
  const write = plan.writer(context, isSwitched(desk, 'escape-slashes', true), (id) => licensedName(desk, organization, id));
  const rows = findAll(desk, ids).map(write);
  const head = plan.wantsTotal ? `"nb_results":${rows.length},` : '';
  return jsonReply(`{${head}"files":[${rows.join(',')}]}`);
};
