/** What a rule finds: reasons with the origin of the term that they rest on, and duties. */
import type { Rights, TermField } from '../rights.js';
import type { UseDuty, UseReason, UseVerdict } from '../use.js';

/** Filled by the rules, in their order. */
export interface Findings {
  readonly reasons: UseReason[];
  readonly duties: UseDuty[];
}

export const noFindings = (): Findings => ({ reasons: [], duties: [] });

export type Say = (field: TermField, effect: UseVerdict, code: string, message: string) => void;

/** Origins stand with the rights as a whole, never with a part. */
export const sayInto =
  ({ reasons }: Findings, rights: Rights): Say =>
  (field, effect, code, message) => {
    reasons.push({ code, effect, message, field, origin: rights.fieldOrigins?.[field] ?? rights.origin });
  };

const SHOWN = 8;
/** `DE, FR, US and 243 others`. */
export const listing = (words: readonly string[]): string =>
  words.length <= SHOWN ? words.join(', ') : `${words.slice(0, SHOWN).join(', ')} and ${words.length - SHOWN} others`;
