/** Counts requests per API key in fixed windows; every JSON answer shows the state, whether a limit is on or not. */

interface RateState {
  readonly limit: number;
  readonly current: number;
  /** Seconds until the window ends. */
  readonly expires: number;
}

export interface RateMeter {
  /** Counts one request. */
  hit(apiKey: string): RateState;
  state(apiKey: string): RateState;
}

/** Shown when the limit is off. */
const UNLIMITED = 100_000;

export const createRateMeter = (now: () => number, limit: () => number, windowSeconds: () => number): RateMeter => {
  const windows = new Map<string, { endsAt: number; count: number }>();
  const windowOf = (apiKey: string): { endsAt: number; count: number } => {
    const found = windows.get(apiKey);
    if (found !== undefined && found.endsAt > now()) return found;
    const fresh = { endsAt: now() + windowSeconds() * 1000, count: 0 };
    windows.set(apiKey, fresh);
    return fresh;
  };
  const state = (apiKey: string): RateState => {
    const { endsAt, count } = windowOf(apiKey);
    return { limit: limit() || UNLIMITED, current: count, expires: Math.max(1, Math.ceil((endsAt - now()) / 1000)) };
  };
  return {
    hit: (apiKey) => {
      windowOf(apiKey).count += 1;
      return state(apiKey);
    },
    state,
  };
};
