/** When the terms hold, against the time of the use; and the date by which a first use must have begun. */
import type { Asked, Span, Terms } from './asked.js';
import type { Findings, Say } from './finding.js';

const decideDates = ({ validFrom, validUntil, termKind }: Terms, { use, question }: Asked, span: Span, say: Say): void => {
  if (validFrom !== null && validFrom > span.start) say('term', 'DENIED', 'NOT_YET_VALID', `The terms begin at ${validFrom}.`);
  else if (validUntil !== null && validUntil <= span.start)
    say('term', 'DENIED', 'TERM_ENDED', `The terms ended at ${validUntil}.`);
  else if (validUntil !== null && (span.isEndIncluded ? validUntil <= span.end : validUntil < span.end)) {
    if (use.endsAt === null) say('term', 'DENIED', 'TERM_ENDED', `The terms ended at ${validUntil}.`);
    else say('term', 'DENIED', 'ENDS_AFTER_TERM', `The terms end at ${validUntil}, before the use does.`);
  } else if (validFrom === null && question.licensedAt !== null && span.start < question.licensedAt)
    say(
      'term',
      'UNKNOWN',
      'BEFORE_LICENSE',
      `The use starts before the license was bought (${question.licensedAt}); the terms state no beginning.`,
    );
  else if (validUntil !== null || termKind === 'PERPETUAL')
    say(
      'term',
      'ALLOWED',
      'IN_TERM',
      validUntil === null ? 'The terms have no end.' : `The use is within the term, which ends at ${validUntil}.`,
    );
  else if (termKind === 'FIXED') say('term', 'UNKNOWN', 'TERM_END_UNREADABLE', 'The terms have an end that could not be read.');
  else say('term', 'UNKNOWN', 'TERM_NOT_STATED', 'The terms do not state how long they hold.');
};

const decideFirstUse = ({ toBeUsedUntil }: Terms, { start, question }: Asked, say: Say, { duties }: Findings): void => {
  if (toBeUsedUntil === null) return;
  const { firstUsedAt } = question;
  if (start < toBeUsedUntil) {
    if (firstUsedAt === null) duties.push({ kind: 'FIRST_USE_BY', text: `The first use must begin before ${toBeUsedUntil}.` });
  } else if (firstUsedAt === null || firstUsedAt >= toBeUsedUntil) {
    const message = `The first use had to begin before ${toBeUsedUntil}, and none is on record.`;
    say('toBeUsedUntil', 'UNKNOWN', 'FIRST_USE_DATE_PASSED', message);
  }
};

export const decideTerm = (terms: Terms, asked: Asked, span: Span, say: Say, findings: Findings): void => {
  decideDates(terms, asked, span, say);
  decideFirstUse(terms, asked, say, findings);
  // After a renewal the end that counts is that of the terms in which the use ends.
  if (span.isLast && terms.validUntil !== null)
    findings.duties.push({ kind: 'END_BY', text: `The use must end before ${terms.validUntil}.` });
};
