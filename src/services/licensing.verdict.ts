/** What a source's quote right before the spend already decides: missing references, a price that was not agreed to, checkout, overage, refusal. */
import type { Quote } from '../datasources/datasource.js';
import type { Instant } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { Evidence, InputProblem, LicenseCommand, StoredOutcome } from '../domain/operation.js';
import { disagreement, type LicenseQuote, type QuoteSubject, quoteOf } from '../domain/quote.js';
import type { Ending } from './licensing.results.js';

/** Ends an operation that was never sent; most outcomes leave the key for the caller to come back with. */
export const unsent = (outcome: StoredOutcome & { readonly message: string }, freesKey: boolean): Ending => ({
  state: 'REJECTED',
  action: 'license.refused',
  outcome,
  failure: {
    code: outcome.kind === 'LicenseRefused' ? outcome.code : outcome.kind,
    message: outcome.message,
    retryable: freesKey,
    retryAfterMs: null,
  },
  ...(freesKey && { freesKey: true as const }),
});

const missingReferences = (quote: Quote, command: LicenseCommand): readonly InputProblem[] =>
  quote.references
    .filter(({ key, required }) => required && !command.references.find((given) => given.key === key)?.value.trim())
    .map(({ key, label }) => ({
      path: 'references',
      code: 'REQUIRED',
      message: `"${label}" is required: pass it with the key "${key}".`,
    }));

/** Undefined: the purchase may go on. */
export const verdictOf = (quote: Quote, subject: QuoteSubject, command: LicenseCommand, at: Instant): Ending | undefined => {
  const current: LicenseQuote = quoteOf(subject, quote, at);
  const message = 'message' in current ? current.message : '';
  if (quote.verdict === 'refused') return unsent({ kind: 'LicenseRefused', code: 'REFUSED_BY_SOURCE', message }, false);
  const missing = missingReferences(quote, command);
  if (missing.length > 0) return unsent(invalidRequest(...missing), true);
  if (quote.verdict === 'checkout') return unsent({ kind: 'CheckoutRequired', url: quote.checkoutUrl, message }, true);
  const objection = disagreement(current, command);
  if (objection !== null) return unsent({ kind: 'QuoteChanged', current, message: objection }, true);
  // Under an approval it is asked later: one that was of something cheaper must be found out first.
  if (quote.verdict === 'overage' && !command.acceptOverage && command.approvalUuid === undefined)
    return unsent({ kind: 'OverageConfirmationRequired', price: quote.price, message }, true);
  return undefined;
};

/** Kept with the operation: what the source said before the spend. */
export const evidenceOf = (quote: Quote, at: Instant, counted: Evidence['counted']): Evidence => ({
  asOf: at,
  held: quote.held,
  verdict: quote.verdict,
  message: quote.message,
  remaining: quote.remaining,
  units: quote.units,
  price: quote.price,
  raw: quote.raw,
  ...(counted && { counted }),
});
