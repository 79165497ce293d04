/** Points in time as text: RFC 3339 in UTC with exactly milliseconds, so that they compare as strings and survive JSON. */

export type Instant = string & { readonly __instant: true };

export const instantOf = (epochMs: number | Date): Instant => new Date(epochMs).toISOString() as Instant;

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})$/i;

/** Reads a time that states its zone; anything else (no zone, no time, nonsense) is null: a zone is never invented. */
export const parseInstant = (text: unknown): Instant | null => {
  if (typeof text !== 'string' || !WITH_ZONE.test(text)) return null;
  const epochMs = Date.parse(text.replace(' ', 'T').replace(/\s/g, ''));
  return Number.isNaN(epochMs) ? null : instantOf(epochMs);
};

/** The exclusive end of a term whose end is given as a date alone: the end of that day in UTC. */
export const endOfDay = (date: string): Instant | null => {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const start = new Date(Date.UTC(year, month - 1, day));
  if (start.getUTCFullYear() !== year || start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day) return null;
  return instantOf(start.getTime() + 86_400_000);
};
