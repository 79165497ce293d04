/** Whether a use is allowed: what each family of rules answers, in words, fields, origins and duties. The table of cases stands in test/decisions. */
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../src/domain/instant.js';
import { type Rights, type RightsPart, termList, UNKNOWN_LIST, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import type { Decision, TermsStretch, Use, UseQuestion } from '../src/domain/use.js';
import { checkUse, type UseText } from '../src/domain/use-check.js';
import { decide, RULES_VERSION } from '../src/domain/use-decision.js';

const at = (day: string): Instant => `${day}T00:00:00.000Z` as Instant;
const NOW = at('2026-06-01');

const OPEN: Rights = {
  ...UNKNOWN_RIGHTS,
  editorialOnly: 'NO',
  channels: termList(['any'], []),
  territories: termList(['WORLD'], []),
  termKind: 'PERPETUAL',
  modelReleased: 'YES',
  propertyReleased: 'YES',
  attributionRequired: 'NO',
  origin: 'SOURCE',
};
const { parts: _none, origin: _origin, originVersion: _version, model: _model, ...OPEN_TERMS } = OPEN;
const part = (terms: Partial<RightsPart>): RightsPart => ({ name: null, ...OPEN_TERMS, ...terms });

const USE: Use = {
  channel: 'web',
  purpose: 'COMMERCIAL',
  usage: null,
  placement: null,
  size: null,
  territories: ['DE'],
  industry: null,
  language: null,
  startsAt: null,
  endsAt: null,
  unit: null,
  units: 1,
};

const ask = (rights: Partial<Rights>, use: Partial<Use> = {}, question: Partial<UseQuestion> = {}): Decision =>
  decide({
    use: { ...USE, ...use },
    at: NOW,
    holding: 'LICENSE',
    licensedAt: at('2026-01-01'),
    terms: [{ from: null, until: null, rights: { ...OPEN, ...rights } }],
    used: {},
    firstUsedAt: null,
    ...question,
  });

/** What stands in the way. */
const against = ({ reasons }: Decision): readonly string[] =>
  reasons.filter(({ effect }) => effect !== 'ALLOWED').map(({ code }) => code);
const messageOf = ({ reasons }: Decision, code: string): string | undefined =>
  reasons.find((reason) => reason.code === code)?.message;

describe('a use within known terms', () => {
  it('is allowed with a reason for each question, in a fixed order, by rules that have a version', () => {
    expect(ask({})).toEqual({
      verdict: 'ALLOWED',
      reasons: [
        ['CHANNEL_ALLOWED', 'channels', 'The terms allow the channel web.'],
        ['TERRITORY_ALLOWED', 'territories', 'The terms allow the territory DE.'],
        ['PURPOSE_ALLOWED', 'editorialOnly', 'The terms are not limited to editorial uses.'],
        ['IN_TERM', 'term', 'The terms have no end.'],
        ['MODEL_RELEASED', 'modelReleased', 'A model release is on record, or none is needed.'],
        ['PROPERTY_RELEASED', 'propertyReleased', 'A property release is on record, or none is needed.'],
      ].map(([code, field, message]) => ({ code, effect: 'ALLOWED', message, field, origin: 'SOURCE' })),
      duties: [],
      rulesVersion: RULES_VERSION,
    });
  });

  it('rests each reason on whoever stated its field', () => {
    const { reasons } = ask({ fieldOrigins: { channels: 'CONTRACT', term: 'POLICY_TABLE' } });
    const origins = Object.fromEntries(reasons.map(({ code, origin }) => [code, origin]));
    expect(origins).toMatchObject({ CHANNEL_ALLOWED: 'CONTRACT', IN_TERM: 'POLICY_TABLE', TERRITORY_ALLOWED: 'SOURCE' });
  });

  it('is unknown when nothing is known, however much is asked', () => {
    const decision = decide({
      use: { ...USE, usage: 'page_cover', industry: 'tobacco', language: 'de', unit: 'copies' },
      at: NOW,
      holding: 'NOT_KNOWN',
      licensedAt: null,
      terms: [{ from: null, until: null, rights: UNKNOWN_RIGHTS }],
      used: {},
      firstUsedAt: null,
    });
    expect(decision.verdict).toBe('UNKNOWN');
    expect(decision.reasons.filter(({ effect }) => effect !== 'UNKNOWN')).toEqual([]);
    expect(decision.reasons[0]).toMatchObject({ code: 'NO_LICENSE_KNOWN', field: null, origin: null });
  });
});

describe('lists', () => {
  it('name in their words what they allow and what was asked', () => {
    const territories = termList(['AT', 'DE'], ['CH']);
    expect(messageOf(ask({ territories }, { territories: ['FR'] }), 'TERRITORY_NOT_ALLOWED')).toBe(
      'The terms allow AT, DE; not FR.',
    );
    expect(messageOf(ask({ territories }, { territories: ['CH'] }), 'TERRITORY_RESTRICTED')).toBe(
      'The terms restrict the territory CH.',
    );
    const nothing = { ...UNKNOWN_LIST, known: true, nothingAllowed: true } as const;
    expect(messageOf(ask({ channels: nothing }), 'CHANNEL_NOT_ALLOWED')).toBe('The terms allow no channels at all; not web.');
  });

  it('answer for each of several values, and the worst answers of a field stand alone', () => {
    const decision = ask({ territories: termList(['DE', 'europe_any'], []) }, { territories: ['DE', 'US', 'TR', 'JP'] });
    expect(against(decision)).toEqual(['TERRITORY_NOT_ALLOWED']);
    expect(messageOf(decision, 'TERRITORY_NOT_ALLOWED')).toBe('The terms allow DE, europe_any; not US, JP.');
    expect(decision.reasons.filter(({ field }) => field === 'territories')).toHaveLength(1);
  });

  it('leave a sentence short where the world is asked for and a country is had', () => {
    const message = messageOf(
      ask({ territories: termList(['WORLD'], ['africa_any']) }, { territories: ['WORLD'] }),
      'TERRITORY_RESTRICTED',
    );
    expect(message).toMatch(/^The terms restrict the territory AO, .* and \d+ others\.$/);
    const all = ask({ territories: termList(['WORLD'], []) }, { territories: ['WORLD'] });
    expect(messageOf(all, 'TERRITORY_ALLOWED')).toBe('The terms allow the territory WORLD.');
  });

  it('do not know a word that nobody listed, even where everything is allowed', () => {
    expect(against(ask({}, { channel: 'hologram' }))).toEqual(['CHANNEL_WORD_UNKNOWN']);
    expect(against(ask({ channels: termList(['hologram'], []) }, { channel: 'hologram' }))).toEqual([]);
    expect(against(ask({ channels: termList(['any'], ['hologram']) }, { channel: 'hologram' }))).toEqual(['CHANNEL_RESTRICTED']);
    expect(against(ask({ industries: termList(['industry_mining'], []) }, { industry: 'mining' }))).toEqual([]);
  });

  it('ask for what a use leaves out, once they speak of it', () => {
    expect(against(ask({ languages: termList(['de'], []) }))).toEqual(['LANGUAGE_REQUIRED']);
    expect(against(ask({ industries: termList(['any'], ['industry_tobacco']) }))).toEqual(['INDUSTRY_REQUIRED']);
    expect(against(ask({ usages: termList(['any'], []) }))).toEqual([]);
    expect(against(ask({ territories: termList(['DE'], []) }, { territories: null }))).toEqual(['TERRITORY_REQUIRED']);
    expect(against(ask({ territories: UNKNOWN_LIST }, { territories: null }))).toEqual(['TERRITORY_NOT_STATED']);
    expect(ask({}, { territories: null }).verdict).toBe('ALLOWED');
  });
});

describe('time', () => {
  const fixed = { termKind: 'FIXED', validUntil: at('2026-07-01') } as const;

  it('ends a term at its end, which is no part of it', () => {
    expect(ask(fixed, {}, { at: '2026-06-30T23:59:59.999Z' as Instant }).verdict).toBe('ALLOWED');
    expect(against(ask(fixed, {}, { at: at('2026-07-01') }))).toEqual(['TERM_ENDED']);
    expect(ask(fixed, { endsAt: at('2026-07-01') }).verdict).toBe('ALLOWED');
    expect(against(ask(fixed, { endsAt: '2026-07-01T00:00:00.001Z' as Instant }))).toEqual(['ENDS_AFTER_TERM']);
  });

  it('tells by when a use must end, and a first use begin', () => {
    expect(ask({ ...fixed, toBeUsedUntil: at('2026-06-15') }).duties).toEqual([
      { kind: 'FIRST_USE_BY', text: 'The first use must begin before 2026-06-15T00:00:00.000Z.' },
      { kind: 'END_BY', text: 'The use must end before 2026-07-01T00:00:00.000Z.' },
    ]);
    expect(against(ask({ toBeUsedUntil: at('2026-05-15') }))).toEqual(['FIRST_USE_DATE_PASSED']);
    expect(against(ask({ toBeUsedUntil: at('2026-05-15') }, {}, { firstUsedAt: at('2026-05-01') }))).toEqual([]);
  });

  it('lets a prohibition win over a beginning that is not stated', () => {
    const before = { startsAt: at('2025-12-01') };
    expect(against(ask({}, before))).toEqual(['BEFORE_LICENSE']);
    expect(against(ask({ ...fixed, validUntil: at('2026-05-01') }, before))).toEqual(['TERM_ENDED']);
    expect(against(ask({ validFrom: at('2025-11-01') }, before))).toEqual([]);
  });

  it('cuts a use where the terms change; the duty to end is that of the last terms', () => {
    const renewed = { ...OPEN, termKind: 'FIXED', validFrom: at('2026-07-01'), validUntil: at('2027-07-01') } as const;
    const terms: readonly TermsStretch[] = [
      { from: null, until: at('2026-07-01'), rights: { ...OPEN, ...fixed } },
      { from: at('2026-07-01'), until: null, rights: renewed },
    ];
    const summer = { startsAt: at('2026-06-10'), endsAt: at('2026-08-10') };
    const decision = ask({}, summer, { terms });
    expect(decision.verdict).toBe('ALLOWED');
    expect(decision.duties).toEqual([{ kind: 'END_BY', text: 'The use must end before 2027-07-01T00:00:00.000Z.' }]);
    const gap = [terms[0] as TermsStretch, { from: at('2026-07-02'), until: null, rights: renewed }];
    expect(against(ask({}, summer, { terms: gap }))).toEqual(['TERM_NOT_STATED']);
    expect(against(ask({}, summer, { terms: [terms[1] as TermsStretch] }))).toEqual(['TERM_NOT_STATED']);
    expect(against(ask({}, summer, { terms: [terms[0] as TermsStretch] }))).toEqual(['TERM_NOT_STATED']);
    expect(against(ask({}, { startsAt: at('2026-07-05') }, { terms: [terms[0] as TermsStretch] }))).toEqual(['TERM_NOT_STATED']);
  });

  it('takes an end that is past, without a start, for a question about now', () => {
    expect(ask(fixed, { endsAt: at('2026-05-01') }).verdict).toBe('ALLOWED');
  });
});

describe('limits', () => {
  const limits = [
    { unit: 'copies', max: 100 },
    { unit: 'copies', max: 50 },
  ];

  it('count what is used up, and the smallest of a unit counts', () => {
    const decision = ask({ limits }, { unit: 'copies', units: 11 }, { used: { copies: 40 } });
    expect(messageOf(decision, 'LIMIT_REACHED')).toBe('More copies than are left: 11 asked for, 40 of 50 used up.');
    expect(ask({ limits }, { unit: 'copies', units: 10 }, { used: { copies: 40 } }).verdict).toBe('ALLOWED');
    expect(against(ask({ limits }, { unit: 'toString' }))).toEqual(['LIMIT_NOT_STATED']);
    expect(against(ask({ limits, limitsComplete: true }, { unit: 'displays' }))).toEqual([]);
  });

  it('ask for units where they touch the channel, and no other', () => {
    expect(against(ask({ limits }, { channel: 'print' }))).toEqual(['UNIT_REQUIRED']);
    expect(against(ask({ limits }, { channel: 'web' }))).toEqual([]);
    expect(against(ask({ limits: [{ unit: 'downloads', max: 1 }] }, { channel: 'print' }))).toEqual([]);
    expect(against(ask({ limits: [{ unit: 'constructor', max: 1 }] }))).toEqual(['UNIT_REQUIRED']);
  });
});

describe('words and credit', () => {
  it('of a source stand in the way until somebody says to have read them, and are shown from then on', () => {
    const restrictions = ['Not beside alcohol.', 'Not beside alcohol.', 'Ask first.'];
    expect(against(ask({ restrictions }))).toEqual(['RESTRICTION_NOT_READ']);
    expect(ask({ restrictions, restrictionsRead: true })).toMatchObject({
      verdict: 'ALLOWED',
      duties: [
        { kind: 'NOTICE', text: 'Not beside alcohol.' },
        { kind: 'NOTICE', text: 'Ask first.' },
      ],
    });
  });

  it('is printed to the letter, also where nobody says whether it must be', () => {
    const attributionText = ' Photo: Zoë / Agency ';
    for (const attributionRequired of ['YES', 'UNKNOWN'] as const)
      expect(ask({ attributionRequired, attributionText }).duties).toEqual([{ kind: 'ATTRIBUTION', text: attributionText }]);
    expect(against(ask({ attributionRequired: 'YES', attributionText: ' ' }))).toEqual(['CREDIT_MISSING']);
    expect(ask({ attributionRequired: 'NO', attributionText }).duties).toEqual([]);
  });
});

describe('terms side by side', () => {
  const web = part({ channels: termList(['web'], []) });
  const ended = part({ termKind: 'FIXED', validUntil: at('2026-05-01'), channels: termList(['any'], ['web']) });

  it('allow under any what one allows, but not what another restricts, even past its term', () => {
    expect(ask({ parts: [part({ channels: termList(['tv'], []) }), web], originVersion: 'terms:any' }).verdict).toBe('ALLOWED');
    const decision = ask({ parts: [web, ended], originVersion: 'terms:any' });
    expect(against(decision)).toEqual(['CHANNEL_RESTRICTED']);
    expect(decision.duties).toEqual([]);
  });

  it('allow otherwise what all allow, and the first of their ends holds', () => {
    const until = (day: string) => part({ termKind: 'FIXED', validUntil: at(day) });
    const decision = ask({ parts: [until('2026-09-01'), until('2026-08-01')], originVersion: 'terms:all' });
    expect(decision.verdict).toBe('ALLOWED');
    expect(decision.duties).toEqual([{ kind: 'END_BY', text: 'The use must end before 2026-08-01T00:00:00.000Z.' }]);
    expect(against(ask({ parts: [web, part({ channels: UNKNOWN_LIST })], originVersion: null }))).toEqual(['CHANNEL_NOT_STATED']);
  });
});

describe('a use as it is written', () => {
  const problemsOf = (text: UseText): readonly string[] => {
    const checked = checkUse(text);
    return 'problems' in checked ? checked.problems.map(({ path }) => path) : [];
  };

  it('gets its defaults, also for an explicit null', () => {
    const expected = { use: { ...USE, territories: null } };
    expect(checkUse({ channel: 'web' })).toEqual(expected);
    expect(checkUse({ channel: 'web', purpose: null, territories: null, units: null, endsAt: null })).toEqual(expected);
    expect(checkUse({ channel: 'out_of_home', language: 'de-AT', territories: ['WORLD', 'DE'] })).toMatchObject({
      use: { channel: 'out_of_home', language: 'de-AT', territories: ['WORLD', 'DE'] },
    });
  });

  it('is refused with all complaints at once', () => {
    const bad: UseText = {
      channel: 'Out Of Home',
      purpose: 'FUN' as 'COMMERCIAL',
      usage: ' advertising_any',
      placement: '',
      size: 'a'.repeat(101),
      territories: ['DE', 'de', 'europe_any'],
      industry: '_x',
      language: 'de_AT',
      startsAt: NOW,
      endsAt: NOW,
      unit: 'Copies',
      units: 0,
    };
    const fields = 'channel endsAt industry language placement purpose size territories.1 territories.2 unit units usage';
    expect([...problemsOf(bad)].sort()).toEqual(fields.split(' ').map((field) => `use.${field}`));
    expect(problemsOf({ channel: 'web', territories: [] })).toEqual(['use.territories']);
    expect(problemsOf({ channel: 'web', territories: Array(251).fill('DE') })).toEqual(['use.territories']);
    for (const units of [1.5, -1, Number.NaN, 2 ** 53]) expect(problemsOf({ channel: 'web', units })).toEqual(['use.units']);
    expect(problemsOf({ channel: '' })).toEqual(['use.channel']);
  });
});
