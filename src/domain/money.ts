/** Amounts as decimal text with their currency: never a binary float. */

export interface Money {
  /** Decimal text without exponent, e.g. `12.50`. */
  readonly amount: string;
  /** ISO 4217 code. */
  readonly currency: string;
}

const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;
export const isDecimal = (text: string): boolean => DECIMAL.test(text) && text.length <= 40;
