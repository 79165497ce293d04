/** The source's own words: nobody can decide by them until somebody says to have read them. */
import type { Terms } from './asked.js';
import type { Findings, Say } from './finding.js';

export const decideRestrictions = ({ restrictions, restrictionsRead }: Terms, say: Say, { duties }: Findings): void => {
  if (restrictionsRead) for (const text of restrictions) duties.push({ kind: 'NOTICE', text });
  else if (restrictions.length > 0) {
    const message = `The source restricts the use in its own words (${restrictions.length}): read them and state the terms.`;
    say('restrictions', 'UNKNOWN', 'RESTRICTION_NOT_READ', message);
  }
};
