/** What a license would cost, as the source says it, in the four forms that a caller can act on; and the fingerprint that names one. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from './canonical-json.js';
import type { AssetId } from './ids.js';
import type { Instant } from './instant.js';
import type { License } from './license.js';
import { compareAmounts, type Money } from './money.js';

export interface ReferenceSpec {
  readonly key: string;
  readonly label: string;
  readonly required: boolean;
}

/** A license that the source says we hold already. */
export interface HeldLicense {
  readonly licenseType: string;
  readonly licensedAt: Instant | null;
  readonly sourceReference: string | null;
}

/** What a source says of a license before anybody buys it. */
export interface Quote {
  readonly held: HeldLicense | null;
  readonly verdict: 'possible' | 'overage' | 'checkout' | 'refused';
  /** The source's own words, in the caller's locale where it has them. */
  readonly message: string | null;
  readonly checkoutUrl: string | null;
  readonly price: Money | null;
  /** Allowance left and units this license would take, where stated. */
  readonly remaining: number | null;
  readonly units: number | null;
  readonly references: readonly ReferenceSpec[];
  /** The source's figures as it gave them, without tokens and addresses. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export type LicenseQuote =
  | {
      readonly kind: 'QuoteWithinEntitlement';
      readonly licenseType: string;
      readonly message: string;
      readonly units: number | null;
      readonly remaining: number | null;
      /** Where the source states one although the account covers it. */
      readonly price: Money | null;
      readonly requiredReferences: readonly ReferenceSpec[];
      readonly alreadyHeld: License | null;
      /** Nothing would be charged: the license is held, whether our store knows it or the source alone. */
      readonly isHeld: boolean;
      readonly fingerprint: string;
      readonly quotedAt: Instant;
    }
  | {
      readonly kind: 'QuoteOverage';
      readonly licenseType: string;
      readonly message: string;
      readonly price: Money | null;
      readonly requiredReferences: readonly ReferenceSpec[];
      readonly fingerprint: string;
      readonly quotedAt: Instant;
    }
  | {
      readonly kind: 'QuoteCheckoutRequired';
      readonly licenseType: string;
      readonly message: string;
      readonly url: string | null;
    }
  | {
      readonly kind: 'QuoteUnavailable';
      readonly licenseType: string | null;
      readonly message: string;
      /** UPPER_SNAKE: REFUSED_BY_SOURCE, RATE_LIMITED, DEADLINE_EXCEEDED, SOURCE_UNAVAILABLE, UNSUPPORTED, UNKNOWN_LICENSE_TYPE. */
      readonly reason: string;
    };

/** What a quote is about; `termsHash` names the terms of the asset as they stood. */
export interface QuoteSubject {
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly termsHash: string;
  /** A further license on purpose: that one is held already says nothing of its cost. */
  readonly again: boolean;
  readonly label: string;
}

/** `v1:sha256:<hex>` over asset, type, form, price, units and terms: equal as long as a purchase would come to the same. */
const fingerprintOf = (subject: QuoteSubject, form: string, price: Money | null, units: number | null): string => {
  const { assetId, licenseType, termsHash } = subject;
  const facts = { v: 1, assetId, licenseType, form, price: price && { ...price }, units, termsHash };
  return `v1:sha256:${createHash('sha256')
    .update(canonicalJson(facts as unknown as JsonValue))
    .digest('hex')}`;
};

const allowanceText = ({ units, remaining }: Quote): string => {
  const takes =
    units === null ? 'This license is within the allowance of the account' : `This license takes ${units} of the allowance`;
  return remaining === null ? `${takes}.` : `${takes}; ${remaining} left.`;
};

/** Held already: told in place of a price. */
export const heldQuote = (subject: QuoteSubject, alreadyHeld: License | null, at: Instant): LicenseQuote => ({
  kind: 'QuoteWithinEntitlement',
  licenseType: subject.licenseType,
  message: `This license is held already; ${subject.label} charges nothing for it again.`,
  units: 0,
  remaining: null,
  price: null,
  requiredReferences: [],
  alreadyHeld,
  isHeld: true,
  fingerprint: fingerprintOf(subject, 'HELD', null, 0),
  quotedAt: at,
});

/** A quote in the caller's terms. Pure. */
export const quoteOf = (subject: QuoteSubject, quote: Quote, at: Instant): LicenseQuote => {
  const { licenseType, label } = subject;
  if (quote.held !== null && !subject.again) return heldQuote(subject, null, at);
  switch (quote.verdict) {
    case 'possible':
      return {
        kind: 'QuoteWithinEntitlement',
        licenseType,
        message: quote.message ?? allowanceText(quote),
        units: quote.units,
        remaining: quote.remaining,
        price: quote.price,
        requiredReferences: quote.references,
        alreadyHeld: null,
        isHeld: false,
        fingerprint: fingerprintOf(subject, 'ENTITLEMENT', quote.price, quote.units),
        quotedAt: at,
      };
    case 'overage':
      return {
        kind: 'QuoteOverage',
        licenseType,
        message: quote.message ?? `The allowance is used up; ${label} charges extra and states no price.`,
        price: quote.price,
        requiredReferences: quote.references,
        fingerprint: fingerprintOf(subject, 'OVERAGE', quote.price, quote.units),
        quotedAt: at,
      };
    case 'checkout':
      return {
        kind: 'QuoteCheckoutRequired',
        licenseType,
        message: quote.message ?? `${label} sells this license on its own site only.`,
        url: quote.checkoutUrl,
      };
    case 'refused':
      return {
        kind: 'QuoteUnavailable',
        licenseType,
        message: quote.message ?? `${label} does not offer this license to this account.`,
        reason: 'REFUSED_BY_SOURCE',
      };
    default:
      return quote.verdict satisfies never;
  }
};

export const unavailableQuote = (licenseType: string | null, reason: string, message: string): LicenseQuote => ({
  kind: 'QuoteUnavailable',
  licenseType,
  reason,
  message,
});

/** Why a quote is not what the caller agreed to; null when it is. What cannot be compared does not fit. */
export const disagreement = (
  quote: LicenseQuote,
  agreed: { readonly expectedQuote?: string; readonly maxPrice?: Money },
): string | null => {
  if (quote.kind !== 'QuoteWithinEntitlement' && quote.kind !== 'QuoteOverage') return null;
  const { expectedQuote, maxPrice } = agreed;
  if (expectedQuote !== undefined && expectedQuote !== quote.fingerprint)
    return 'The quote is no longer the one that was expected. Nothing was spent; look at the current one and agree to it.';
  if (maxPrice === undefined) return null;
  // What the account covers without a price costs no money.
  if (quote.price === null && quote.kind === 'QuoteWithinEntitlement') return null;
  if (quote.price === null)
    return 'The source charges extra and states no price that could be compared with maxPrice. Nothing was spent.';
  if (quote.price.currency !== maxPrice.currency)
    return `The price is in ${quote.price.currency} and maxPrice in ${maxPrice.currency}: they cannot be compared. Nothing was spent.`;
  return compareAmounts(quote.price.amount, maxPrice.amount) > 0 ? 'The price is above maxPrice. Nothing was spent.' : null;
};
