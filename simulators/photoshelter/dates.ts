/** The vendor's date formats: one for media, one for containers and permissions, one for v3. All are UTC. */

export const DAY_MS = 86_400_000;

const iso = (ms: number): string => new Date(ms).toISOString();

/** `2026-02-01 10:30:00 GMT`: media attributes and date query parameters. */
export const mediaDate = (ms: number): string => `${iso(ms).slice(0, 10)} ${iso(ms).slice(11, 19)} GMT`;

/** `2026-02-01T10:30:00.000000`: collections, galleries, permissions; says no zone. */
export const containerDate = (ms: number): string => `${iso(ms).slice(0, 23)}000`;

/** `2026-02-01 10:30:00`: v3. */
export const v3Date = (ms: number): string => `${iso(ms).slice(0, 10)} ${iso(ms).slice(11, 19)}`;

/** Media times have whole seconds, so what a caller reads and sends back as `modify_start` meets the same instant. */
export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

export const dayOf = (ms: number): string => iso(ms).slice(0, 10);

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?(?:\s*(?:GMT|UTC|Z))?$/;

/** Milliseconds since the epoch, or undefined when the text is no date. */
export const parseDate = (text: string): number | undefined => {
  const found = FORM.exec(text.trim());
  if (found === null) return undefined;
  const time = found[2] ?? '00:00:00';
  const ms = Date.parse(`${found[1] ?? ''}T${time.length === 5 ? `${time}:00` : time}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};
