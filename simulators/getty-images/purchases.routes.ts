/** What was bought from sales: purchased assets and the orders behind them. No rights terms in either, as at the vendor. */
import type { Route, SimHost } from '../kit/types.js';
import type { Booking } from './bookings.js';
import type { Catalogue } from './catalogue.js';
import { boolParam, dateParam, pageOf } from './params.js';
import { ok, refuse } from './replies.js';
import type { Room } from './room.js';
import { userOf } from './users.js';

interface Purchase {
  readonly orderId: string;
  readonly media: 'image' | 'video';
  readonly assetId: string;
  readonly licenseModel: string;
  readonly at: number;
  readonly user: 'api' | 'colleague';
  readonly size: string | null;
}

const DAY_MS = 86_400_000;

/** Orders of the past year, made before this simulator started: never in the ledger. */
const oldPurchases = (host: SimHost, catalogue: Catalogue): readonly Purchase[] => {
  const today = Math.floor(host.now() / DAY_MS) * DAY_MS;
  return [4100, 4103, 4107, 4111, 4112, 4150].flatMap((k, index) => {
    const asset = catalogue.at('image', k);
    if (asset === undefined) return [];
    const at = today - (6 - index) * 55 * DAY_MS;
    // Two of them on one order.
    const orderId = String(81_000_001 + (index === 4 ? 3 : index));
    return [
      {
        orderId,
        media: 'image',
        assetId: asset.id,
        licenseModel: asset.licenseModel,
        at,
        user: 'colleague',
        size: 'x_large',
      } as const,
    ];
  });
};

const fromBooking = (booking: Booking): Purchase => ({
  orderId: booking.orderId ?? '',
  media: booking.mediaType,
  assetId: booking.assetId,
  licenseModel: booking.licenseModel,
  at: booking.at,
  user: booking.user,
  size: booking.size,
});

export const purchaseRoutes = (room: Room): readonly Route[] => {
  const { bookings, catalogue, guard, host, media, switched } = room;
  const old = oldPurchases(host, catalogue);

  const all = (): readonly Purchase[] => {
    const until = host.now() - Number(switched('history-lag-ms'));
    const alsoDownloads = switched('downloads-in-purchases') === true;
    const booked = bookings
      .all()
      .filter((b) => b.at <= until && (b.kind === 'order' || (alsoDownloads && b.kind === 'download')));
    return [...old, ...booked.map(fromBooking)];
  };

  const row = (purchase: Purchase) => {
    const asset = catalogue.find(purchase.media, purchase.assetId);
    const bytes = asset?.sizes.at(-1)?.wire.bytes;
    return {
      date_purchased: new Date(purchase.at).toISOString(),
      purchased_by: userOf(purchase.user).username,
      asset_id: purchase.assetId,
      asset_type: purchase.media === 'image' ? 'Image' : 'Film',
      license_model: purchase.licenseModel,
      order_id: purchase.orderId === '' ? null : purchase.orderId,
      thumb_uri: asset === undefined ? null : media.thumb(asset),
      size_name: purchase.size,
      // Text, although a number.
      file_size_in_bytes: bytes === undefined ? null : String(bytes),
      download_uri: `${host.baseUrl()}/v3/downloads/${purchase.media}s/${purchase.assetId}`,
    };
  };

  const list = guard({
    endpoint: 'purchased-assets',
    method: 'GET',
    pattern: '/v3/purchased-assets',
    token: 'required',
    parameters: ['date_from', 'date_to', 'page', 'page_size', 'company_purchases'],
    handle: ({ query }) => {
      if (switched('purchased-assets-access') === false)
        refuse(403, 'InsufficientPermissions', 'The key is not enabled for this.');
      boolParam(query, 'company_purchases', false);
      const from = dateParam(query, 'date_from') ?? 0;
      const to = dateParam(query, 'date_to');
      const end = to === null ? Number.POSITIVE_INFINITY : to % DAY_MS === 0 ? to + DAY_MS - 1 : to;
      const rows = all()
        .filter((purchase) => purchase.at >= from && purchase.at <= end)
        .sort((a, b) => b.at - a.at);
      const page = pageOf(query, rows.length, { size: 75, belowOne: 'PageNumberLessThanOne' });
      return ok({ result_count: rows.length, previous_purchases: rows.slice(page.from, page.to).map(row) });
    },
  });

  const order = guard({
    endpoint: 'order',
    method: 'GET',
    pattern: '/v3/orders/{id}',
    token: 'required',
    parameters: [],
    handle: (call) => {
      if (switched('order-access') === false) refuse(403, 'NoAccessToOrderMetadata', 'The account may not read orders.');
      const id = call.request.params.id ?? '';
      const rows = all().filter((purchase) => purchase.orderId === id && id !== '');
      const first = rows[0] ?? refuse(404, 'OrderNotFound', 'No such order.');
      return ok({
        id,
        invoice_number: `INV-${id}`,
        order_date: new Date(first.at).toISOString(),
        end_client: Number(id) % 2 === 0 ? null : 'Northwind Travel',
        notes: {
          licensee_name: 'Northwind Media',
          purchase_order_number: `PO-${Number(id) % 1000}`,
          project_title: Number(id) % 3 === 0 ? null : 'Spring campaign',
          ordered_by: userOf(first.user).username,
        },
        assets: rows.map((purchase) => ({ id: purchase.assetId })),
      });
    },
  });

  return [list, order];
};
