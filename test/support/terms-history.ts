/** Random histories of a license's terms, told twice: as the store keeps them, and as a plain list of what happened. */
import fc from 'fast-check';
import { type Instant, instantOf } from '../../src/domain/instant.js';
import { type Rights, type RightsPart, termList, UNKNOWN_RIGHTS } from '../../src/domain/rights.js';
import { type StatedTerms, withStatedTerms } from '../../src/domain/stated-terms.js';
import { changedTerms, LAST, type NewTerms, type TermsKind, type TermsVersion } from '../../src/domain/terms-versions.js';

/** Days: valid time and known time share the axis. */
export const DAYS = 24;
export const dayOf = (n: number): Instant => instantOf(Date.UTC(2026, 0, 1 + n));

export interface HistoryEvent {
  readonly kind: Exclude<TermsKind, 'RECORDED'> | 'SOURCE';
  readonly recordedAt: Instant;
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly stated: StatedTerms;
  /** What the source says of the asset from now on, in a `SOURCE`. */
  readonly source: Rights;
}

/** The first terms, and what happened since; `SOURCE`: the source states other terms. */
export interface History {
  readonly first: Rights;
  readonly recordedAt: Instant;
  readonly events: readonly HistoryEvent[];
}

interface SourceWish {
  readonly channel: string;
  readonly end: number;
  readonly begin: number | null;
  readonly words: readonly string[];
  readonly credit: 'YES' | 'UNKNOWN';
  /** How much earlier each of the terms side by side ends. */
  readonly parts: readonly number[];
}

const sourceRights = ({ channel, end, begin, words, credit, parts }: SourceWish): Rights => {
  const grant = {
    ...UNKNOWN_RIGHTS,
    channels: termList([channel], ['tv']),
    editorialOnly: 'YES' as const,
    termKind: 'FIXED' as const,
    validFrom: begin === null ? null : dayOf(begin),
    validUntil: dayOf(end),
    restrictions: words,
  };
  const { attributionRequired: _1, attributionText: _2, model: _3, modelReleased: _4, propertyReleased: _5, ...rest } = grant;
  const { origin: _6, originVersion: _7, parts: _8, ...part } = rest;
  return {
    ...grant,
    origin: 'SOURCE',
    attributionRequired: credit,
    parts: parts.map(
      (days, n): RightsPart => ({ ...part, name: `${n}`, validUntil: dayOf(end - days), restrictions: words.slice(n) }),
    ),
  };
};

const day = fc.integer({ min: 0, max: DAYS });
const word = fc.constantFrom('web', 'print', 'app', 'radio');
const statedOf = fc.record(
  {
    channels: fc.record(
      { allowed: fc.array(word, { maxLength: 2 }), restricted: fc.array(word, { maxLength: 1 }) },
      { requiredKeys: [] },
    ),
    territories: fc.record({ allowed: fc.subarray(['DE', 'AT']) }, { requiredKeys: [] }),
    validFrom: fc.integer({ min: -20, max: -10 }).map(dayOf),
    validUntil: day.map(dayOf),
    termKind: fc.constant('PERPETUAL' as const),
    restrictions: fc.subarray(['A', 'X']),
    attributionText: fc.constantFrom('One', 'Two'),
    limits: fc.array(fc.record({ unit: fc.constant('copies'), max: fc.integer({ min: 1, max: 9 }) }), { maxLength: 1 }),
    editorialOnly: fc.constantFrom('YES' as const, 'NO' as const),
    model: fc.constantFrom('OWNED' as const, 'ROYALTY_FREE' as const),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<StatedTerms>;
const sourceOf = fc
  .record({
    channel: word,
    end: day,
    begin: fc.option(fc.integer({ min: -9, max: -1 })),
    words: fc.subarray(['A', 'B', 'C']),
    credit: fc.constantFrom('YES' as const, 'UNKNOWN' as const),
    parts: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }),
  })
  .map(sourceRights);

