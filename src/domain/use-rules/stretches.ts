/** Cuts the time of a use where the terms change. */
import type { Rights } from '../rights.js';
import type { TermsStretch } from '../use.js';
import type { Span } from './asked.js';

export interface Piece {
  /** Null: no terms cover this time. */
  readonly rights: Rights | null;
  readonly span: Span;
}

/** `terms` in order of time, without overlap. */
export const cutAtStretches = (span: Span, terms: readonly TermsStretch[]): readonly Piece[] => {
  const [only] = terms;
  // As almost always.
  if (terms.length === 1 && only?.from === null && only.until === null) return [{ rights: only.rights, span }];
  const pieces: Piece[] = [];
  let start = span.start;
  let isDone = false;
  const upTo = (end: Span['end'], rights: Rights | null): void => {
    pieces.push({ rights, span: { start, end, isEndIncluded: false, isLast: false } });
    start = end;
  };
  const isWithin = (time: Span['end']): boolean => (span.isEndIncluded ? time <= span.end : time < span.end);
  for (const { from, until, rights } of terms) {
    if (until !== null && until <= start) continue;
    if (from !== null && from > start) {
      if (!isWithin(from)) break;
      upTo(from, null);
    }
    if (until === null || !isWithin(until)) {
      pieces.push({ rights, span: { ...span, start } });
      isDone = true;
      break;
    }
    upTo(until, rights);
  }
  if (!isDone) pieces.push({ rights: null, span: { ...span, start } });
  return pieces;
};
