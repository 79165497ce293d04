/** Member/LicenseHistory: what was licensed, newest first, without ids, prices or machine-readable dates. */

import type { SimReply, SimRequest } from '../kit/types.js';
import { COLUMNS, type ColumnContext, contentPage } from './columns.js';
import { type Desk, isSwitched } from './desk.js';
import type { Caller } from './guard.js';
import { isLocale, localDate } from './locales.js';
import type { Fields } from './members.js';
import { type Params, parseParams, wholeNumber } from './params.js';
import type { Purchase } from './purchases.js';
import { serviceError } from './replies.js';
import { columnContext, limitOf, thumbnailSizeOf } from './search.endpoint.js';
import { switchValue } from './switches.js';
import { sendJson } from './verdict.js';

const DEFAULT_LIMIT = 100;

const visible = (desk: Desk, { profile }: Caller, wholeOrganization: boolean): readonly Purchase[] => {
  const shownUntilMs = desk.host.now() - Number(switchValue(desk.host, 'history-lag-ms'));
  return desk.purchases
    .newestFirst()
    .filter(
      (purchase) =>
        purchase.atMs <= shownUntilMs &&
        purchase.organization === profile.organization &&
        (wholeOrganization || purchase.profile === profile.name),
    );
};

/** Only thumbnail columns are taken, and they add to the fixed ones. */
const thumbnailNames = (params: Params): readonly string[] =>
  params.columns.filter((name) => name.startsWith('thumbnail_') && Object.hasOwn(COLUMNS, name));

const row = (desk: Desk, purchase: Purchase, context: ColumnContext, extra: readonly string[], narrow: boolean): Fields => {
  const asset = desk.catalogue.at(desk.catalogue.positionOf(purchase.contentId));
  return {
    license: purchase.license,
    license_date: localDate(purchase.atMs, context.locale, narrow),
    download_url: `${context.base}/Download/DownloadFileDirectly/${desk.tickets.historyCode(purchase)}`,
    id: asset.id,
    title: asset.title,
    creator_name: asset.creatorName,
    creator_id: asset.creatorId,
    content_url: contentPage(asset, context.base),
    media_type_id: asset.mediaTypeId,
    vector_type: asset.vectorType,
    content_type: asset.contentType,
    width: asset.width,
    height: asset.height,
    details_url: COLUMNS.details_url?.(asset, context),
    ...Object.fromEntries(extra.map((name) => [name, COLUMNS[name]?.(asset, context)])),
  };
};

export const licenseHistory = (desk: Desk, request: SimRequest, caller: Caller): SimReply => {
  const params = parseParams(request.query);
  const limit = limitOf(desk, params, DEFAULT_LIMIT);
  const offset = wholeNumber(params.search.get('offset') ?? '0');
  if (!limit || offset === undefined) return serviceError(400, '100', 'Invalid limit or offset');
  const locale = params.top.get('locale') ?? 'en_US';
  if (!isLocale(locale)) return serviceError(400, '100', 'Invalid locale');

  const found = visible(desk, caller, ['true', '1'].includes(params.top.get('all') ?? ''));
  const context = columnContext(desk, caller, params, thumbnailSizeOf(params));
  const extra = thumbnailNames(params);
  const narrow = isSwitched(desk, 'history-date-space', 'narrow');
  // A purchase of an asset of another catalogue version cannot be shown: restarts forget additions.
  const shown = found.filter((purchase) => desk.catalogue.positionOf(purchase.contentId) >= 0);
  const files = shown.slice(offset, offset + limit).map((purchase) => row(desk, purchase, context, extra, narrow));
  return sendJson(desk, { nb_results: shown.length, files });
};
