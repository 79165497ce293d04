/** Industries by the keys of Smint.io, which may be written without their beginning. Pure. */
import { wordVocabulary } from './vocabulary.js';

const BEGINNING = 'industry_';
const NAMES = [
  'automotive alcohol banking beauty beverages cannabis consumer drugs ecommerce education electronics engineering energy explosives',
  'financial fintech fmcg food gaming gambling gas governmental healthcare infrastructure insurance jewelry learning legal lottery',
  // The spelling is the source's.
  'manifacturing media non_profit nuclear oil online pornography raw_materials real_estate religion retail sex software technology',
  'telecommunications tobacco tourism transportation travel weapons',
]
  .join(' ')
  .split(' ');

export const INDUSTRIES = wordVocabulary({
  leaves: NAMES.map((name) => `${BEGINNING}${name}`),
  everything: ['any', 'industry_any'],
  canonical: (word) => (word === 'any' || word.startsWith(BEGINNING) ? word : `${BEGINNING}${word}`),
});
