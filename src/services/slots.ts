/** At most so many at a time; the rest wait in the order in which they came. */

export interface Slots {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Whether the next one would begin at once. */
  isFree(): boolean;
}

export const createSlots = (most: number): Slots => {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const isFree = () => taken < most;
  return {
    isFree,
    run: async (work) => {
      // A slot is handed over without being freed, so that nobody slips in between.
      if (isFree()) taken += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else taken -= 1;
      }
    },
  };
};
