/**
 * All downloads of the account, newest first: windows that go back in time, each read for the products and then for iStock credits, which
 * are listed by name alone. A page goes on below the second at which the one before ended, so that what arrives meanwhile moves nothing.
 */
import type { ConnectionId } from '../../domain/ids.js';
import type { Call, HistoryPage } from '../datasource.js';
import type { GettyImagesClient, GettyImagesConfig, HistoryWindow } from './client.js';
import type { WireDownload } from './downloads.wire.js';
import { notOffered, notWhole } from './faults.js';
import { mapHistoryRow, printOf, secondOf } from './history.map.js';
import { readLicenseType } from './license-types.map.js';
import { readPlace } from './place.js';
import { isCount } from './search-lists.js';

const PAGE_ROWS = 100;
const DAY_SECONDS = 86_400;
/** Without an end the vendor's window is 30 days long: a day less reaches its present whatever our clocks say. */
const WINDOW_SECONDS = 29 * DAY_SECONDS;
/** A second that holds more rows than a page is read whole; more than this is no second. */
const MOST_PAGES_AT_ONCE = 50;
const TRIES = 3;
/** The last second of the year 9999: later ones are written otherwise. */
const LAST_SECOND = 253_402_300_798;

interface Place {
  /** The second in which the reading began. */
  readonly since: number;
  readonly window: number;
  readonly credits: boolean;
  /** The newest second that is still to be listed. Null: the newest window from its start, by the vendor's clock. */
  readonly upTo: number | null;
  /** Prints of rows that were listed and will come again, once for each. */
  readonly shown: readonly string[];
  /** Beyond 1 only where the vendor's order is not newest first. */
  readonly page: number;
  /** What the vendor called the whole, where one window is the whole. */
  readonly total: number | null;
}

const isSecond = (value: unknown): value is number => isCount(value) && value <= LAST_SECOND;
const isPlace = (value: unknown): value is Place => {
  const { since, window, credits, upTo, shown, page, total } = (value ?? {}) as Record<string, unknown>;
  const isPosition = isSecond(since) && isCount(window) && isCount(page) && page > 0 && typeof credits === 'boolean';
  const isList = Array.isArray(shown) && shown.every((print) => typeof print === 'string');
  return isPosition && isList && (upTo === null || isSecond(upTo)) && (total === null || isCount(total));
};

