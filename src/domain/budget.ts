/** Budgets: what a purchase takes from each, and why it may not fit. Amounts are decimal text, never binary floats. */
import { type AssetSource, SOURCE_LABELS } from './ids.js';
import type { Instant } from './instant.js';
import { isDecimal, type Money } from './money.js';

export const BUDGET_MEASURES = ['MONEY', 'UNITS', 'PURCHASES'] as const;
/** MONEY in one currency, UNITS of the sources' allowances, or PURCHASES. */
export type BudgetMeasure = (typeof BUDGET_MEASURES)[number];

export interface Budget {
  readonly uuid: string;
  /** Null: the whole tenant. */
  readonly costCenter: string | null;
  readonly measure: BudgetMeasure;
  /** ISO 4217; with MONEY only. */
  readonly currency: string | null;
  readonly amount: string;
  /** `held` and `captured` together. */
  readonly taken: string;
  /** By purchases whose end is not known yet. */
  readonly held: string;
  /** By purchases that were made. */
  readonly captured: string;
  /** Never below 0, also when the amount was lowered below what is taken. */
  readonly available: string;
  readonly startsAt: Instant;
  /** Exclusive; null: open. */
  readonly endsAt: Instant | null;
  readonly setBy: string;
  readonly setAt: Instant;
}

/** What one unit is worth to the tenant where the source states no price. */
export interface UnitPrice extends Money {
  readonly source: AssetSource;
  /** The source's word, or `*` for all types. */
  readonly licenseType: string;
  readonly setBy: string;
  readonly setAt: Instant;
}
export const ALL_TYPES = '*';

/** What the source says a purchase will cost. */
export interface Charge {
  readonly price: Money | null;
  readonly units: number | null;
}

export interface Hold {
  readonly budgetUuid: string;
  readonly measure: BudgetMeasure;
  readonly amount: string;
  readonly currency: string | null;
}

export type ExceededReason = 'NO_ROOM' | 'UNPRICED' | 'UNKNOWN_UNITS';

export interface Exceeded {
  readonly kind: 'exceeded';
  /** Of the budget, not of the purchase: null for the tenant's. */
  readonly costCenter: string | null;
  readonly measure: BudgetMeasure;
  readonly available: string;
  readonly requested: string | null;
  readonly currency: string | null;
  readonly reason: ExceededReason;
  readonly message: string;
}

export type HoldResult = { readonly kind: 'held'; readonly holds: readonly Hold[] } | Exceeded;

/** Cost centers are compared as exact text after trimming; nothing left means none. */
export const costCenterOf = (text: string | null | undefined): string | null => text?.trim() || null;

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** Three capital letters that name a currency. */
export const isCurrency = (text: string): boolean => CURRENCIES.has(text);

interface Scaled {
  readonly digits: bigint;
  readonly scale: number;
}

const scaledOf = (text: string): Scaled => {
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
};

const textOf = ({ digits, scale }: Scaled): string => {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const point = text.length - scale;
  return `${digits < 0n ? '-' : ''}${text.slice(0, point)}${scale > 0 ? `.${text.slice(point)}` : ''}`;
};

export const subtractDecimals = (left: string, right: string): string => {
  const [a, b] = [scaledOf(left), scaledOf(right)];
  const scale = Math.max(a.scale, b.scale);
  return textOf({
    digits: a.digits * 10n ** BigInt(scale - a.scale) - b.digits * 10n ** BigInt(scale - b.scale),
    scale,
  });
};

export const timesUnits = (amount: string, units: number): string => {
  const { digits, scale } = scaledOf(amount);
  return textOf({ digits: digits * BigInt(units), scale });
};

/** -1, 0 or 1. */
export const signOf = (decimal: string): number => {
  const { digits } = scaledOf(decimal);
  return digits < 0n ? -1 : Number(digits > 0n);
};

export const isMore = (left: string, right: string): boolean => signOf(subtractDecimals(left, right)) > 0;

const isPrice = (money: Money | null): money is Money => money !== null && isDecimal(money.amount) && signOf(money.amount) >= 0;
const isCount = (units: number | null): units is number => units !== null && Number.isSafeInteger(units) && units >= 0;

/** What a purchase is measured with before anything is known of its price and units. Null for MONEY: not known, so that 0 is held. */
export const leastTaken = (budget: Pick<Budget, 'measure' | 'currency'>, unitPrice: Money | null): string | null => {
  if (budget.measure !== 'MONEY') return '1';
  return unitPrice?.currency === budget.currency ? unitPrice.amount : null;
};

/** What was bought, for messages. */
export interface Bought {
  readonly source: AssetSource;
  readonly licenseType: string;
}

export type Taken = { readonly amount: string } | { readonly reason: Exclude<ExceededReason, 'NO_ROOM'>; readonly why: string };

/** What the purchase takes from a budget; what cannot be told never counts as fitting. */
export const takenBy = (
  budget: Pick<Budget, 'measure' | 'currency'>,
  charge: Charge,
  unitPrice: Money | null,
  bought: Bought,
): Taken => {
  if (budget.measure === 'PURCHASES') return { amount: '1' };
  const { price, units } = charge;
  const label = SOURCE_LABELS[bought.source];
  const type = `"${bought.licenseType.slice(0, 100)}"`;
  const unknownUnits = `${label} does not say how many units ${type} takes`;
  if (budget.measure === 'UNITS')
    return isCount(units) ? { amount: String(units) } : { reason: 'UNKNOWN_UNITS', why: `${unknownUnits}.` };

  if (isPrice(price) && price.currency === budget.currency) return { amount: price.amount };
  if (unitPrice && unitPrice.currency === budget.currency) {
    if (isCount(units)) return { amount: timesUnits(unitPrice.amount, units) };
    return { reason: 'UNKNOWN_UNITS', why: `${unknownUnits}, so that the unit price cannot be applied.` };
  }
  const stated = isPrice(price)
    ? `${label} states a price in ${price.currency} for ${type}, which is not converted`
    : `${label} states no price for ${type}`;
  const set = unitPrice ? `, and the unit price is in ${unitPrice.currency}` : '';
  return { reason: 'UNPRICED', why: `${stated}${set}. An admin can set a unit price in ${budget.currency} (setUnitPrice).` };
};

const NOUNS = { UNITS: 'units', PURCHASES: 'purchases' } as const;
type Scope = Pick<Budget, 'costCenter' | 'measure' | 'currency'>;

const nameOf = ({ costCenter, measure, currency }: Scope): string =>
  `The budget ${costCenter === null ? 'of the tenant' : `of the cost center "${costCenter.slice(0, 100)}"`} in ${measure === 'MONEY' ? currency : NOUNS[measure]}`;

const exceeded = (scope: Scope, reason: ExceededReason, available: string, requested: string | null, rest: string): Exceeded => ({
  kind: 'exceeded',
  costCenter: scope.costCenter,
  measure: scope.measure,
  currency: scope.currency,
  available,
  requested,
  reason,
  message: `${nameOf(scope)} ${rest}`,
});

export const noRoom = (scope: Scope, available: string, requested: string | null): Exceeded =>
  exceeded(
    scope,
    'NO_ROOM',
    available,
    requested,
    `has ${available} left${requested === null ? '' : `; this purchase takes ${requested}`}. Nothing was sent. An admin can raise it (setBudget).`,
  );

export const notMeasurable = (scope: Scope, available: string, taken: Exclude<Taken, { readonly amount: string }>): Exceeded =>
  exceeded(scope, taken.reason, available, null, `cannot tell whether the purchase fits: ${taken.why} Nothing was sent.`);
