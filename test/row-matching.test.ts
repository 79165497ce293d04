/** The comparison of a source's history with our operations: what must hold of it for any rows and operations. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, instantOf } from '../src/domain/instant.js';
import type { OperationState } from '../src/domain/operation.js';
import { type HeldOnRecord, reconcile, type SentSpend, type Standing, type UpstreamRow } from '../src/domain/reconciliation.js';

const NOON = Date.parse('2026-03-02T12:00:00.000Z');
const NOW = NOON + 60 * 60_000;
const at = (minutes: number): Instant => instantOf(NOON + minutes * 60_000);
const uuidOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

const row = (n: number, overrides: Partial<UpstreamRow> = {}): UpstreamRow => ({
  uuid: uuidOf(1000 + n),
  accountAsset: 'stock/1',
  baseType: 'Standard',
  licensedAt: at(0),
  firstSeenAt: at(30),
  tag: null,
  standing: null,
  operationUuid: null,
  licenseUuid: null,
  ...overrides,
});
const sent = (n: number, overrides: Partial<SentSpend> = {}): SentSpend => ({
  uuid: uuidOf(n),
  isOurs: true,
  accountAsset: 'stock/1',
  licenseType: 'Standard',
  state: 'CONFIRMED',
  charged: true,
  firstSentAt: overrides.sendingAt ?? at(0),
  sendingAt: at(0),
  settledAt: overrides.sendingAt ?? at(0),
  ...overrides,
});
const held = (n: number, overrides: Partial<HeldOnRecord> = {}): HeldOnRecord => ({
  uuid: uuidOf(2000 + n),
  accountAsset: 'stock/1',
  licenseType: 'Standard',
  licensedAt: at(0),
  recordedAt: at(20),
  ...overrides,
});
const tagOf = (n: number): string => `clearance:${uuidOf(n)}`;

const operationIn = (standing: Standing | undefined): string | undefined =>
  standing && 'operation' in standing ? standing.operation.uuid : undefined;
const names = (rows: readonly UpstreamRow[], operations: readonly SentSpend[], licenses: readonly HeldOnRecord[] = []) => {
  const standings = reconcile(rows, operations, licenses, NOW);
  return rows.map(({ uuid }) => standings.get(uuid)?.name);
};

describe('a row of the history', () => {
  it('belongs to the operation that its tag names, however far apart their times are', () => {
    expect(names([row(1, { tag: tagOf(1), licensedAt: at(-600) })], [sent(1)])).toEqual(['MATCHED']);
    expect(names([row(1, { tag: tagOf(1) })], [sent(1, { isOurs: false })])).toEqual(['ELSEWHERE']);
  });

  it('with the tag of another operation is not taken for a purchase of ours that is near in time', () => {
    expect(names([row(1, { tag: tagOf(9) })], [sent(1)])).toEqual(['IMPORTED']);
    // A second purchase under one tag is one too many.
    expect(names([row(1, { tag: tagOf(1) }), row(2, { tag: tagOf(1) })], [sent(1), sent(2)]).sort()).toEqual([
      'IMPORTED',
      'MATCHED',
    ]);
  });

  it("with a person's note for a tag is matched by its time", () => {
    expect(names([row(1, { tag: 'springcampaign' })], [sent(1)])).toEqual(['MATCHED']);
  });

  it('belongs to an operation of the same asset and license type, products of the type aside', () => {
    const operations = [sent(1, { licenseType: 'creditpack:77' })];
    expect(names([row(1, { baseType: 'creditpack' })], operations)).toEqual(['MATCHED']);
    expect(names([row(1, { baseType: 'premiumaccess' })], operations)).toEqual(['IMPORTED']);
    expect(names([row(1, { baseType: 'creditpack', accountAsset: 'stock/2' })], operations)).toEqual(['IMPORTED']);
  });

  it.each([
    [-3, 'IMPORTED'],
    [-2, 'MATCHED'],
    [0, 'MATCHED'],
    [15, 'MATCHED'],
    [16, 'IMPORTED'],
  ])('dated %i minutes after a request that was settled after five is %s', (minutes, expected) => {
    expect(names([row(1, { licensedAt: at(minutes) })], [sent(1, { settledAt: at(5) })])).toEqual([expected]);
  });

  it('without a date may belong to what was sent before it was seen, and to nothing later', () => {
    const undated = row(1, { licensedAt: null, firstSeenAt: at(30) });
    expect(names([undated], [sent(1, { sendingAt: at(20) })])).toEqual(['MATCHED']);
    expect(names([undated], [sent(1, { sendingAt: at(40) })])).toEqual(['IMPORTED']);
    // A dated one has the better claim.
    expect(names([undated, row(2)], [sent(1)])).toEqual(['IMPORTED', 'MATCHED']);
  });

  it('belongs to no operation that certainly did not charge', () => {
    expect(names([row(1)], [sent(1, { state: 'REJECTED', charged: false })])).toEqual(['IMPORTED']);
    expect(names([row(1, { tag: tagOf(1) })], [sent(1, { state: 'REJECTED', charged: false })])).toEqual(['IMPORTED']);
    expect(names([row(1)], [sent(1, { state: 'CONFIRMED', charged: false })])).toEqual(['IMPORTED']);
  });

  it.each(['SENDING', 'UNKNOWN', 'NEEDS_REVIEW'] as const)(
    'waits with an operation that is %s, unless another charged',
    (state) => {
      const open = sent(1, { state, charged: false, settledAt: null });
      expect(names([row(1)], [open])).toEqual(['MATCHED']);
      expect(operationIn(reconcile([row(1)], [open, sent(2, { sendingAt: at(1) })], [], NOW).get(row(1).uuid))).toBe(uuidOf(2));
    },
  );

  it('stays with its operation, until a tag says that another row is the one', () => {
    const stays = row(1, { licensedAt: at(4), standing: 'MATCHED', operationUuid: uuidOf(1) });
    const nearer = row(2, { licensedAt: at(0) });
    expect(names([stays, nearer], [sent(1)])).toEqual(['MATCHED', 'IMPORTED']);
    expect(names([stays, { ...nearer, tag: tagOf(1) }], [sent(1)])).toEqual(['IMPORTED', 'MATCHED']);
    expect(names([stays], [sent(1, { state: 'REJECTED', charged: false })])).toEqual(['IMPORTED']);
  });

  it('of a repeated request may be older than the last one', () => {
    const resent = sent(1, { firstSentAt: at(-30), sendingAt: at(0) });
    expect(names([row(1, { licensedAt: at(-29) })], [resent])).toEqual(['MATCHED']);
  });

  it('that nobody bought is a license on record, if that was recorded after the purchase', () => {
    expect(names([row(1)], [], [held(1)])).toEqual(['HELD']);
    expect(names([row(1, { licensedAt: at(40) })], [], [held(1)])).toEqual(['IMPORTED']);
    expect(names([row(1), row(2)], [], [held(1)]).sort()).toEqual(['HELD', 'IMPORTED']);
    // What was imported has its own license.
    expect(names([row(1, { standing: 'IMPORTED', licenseUuid: uuidOf(9) })], [], [held(1)])).toEqual(['IMPORTED']);
  });
});

describe('whatever rows and operations there are', () => {
  const minutes = fc.integer({ min: -20, max: 20 });
  const states: readonly OperationState[] = ['CONFIRMED', 'SENDING', 'UNKNOWN', 'NEEDS_REVIEW', 'REJECTED'];
  const operations = fc
    .array(
      fc.record({
        minute: minutes,
        tookMinutes: fc.integer({ min: 0, max: 8 }),
        state: fc.constantFrom(...states),
        isOurs: fc.boolean(),
        held: fc.boolean(),
        asset: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 7 },
    )
    .map((list) =>
      list.map(({ minute, tookMinutes, state, isOurs, held: isHeld, asset }, index) =>
        sent(index, {
          isOurs,
          state,
          charged: state === 'CONFIRMED' && !isHeld,
          accountAsset: `stock/${asset}`,
          sendingAt: at(minute),
          settledAt: state === 'CONFIRMED' || state === 'REJECTED' ? at(minute + tookMinutes) : null,
        }),
      ),
    );
  const rows = fc
    .array(
      fc.record({
        minute: fc.option(minutes, { freq: 5 }),
        tag: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 2 }),
        before: fc.option(fc.integer({ min: 0, max: 8 }), { freq: 2 }),
        asset: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 8 },
    )
    .map((list) =>
      list.map(({ minute, tag, before, asset }, index) =>
        row(index, {
          accountAsset: `stock/${asset}`,
          licensedAt: minute === null ? null : at(minute),
          tag: tag === null ? null : tagOf(tag),
          ...(before !== null && { standing: 'MATCHED' as const, operationUuid: uuidOf(before) }),
        }),
      ),
    );
  const licenses = fc
    .array(fc.record({ minute: minutes, asset: fc.integer({ min: 1, max: 2 }) }), { maxLength: 3 })
    .map((list) =>
      list.map(({ minute, asset }, index) => held(index, { accountAsset: `stock/${asset}`, licensedAt: at(minute) })),
    );

  const plain = (standings: ReadonlyMap<string, Standing>) =>
    [...standings]
      .map(([uuid, standing]) => [
        uuid,
        standing.name,
        operationIn(standing) ?? (standing.name === 'HELD' ? standing.licenseUuid : null),
      ])
      .sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));

  it('each row stands in one way, no operation has two rows and no license either', () => {
    fc.assert(
      fc.property(rows, operations, licenses, (someRows, someOperations, someLicenses) => {
        const standings = reconcile(someRows, someOperations, someLicenses, NOW);
        expect([...standings.keys()].sort()).toEqual(someRows.map(({ uuid }) => uuid).sort());
        const taken = [...standings.values()].flatMap((standing) =>
          'operation' in standing ? [standing.operation.uuid] : standing.name === 'HELD' ? [standing.licenseUuid] : [],
        );
        expect(new Set(taken).size).toBe(taken.length);
        for (const standing of standings.values())
          if ('operation' in standing) expect(standing.operation.state).not.toBe('REJECTED');
      }),
      { numRuns: 500 },
    );
  });

  it('the order in which they come decides nothing', () => {
    const shuffled = fc
      .tuple(rows, operations, licenses)
      .chain(([someRows, someOperations, someLicenses]) =>
        fc.tuple(
          fc.constant([someRows, someOperations, someLicenses] as const),
          fc.shuffledSubarray(someRows, { minLength: someRows.length }),
          fc.shuffledSubarray(someOperations, { minLength: someOperations.length }),
          fc.shuffledSubarray(someLicenses, { minLength: someLicenses.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([given, otherRows, otherOperations, otherLicenses]) => {
        expect(plain(reconcile(otherRows, otherOperations, otherLicenses, NOW))).toEqual(plain(reconcile(...given, NOW)));
      }),
      { numRuns: 500 },
    );
  });

  it('when each purchase of ours shows within its window, none is imported and none is missing', () => {
    const purchases = fc.array(
      fc.record({ minute: minutes, shownAfter: fc.integer({ min: -2, max: 10 }), isOurs: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(purchases, (list) => {
        const made = list.map(({ minute, isOurs }, index) => sent(index, { sendingAt: at(minute), isOurs }));
        const shown = list.map(({ minute, shownAfter }, index) => row(index, { licensedAt: at(minute + shownAfter) }));
        const standings = [...reconcile(shown, made, [], NOW).values()];
        expect(standings.filter(({ name }) => name === 'MATCHED')).toHaveLength(list.filter(({ isOurs }) => isOurs).length);
        expect(standings.filter(({ name }) => name === 'IMPORTED')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  const recorded = (entries: readonly UpstreamRow[], standings: ReadonlyMap<string, Standing>): readonly UpstreamRow[] =>
    entries.map((entry) => {
      const standing = standings.get(entry.uuid) as Standing;
      return {
        ...entry,
        standing: standing.name,
        operationUuid: standing.name === 'MATCHED' ? standing.operation.uuid : null,
        licenseUuid: standing.name === 'HELD' ? standing.licenseUuid : null,
      };
    });
  const fresh = rows.map((list) => list.map((entry) => ({ ...entry, standing: null, operationUuid: null })));

  it('a second comparison, with what the first one said on record, changes nothing', () => {
    fc.assert(
      fc.property(fresh, operations, licenses, (someRows, someOperations, someLicenses) => {
        const first = reconcile(someRows, someOperations, someLicenses, NOW);
        const second = reconcile(recorded(someRows, first), someOperations, someLicenses, NOW);
        for (const [uuid, standing] of first) expect([uuid, second.get(uuid)?.name]).toEqual([uuid, standing.name]);
      }),
      { numRuns: 1000 },
    );
  });

  it('two tenants of one account share the purchases between them: what one bought is elsewhere for the other', () => {
    fc.assert(
      fc.property(fresh, operations, (someRows, someOperations) => {
        const others = someOperations.map((operation) => ({ ...operation, isOurs: !operation.isOurs }));
        const [ours, theirs] = [reconcile(someRows, someOperations, [], NOW), reconcile(someRows, others, [], NOW)];
        for (const [uuid, { name }] of ours) {
          const there = theirs.get(uuid)?.name;
          expect([name, there]).toEqual([name, name === 'MATCHED' ? 'ELSEWHERE' : name === 'ELSEWHERE' ? 'MATCHED' : name]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