/** To the second, which is what the vendor documents. */
const timeOf = (second: number): string => new Date(second * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

const isNewestFirst = (rows: readonly WireDownload[]): boolean =>
  rows.every((row, index) => {
    const at = secondOf(row);
    const before = index === 0 ? at : secondOf(rows[index - 1] as WireDownload);
    return at !== null && before !== null && at <= before;
  });

interface Gathered {
  readonly rows: readonly WireDownload[];
  readonly total: number | null;
  readonly hasMore: boolean;
  readonly newestFirst: boolean;
  readonly lastPage: number;
}

/**
 * One page, or as many as it takes to come below the second `upTo` and out of one second. Null: rows came in between, so that the pages
 * do not fit together.
 */
const gather = async (
  client: Pick<GettyImagesClient, 'downloads'>,
  window: HistoryWindow,
  { page: firstPage, upTo }: Place,
  call: Call,
): Promise<Gathered | null> => {
  const rows: WireDownload[] = [];
  let total: number | null = null;
  for (let page = firstPage; page < firstPage + MOST_PAGES_AT_ONCE; page += 1) {
    const reply = await client.downloads(window, page, PAGE_ROWS, call);
    if (page > firstPage && reply !== null && reply.total !== total) return null;
    total = reply?.total ?? total;
    rows.push(...(reply?.rows ?? []));
    const count = reply?.rowCount ?? 0;
    const hasMore = count > 0 && (total === null ? count >= PAGE_ROWS : page * PAGE_ROWS < total);
    const newestFirst = isNewestFirst(rows);
    const [first, last] = [rows[0], rows.at(-1)].map((row) => (row === undefined ? null : secondOf(row)));
    // Rows of one second alone do not show in which order the vendor lists.
    const isBelow = first != null && last != null && last < first && last < (upTo ?? first);
    if (!hasMore || !newestFirst || isBelow || firstPage > 1) return { rows, total, hasMore, newestFirst, lastPage: page };
  }
  throw notWhole();
};

/** What is to be listed of the rows, and the prints that did not come. */
const sift = (rows: readonly WireDownload[], from: number, { upTo, shown }: Place) => {
  const expected = new Map<string, number>();
  for (const print of shown) expected.set(print, (expected.get(print) ?? 0) + 1);
  const fresh = rows.filter((row) => {
    const at = secondOf(row);
    if (at !== null && (at < from || (upTo !== null && at > upTo))) return false;
    const print = printOf(row);
    const count = expected.get(print) ?? 0;
    if (count > 0) expected.set(print, count - 1);
    return count === 0;
  });
  return { fresh, missing: [...expected].flatMap(([print, count]) => Array.from({ length: count }, () => print)) };
};

export const createHistory = (
  config: GettyImagesConfig,
  { client, now }: { readonly client: Pick<GettyImagesClient, 'downloads'>; readonly now: () => number },
): ((connectionId: ConnectionId, text: string | null, call: Call) => Promise<HistoryPage>) => {
  const windows = Math.max(1, Math.ceil(((config.historyDays ?? 365) * DAY_SECONDS) / WINDOW_SECONDS));
  const hasCredits = config.products?.some((product) => readLicenseType(product)?.productType === 'creditpack') ?? true;
  const isOneWindow = windows === 1 && !hasCredits;

  const startOf = (since: number, window: number, credits: boolean): Place => {
    // Each second belongs to one window: to the newer one, which begins with it.
    const upTo = window === 0 ? null : since - window * WINDOW_SECONDS - 1;
    return { since, window, credits, upTo, shown: [], page: 1, total: null };
  };

  const afterWindow = ({ since, window, credits }: Place): Place | null => {
    if (hasCredits && !credits) return startOf(since, window, true);
    return window + 1 < windows ? startOf(since, window + 1, false) : null;
  };

  const following = (place: Place, gathered: Gathered, missing: readonly string[]): Place | null => {
    const { rows, total, lastPage } = gathered;
    if (!gathered.hasMore) return afterWindow(place);
    const whole = place.total ?? total;
    const last = rows.at(-1);
    const oldest = last === undefined ? null : secondOf(last);
    // Once by number, always by number.
    if (!gathered.newestFirst || oldest === null || place.page > 1)
      return { ...place, page: lastPage + 1, shown: missing, total: whole };
    const shown = rows.filter((row) => secondOf(row) === oldest).map(printOf);
    return { ...place, upTo: oldest, shown, page: 1, total: whole };
  };

  return async (connectionId, text, call) => {
    const place = text === null ? startOf(Math.floor(now() / 1000), 0, false) : readPlace(text, isPlace);
    if (place.window >= windows) throw notOffered('cannot go on from this place; start again from the beginning.');
    const from = place.since - (place.window + 1) * WINDOW_SECONDS;
    const window: HistoryWindow = {
      from: timeOf(from),
      // The newest window is open: what is bought while it is read shall be in it, by the vendor's clock. Else the whole of the last second.
      to: place.upTo === null ? null : timeOf(place.upTo + 1),
      productType: place.credits ? 'creditpack' : null,
    };
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const gathered = await gather(client, window, place, call);
      if (gathered === null) continue;
      const { fresh, missing } = sift(gathered.rows, from, place);
      const next = following(place, gathered, missing);
      return {
        entries: fresh.flatMap((row) => mapHistoryRow(row, connectionId, config.products) ?? []),
        next: next === null ? null : JSON.stringify(next),
        total: isOneWindow ? (place.total ?? gathered.total) : null,
      };
    }
    throw notWhole();
  };
};
