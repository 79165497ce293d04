/** A use made ready for the rules: what several of them need is worked out once. Pure. */
import type { Instant } from '../instant.js';
import type { RightsPart } from '../rights.js';
import type { Use, UseQuestion } from '../use.js';
import { CHANNELS, isCommercialChannel } from '../vocabulary/channels.js';
import { isCommercialUsage } from '../vocabulary/usages.js';

/** What rights and each of their parts state alike. */
export type Terms = Omit<RightsPart, 'name'>;

export interface Asked {
  readonly question: UseQuestion;
  readonly use: Use;
  readonly start: Instant;
  readonly isCommercial: boolean;
  /** The channels that it is about; undefined: its word is none of the vocabulary. */
  readonly channels: readonly string[] | undefined;
}

/** A stretch of the use. `isEndIncluded`: it goes on at `end`, as a use does that has no end of its own. */
export interface Span {
  readonly start: Instant;
  readonly end: Instant;
  readonly isEndIncluded: boolean;
  /** The use ends, or goes on, in this one. */
  readonly isLast: boolean;
}

const isCommercial = ({ purpose, channel, usage }: Use): boolean =>
  purpose === 'COMMERCIAL' || isCommercialChannel(channel) || (usage !== null && isCommercialUsage(usage));

export const askedOf = (question: UseQuestion): Asked => {
  const { use, at } = question;
  return {
    question,
    use,
    start: use.startsAt ?? at,
    isCommercial: isCommercial(use),
    channels: CHANNELS.valuesOf(use.channel),
  };
};

/** An end that is past already where no start is given leaves the start alone. */
export const spanOf = ({ use, start, question: { at } }: Asked): Span =>
  use.endsAt !== null && use.endsAt > start
    ? { start, end: use.endsAt, isEndIncluded: false, isLast: true }
    : { start, end: at > start ? at : start, isEndIncluded: true, isLast: true };
