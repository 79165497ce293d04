/** Adobe Stock's wire values as quotes, purchases, history and balances: pure, and silent where Adobe is silent. */
import type { Asset } from '../../domain/asset.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { Money } from '../../domain/money.js';
import type { Entitlement, HeldLicense, HistoryEntry, LicenseReply, Quote } from '../datasource.js';
import { LANE } from './map.js';
import { CURRENCY_CODES, readHistoryInstant, readPrice, readPurchaseInstant } from './texts.wire.js';
import { number, type WireEntitlement, type WireHistoryRow, type WireProfile, type WirePurchase } from './wire.js';

// ---------- quotes ----------

const pricedText = (profile: WireProfile, licenseType: string): string | null =>
  profile.possible_licenses.find(({ license }) => license === licenseType)?.price_with_unit ?? null;

/** `2 Credits`, or a message that names the units and the known balance and no other number. */
const unitsIn = (profile: WireProfile, licenseType: string): number | null => {
  const priced = pricedText(profile, licenseType)?.trim() ?? '';
  const unit = /^(\d{1,6})\s\p{L}+$/u.exec(priced);
  if (unit?.[1] !== undefined && !CURRENCY_CODES.has(priced.slice(-3))) return Number(unit[1]);
  const quota = profile.available_entitlement?.quota ?? null;
  const numbers = (profile.purchase_options.message?.match(/\d[\d.,]*/g) ?? []).map((text) => text.replace(/[.,]$/, ''));
  if (quota === null || profile.purchase_options.state !== 'possible' || numbers.length !== 2) return null;
  if (!numbers.every((text) => /^\d+$/.test(text))) return null;
  const [first = 0, second = 0] = numbers.map(Number);
  const units = second === quota ? first : first === quota ? second : null;
  return units !== null && units <= quota ? units : null;
};

/** What a checkout or a refusal names is the price of a plan, if any; that of the license is named when it can be had. */
const priceIn = (profile: WireProfile, verdict: Quote['verdict'], licenseType: string): Money | null => {
  if (verdict === 'overage') {
    return readPrice(profile.purchase_options.message) ?? readPrice(pricedText(profile, licenseType));
  }
  return verdict === 'possible' ? readPrice(pricedText(profile, licenseType)) : null;
};

export const isPurchased = ({ state }: WirePurchase): boolean => state === 'purchased' || state === 'just_purchased';

/** A license is held when the source says so of this very type: one kind of license says nothing of another. */
export const heldIn = (purchase: WirePurchase | null, licenseType: string, timeZone: string): HeldLicense | null => {
  if (purchase === null || !isPurchased(purchase)) return null;
  if (purchase.license !== null && purchase.license !== licenseType) return null;
  return { licenseType, licensedAt: readPurchaseInstant(purchase.date, timeZone), sourceReference: null };
};

/** The same out of a bulk read, which names one license and no date. */
export const heldInBulk = ({ sourceLicense }: Asset, licenseType: string): HeldLicense | null =>
  sourceLicense?.state === 'LICENSED' && sourceLicense.raw === licenseType
    ? { licenseType, licensedAt: null, sourceReference: null }
    : null;

const withoutToken = (address: string | null): string | null => {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  const isSecret = (name: string): boolean => /token|secret|api_?key/i.test(name);
  const secrets = [...url.searchParams.keys()].filter(isSecret);
  for (const name of secrets) url.searchParams.delete(name);
  const isHashSecret = isSecret(url.hash);
  if (isHashSecret) url.hash = '';
  return secrets.length === 0 && !isHashSecret ? address : url.toString();
};

/** Null for a state that this gateway does not know: a quote nobody can vouch for, unless asking can cost nothing. */
const verdictOf = ({ purchase_options: options }: WireProfile, costsNothing: boolean): Quote['verdict'] | null => {
  if (options.requires_checkout) return 'checkout';
  if (options.state === 'possible' || options.state === 'overage') return options.state;
  if (options.state === 'not_possible') return 'refused';
  return costsNothing ? 'possible' : null;
};

