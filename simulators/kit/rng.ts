/** Repeatable chance: the same seed text gives the same sequence on every machine. */

export interface Rng {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number from 0 to n - 1. */
  int(n: number): number;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** True with probability p. */
  chance(p: number): boolean;
}

/** FNV-1a over UTF-16 units, then a finishing mix, so that `a:1` and `a:2` start far apart. */
const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** Each call site makes its own generator from its own seed (`adobe:${k}`), so that adding one shifts no other. */
export const rng = (seed: string): Rng => {
  let state = hash(seed);
  // mulberry32: one 32-bit word of state is enough for invented data.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('pick from an empty list');
    return list[int(list.length)] as T;
  };
  return { next, int, pick, chance: (p) => next() < p };
};
