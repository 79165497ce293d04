/** The download histories: the account's list with its date window, and the one of a single asset. */
import type { Route } from '../kit/types.js';
import type { Media } from './asset.js';
import type { Booking } from './bookings.js';
import type { Call } from './guard.js';
import { boolParam, dateParam, enumParam, pageOf } from './params.js';
import { PRODUCT_TYPES } from './products.js';
import { edgeError, ok, Refusal, refuse } from './replies.js';
import type { Room } from './room.js';
import { userOf } from './users.js';

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 30;

export const historyRoutes = (room: Room): readonly Route[] => {
  const { bookings, catalogue, guard, host, media: display, switched } = room;

  const notesOf = (booking: Booking) => {
    const told = switched('history-notes');
    const shown = told === 'returned' || (told === 'when-required' && booking.required);
    return { download_notes: shown ? booking.downloadNotes : null, project_code: shown ? booking.projectCode : null };
  };

  const timeOf = (booking: Booking): string => {
    const text = new Date(booking.at).toISOString();
    return switched('history-time-precision') === 'seconds' ? `${text.slice(0, 19)}Z` : text;
  };

  /** Whether colleagues' downloads are wanted; refused where the account may not. */
  const companyWide = (call: Call): boolean => {
    const wanted = boolParam(call.query, 'company_downloads', false);
    if (wanted && switched('company-downloads') === false) throw new Refusal(edgeError(403, 'Forbidden'));
    return wanted;
  };

  /** Downloads that have become visible, newest first. */
  const visible = (list: readonly Booking[], company: boolean): readonly Booking[] => {
    const until = host.now() - Number(switched('history-lag-ms'));
    return list.filter((b) => b.kind === 'download' && b.at <= until && (company || b.user === 'api')).reverse();
  };

  const row = (booking: Booking) => {
    const asset = catalogue.find(booking.mediaType, booking.assetId);
    return {
      id: booking.assetId,
      asset_type: booking.mediaType === 'image' ? 'Image' : 'Film',
      date_downloaded: timeOf(booking),
      product_id: booking.productId,
      product_type: booking.productType,
      agreement_name: booking.agreementName,
      license_model: booking.licenseModel,
      size_name: booking.size,
      dimensions: { width: booking.width, height: booking.height, dpi: booking.mediaType === 'image' ? 300 : null },
      download_source: booking.user === 'api' ? 'API' : 'Website',
      download_details: notesOf(booking),
      user: userOf(booking.user),
      // An asset withdrawn since has no thumbnail any more.
      thumb_uri: asset === undefined ? null : display.thumb(asset),
      generated_asset_id: null,
    };
  };

  const window = (query: URLSearchParams): readonly [number, number] => {
    const exact = boolParam(query, 'use_time', false);
    const dayOf = (at: number): number => at - (((at % DAY_MS) + DAY_MS) % DAY_MS);
    const from = dateParam(query, 'date_from');
    const to = dateParam(query, 'date_to');
    const end = to === null ? host.now() + 1 : exact ? to : dayOf(to) + DAY_MS - 1;
    const start = from === null ? dayOf(end - WINDOW_DAYS * DAY_MS) : exact ? from : dayOf(from);
    if (start > end) refuse(400, 'InvalidParameterValue', 'date_from lies after date_to.');
    const longest = Number(switched('downloads-max-window-days'));
    if (longest > 0 && end - start > (longest + 1) * DAY_MS) refuse(400, 'InvalidParameterValue', 'The window is too long.');
    return [start, end];
  };

  const list = guard({
    endpoint: 'downloads',
    method: 'GET',
    pattern: '/v3/downloads',
    token: 'required',
    parameters: ['date_from', 'date_to', 'use_time', 'page', 'page_size', 'product_type', 'company_downloads'],
    handle: (call) => {
      const type = enumParam(call.query, 'product_type', PRODUCT_TYPES);
      const [start, end] = window(call.query);
      const rows = visible(bookings.all(), companyWide(call)).filter(
        (b) => b.at >= start && b.at <= end && (type === null ? b.productType !== 'creditpack' : b.productType === type),
      );
      const { from, to } = pageOf(call.query, rows.length);
      return ok({ result_count: rows.length, downloads: rows.slice(from, to).map(row) });
    },
  });

  const ofAsset = (media: Media): Route =>
    guard({
      endpoint: `${media}-downloadhistory`,
      method: 'GET',
      pattern: `/v3/${media}s/{id}/downloadhistory`,
      token: 'required',
      parameters: ['company_downloads'],
      handle: (call) => {
        const id = call.request.params.id ?? '';
        const rows = visible(bookings.of(media, id), companyWide(call));
        if (rows.length === 0 && catalogue.find(media, id) === undefined) {
          refuse(404, media === 'image' ? 'ImageNotFound' : 'VideosNotFound', 'No such asset.');
        }
        // Notes lie flat here and nested in the account's list.
        const downloads = rows.map((booking) => ({
          date_downloaded: timeOf(booking),
          asset_type: media === 'image' ? 'Image' : 'Film',
          user: userOf(booking.user),
          product_type: booking.productType,
          product_id: booking.productId,
          agreement_name: booking.agreementName,
          ...notesOf(booking),
          download_source: booking.user === 'api' ? 'API' : 'Website',
        }));
        return ok({ id, downloads });
      },
    });

  return [list, ofAsset('image'), ofAsset('video')];
};
