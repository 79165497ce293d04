/** The one clock of the simulated world: real time, moved forward on request so that terms end and tokens expire. */

export interface Clock {
  now(): number;
  advance(ms: number): void;
}

export const createClock = (): Clock => {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
  };
};
