/** Reads a whole history and says of each row how often it is there, as far as can be told of rows without numbers that move while they are read. */
import { createHash } from 'node:crypto';
import type { Call, HistoryEntry, HistoryPage } from '../datasources/datasource.js';
import { SourceFault } from '../domain/faults.js';
import { baseTypeOf } from '../domain/license.js';
import type { HistorySource } from './history-source.js';

/** Rows that look alike, as many as there are for sure. */
export interface RowGroup {
  readonly fingerprint: string;
  readonly accountAsset: string;
  readonly entries: readonly HistoryEntry[];
}

export interface Reading {
  readonly groups: readonly RowGroup[];
  readonly rowsRead: number;
  /** Whether nothing can have been missed. */
  readonly isWhole: boolean;
}

const MOST_PASSES = 3;
const MOST_PAGES = 2_000;

export const accountAssetOf = ({ key }: HistoryEntry): string => `${key.lane}/${key.externalId}`;

/** Without our tag, which may come and go, and without the kind of a space. */
const fingerprintOf = (entry: HistoryEntry): string => {
  const date = entry.licensedAtText?.normalize('NFKC').replace(/\s+/g, ' ').trim() ?? entry.licensedAt ?? '';
  const parts = [accountAssetOf(entry), baseTypeOf(entry.licenseType), date, entry.sourceReference ?? ''];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
};

type Groups = ReadonlyMap<string, readonly HistoryEntry[]>;
interface Pass {
  readonly groups: Groups;
  readonly rows: number;
  readonly total: number | null;
}
/** Of a pass before: how many there were, without the rows themselves. */
interface Counts {
  readonly ofGroup: ReadonlyMap<string, number>;
  readonly total: number | null;
}

const countsOf = ({ groups, total }: Pass): Counts => ({
  ofGroup: new Map([...groups].map(([fingerprint, entries]) => [fingerprint, entries.length])),
  total,
});

/** A row as an earlier pass showed it, if it did: so that a history is in memory once, however often it is read. */
const interned = (entry: HistoryEntry, earlier: HistoryEntry | undefined): HistoryEntry =>
  earlier !== undefined && earlier.tag === entry.tag && earlier.licenseType === entry.licenseType ? earlier : entry;

const readOnce = async (source: HistorySource, newCall: () => Call, earlier: Groups): Promise<Pass> => {
  const groups = new Map<string, HistoryEntry[]>();
  let [rows, total] = [0, null as number | null];
  let place: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { entries, next, total: told }: HistoryPage = await source.history(place, newCall());
    for (const entry of entries) {
      const fingerprint = fingerprintOf(entry);
      const group = groups.get(fingerprint);
      const kept = interned(entry, earlier.get(fingerprint)?.[group?.length ?? 0]);
      if (group) group.push(kept);
      else groups.set(fingerprint, [kept]);
    }
    rows += entries.length;
    total = told;
    if (next === null) return { groups, rows, total };
    place = next;
  }
  throw new SourceFault(source.source, 'bad_reply', `The license history of ${source.label} did not end.`);
};

const isSame = (a: Pass, b: Counts): boolean =>
  a.total === b.total &&
  a.groups.size === b.ofGroup.size &&
  [...a.groups].every(([fingerprint, entries]) => b.ofGroup.get(fingerprint) === entries.length);

/** Whether more rows look alike than are on record: a row that was read twice would look so. */
const hasMultiplied = (pass: Pass, known: ReadonlyMap<string, number>): boolean =>
  [...pass.groups].some(([fingerprint, entries]) => entries.length > Math.max(1, known.get(fingerprint) ?? 0));

/** Whether each row is there as often as the pass shows it. */
const isCertain = (pass: Pass, before: Counts | undefined, known: ReadonlyMap<string, number>): boolean => {
  if (pass.total !== null && pass.rows === pass.total) return true;
  if (pass.total === null && !hasMultiplied(pass, known)) return true;
  return before !== undefined && isSame(pass, before);
};

const fewer = (a: readonly HistoryEntry[], b: readonly HistoryEntry[] | undefined): readonly HistoryEntry[] =>
  b !== undefined && b.length < a.length ? b : a;

const readingOf = (groups: Groups, rowsRead: number, isWhole: boolean): Reading => ({
  groups: [...groups].map(([fingerprint, entries]) => ({
    fingerprint,
    accountAsset: accountAssetOf(entries[0] as HistoryEntry),
    entries,
  })),
  rowsRead,
  isWhole,
});

/** `known`: how many rows of each fingerprint are on record. Throws the SourceFault of a page that failed. */
export const readHistory = async (
  source: HistorySource,
  known: ReadonlyMap<string, number>,
  newCall: () => Call,
): Promise<Reading> => {
  let before: Counts | undefined;
  let fewest: Groups = new Map();
  for (let attempt = 1; ; attempt += 1) {
    const pass = await readOnce(source, newCall, fewest);
    // A list that stands still and yet is not as long as the source says has rows that it does not show us.
    const isWhole = pass.total === null || pass.rows === pass.total;
    if (isCertain(pass, before, known)) return readingOf(pass.groups, pass.rows, isWhole);
    fewest = new Map([
      ...fewest,
      ...[...pass.groups].map(([name, entries]) => [name, fewer(entries, fewest.get(name))] as const),
    ]);
    if (attempt === MOST_PASSES) return readingOf(fewest, pass.rows, false);
    before = countsOf(pass);
  }
};
