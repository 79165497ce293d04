/** The credit to print. */
import type { Rights } from '../rights.js';
import type { Findings, Say } from './finding.js';

export const decideCredit = ({ attributionRequired, attributionText }: Rights, say: Say, { duties }: Findings): void => {
  if (attributionRequired === 'NO') return;
  if (attributionText !== null && attributionText.trim() !== '') duties.push({ kind: 'ATTRIBUTION', text: attributionText });
  else if (attributionRequired === 'YES')
    say('attribution', 'UNKNOWN', 'CREDIT_MISSING', 'A credit must be printed, and its text is not known.');
};
