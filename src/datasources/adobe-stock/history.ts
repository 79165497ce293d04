/**
 * The license history, whose rows move down as new ones arrive: read so that each is found once, and so that all purchases of one license
 * since a moment are found or a fault is.
 */
import { z } from 'zod';
import type { Instant } from '../../domain/instant.js';
import type { Call } from '../datasource.js';
import type { AdobeStockClient } from './client.js';
import { badReply, historyMoved, notOffered } from './faults.js';
import { isNamed, type NamedRow } from './licensing.map.js';
import { readHistoryInstant } from './texts.wire.js';
import type { WireHistory, WireHistoryRow } from './wire.js';

const PAGE_ROWS = 100;
/** How often a page is asked for again because the rows have moved, and a whole walk because it could not be followed. */
const ATTEMPTS = 3;
const MINUTE_MS = 60_000;

// ---------- one page ----------

const count = z.number().int().nonnegative();
/** Rows have no id of their own: a place is the row read last, by its name and by where it was in a list of that length. */
const historyPlace = z.strictObject({
  /** Where the row named `last` was. */
  offset: count,
  total: count.nullable(),
  /** Null at the top of the list. */
  last: z.string().nullable(),
  /** The first row of this walk, and how many have come above it since. */
  first: z.string().nullable(),
  arrived: count,
  /** A walk over what has arrived ends where the walk before it began. */
  stop: z.strictObject({ at: count, name: z.string() }).nullable(),
});
export type HistoryPlace = z.infer<typeof historyPlace>;
export const HISTORY_START: HistoryPlace = { offset: 0, total: null, last: null, first: null, arrived: 0, stop: null };

const isPlace = ({ last, first, offset, arrived }: HistoryPlace): boolean =>
  last === null ? first === null && offset === 0 && arrived === 0 : first !== null;

export const readHistoryPlace = (text: string): HistoryPlace => {
  try {
    const place = historyPlace.safeParse(JSON.parse(text));
    if (place.success && isPlace(place.data)) return place.data;
  } catch {
    // Refused below.
  }
  throw notOffered('cannot go on from this place; start again from the beginning.');
};

export interface HistoryRows {
  /** Those that no page before has shown. */
  readonly rows: readonly WireHistoryRow[];
  readonly total: number | null;
  readonly onward: HistoryPlace | null;
  /** What came above the first row while we were reading; to be read once this walk is over. */
  readonly arrivals: HistoryPlace | null;
  /** Whether the totals and the rows told the same of what has moved. */
  readonly agrees: boolean;
  /** Whether the last row of the list has been read. */
  readonly isWhole: boolean;
}

const nameOf = (row: WireHistoryRow): string => `${row.id}|${row.license}|${row.licenseDate}`;

const grownBy = (place: HistoryPlace, total: number | null): number | null =>
  place.total === null || total === null ? null : total - place.total;

/** The page that holds the row read last, which may have moved by more than a page. */
const readAround = async (client: AdobeStockClient, place: HistoryPlace, call: Call) => {
  let { offset } = place;
  for (let attempt = 1; ; attempt += 1) {
    const reply: WireHistory = await client.licenseHistory(offset, PAGE_ROWS, call);
    const expected = place.offset + (grownBy(place, reply.total) ?? 0);
    const isInside = expected >= offset && expected < offset + reply.rows.length;
    if (place.last === null || isInside || attempt === ATTEMPTS) return { reply, offset, expected };
    offset = Math.max(0, expected);
  }
};

/** The total says where a row is, and where it errs the row's name does, if it is the only one of that name. */
const indexOf = (names: readonly string[], name: string, expected: number): number | null => {
  if (names[expected] === name) return expected;
  const first = names.indexOf(name);
  return first >= 0 && first === names.lastIndexOf(name) ? first : null;
};

