/** Random questions about uses: all dimensions, words that nobody knows, terms side by side and after each other. */
import fc from 'fast-check';
import { type Instant, instantOf } from '../../src/domain/instant.js';
import {
  type Known,
  type Rights,
  type RightsPart,
  type TermList,
  type TermsOrigin,
  termList,
  UNKNOWN_LIST,
} from '../../src/domain/rights.js';
import type { TermsStretch, Use, UseQuestion } from '../../src/domain/use.js';

export const LIST_FIELDS = ['channels', 'usages', 'placements', 'sizes', 'territories', 'industries', 'languages'] as const;
export type ListField = (typeof LIST_FIELDS)[number];

/** Words of uses, and words of lists alone. */
const WORDS: Readonly<Record<ListField, readonly [used: readonly string[], listed: readonly string[]]>> = {
  channels: [
    [
      'web',
      'web',
      'web',
      'social',
      'email',
      'print',
      'packaging',
      'press',
      'intranet',
      'digital',
      'advertising',
      'newsletter',
      'any',
      'hologram',
    ],
    ['web_any', 'channel_web', 'channel_theatrical_limited', 'social_media_one', 'device_mobile', 'internal', 'hologram_any'],
  ],
  usages: [
    ['advertising_print_directory', 'advertising_any', 'publishing_editorial_book', 'digital_media_app', 'skywriting'],
    ['advertising_print_any', 'publishing_editorial_any', 'digital_media_any', 'skywriting_any'],
  ],
  placements: [
    ['page_cover', 'page_any', 'exhibit_web', 'on_the_moon'],
    ['placement_any', 'page_inside'],
  ],
  sizes: [
    ['page_full', 'resolution_high', 'size_any', 'enormous'],
    ['page_any', 'ad_any'],
  ],
  territories: [
    ['DE', 'DE', 'AT', 'AT', 'US', 'US', 'RU', 'WORLD', 'ZZ'],
    ['europe_any', 'asia', 'DACH', 'EU', 'EMEA'],
  ],
  industries: [
    ['tobacco', 'industry_food', 'travel', 'industry_any', 'asteroid_mining'],
    ['industry_tobacco', 'sensitive'],
  ],
  languages: [
    ['de', 'de-AT', 'en', 'fr', 'any'],
    ['language_german', 'de-CH', 'language_klingon'],
  ],
};

/** One in `times` is `rare`. */
const mostly = <T>(usual: T, times: number, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });

export const listedWord = (field: ListField): fc.Arbitrary<string> =>
  fc.constantFrom(...WORDS[field][0], ...WORDS[field][1], 'any');
const usedWord = (field: ListField): fc.Arbitrary<string> => fc.constantFrom(...WORDS[field][0]);

const list = (field: ListField): fc.Arbitrary<TermList> => {
  const word = listedWord(field);
  const words = fc.tuple(fc.array(word, { maxLength: 3 }), fc.array(word, { maxLength: 2 }));
  const nothing: TermList = { allowed: [], restricted: [], known: true, nothingAllowed: true };
  return fc.oneof(
    { weight: 30, arbitrary: fc.constant(termList(['any'], [])) },
    { weight: 2, arbitrary: words.map(([allowed, restricted]) => termList(allowed, restricted)) },
    { weight: 1, arbitrary: fc.constantFrom(UNKNOWN_LIST, UNKNOWN_LIST, nothing) },
  );
};

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
/** Few enough that times often meet. */
export const instant = (from = 0, to = 24): fc.Arbitrary<Instant> =>
  fc.integer({ min: from, max: to }).map((step) => instantOf(START_MS + step * 30 * DAY_MS));
const known = fc.constantFrom<Known>('YES', 'NO', 'UNKNOWN');
export const limit = fc.record({ unit: fc.constantFrom('copies', 'displays', 'impressions', 'downloads'), max: fc.nat(20) });

