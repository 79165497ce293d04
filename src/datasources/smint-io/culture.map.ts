/** Picks one language out of the vendor's lists by culture: English, else the vendor's default, else whatever comes first. Pure. */
import type { WireText } from './wire.js';

const isEnglish = (culture: string): boolean => /^en([-_]|$)/i.test(culture);

/** All rows of the one culture that is shown. Nobody's language is known when the feed is read, so all see the same. */
export const inCulture = <T extends { readonly culture: string }>(rows: readonly T[]): readonly T[] => {
  const best =
    rows.find(({ culture }) => culture.toLowerCase() === 'en') ??
    rows.find(({ culture }) => isEnglish(culture)) ??
    rows.find(({ culture }) => culture.toLowerCase() === 'x-default') ??
    rows[0];
  return best === undefined ? [] : rows.filter(({ culture }) => culture === best.culture);
};

export const textIn = (rows: readonly WireText[]): string | null => inCulture(rows)[0]?.value ?? null;
