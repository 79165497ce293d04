/** The parts of alerts and variants that need no database: states, thresholds, words, and the order in which a variant is looked for. */
import { describe, expect, it } from '@jest/globals';
import { ALERT_STATES, type Alert, alertMessage, reachedPercents, statesBefore, violationOccasion } from '../src/domain/alert.js';
import type { AssetId } from '../src/domain/ids.js';
import type { Instant } from '../src/domain/instant.js';
import { termList, UNKNOWN_LIST, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { decide } from '../src/domain/use-decision.js';
import { languagesFrom, looksFor, marketUse, marketVerdict, matchedBy } from '../src/domain/variant.js';
import { checkAlertRules } from '../src/services/alert.checks.js';
import { checkVariants } from '../src/services/variant.checks.js';

const AT = '2027-03-01T12:00:00.000Z' as Instant;

describe('the states of an alert', () => {
  it('lead from open to a person, to nobody, or to nothing; what a person has or what is over stays', () => {
    expect(Object.fromEntries(ALERT_STATES.map((state) => [state, statesBefore(state)]))).toEqual({
      OPEN: [],
      ACKNOWLEDGED: ['OPEN', 'ESCALATED'],
      ESCALATED: ['OPEN'],
      RESOLVED: ['OPEN', 'ESCALATED'],
    });
  });
});

describe('a limit', () => {
  it.each([
    [10, 7, 8, [80]],
    [10, 8, 9, []],
    [10, 9, 10, [100]],
    [10, 0, 10, [80, 100]],
    [10, 0, 7, []],
    [3, 2, 3, [80, 100]],
    [1, 0, 1, [80, 100]],
    [0, 0, 0, []],
    [9_007_199_254_740, 7_205_759_403_791, 7_205_759_403_792, [80]],
  ])('of %d, used from %d to %d, has reached %j percent', (max, usedBefore, usedAfter, expected) => {
    expect(reachedPercents({ max, usedBefore, usedAfter }, [80, 100])).toEqual(expected);
  });
});

describe('the words of an alert', () => {
  const alert: Alert = {
    kind: 'Alert',
    uuid: 'x',
    alertKind: 'TERM_END',
    threshold: 1,
    state: 'OPEN',
    licenseUuid: 'l',
    assetId: 'a' as AssetId,
    occurrences: 1,
    detail: { licenseType: 'Standard', validUntil: AT },
    people: [],
    dueAt: AT,
    raisedAt: AT,
    acknowledgedBy: null,
    acknowledgedAt: null,
    note: null,
    escalatedAt: null,
    resolvedAt: null,
    resolution: null,
  };
  const violations = {
    ...alert,
    alertKind: 'VIOLATION',
    threshold: null,
    detail: { licenseType: 'Standard', codes: ['TERM_ENDED'] },
  };
  it.each([
    [alert, /ends at 2027-03-01T12:00:00.000Z.*1 day\./],
    [{ ...alert, threshold: 14 }, /14 days/],
    [{ ...alert, threshold: 0 }, /ended at/],
    [{ ...violations, occurrences: 1 }, /^1 use was recorded on 2027-03-01 .*TERM_ENDED/],
    [{ ...violations, occurrences: 10 }, /^10 uses were recorded/],
    [
      { ...alert, alertKind: 'LIMIT_NEAR', threshold: 80, detail: { licenseType: 'S', unit: 'copies', max: 10, used: 8 } },
      /80 %: 8 of 10 copies/,
    ],
    [
      { ...alert, alertKind: 'LIMIT_NEAR', threshold: 100, detail: { licenseType: 'S', unit: 'copies', max: 10, used: 10 } },
      /used up: 10 of 10/,
    ],
    [{ ...alert, alertKind: 'END_UNKNOWN', threshold: null }, /no end on record/],
  ])('say what is the matter (%#)', (shown, words) => {
    expect(alertMessage(shown as Alert)).toMatch(words);
  });

  it('name a day’s violations by the day and the number of the alert on it', () => {
    expect(violationOccasion(AT, 2)).toBe('2027-03-01#2');
  });
});

describe('rules for alerts', () => {
  it('are refused with every complaint', () => {
    expect(checkAlertRules({})).toEqual([]);
    expect(checkAlertRules({ leadDays: [], limitPercents: [1, 100], escalateAfterHours: 8_760 })).toEqual([]);
    const problems = checkAlertRules({ leadDays: Array(21).fill(1), limitPercents: [0, 101, 50], escalateAfterHours: 8_761 });
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['leadDays', 'TOO_MANY'],
      ['limitPercents.0', 'INVALID'],
      ['limitPercents.1', 'INVALID'],
      ['escalateAfterHours', 'INVALID'],
    ]);
  });
});

