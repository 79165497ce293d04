/** Who holds which license: booked together with the quota and the ledger, rebuilt from the ledger after a restart. */
import type { LedgerEntry, SimHost } from '../kit/types.js';
import { type Accounts, isAccountKind, type Profile } from './accounts.js';

export type Billing = 'credits' | 'overage';

export interface Purchase {
  /** Position among all purchases, from 0. */
  readonly sequence: number;
  readonly atMs: number;
  readonly organization: string;
  readonly profile: string;
  readonly contentId: number;
  readonly license: string;
  readonly units: number;
  readonly again: boolean;
}

export interface Order {
  readonly profile: Profile;
  readonly contentId: number;
  readonly license: string;
  readonly units: number;
  readonly billing: Billing;
  readonly again: boolean;
  /** Whatever the caller sent along. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Purchases {
  /** Books at once: nothing can come between the quota, the ledger and what is held. */
  book(order: Order): Purchase;
  /** All licenses of the organisation on one asset, oldest first: they are shared by its profiles. */
  held(organization: string, contentId: number): readonly Purchase[];
  /** Newest first. */
  newestFirst(): readonly Purchase[];
  at(sequence: number): Purchase | undefined;
}

const numberIn = (detail: LedgerEntry['detail'], name: string): number | undefined => {
  const value = detail[name];
  return typeof value === 'number' ? value : undefined;
};

const NONE: readonly Purchase[] = [];

export const createPurchases = (host: SimHost, accounts: Accounts): Purchases => {
  const all: Purchase[] = [];
  const byAsset = new Map<string, Purchase[]>();

  const remember = (purchase: Purchase): Purchase => {
    all.push(purchase);
    const key = `${purchase.organization}:${purchase.contentId}`;
    const list = byAsset.get(key);
    if (list) list.push(purchase);
    else byAsset.set(key, [purchase]);
    return purchase;
  };

  const restore = (entry: LedgerEntry): void => {
    const profile = accounts.findByName(entry.account);
    if (profile === undefined) return;
    const { detail } = entry;
    if (isAccountKind(detail.accountKind)) profile.kind = detail.accountKind;
    profile.quota = numberIn(detail, 'quotaAfter') ?? profile.quota;
    remember({
      sequence: all.length,
      atMs: numberIn(detail, 'atMs') ?? Date.parse(entry.at),
      organization: profile.organization,
      profile: profile.name,
      contentId: Number(entry.assetId),
      license: entry.licenseType,
      units: entry.units,
      again: detail.again === true,
    });
  };
  for (const entry of host.ledger.entries()) restore(entry);

  const book = (order: Order): Purchase => {
    const { profile, contentId, license, units, again } = order;
    const atMs = host.now();
    if (order.billing === 'credits') profile.quota -= units;
    host.ledger.append({
      account: profile.name,
      assetId: String(contentId),
      licenseType: license,
      units,
      detail: {
        ...order.detail,
        organization: profile.organization,
        accountKind: profile.kind,
        billing: order.billing,
        again,
        quotaAfter: profile.quota,
        atMs,
      },
    });
    const { organization, name } = profile;
    return remember({ sequence: all.length, atMs, organization, profile: name, contentId, license, units, again });
  };

  return {
    book,
    held: (organization, contentId) => byAsset.get(`${organization}:${contentId}`) ?? NONE,
    newestFirst: () => [...all].reverse(),
    at: (sequence) => all[sequence],
  };
};