export interface Holding {
  readonly held: HeldLicense | null;
  /** A further license is meant, beside the one that is held. */
  readonly again: boolean;
  /** What told it, as the source said it. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export const mapQuote = (profile: WireProfile, licenseType: string, { held, again, raw }: Holding): Quote | null => {
  const verdict = verdictOf(profile, held !== null && !again);
  if (verdict === null) return null;
  const { purchase_options: options, available_entitlement: entitlement } = profile;
  const units = unitsIn(profile, licenseType);
  return {
    held,
    verdict,
    message: options.message,
    checkoutUrl: withoutToken(options.url),
    price: priceIn(profile, verdict, licenseType),
    remaining: entitlement?.quota ?? null,
    // No units for a license that is held speak of that one, and a further one is charged.
    units: again && held !== null && units === 0 ? null : units,
    references: profile.cce_agency.map(({ id, text, required }) => ({ key: id, label: text ?? id, required })),
    raw: {
      state: options.state,
      requiresCheckout: options.requires_checkout,
      license: options.license,
      message: options.message,
      entitlement,
      possibleLicenses: profile.possible_licenses,
      ...raw,
    },
  };
};

// ---------- purchases ----------

/**
 * What a purchase came to, by its state. Null when nobody can tell: `cancelled` is an order that was made and failed, and of a word that
 * this gateway does not know it cannot say what it costs.
 */
export const mapPurchase = (
  purchase: WirePurchase,
  entitlement: WireEntitlement | null,
  asked: string,
  timeZone: string,
): LicenseReply | null => {
  const { state, license, date, message, content_type: contentType, width, height } = purchase;
  const raw = { state, license, date, contentType, width, height, entitlement };
  if (state === 'not_possible') {
    return { kind: 'refused', code: state, message: message ?? 'Adobe Stock does not sell this license to this account.', raw };
  }
  if (!isPurchased(purchase)) return null;
  return {
    kind: state === 'purchased' ? 'already_held' : 'granted',
    licenseType: license ?? asked,
    licensedAt: readPurchaseInstant(date, timeZone),
    sourceReference: null,
    // Neither is stated here; the baseline knows what was announced.
    price: null,
    units: null,
    raw,
  };
};

// ---------- history ----------

export type NamedRow = WireHistoryRow & { readonly id: string };
export const isNamed = (row: WireHistoryRow): row is NamedRow => row.id !== null;

export const mapHistoryRow = (row: NamedRow, connectionId: ConnectionId, timeZone: string): HistoryEntry => ({
  key: { connectionId, lane: LANE, externalId: row.id },
  licenseType: row.license ?? 'UNKNOWN',
  licensedAt: readHistoryInstant(row.licenseDate, timeZone),
  licensedAtText: row.licenseDate,
  // Adobe's history names neither license nor buyer, and carries nothing of ours.
  sourceReference: null,
  tag: null,
  raw: {
    license: row.license,
    licenseDate: row.licenseDate,
    title: row.title,
    creatorName: row.creatorName,
    mediaTypeId: row.mediaTypeId,
    contentType: row.contentType,
  },
});

// ---------- balances ----------

/** A balance below nothing is none: what Adobe may mean by it stands in `raw`. */
const balance = (figure: number | string | null): number | null => {
  const left = number(figure);
  return left !== null && left >= 0 ? left : null;
};

/** `universal_credits` → `Universal credits`. */
const nameOf = (key: string): string => (key.charAt(0).toUpperCase() + key.slice(1)).replaceAll('_', ' ');

/** Adobe states neither a limit nor a date for any of them. */
export const mapEntitlements = (entitlement: WireEntitlement | null): readonly Entitlement[] => {
  if (entitlement === null) return [];
  const { full_entitlement_quota: quotas, ...rest } = entitlement;
  const entry = (
    key: string,
    name: string,
    left: number | string | null,
    raw: Readonly<Record<string, unknown>>,
  ): Entitlement => ({
    key,
    name,
    remaining: balance(left),
    limit: null,
    unit: key.endsWith('credits') ? 'credits' : null,
    // Only what may be spent now is listed, but a figure that cannot be read may mean anything.
    usable: balance(left) === null ? 'UNKNOWN' : 'YES',
    resetsAt: null,
    expiresAt: null,
    raw: { ...raw, ...rest },
  });
  const all = Object.entries(quotas).map(([quotaName, left]) => {
    const key = quotaName.replace(/_quota$/, '');
    return entry(key, nameOf(key), left, { full_entitlement_quota: { [quotaName]: left } });
  });
  return all.length > 0 ? all : [entry('quota', 'Quota', entitlement.quota, { full_entitlement_quota: {} })];
};
