/** Lays what a history shows over what is on record of it: rows known before keep their identity, only what is more is new. */
import { v7 as uuidv7 } from 'uuid';
import type { HistoryEntry } from '../datasources/datasource.js';
import { assetIdOf } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import { taggedOperation } from '../domain/operation.js';
import type { RecordedRow } from '../store/upstream-purchase.store.js';
import type { RowGroup } from './history-reading.js';

const newRow = (group: RowGroup, entry: HistoryEntry, occurrence: number, seenAt: Instant): RecordedRow => ({
  uuid: uuidv7(),
  accountAsset: group.accountAsset,
  assetId: assetIdOf(entry.key),
  baseType: baseTypeOf(entry.licenseType),
  licenseType: entry.licenseType,
  licensedAt: entry.licensedAt,
  licensedAtText: entry.licensedAtText,
  firstSeenAt: seenAt,
  tag: entry.tag,
  sourceReference: entry.sourceReference,
  raw: entry.raw,
  standing: null,
  operationUuid: null,
  licenseUuid: null,
  fingerprint: group.fingerprint,
  occurrence,
});

/** Rows alike differ in their tags alone, which a history may have begun or ceased to give. */
const overlay = (group: RowGroup, known: readonly RecordedRow[], seenAt: Instant): readonly RecordedRow[] => {
  // Tagged ones first: a tag that is not on record names what is new.
  const left = [...group.entries].sort((a, b) => Number(a.tag === null) - Number(b.tag === null));
  const take = (fits: (entry: HistoryEntry) => boolean): HistoryEntry | undefined => {
    const at = left.findIndex(fits);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  for (const row of known) if (row.tag !== null) take(({ tag }) => tag === row.tag);
  const learned = new Map<RecordedRow, HistoryEntry | undefined>();
  const learn = (row: RecordedRow, fits: (entry: HistoryEntry) => boolean): boolean => {
    const entry = take(fits);
    if (entry) learned.set(row, entry);
    return entry !== undefined;
  };
  // The tag of the operation that a row belongs to already comes to that row and to no other.
  const untagged = known
    .filter(({ tag }) => tag === null)
    .filter((row) => row.operationUuid === null || !learn(row, ({ tag }) => taggedOperation(tag) === row.operationUuid))
    // And the tag of another one rather to a row that belongs to none.
    .sort((a, b) => Number(a.operationUuid === null) - Number(b.operationUuid === null));
  for (const row of untagged.filter(() => take(({ tag }) => tag === null) === undefined)) learn(row, () => true);
  const rows = known.map((row) => {
    const entry = learned.get(row);
    return entry ? { ...row, tag: entry.tag, raw: entry.raw } : row;
  });
  const more = left.slice(0, Math.max(0, group.entries.length - known.length));
  return [...rows, ...more.map((entry, index) => newRow(group, entry, known.length + index + 1, seenAt))];
};

/** All rows of some assets: those on record, whether shown or not, and the new ones. */
export const overlayRows = (
  groups: readonly RowGroup[],
  known: readonly RecordedRow[],
  seenAt: Instant,
): readonly RecordedRow[] => {
  const shown = new Set(groups.map(({ fingerprint }) => fingerprint));
  const ofGroup = new Map<string, RecordedRow[]>();
  for (const row of known) {
    const rows = ofGroup.get(row.fingerprint);
    if (rows) rows.push(row);
    else ofGroup.set(row.fingerprint, [row]);
  }
  return [
    ...known.filter(({ fingerprint }) => !shown.has(fingerprint)),
    ...groups.flatMap((group) => overlay(group, ofGroup.get(group.fingerprint) ?? [], seenAt)),
  ];
};
