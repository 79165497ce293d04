/** The customer's account: its products, what each still allows, and what a download asks for. */
import type { SimHost } from '../kit/types.js';
import type { GettyAsset } from './asset.js';
import { nextReset, type Product, type ProductChange, startingProducts } from './products.js';

/** The name under which everything is booked. */
export const ACCOUNT = 'northwind-media';

type Charge = 'allowance' | 'overage' | 'credits' | 'unlimited';

export interface Account {
  products(): readonly Product[];
  find(id: number): Product | undefined;
  /** Active products whose agreement covers the asset. */
  fitting(asset: GettyAsset): readonly Product[];
  /** Books one use; null: nothing left, nothing booked. */
  charge(product: Product, credits: number, team: boolean): Charge | null;
  /** Takes back into account what an earlier run booked. */
  replay(productId: number, credits: number, team: boolean, at: number): void;
  change(changes: readonly ProductChange[], only: readonly number[] | null): void;
  /** Grows whenever a reply that names products may have changed. */
  version(): number;
}

type Mutable = { -readonly [K in keyof Product]: Product[K] };

export const createAccount = (host: SimHost): Account => {
  let products = new Map<number, Mutable>(startingProducts(host.now()).map((product) => [product.id, { ...product }]));
  let version = 0;

  /** Starts the next period where the clock has passed the end of one, and ends what has expired. */
  const current = (product: Mutable): Mutable => {
    const now = host.now();
    const resetAt = product.download_limit_reset_utc_date;
    if (resetAt !== null && product.download_limit_duration !== null && Date.parse(resetAt) <= now) {
      product.downloads_remaining = product.download_limit;
      product.download_limit_reset_utc_date = nextReset(now, product.download_limit_duration);
      if (product.overage !== null) {
        product.overage = { ...product.overage, count: 0, remaining: product.overage.limit, overages_reached: false };
      }
    }
    if (product.status === 'active' && product.expiration_utc_date !== null && Date.parse(product.expiration_utc_date) <= now) {
      product.status = 'inactive';
      version += 1;
    }
    return product;
  };

  const takeCredits = (product: Mutable, credits: number, team: boolean): Charge | null => {
    const left = (team ? product.team_credits : product.credits_remaining) ?? 0;
    if (left < credits) return null;
    if (team) product.team_credits = left - credits;
    else product.credits_remaining = left - credits;
    return 'credits';
  };

  const charge = (found: Product, credits: number, team: boolean): Charge | null => {
    const known = products.get(found.id);
    if (known === undefined) return null;
    const product = current(known);
    if (product.type === 'creditpack') return takeCredits(product, credits, team);
    if (product.downloads_remaining === null) return 'unlimited';
    if (product.downloads_remaining > 0) {
      product.downloads_remaining -= 1;
      return 'allowance';
    }
    const overage = product.overage;
    if (overage === null || overage.remaining <= 0) return null;
    const remaining = overage.remaining - 1;
    product.overage = { ...overage, remaining, count: overage.count + 1, overages_reached: remaining === 0 };
    return 'overage';
  };

  const periodStart = (product: Product): number => {
    if (product.download_limit_reset_utc_date === null) return 0;
    const end = Date.parse(product.download_limit_reset_utc_date);
    if (product.download_limit_duration === 'week') return end - 7 * 86_400_000;
    const start = new Date(end);
    return start.setUTCMonth(start.getUTCMonth() - 1);
  };

  return {
    products: () => [...products.values()].map(current),
    find: (id) => {
      const product = products.get(id);
      return product === undefined ? undefined : current(product);
    },
    fitting: (asset) =>
      [...products.values()]
        .map(current)
        .filter((product) => product.status === 'active' && asset.productTypes.includes(product.type)),
    charge,
    replay: (productId, credits, team, at) => {
      const product = products.get(productId);
      if (product === undefined || at < periodStart(product)) return;
      charge(product, credits, team);
    },
    change: (changes, only) => {
      version += 1;
      if (only !== null) products = new Map([...products].filter(([id]) => only.includes(id)));
      for (const change of changes) {
        const base = products.get(change.id) ?? { ...startingProducts(host.now())[0], id: change.id };
        products.set(change.id, { ...base, ...change } as Mutable);
      }
    },
    version: () => version,
  };
};
