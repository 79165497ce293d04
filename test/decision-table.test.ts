/** The decision table, row by row, and what makes it a table worth having. */
import { describe, expect, it } from '@jest/globals';
import { decide } from '../src/domain/use-decision.js';
import { ROWS } from './decisions/rows.js';

const LISTS = ['CHANNEL', 'USAGE', 'PLACEMENT', 'SIZE', 'TERRITORY', 'INDUSTRY', 'LANGUAGE'] as const;
const OF_A_LIST = ['RESTRICTED', 'UNCLEAR', 'ALLOWED', 'NOT_ALLOWED', 'NOT_STATED', 'WORD_UNKNOWN'] as const;

/** Every code of docs/rights.md, by chapter. */
const CODES: readonly string[] = [
  ...LISTS.flatMap((list) => OF_A_LIST.map((code) => `${list}_${code}`)),
  ...['USAGE_REQUIRED', 'PLACEMENT_REQUIRED', 'SIZE_REQUIRED', 'TERRITORY_REQUIRED', 'INDUSTRY_REQUIRED', 'LANGUAGE_REQUIRED'],
  ...['EDITORIAL_ONLY', 'PURPOSE_ALLOWED', 'INTERNAL_USE_UNCLEAR', 'EDITORIAL_STATUS_UNKNOWN'],
  ...['MODEL_RELEASED', 'NOT_MODEL_RELEASED', 'MODEL_RELEASE_UNKNOWN'],
  ...['PROPERTY_RELEASED', 'NOT_PROPERTY_RELEASED', 'PROPERTY_RELEASE_UNKNOWN'],
  ...['NOT_YET_VALID', 'BEFORE_LICENSE', 'TERM_ENDED', 'ENDS_AFTER_TERM', 'TERM_END_UNREADABLE', 'TERM_NOT_STATED', 'IN_TERM'],
  'FIRST_USE_DATE_PASSED',
  ...['WITHIN_LIMIT', 'LIMIT_REACHED', 'NO_LIMIT', 'LIMIT_NOT_STATED', 'UNIT_REQUIRED'],
  ...['RESTRICTION_NOT_READ', 'CREDIT_MISSING'],
  ...['LICENSE_CANCELLED', 'LICENSE_SUPERSEDED', 'NOT_LICENSED', 'NO_LICENSE_KNOWN'],
];

const share = (verdict: string): number => ROWS.filter((row) => row.verdict === verdict).length / ROWS.length;
const twice = (texts: readonly string[]): readonly string[] => texts.filter((text, index) => texts.indexOf(text) !== index);

describe('the decision table', () => {
  it('has enough rows of each verdict, most of all of the unknown', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(300);
    expect(share('UNKNOWN')).toBeGreaterThanOrEqual(1 / 3);
    expect(share('DENIED')).toBeGreaterThanOrEqual(0.25);
    expect(share('ALLOWED')).toBeGreaterThanOrEqual(0.15);
  });

  it('asks nothing twice, and each row has a name of its own', () => {
    expect(twice(ROWS.map((row) => row.name))).toEqual([]);
    const asked = ROWS.map((row) => JSON.stringify(row.question));
    const first = new Map(asked.map((text, index) => [text, index] as const).reverse());
    const repeated = ROWS.filter((_, index) => first.get(asked[index] ?? '') !== index);
    expect(repeated.map((row) => row.name)).toEqual([]);
  });

  it('shows every code of the page at least twice and none of its own', () => {
    const seen = ROWS.flatMap((row) => row.codes);
    expect(CODES.filter((code) => seen.filter((other) => other === code).length < 2)).toEqual([]);
    expect([...new Set(seen)].filter((code) => !CODES.includes(code))).toEqual([]);
  });

  it('lists the codes of a row sorted and each once', () => {
    const untidy = ROWS.filter((row) => JSON.stringify(row.codes) !== JSON.stringify([...new Set(row.codes)].sort()));
    expect(untidy.map((row) => row.name)).toEqual([]);
  });
});

describe('a use is decided as the table says', () => {
  it.each(ROWS.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const decision = decide(row.question);
    const codes = [...new Set(decision.reasons.map((reason) => reason.code))].sort();
    expect({ verdict: decision.verdict, codes }).toEqual({ verdict: row.verdict, codes: row.codes });
  });
});
