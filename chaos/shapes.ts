/** The ways in which purchases are asked for: alone, raced, many at once, again and again. */
import { type SourceName, vendorOf } from './assets.js';
import { TENANTS } from './caller.js';
import type { Intent, Mutation } from './intents.js';
import type { Rng } from './rng.js';

export interface Send {
  /** Of one call; several with `licenseAssets` only. */
  readonly intents: readonly Intent[];
  /** Through the gateway that is to be struck, or through another one. */
  readonly via: 'own' | 'other';
  readonly afterMs: number;
  /** Only when the send before it in its list was answered. */
  readonly inTurn?: true;
}

/**
 * single: one call · raced: one key several times at once · rivals: two keys for one asset · tenants: two tenants for one asset ·
 * other-payload: one key, two inputs · bulk: several assets at once · other-quote: on terms that nobody offers ·
 * again: a further license · again-many: several of the same asset at once · again-in-turn: one after the other
 */
export type Shape =
  | 'single'
  | 'raced'
  | 'rivals'
  | 'tenants'
  | 'other-payload'
  | 'bulk'
  | 'other-quote'
  | 'again'
  | 'again-raced'
  | 'again-many'
  | 'again-in-turn';

export const SHAPES: readonly Shape[] = [
  ...(['single', 'single', 'raced', 'raced', 'rivals', 'tenants', 'other-payload', 'bulk', 'bulk', 'other-quote'] as const),
  ...(['again', 'again', 'again-raced', 'again-many', 'again-many', 'again-in-turn'] as const),
];

export interface Held {
  readonly tenant: string;
  readonly source: SourceName;
  readonly externalId: string;
}

export interface Material {
  readonly rng: Rng;
  readonly nextKey: () => string;
  /** An asset that nobody has bought yet. */
  readonly fresh: () => { readonly source: SourceName; readonly externalId: string };
  /** One that its tenant holds a license of. */
  readonly held: () => Held;
  readonly costCenterOf: (tenant: string) => string | null;
}

export const intentOf = (
  { rng, nextKey, costCenterOf }: Material,
  mutation: Mutation,
  { tenant, source, externalId }: Held,
): Intent => ({
  mutation,
  key: nextKey(),
  tenant,
  source,
  externalId,
  licenseType: vendorOf(source).licenseType,
  acceptOverage: rng.chance(0.3),
  costCenter: costCenterOf(tenant),
  expectsOtherQuote: false,
});

export const sendsOf = (shape: Shape, material: Material): readonly Send[] => {
  const { rng, nextKey } = material;
  const tenant = rng.pick(TENANTS);
  const first = (): Intent => intentOf(material, 'licenseAsset', { tenant, ...material.fresh() });
  const again = (): Intent => intentOf(material, 'relicenseAsset', material.held());
  const own = (...intents: Intent[]): Send => ({ intents, via: 'own', afterMs: 0 });
  const beside = (intent: Intent, withinMs: number): Send => ({
    intents: [intent],
    via: rng.chance(0.5) ? 'own' : 'other',
    afterMs: rng.int(withinMs),
  });
  const raced = (lead: Intent): readonly Send[] => [own(lead), beside(lead, 30), beside(lead, 150)];
  switch (shape) {
    case 'single':
      return [own(first())];
    case 'raced':
      return raced(first());
    case 'rivals': {
      const lead = first();
      return [own(lead), beside({ ...lead, key: nextKey() }, 60)];
    }
    case 'tenants': {
      const lead = first();
      const neighbour = rng.pick(TENANTS.filter((name) => name !== lead.tenant));
      const costCenter = material.costCenterOf(neighbour);
      return [own(lead), beside({ ...lead, key: nextKey(), tenant: neighbour, costCenter }, 60)];
    }
    case 'other-payload': {
      const lead = first();
      return [own(lead), beside({ ...lead, acceptOverage: !lead.acceptOverage }, 200)];
    }
    case 'bulk': {
      const lead: Intent = { ...first(), mutation: 'licenseAssets' };
      const others = Array.from({ length: 2 + rng.int(3) }, () => ({ ...first(), mutation: lead.mutation, key: lead.key }));
      return [own(lead, ...others)];
    }
    case 'other-quote':
      return [own({ ...(rng.chance(0.5) ? first() : again()), expectsOtherQuote: true }), own(first())];
    case 'again':
      return [own(again())];
    case 'again-raced':
      return raced(again());
    case 'again-many': {
      const lead = again();
      return [own(lead), ...Array.from({ length: 1 + rng.int(3) }, () => beside({ ...lead, key: nextKey() }, 80))];
    }
    case 'again-in-turn': {
      const lead = again();
      return [own(lead), ...Array.from({ length: 2 }, () => ({ ...own({ ...lead, key: nextKey() }), inTurn: true as const }))];
    }
  }
};
