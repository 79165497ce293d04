/** Which HTTP status an operation's errors come to, when it has nothing else to say. */
import type { GraphQLFormattedError } from 'graphql';
import type { FaultCode } from '../domain/faults.js';

/** In the order in which they count where errors differ: what the caller can mend comes first. */
const STATUSES: readonly (readonly [FaultCode, number])[] = [
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
  ['BAD_USER_INPUT', 400],
  ['COST_LIMIT_EXCEEDED', 400],
  ['RATE_LIMITED', 429],
  ['DEADLINE_EXCEEDED', 504],
  ['SOURCE_UNAVAILABLE', 503],
];

export const statusOf = (errors: readonly GraphQLFormattedError[]): number => {
  const codes = new Set(errors.map(({ extensions }) => extensions?.code));
  return STATUSES.find(([code]) => codes.has(code))?.[1] ?? 500;
};

/** Whole seconds, where a source said how long to wait. */
export const retryAfterOf = (errors: readonly GraphQLFormattedError[]): number | null => {
  const waits = errors.flatMap(({ extensions }) =>
    typeof extensions?.retryAfterMs === 'number' ? [extensions.retryAfterMs] : [],
  );
  return waits.length > 0 ? Math.ceil(Math.max(...waits) / 1000) : null;
};

/** Whether any of the root fields was answered. */
export const hasData = (data: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  Object.values(data ?? {}).some((value) => value !== null);
