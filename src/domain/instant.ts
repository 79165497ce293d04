/** Points in time as text: RFC 3339 in UTC with exactly milliseconds, so that they compare as strings and survive JSON. */

export type Instant = string & { readonly __instant: true };

export const instantOf = (epochMs: number | Date): Instant => new Date(epochMs).toISOString() as Instant;

export const instantOrNull = (value: Date | null): Instant | null => (value === null ? null : instantOf(value));

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})$/i;

/** The 31st of February is no day, though Date takes it for one. */
const isDay = (text: string): boolean => {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year as number, (month as number) - 1, day));
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
};

const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Reads a time that states its zone; anything else (no zone, no time, nonsense) is null: a zone is never invented. */
export const parseInstant = (text: unknown): Instant | null => {
  if (typeof text !== 'string' || !WITH_ZONE.test(text) || !isDay(text)) return null;
  const epochMs = Date.parse(text.replace(' ', 'T').replace(/\s/g, ''));
  // Beyond these the text is no longer 24 characters, and neither compares nor fits a column.
  return Number.isNaN(epochMs) || epochMs < EARLIEST_MS || epochMs > LATEST_MS ? null : instantOf(epochMs);
};

/** The exclusive end of a term whose end is given as a date alone: the end of that day in UTC. */
export const endOfDay = (date: string): Instant | null => {
  if (!/^\d{4}-\d{2}-\d{2}/.test(date) || !isDay(date)) return null;
  return instantOf(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + 86_400_000);
};
