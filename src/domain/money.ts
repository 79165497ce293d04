/** Amounts as decimal text with their currency: never a binary float. */

export interface Money {
  /** Decimal text without exponent, e.g. `12.50`. */
  readonly amount: string;
  /** ISO 4217 code. */
  readonly currency: string;
}

const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;
export const isDecimal = (text: string): boolean => DECIMAL.test(text) && text.length <= 40;

/** Below, at or above 0 as `a` is less than, equal to or more than `b`; of amounts that are not negative. */
export const compareAmounts = (a: string, b: string): number => {
  const scale = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0));
  const units = (text: string): bigint => {
    const [whole = '0', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(scale, '0'));
  };
  const [left, right] = [units(a), units(b)];
  return left === right ? 0 : left < right ? -1 : 1;
};
