/** Adobe Stock's texts that hold a time or a price: read where they are beyond doubt, else null. */
import { type Instant, instantOf, parseInstant } from '../../domain/instant.js';
import type { Money } from '../../domain/money.js';

/** By how much the zone is ahead of UTC at that moment. */
const offsetMs = (epochMs: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(epochMs);
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
  if (!match) return 0;
  return (Number(match[2]) * 60 + Number(match[3])) * 60_000 * (match[1] === '-' ? -1 : 1);
};

const DAY_MS = 86_400_000;

/** Of the hour that clocks show twice the second one is meant: a look at everything since a moment must not miss a purchase. */
const fromZone = (wallMs: number, timeZone: string): Instant => {
  if (timeZone === 'UTC') return instantOf(wallMs);
  const meant = [wallMs - DAY_MS, wallMs + DAY_MS]
    .map((near) => wallMs - offsetMs(near, timeZone))
    .filter((epochMs) => epochMs + offsetMs(epochMs, timeZone) === wallMs);
  return instantOf(meant.length === 0 ? wallMs - offsetMs(wallMs, timeZone) : Math.max(...meant));
};

const exactUtc = (year: number, month: number, day: number, hour: number, minute: number, second: number): number | null => {
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour ? ms : null;
};

/** `2026-03-02 09:15:00`, zone-less; the evidence is for UTC. */
export const readPurchaseInstant = (text: string | null, timeZone: string): Instant | null => {
  const zoned = parseInstant(text);
  if (zoned !== null) return zoned;
  const match = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(\.\d+)?$/.exec(text ?? '');
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const wallMs = exactUtc(year, month, day, hour, minute, second);
  return wallMs === null ? null : fromZone(wallMs, timeZone);
};

/** `3/2/26, 9:15 AM` as en_US writes it, with whichever kind of space: to the minute. */
export const readHistoryInstant = (text: string | null, timeZone: string): Instant | null => {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4}),?\s+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP])\.?M\.?$/i.exec(
    text?.trim() ?? '',
  );
  if (!match) return null;
  const [month, day, year, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  if (hour < 1 || hour > 12) return null;
  const hours = (hour % 12) + (match[6]?.toUpperCase() === 'P' ? 12 : 0);
  const wallMs = exactUtc(year < 100 ? 2000 + year : year, month, day, hours, minute, 0);
  return wallMs === null ? null : fromZone(wallMs, timeZone);
};

const CURRENCY_SIGNS: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP', US$: 'USD', CA$: 'CAD', AU$: 'AUD' };
export const CURRENCY_CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
const CURRENCY = String.raw`US\$|CA\$|AU\$|[€£$¥₩₹]|\b[A-Z]{3}\b`;
const AMOUNT = String.raw`\d[\d.,'\u00a0\u202f]*`;
const PRICE = new RegExp(`(?:(${CURRENCY})\\s?(${AMOUNT}))|(?:(${AMOUNT})\\s?(${CURRENCY}))`, 'g');

/** Digits with at most one decimal part of two places; anything that another country would read differently is null. */
const decimalOf = (text: string): string | null => {
  const bare = text.replace(/[.,'\u00a0\u202f]+$/, '');
  const match = /^(\d+|\d{1,3}(?:[.'\u00a0\u202f]\d{3})+(?=,)|\d{1,3}(?:[,'\u00a0\u202f]\d{3})+(?=\.))(?:[.,](\d{2}))?$/.exec(
    bare,
  );
  if (!match?.[1]) return null;
  const whole = match[1].replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  return match[2] === undefined ? whole : `${whole}.${match[2]}`;
};

/** The one price that a text names beyond doubt. Adobe gives prices as text in the caller's language alone; a bare `$` names no country. */
export const readPrice = (text: string | null): Money | null => {
  const found = [...(text ?? '').matchAll(PRICE)].filter(({ 1: before, 4: after }) => {
    const currency = before ?? after ?? '';
    return !/^[A-Z]{3}$/.test(currency) || CURRENCY_CODES.has(currency);
  });
  const [match] = found;
  if (match === undefined || found.length !== 1) return null;
  const sign = match[1] ?? match[4] ?? '';
  const currency = CURRENCY_SIGNS[sign] ?? (CURRENCY_CODES.has(sign) ? sign : undefined);
  const amount = decimalOf(match[2] ?? match[3] ?? '');
  return currency === undefined || amount === null ? null : { amount, currency };
};
