/** What holds for every question about a use: the list at the end of docs/rights.md. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Rights, type RightsPart, type TermList, UNKNOWN_LIST } from '../src/domain/rights.js';
import { type TermsStretch, type UseQuestion, type UseVerdict, worstOf } from '../src/domain/use.js';
import { decide } from '../src/domain/use-decision.js';
import { instant, LIST_FIELDS, type ListField, limit, listedWord, part, question, rights } from './support/use-questions.js';

const RUNS = 3_000;
type Terms = Omit<RightsPart, 'name'>;
type Change = (terms: Terms, asked: UseQuestion) => Partial<Terms>;

const inTerms = <T extends Terms>(terms: T, change: Change, asked: UseQuestion): T => ({ ...terms, ...change(terms, asked) });

/** Changes one stretch: the terms themselves, one part (counted round), or all parts. */
const changed = (asked: UseQuestion, stretch: number, which: number | 'all', change: Change): UseQuestion => {
  const inRights = (one: Rights): Rights => {
    if (one.parts.length === 0) return inTerms(one, change, asked);
    const chosen = which === 'all' ? which : which % one.parts.length;
    const parts = one.parts.map((each, index) => (chosen === 'all' || chosen === index ? inTerms(each, change, asked) : each));
    return { ...one, parts };
  };
  const target = stretch % asked.terms.length;
  const inStretch = (each: TermsStretch): TermsStretch => ({ ...each, rights: inRights(each.rights) });
  return { ...asked, terms: asked.terms.map((each, index) => (index === target ? inStretch(each) : each)) };
};

const withWhole = (asked: UseQuestion, change: Partial<Rights>): UseQuestion => ({
  ...asked,
  terms: asked.terms.map((each) => ({ ...each, rights: { ...each.rights, ...change } })),
});

type Alteration = (asked: UseQuestion, stretch: number, which: number) => UseQuestion;

const restrict = (field: ListField, word: string): Change => {
  const more = (list: TermList): TermList => ({ ...list, known: true, restricted: [...list.restricted, word] });
  return (terms) => ({ [field]: more(terms[field]) });
};

/** A first end, and a first limit of the unit that is asked for, are knowledge and not restrictions: they change nothing here. */
const added: fc.Arbitrary<Alteration> = fc.oneof(
  fc
    .constantFrom(...LIST_FIELDS)
    .chain((field) => listedWord(field).map((word) => restrict(field, word)))
    .map(
      (change): Alteration =>
        (asked, stretch, which) =>
          changed(asked, stretch, which, change),
    ),
  limit.map(
    (one): Alteration =>
      (asked, stretch, which) =>
        changed(asked, stretch, which, ({ limits, limitsComplete }) =>
          one.unit !== asked.use.unit || limitsComplete || limits.some(({ unit }) => unit === one.unit)
            ? { limits: [...limits, one] }
            : {},
        ),
  ),
  instant().map(
    (end): Alteration =>
      (asked, stretch, which) =>
        changed(asked, stretch, which, ({ termKind, validUntil }) =>
          validUntil !== null || termKind === 'PERPETUAL'
            ? { termKind: 'FIXED', validUntil: validUntil !== null && validUntil < end ? validUntil : end }
            : {},
        ),
  ),
  fc.constant<Alteration>((asked, stretch, which) => changed(asked, stretch, which, () => ({ editorialOnly: 'YES' }))),
  fc.constantFrom('modelReleased', 'propertyReleased').map(
    (field): Alteration =>
      (asked) =>
        withWhole(asked, { [field]: 'NO' }),
  ),
);

const withoutLimits = (terms: Terms): Terms => {
  const { limitsComplete: _, ...rest } = terms;
  return { ...rest, limits: [] };
};

const forgetLimits: Alteration = (asked, stretch) => {
  const target = stretch % asked.terms.length;
  const forget = (one: Rights): Rights =>
    ({ ...one, ...withoutLimits(one), limitsComplete: undefined, parts: one.parts.map(withoutLimits) }) as unknown as Rights;
  return {
    ...asked,
    terms: asked.terms.map((each, index) => (index === target ? { ...each, rights: forget(each.rights) } : each)),
  };
};

