/** What the control port can make happen at the agency: changes of the account and of the catalogue, purchases by others. */
import type { GettyAsset, Media } from './asset.js';
import type { ChangeFeed, Lifecycle } from './changes.routes.js';
import { isRecord } from './params.js';
import type { ProductChange } from './products.js';
import type { Room } from './room.js';
import type { Tokens } from './tokens.js';
import type { UsageDesk } from './usage.routes.js';

type Body = Readonly<Record<string, unknown>>;

const LIFECYCLES: readonly Lifecycle[] = ['New', 'Update', 'Delete'];
const FIRST_ORDER = 90_000_001;

const bodyOf = (value: unknown): Body => (isRecord(value) ? value : {});
const mediaOf = (body: Body): Media => (body.mediaType === 'video' ? 'video' : 'image');
const numberOr = <T>(value: unknown, fallback: T): number | T => (typeof value === 'number' ? value : fallback);

const isChange = (value: unknown): value is ProductChange => isRecord(value) && typeof value.id === 'number';

export const createActions = (room: Room, tokens: Tokens, feed: ChangeFeed, usage: UsageDesk) => {
  const { account, bookings, catalogue } = room;

  const assetOf = (body: Body): GettyAsset => {
    const asset = catalogue.find(mediaOf(body), String(body.assetId));
    if (asset === undefined) throw new RangeError(`no ${mediaOf(body)} ${String(body.assetId)}`);
    return asset;
  };

  const setQuota = (body: Body) => {
    const product = account.find(Number(body.productId));
    if (product === undefined) throw new RangeError(`no product ${String(body.productId)}`);
    const { overage } = product;
    const remaining = numberOr(body.overageRemaining, overage?.remaining ?? 0);
    const change: ProductChange = {
      id: product.id,
      download_limit: body.limit === null ? null : numberOr(body.limit, product.download_limit),
      downloads_remaining: body.remaining === null ? null : numberOr(body.remaining, product.downloads_remaining),
      credits_remaining: numberOr(body.credits, product.credits_remaining),
      team_credits: numberOr(body.teamCredits, product.team_credits),
      overage:
        overage === null && body.overageRemaining === undefined
          ? null
          : {
              limit: Math.max(remaining, overage?.limit ?? 0),
              count: overage?.count ?? 0,
              remaining,
              overages_reached: remaining === 0,
            },
    };
    account.change([change], null);
    return account.find(product.id);
  };

  /** `via: 'order'` is bought from sales, `via: 'download'` by a colleague on the website under the same products. */
  const purchaseOutside = (body: Body) => {
    const asset = assetOf(body);
    if (body.via === 'download') {
      const named = typeof body.productId === 'number' ? account.find(body.productId) : account.fitting(asset)[0];
      const credits = named?.type === 'creditpack' ? (asset.creditPrices[0]?.credits ?? 1) : 0;
      const chargedTo = named === undefined ? null : account.charge(named, credits, false);
      if (named === undefined || chargedTo === null) throw new RangeError('no product allows it');
      return bookings.book(asset, named.type, Math.max(1, credits), {
        kind: 'download',
        user: body.sameUser === true ? 'api' : 'colleague',
        productId: named.id,
        productType: named.type,
        agreementName: named.agreement_name,
        chargedTo,
        credits,
        size: asset.sizes.at(-1)?.name ?? null,
      });
    }
    const orders = bookings.all().filter((booking) => booking.kind === 'order').length;
    const orderId = String(FIRST_ORDER + orders);
    return bookings.book(asset, asset.licenseModel, 1, { kind: 'order', user: 'colleague', orderId, size: 'x_large' });
  };

  return {
    'expire-tokens': () => ({ expired: tokens.expireAll() }),
    'set-account': (value: unknown) => {
      const body = bodyOf(value);
      const changes = Array.isArray(body.products) ? body.products.filter(isChange) : [];
      const only = Array.isArray(body.only) ? body.only.map(Number) : null;
      account.change(changes, only);
      return { products: account.products() };
    },
    'set-quota': (value: unknown) => setQuota(bodyOf(value)),
    'add-assets': (value: unknown) => {
      const body = bodyOf(value);
      const word = typeof body.word === 'string' ? body.word : null;
      const added = catalogue.add(mediaOf(body), numberOr(body.count, 1), word);
      for (const asset of added) feed.announce(asset.media, asset.id, 'New');
      return { ids: added.map((asset) => asset.id) };
    },
    'remove-assets': (value: unknown) => {
      const body = bodyOf(value);
      const ids = Array.isArray(body.ids) ? body.ids.map(String) : [];
      const removed = ids.filter((id) => catalogue.remove(mediaOf(body), id));
      for (const id of removed) feed.announce(mediaOf(body), id, 'Delete');
      return { removed };
    },
    'purchase-outside': (value: unknown) => purchaseOutside(bodyOf(value)),
    'announce-change': (value: unknown) => {
      const body = bodyOf(value);
      const lifecycle = LIFECYCLES.find((known) => known === body.lifecycle) ?? 'Update';
      feed.announce(mediaOf(body), String(body.assetId), lifecycle);
      return { announced: lifecycle };
    },
    'usage-report': () => usage.recorded(),
  };
};
