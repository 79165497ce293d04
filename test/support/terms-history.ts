/** Random histories of a license's terms, told twice: as the store keeps them, and as a plain list of what happened. */
import fc from 'fast-check';
import { type Instant, instantOf } from '../../src/domain/instant.js';
import { type Rights, termList, UNKNOWN_RIGHTS } from '../../src/domain/rights.js';
import { type StatedTerms, withStatedTerms } from '../../src/domain/stated-terms.js';
import {
  changedTerms,
  endedAt,
  LAST,
  type NewTerms,
  type TermsKind,
  type TermsVersion,
} from '../../src/domain/terms-versions.js';

/** Days: valid time and known time share the axis. */
export const DAYS = 24;
export const dayOf = (n: number): Instant => instantOf(Date.UTC(2026, 0, 1 + n));

export interface HistoryEvent {
  readonly kind: Exclude<TermsKind, 'RECORDED'> | 'SOURCE';
  readonly recordedAt: Instant;
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly stated: StatedTerms;
}

/** The first terms, and what happened since; `SOURCE`: the source allows other channels. */
export interface History {
  readonly first: Rights;
  readonly recordedAt: Instant;
  readonly events: readonly HistoryEvent[];
}

const sourceRights = (channel: string, end: number): Rights => ({
  ...UNKNOWN_RIGHTS,
  origin: 'SOURCE',
  channels: termList([channel], ['tv']),
  editorialOnly: 'YES',
  termKind: 'FIXED',
  validUntil: dayOf(end),
});

const day = fc.integer({ min: 0, max: DAYS });
const word = fc.constantFrom('web', 'print', 'app', 'radio');
const statedOf = fc.record(
  {
    channels: fc.record(
      { allowed: fc.array(word, { maxLength: 2 }), restricted: fc.array(word, { maxLength: 1 }) },
      { requiredKeys: [] },
    ),
    territories: fc.record({ allowed: fc.subarray(['DE', 'AT']) }, { requiredKeys: [] }),
    validUntil: day.map(dayOf),
    limits: fc.array(fc.record({ unit: fc.constant('copies'), max: fc.integer({ min: 1, max: 9 }) }), { maxLength: 1 }),
    editorialOnly: fc.constantFrom('YES' as const, 'NO' as const),
    model: fc.constantFrom('OWNED' as const, 'ROYALTY_FREE' as const),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<StatedTerms>;

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
    channel: word,
  })
  .map(({ kind, pause, from, length, stated, end, channel }) => (recorded: number) => {
    const begin = from ?? (kind === 'RENEWAL' || kind === 'CANCELLATION' ? recorded + pause : null);
    const open = kind === 'CANCELLATION' || length === null;
    const event: HistoryEvent = {
      kind,
      recordedAt: dayOf(recorded + pause),
      from: begin === null ? null : dayOf(begin),
      until: open ? null : dayOf((begin ?? 4) + length),
      stated:
        kind === 'RENEWAL'
          ? { ...stated, validUntil: dayOf(end) }
          : kind === 'SOURCE'
            ? { channels: { allowed: [channel] } }
            : Object.keys(stated).length === 0
              ? { model: 'OWNED' as const }
              : stated,
    };
    return event;
  });

export const histories: fc.Arbitrary<History> = fc
  .record({ recorded: fc.integer({ min: 0, max: 3 }), end: day, makers: fc.array(eventOf, { maxLength: 7 }) })
  .map(({ recorded, end, makers }) => {
    let last = recorded;
    const events = makers.map((make) => {
      const event = make(last);
      last = Math.round((Date.parse(event.recordedAt) - Date.parse(dayOf(0))) / 86_400_000);
      return event;
    });
    return { first: sourceRights('web', end), recordedAt: dayOf(recorded), events };
  });

/** As the source states them after this event. */
export const sourceAfter = (first: Rights, { stated }: HistoryEvent): Rights => ({
  ...first,
  channels: termList(stated.channels?.allowed ?? [], ['tv']),
});

/** The versions that an event adds, but for those of the source. */
export const versionsOf = (
  versions: readonly TermsVersion[],
  { kind, from, until, stated }: HistoryEvent,
): readonly (NewTerms & { kind: TermsKind })[] =>
  changedTerms(versions, LAST, { from, until }, (rights) =>
    kind === 'CANCELLATION' && from !== null ? endedAt(rights, from) : withStatedTerms(rights, stated),
  ).map((terms) => ({ ...terms, kind: kind === 'SOURCE' ? 'RECORDED' : kind }));

/**
 * The reference: no versions and no stretches. Of what was on record, the newest terms of the source, and over them one after the other
 * everything that holds at that time.
 */
export const naiveTerms = (history: History, validAt: Instant, knownAt: Instant): Rights | undefined => {
  if (history.recordedAt > knownAt) return undefined;
  const known = history.events.filter(({ recordedAt }) => recordedAt <= knownAt);
  let rights = history.first;
  for (const event of known) if (event.kind === 'SOURCE') rights = sourceAfter(history.first, event);
  for (const { kind, from, until, stated } of known) {
    if (kind === 'SOURCE' || (from !== null && validAt < from) || (until !== null && validAt >= until)) continue;
    if (kind !== 'CANCELLATION') rights = withStatedTerms(rights, stated);
    else if (from !== null) {
      const end = rights.validUntil !== null && rights.validUntil < from ? rights.validUntil : from;
      rights = withStatedTerms(rights, { termKind: 'FIXED', validUntil: end });
    }
  }
  return rights;
};