const terms = fc.record({
  editorialOnly: mostly<Known>('NO', 8, known),
  exclusive: known,
  channels: list('channels'),
  usages: list('usages'),
  placements: list('placements'),
  sizes: list('sizes'),
  territories: list('territories'),
  industries: list('industries'),
  languages: list('languages'),
  term: fc.oneof(
    { weight: 8, arbitrary: fc.constant({ termKind: 'PERPETUAL', validUntil: null } as const) },
    { weight: 3, arbitrary: instant().map((validUntil) => ({ termKind: 'FIXED', validUntil }) as const) },
    { weight: 1, arbitrary: fc.constantFrom('FIXED', 'UNKNOWN').map((termKind) => ({ termKind, validUntil: null }) as const) },
  ),
  validFrom: mostly<Instant | null>(null, 3, instant(0, 6)),
  toBeUsedUntil: mostly<Instant | null>(null, 12, instant()),
  limits: mostly<readonly { unit: string; max: number }[]>([], 4, fc.array(limit, { maxLength: 3 })),
  isComplete: fc.boolean(),
  restrictions: mostly<readonly string[]>([], 10, fc.constant(['Not beside others.'])),
  isRead: fc.boolean(),
});

export const part: fc.Arbitrary<RightsPart> = terms.map(({ term, isComplete, isRead, ...rest }) => ({
  name: null,
  ...rest,
  ...term,
  ...(isComplete ? { limitsComplete: true as const } : {}),
  ...(isRead ? { restrictionsRead: true as const } : {}),
}));

const whole = fc.record({
  model: fc.constant('RIGHTS_MANAGED' as const),
  modelReleased: mostly<Known>('YES', 10, known),
  propertyReleased: mostly<Known>('YES', 10, known),
  attributionRequired: known,
  attributionText: mostly<string | null>('Photo: Ada Lind', 8, fc.constantFrom(null, '')),
  origin: fc.constantFrom<TermsOrigin>('SOURCE', 'CONTRACT', 'POLICY_TABLE', 'UNKNOWN'),
  originVersion: fc.constantFrom('terms:any', 'terms:all', null),
  parts: mostly<readonly RightsPart[]>([], 3, fc.array(part, { minLength: 1, maxLength: 3 })),
});

export const rights: fc.Arbitrary<Rights> = fc.tuple(part, whole).map(([{ name: _, ...own }, rest]) => ({ ...own, ...rest }));

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => mostly<T | null>(null, 4, value);

const use: fc.Arbitrary<Use> = fc
  .record({
    channel: usedWord('channels'),
    purpose: fc.constantFrom('COMMERCIAL', 'EDITORIAL', 'INTERNAL'),
    usage: optional(usedWord('usages')),
    placement: optional(usedWord('placements')),
    size: optional(usedWord('sizes')),
    territories: fc.option(fc.array(usedWord('territories'), { minLength: 1, maxLength: 2 }), { freq: 4 }),
    industry: optional(usedWord('industries')),
    language: optional(usedWord('languages')),
    startsAt: optional(instant()),
    endsAt: optional(instant()),
    unit: optional(fc.constantFrom('copies', 'displays', 'impressions')),
    units: fc.integer({ min: 1, max: 25 }),
  })
  .map((made) => (made.startsAt && made.endsAt && made.endsAt <= made.startsAt ? { ...made, endsAt: null } : made));

/** One or two stretches, seldom with a gap. */
const stretches: fc.Arbitrary<readonly TermsStretch[]> = fc.oneof(
  { weight: 3, arbitrary: rights.map((only) => [{ from: null, until: null, rights: only }]) },
  {
    weight: 1,
    arbitrary: fc.tuple(rights, rights, instant(), mostly(0, 4, fc.constant(1))).map(([first, second, until, gap]) => [
      { from: null, until, rights: first },
      { from: instantOf(Date.parse(until) + gap * DAY_MS), until: null, rights: second },
    ]),
  },
);

export const question: fc.Arbitrary<UseQuestion> = fc.record({
  use,
  at: instant(3, 20),
  holding: fc.oneof(
    { weight: 12, arbitrary: fc.constant('LICENSE' as const) },
    { weight: 2, arbitrary: fc.constantFrom('CANCELLED', 'NOT_LICENSED', 'NOT_KNOWN', 'NOT_NEEDED') },
  ),
  licensedAt: fc.option(instant(0, 3)),
  terms: stretches,
  used: fc.dictionary(fc.constantFrom('copies', 'displays'), fc.nat(20), { maxKeys: 2 }),
  firstUsedAt: fc.option(instant()),
});
