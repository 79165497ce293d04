/** One access token for all callers of an account: fetched by one, awaited by the rest, renewed before it ends. */
import { SourceFault } from '../../domain/faults.js';
import { type AssetSource, SOURCE_LABELS } from '../../domain/ids.js';
import type { Call } from '../datasource.js';

export interface AccessToken {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface TokenCache {
  /** A token good for `minLifeMs` at least (default 5 s). */
  get(call: Call, minLifeMs?: number): Promise<string>;
  /** Forget this token if it is still the current one: the source refused it. */
  drop(value: string): void;
}

/** Shorter than a read may take, so that after an exchange that hung another can succeed in time. */
const FETCH_MS = 4_000;

export const createTokenCache = (
  source: AssetSource,
  fetchToken: (call: Call) => Promise<AccessToken>,
  now: () => number,
): TokenCache => {
  let current: AccessToken | undefined;
  let pending: Promise<AccessToken> | undefined;

  const renew = (call: Call): Promise<AccessToken> => {
    // Others wait for this as well: it must not end with the deadline of the one who happened to come first.
    pending ??= fetchToken({ ...call, deadlineAt: now() + FETCH_MS })
      .then((token) => {
        current = token;
        return token;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };

  const inTime = async (token: Promise<AccessToken>, call: Call): Promise<AccessToken> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const fault = new SourceFault(source, 'timeout', `${SOURCE_LABELS[source]} did not give an access token in time.`, {
        effect: 'none',
      });
      timer = setTimeout(() => reject(fault), Math.max(0, call.deadlineAt - now()));
    });
    try {
      return await Promise.race([token, late]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    get: async (call, minLifeMs = 5_000) => {
      if (current && current.expiresAt - now() > minLifeMs) return current.value;
      return (await inTime(renew(call), call)).value;
    },
    drop: (value) => {
      if (current?.value === value) current = undefined;
    },
  };
};

/**
 * Runs `attempt` with a token and, when it says that the source refused the token, once more with a fresh one.
 * For reads only: a spending call is never sent twice.
 */
export const withFreshToken = async <T>(
  tokens: TokenCache,
  call: Call,
  attempt: (token: string) => Promise<T>,
  refused: (result: T) => boolean,
): Promise<T> => {
  const token = await tokens.get(call);
  const first = await attempt(token);
  if (!refused(first)) return first;
  tokens.drop(token);
  return attempt(await tokens.get(call));
};
