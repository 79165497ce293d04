/** Which of our purchases a history shows already: told by their times alone, as many of them as can be. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf } from '../src/domain/instant.js';
import { countUnseen } from '../src/services/spend-class.js';

const START = Date.parse('2026-03-01T10:00:00Z');
const sent = (from: number, to: number) => ({ sendingAt: instantOf(START + from), settledAt: instantOf(START + to) });
const row = (at: number) => ({ licensedAt: instantOf(START + at) });

describe('our purchases that a history does not show yet', () => {
  it('are none when each finds a row of its own, in whatever order the rows come', () => {
    const ours = [
      sent(57_197, 57_292),
      sent(57_314, 57_724),
      sent(69_945, 70_179),
      sent(127_185, 127_266),
      sent(127_428, 127_499),
    ];
    const rows = [row(127_479), row(127_209), row(70_104), row(57_622), row(57_250)];
    expect(countUnseen(ours, rows)).toBe(0);
    expect(countUnseen(ours, [...rows].reverse())).toBe(0);
    expect(countUnseen([...ours].reverse(), rows)).toBe(0);
  });

  it('are those without a row in their time, and a row without a time shows nobody', () => {
    expect(countUnseen([sent(0, 500), sent(1_000, 1_500)], [row(200)])).toBe(1);
    expect(countUnseen([sent(0, 500)], [row(-3_600_000), { licensedAt: null }])).toBe(1);
    expect(countUnseen([], [row(0)])).toBe(0);
  });

  it('are none whenever every one was booked while it was under way, to the minute, whoever else bought', () => {
    const purchase = fc.record({
      at: fc.integer({ min: 0, max: 600_000 }),
      ms: fc.integer({ min: 1, max: 30_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(purchase, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 5 }),
        (ours, others) => {
          const booked = ours.map(({ at, ms, share }) => Math.floor((START + at + ms * share) / 60_000) * 60_000 - START);
          const rows = [...booked, ...others].map(row).reverse();
          expect(
            countUnseen(
              ours.map(({ at, ms }) => sent(at, at + ms)),
              rows,
            ),
          ).toBe(0);
        },
      ),
    );
  });
});
