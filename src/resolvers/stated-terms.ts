/** Stated terms out of what a caller sent: null means left out. */
import { type StatedTerms, statedFields } from '../domain/stated-terms.js';
import type { StatedTermsInput } from '../schema/stated-terms.types.js';

/** Plain values without the members that are null, all the way down. */
const given = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null || member === undefined ? [] : [[name, given(member)]])),
  );
};

/** Undefined when nothing is stated. */
export const statedTermsOf = (input: StatedTermsInput | null | undefined): StatedTerms | undefined => {
  const terms = given(input ?? {}) as StatedTerms;
  return statedFields(terms).length === 0 ? undefined : terms;
};