/** In all parts: a piece of knowledge is a field, and parts are how a source states it. */
const forgotten: fc.Arbitrary<Alteration> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...LIST_FIELDS).map(
      (field): Alteration =>
        (asked, stretch) =>
          changed(asked, stretch, 'all', () => ({ [field]: UNKNOWN_LIST })),
    ),
  },
  fc.constant<Alteration>((asked, stretch) =>
    changed(asked, stretch, 'all', () => ({ editorialOnly: 'UNKNOWN', exclusive: 'UNKNOWN' })),
  ),
  fc.constant<Alteration>((asked, stretch) =>
    changed(asked, stretch, 'all', () => ({ termKind: 'UNKNOWN', validFrom: null, validUntil: null })),
  ),
  fc.constant(forgetLimits),
  fc.constantFrom('modelReleased', 'propertyReleased', 'attributionRequired').map(
    (field): Alteration =>
      (asked) =>
        withWhole(asked, { [field]: 'UNKNOWN' }),
  ),
  fc.constant<Alteration>((asked) => withWhole(asked, { attributionRequired: 'UNKNOWN', attributionText: null })),
);

const verdictOf = (asked: UseQuestion): UseVerdict => decide(asked).verdict;

/** Checks a property, and that it was put to questions with every verdict. */
const holds = (
  check: (asked: UseQuestion, verdict: UseVerdict, stretch: number, which: number, by: Alteration) => void,
  by: fc.Arbitrary<Alteration>,
): void => {
  const seen: Record<UseVerdict, number> = { ALLOWED: 0, DENIED: 0, UNKNOWN: 0 };
  fc.assert(
    fc.property(question, fc.nat(1), fc.nat(2), by, (asked, stretch, which, alter) => {
      const verdict = verdictOf(asked);
      seen[verdict] += 1;
      check(asked, verdict, stretch, which, alter);
    }),
    { numRuns: RUNS },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 12);
};

const UNCHANGED: fc.Arbitrary<Alteration> = fc.constant((asked: UseQuestion) => asked);

describe('whatever is asked', () => {
  it('what forbids more never makes a denied or unknown use allowed', () => {
    holds((asked, verdict, stretch, which, alter) => {
      if (verdict !== 'ALLOWED') expect(verdictOf(alter(asked, stretch, which))).not.toBe('ALLOWED');
    }, added);
  });

  it('what is forgotten never makes a denied use allowed', () => {
    holds((asked, verdict, stretch, which, alter) => {
      if (verdict === 'DENIED') expect(verdictOf(alter(asked, stretch, which))).not.toBe('ALLOWED');
    }, forgotten);
  });

  it('a verdict is the worst of its reasons, and an allowed use has been asked everything that must be', () => {
    holds((asked) => {
      const { verdict, reasons } = decide(asked);
      expect(verdict).toBe(worstOf(reasons.map(({ effect }) => effect)));
      if (verdict !== 'ALLOWED') return;
      const codes = reasons.map(({ code }) => code);
      expect(codes).toEqual(expect.arrayContaining(['CHANNEL_ALLOWED', 'PURPOSE_ALLOWED', 'TERRITORY_ALLOWED', 'IN_TERM']));
    }, UNCHANGED);
  });

  it('the same question has the same answer, byte for byte, and is left as it was', () => {
    holds((asked) => {
      const before = JSON.stringify(asked);
      const answer = JSON.stringify(decide(asked));
      expect(JSON.stringify(decide(JSON.parse(before)))).toBe(answer);
      expect(JSON.stringify(asked)).toBe(before);
    }, UNCHANGED);
  });

  it('no reason of a field stands beside a worse one, and none stands twice', () => {
    holds((asked) => {
      const { reasons } = decide(asked);
      for (const { field, effect } of reasons)
        expect(reasons.filter((other) => other.field === field && other.effect !== effect)).toEqual([]);
      expect(new Set(reasons.map((reason) => JSON.stringify(reason))).size).toBe(reasons.length);
    }, UNCHANGED);
  });

  it('a use that goes on past the end of the terms is denied, without anybody having looked', () => {
    const ended = fc.tuple(question, rights, part, instant(4, 20), fc.nat(3));
    fc.assert(
      fc.property(ended, ([asked, one, other, validUntil, late]) => {
        const end = { termKind: 'FIXED', validUntil } as const;
        const parts = [...one.parts, ...(late === 0 ? [other] : [])].map((each) => ({ ...each, ...end }));
        const at = late === 1 || asked.at < validUntil ? validUntil : asked.at;
        const startsAt = asked.use.startsAt !== null && asked.use.startsAt <= at ? asked.use.startsAt : null;
        const use = { ...asked.use, startsAt, endsAt: null };
        const terms = [{ from: null, until: null, rights: { ...one, ...end, parts } }];
        expect(verdictOf({ ...asked, use, at, terms })).toBe('DENIED');
      }),
      { numRuns: RUNS },
    );
  });
});
