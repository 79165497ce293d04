/** The decision table: what docs/rights.md answers, written by hand from its rules and never by running them. */
import type { UseQuestion, UseVerdict } from '../../src/domain/use.js';
import { CHANNEL_ROWS } from './channels.rows.js';
import { COMBINED_ROWS } from './combined.rows.js';
import { HOLDING_ROWS } from './holding.rows.js';
import { LANGUAGE_ROWS } from './languages.rows.js';
import { LIMIT_ROWS } from './limits.rows.js';
import { NEWSROOM_ROWS } from './newsroom.rows.js';
import { OPEN_QUESTION_ROWS } from './open-questions.rows.js';
import { PART_ROWS } from './parts.rows.js';
import { PURPOSE_ROWS } from './purpose.rows.js';
import { RELEASE_ROWS } from './releases.rows.js';
import { RENEWAL_ROWS } from './renewals.rows.js';
import { RESTRICTION_ROWS } from './restrictions.rows.js';
import { SILENCE_ROWS } from './silence.rows.js';
import { TERRITORY_ROWS } from './territories.rows.js';
import { TIME_ROWS } from './time.rows.js';
import { USAGE_ROWS } from './usage.rows.js';

export interface DecisionRow {
  readonly name: string;
  readonly question: UseQuestion;
  readonly verdict: UseVerdict;
  /** Every reason code of the answer: complete, sorted, each once. */
  readonly codes: readonly string[];
}

export const ROWS: readonly DecisionRow[] = [
  ...CHANNEL_ROWS,
  ...TERRITORY_ROWS,
  ...USAGE_ROWS,
  ...LANGUAGE_ROWS,
  ...PURPOSE_ROWS,
  ...RELEASE_ROWS,
  ...TIME_ROWS,
  ...RENEWAL_ROWS,
  ...LIMIT_ROWS,
  ...RESTRICTION_ROWS,
  ...HOLDING_ROWS,
  ...PART_ROWS,
  ...SILENCE_ROWS,
  ...OPEN_QUESTION_ROWS,
  ...COMBINED_ROWS,
  ...NEWSROOM_ROWS,
];