describe('a variant', () => {
  const named = (question: Parameters<typeof looksFor>[0]) =>
    looksFor(question).map(({ step, market, language, campaign }) =>
      [step, market, language, campaign].filter(Boolean).join(' '),
    );

  it('is looked for from the exact to the asset itself', () => {
    expect(named({ market: 'AT', language: 'de-AT', campaign: 'spring' })).toEqual([
      'MARKET_LANGUAGE_CAMPAIGN AT de-AT spring',
      'MARKET_LANGUAGE_CAMPAIGN AT de spring',
      'MARKET_LANGUAGE AT de-AT',
      'MARKET_LANGUAGE AT de',
      'MARKET_CAMPAIGN AT spring',
      'MARKET AT',
      'WORLD_LANGUAGE_CAMPAIGN WORLD de-AT spring',
      'WORLD_LANGUAGE_CAMPAIGN WORLD de spring',
      'WORLD_LANGUAGE WORLD de-AT',
      'WORLD_LANGUAGE WORLD de',
      'WORLD_CAMPAIGN WORLD spring',
      'WORLD WORLD',
      'BASE',
    ]);
    expect(named({ market: 'DE', language: null, campaign: null })).toEqual(['MARKET DE', 'WORLD WORLD', 'BASE']);
    expect(named({ market: 'WORLD', language: null, campaign: null })).toEqual(['WORLD WORLD', 'BASE']);
    expect(looksFor({ market: 'AT', language: 'de', campaign: 'spring' }).map(matchedBy)[0]).toEqual([
      'market',
      'language',
      'campaign',
    ]);
  });

  it('falls back along its language, never across', () => {
    expect(languagesFrom('zh-Hant-TW')).toEqual(['zh-Hant-TW', 'zh-Hant', 'zh']);
    expect(languagesFrom('de-x-bank')).toEqual(['de-x-bank', 'de']);
  });

  const territories = (allowed: readonly string[], restricted: readonly string[] = []) => ({
    ...UNKNOWN_RIGHTS,
    territories: termList(allowed, restricted),
  });
  const part = (allowed: readonly string[], restricted: readonly string[]) => ({
    ...territories(allowed, restricted),
    name: null,
  });
  it.each([
    ['nothing known', UNKNOWN_RIGHTS, 'DE', 'UNKNOWN'],
    ['allowed by a region', territories(['europe_any']), 'DE', 'ALLOWED'],
    ['allowed elsewhere', territories(['US']), 'DE', 'DENIED'],
    ['restricted by a region', territories(['WORLD'], ['EU']), 'DE', 'DENIED'],
    ['restricted elsewhere', territories(['WORLD'], ['US']), 'DE', 'ALLOWED'],
    ['restricted elsewhere, and nothing allowed by name', territories([], ['US']), 'DE', 'UNKNOWN'],
    ['perhaps restricted', territories(['WORLD'], ['europe_any']), 'RU', 'UNKNOWN'],
    ['an unknown word', territories(['EMEA']), 'DE', 'UNKNOWN'],
    [
      'it is stated that nothing is allowed',
      { ...UNKNOWN_RIGHTS, territories: { ...UNKNOWN_LIST, known: true, nothingAllowed: true as const } },
      'DE',
      'DENIED',
    ],
    ['the world, restricted somewhere', territories(['WORLD'], ['US']), 'WORLD', 'DENIED'],
    ['the world', territories(['WORLD']), 'WORLD', 'ALLOWED'],
    [
      'one of several terms',
      { ...territories(['US', 'DE']), originVersion: 'terms:any', parts: [part(['US'], []), part(['DE'], [])] },
      'DE',
      'ALLOWED',
    ],
    [
      'only one of several that count together',
      { ...territories(['US', 'DE']), originVersion: 'terms:all', parts: [part(['US'], []), part(['DE'], [])] },
      'DE',
      'DENIED',
    ],
    [
      'restricted by one of several',
      { ...territories(['DE'], ['DE']), parts: [part(['DE'], []), part(['US'], ['DE'])] },
      'DE',
      'DENIED',
    ],
  ] as const)('in a market where it is %s', (_what, rights, market, expected) => {
    const terms = [{ from: null, until: null, rights }];
    const at = '2026-06-01T00:00:00.000Z' as Instant;
    const question = {
      use: marketUse(market),
      at,
      holding: 'LICENSE' as const,
      licensedAt: null,
      terms,
      used: {},
      firstUsedAt: null,
    };
    expect(marketVerdict(decide(question))).toBe(expected);
  });

  it('is refused with every complaint', () => {
    const entry = { assetId: 'x', market: 'EU', language: 'german!', campaign: ' ' };
    const { problems } = checkVariants({ assetId: 'y', variants: [entry], idempotencyKey: '' });
    expect(problems.map(({ path }) => path)).toEqual([
      'assetId',
      'idempotencyKey',
      'variants.0.market',
      'variants.0.language',
      'variants.0.campaign',
      'variants.0.assetId',
    ]);
  });
});