/** Null when rows have gone, or come elsewhere than at the top: nobody can say then which have been shown. */
export const readHistoryPage = async (client: AdobeStockClient, place: HistoryPlace, call: Call): Promise<HistoryRows | null> => {
  const { reply, offset, expected } = await readAround(client, place, call);
  const { rows, total } = reply;
  const names = rows.map(nameOf);
  const grown = grownBy(place, total);
  const isTop = place.last === null && place.stop === null;
  const lastAt = place.last === null ? -1 : indexOf(names, place.last, expected - offset);
  if (lastAt === null) return null;
  const moved = place.last === null ? (grown ?? 0) : offset + lastAt - place.offset;

  const stop = place.stop === null ? null : { ...place.stop, at: place.stop.at + moved };
  const stopsInside = stop !== null && stop.at < offset + names.length;
  if (stopsInside && names[stop.at - offset] !== stop.name) return null;
  const shown = rows.slice(lastAt + 1, stopsInside ? stop.at - offset : undefined);

  const readTo = offset + rows.length;
  const goesOn = rows.length > lastAt + 1 && (total === null || total < readTo ? rows.length >= PAGE_ROWS : readTo < total);
  if (stop !== null && !stopsInside && !goesOn) return null;
  const first = place.first ?? names[0] ?? null;
  const arrived = place.last === null ? 0 : Math.max(0, place.arrived + moved);
  return {
    rows: shown,
    total,
    onward: goesOn && !stopsInside ? { offset: readTo - 1, total, last: names.at(-1) ?? null, first, arrived, stop } : null,
    arrivals: arrived > 0 && first !== null ? { ...HISTORY_START, total, stop: { at: arrived, name: first } } : null,
    agrees: isTop || (grown === moved && moved >= 0),
    isWhole: total === readTo,
  };
};

// ---------- all of one license since a moment ----------

export interface WantedPurchases {
  readonly id: string;
  readonly licenseType: string;
  readonly since: Instant;
  /** In which the history writes its dates. */
  readonly timeZone: string;
}

const epochOf = (row: WireHistoryRow | undefined, timeZone: string): number | null => {
  const at = readHistoryInstant(row?.licenseDate ?? null, timeZone);
  return at === null ? null : Date.parse(at);
};

/** A row that may be one of them and does not say so makes the whole list doubtful. */
const pick = (rows: readonly WireHistoryRow[], wanted: WantedPurchases, fromMs: number): readonly NamedRow[] =>
  rows.filter((row): row is NamedRow => {
    const at = epochOf(row, wanted.timeZone);
    const isOther =
      (at !== null && at < fromMs) ||
      (row.id !== null && row.id !== wanted.id) ||
      (row.license !== null && row.license !== wanted.licenseType);
    if (isOther) return false;
    if (at === null || !isNamed(row) || row.license === null) throw badReply('license-history');
    return true;
  });

/** Null when the walk could not be followed to its end beyond doubt. */
const readOnce = async (
  client: AdobeStockClient,
  wanted: WantedPurchases,
  fromMs: number,
  call: Call,
): Promise<readonly NamedRow[] | null> => {
  let found: readonly NamedRow[] = [];
  let ofThisWalk: readonly NamedRow[] = [];
  for (let place = HISTORY_START; ; ) {
    const page: HistoryRows | null = await readHistoryPage(client, place, call);
    if (page === null || !page.agrees) return null;
    ofThisWalk = [...ofThisWalk, ...pick(page.rows, wanted, fromMs)];
    const oldest = epochOf(page.rows.at(-1), wanted.timeZone);
    const isPast = place.stop === null && oldest !== null && oldest < fromMs;
    if (page.onward !== null && !isPast) {
      place = page.onward;
      continue;
    }
    if (place.stop === null && !isPast && !page.isWhole) return null;
    found = [...ofThisWalk, ...found];
    ofThisWalk = [];
    if (page.arrivals === null) return found;
    place = page.arrivals;
  }
};

/** Newest first. The history knows minutes alone, so that those of the minute in which `since` lies are among them. */
export const readPurchasesSince = async (
  client: AdobeStockClient,
  wanted: WantedPurchases,
  call: Call,
): Promise<readonly NamedRow[]> => {
  const fromMs = Math.floor(Date.parse(wanted.since) / MINUTE_MS) * MINUTE_MS;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const found = await readOnce(client, wanted, fromMs, call);
    if (found !== null) return found;
  }
  throw historyMoved();
};