const eventOf = fc
  .record({
    kind: fc.constantFrom(
      'STATED' as const,
      'RENEWAL' as const,
      'CORRECTION' as const,
      'CANCELLATION' as const,
      'SOURCE' as const,
    ),
    pause: fc.integer({ min: 0, max: 4 }),
    from: fc.option(day),
    length: fc.option(fc.integer({ min: 1, max: 8 })),
    stated: statedOf,
    end: day,
    source: sourceOf,
  })
  .map(({ kind, pause, from, length, stated, end, source }) => (recorded: number) => {
    const begin = from ?? (kind === 'RENEWAL' || kind === 'CANCELLATION' ? recorded + pause : null);
    const open = kind === 'CANCELLATION' || kind === 'RENEWAL' || length === null;
    const event: HistoryEvent = {
      kind,
      recordedAt: dayOf(recorded + pause),
      from: begin === null ? null : dayOf(begin),
      until: open ? null : dayOf((begin ?? 4) + length),
      source,
      stated:
        kind === 'RENEWAL' && stated.termKind === undefined
          ? { ...stated, validUntil: dayOf(end) }
          : Object.keys(stated).length === 0
            ? { model: 'OWNED' as const }
            : stated,
    };
    return event;
  });

export const histories: fc.Arbitrary<History> = fc
  .record({ recorded: fc.integer({ min: 0, max: 3 }), first: sourceOf, makers: fc.array(eventOf, { maxLength: 7 }) })
  .map(({ recorded, first, makers }) => {
    let last = recorded;
    const events = makers.map((make) => {
      const event = make(last);
      last = Math.round((Date.parse(event.recordedAt) - Date.parse(dayOf(0))) / 86_400_000);
      return event;
    });
    return { first, recordedAt: dayOf(recorded), events };
  });

/** The versions that a statement adds. */
export const versionsOf = (
  versions: readonly TermsVersion[],
  { kind, from, until, stated }: HistoryEvent,
): readonly (NewTerms & { kind: TermsKind })[] =>
  kind === 'SOURCE'
    ? []
    : changedTerms(versions, LAST, { from, until }, { kind, from, ...(kind !== 'CANCELLATION' && { terms: stated }) }).map(
        (terms) => ({ ...terms, kind }),
      );

const wordsOf = ({ restrictions, parts }: Rights) => [...restrictions, ...parts.flatMap((part) => part.restrictions)];

/**
 * The reference: no versions and no stretches. Of what was on record, the newest terms of the source, and over them one after the other
 * everything that holds at that time; which words somebody has read, and when the term was cancelled to end, kept in plain variables.
 */
export const naiveTerms = (history: History, validAt: Instant, knownAt: Instant): Rights | undefined => {
  if (history.recordedAt > knownAt) return undefined;
  const known = history.events.filter(({ recordedAt }) => recordedAt <= knownAt);
  let source = history.first;
  let cancelled: Instant | null = null;
  let readers = false;
  const read = new Set<string>();
  const statements: (() => void)[] = [];
  let rights = source;
  const end = (at: Instant) => {
    rights = withStatedTerms(rights, {
      termKind: 'FIXED',
      validUntil: rights.validUntil !== null && rights.validUntil < at ? rights.validUntil : at,
    });
  };
  for (const { kind, from, until, stated, source: next } of known) {
    if (kind === 'SOURCE') source = next;
    else if ((from === null || validAt >= from) && (until === null || validAt < until)) {
      const words = stated.restrictions;
      if (words && kind !== 'CANCELLATION') {
        for (const word of [...wordsOf(source), ...words]) read.add(word);
        readers = true;
      }
      statements.push(() => {
        if (kind !== 'CANCELLATION') rights = withStatedTerms(rights, stated);
        if (kind === 'CANCELLATION' && from !== null && (cancelled === null || from < cancelled)) cancelled = from;
        if (kind === 'RENEWAL' && from !== null && cancelled !== null && from >= cancelled) cancelled = null;
        if (cancelled !== null) end(cancelled);
      });
    }
  }
  rights = source;
  for (const statement of statements) statement();
  if (!readers || wordsOf(source).every((word) => read.has(word))) return rights;
  const { restrictionsRead: _read, ...unread } = rights;
  return {
    ...unread,
    fieldOrigins: { ...rights.fieldOrigins, restrictions: 'SOURCE' },
    parts: rights.parts.map(({ restrictionsRead: _partRead, ...part }) => part),
  };
};

/** Whether the terms that apply at a time, as known at the end, have ended then. */
export const hasEnded = (history: History, at: Instant): boolean => {
  const end = naiveTerms(history, at, LAST)?.validUntil ?? null;
  return end !== null && end <= at;
};
