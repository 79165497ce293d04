/** Which of our operations made each purchase that a source's history lists: a pure comparison of two books. */

import { type Instant, instantOf } from './instant.js';
import { baseTypeOf } from './license.js';
import type { OperationState } from './operation.js';
import { taggedOperation } from './operation.js';
import type { Role } from './roles.js';

/** Who may start a reading and close what it found. */
export const RECONCILERS: readonly Role[] = ['auditor', 'admin'];

export type StandingName = 'MATCHED' | 'HELD' | 'IMPORTED' | 'ELSEWHERE';

/** A purchase as the source lists it, and what it has been to us so far. */
export interface UpstreamRow {
  readonly uuid: string;
  readonly accountAsset: string;
  /** Without product. */
  readonly baseType: string;
  readonly licensedAt: Instant | null;
  readonly firstSeenAt: Instant;
  readonly tag: string | null;
  readonly standing: StandingName | null;
  readonly operationUuid: string | null;
  readonly licenseUuid: string | null;
}

/** An operation of the account that was sent, of this tenant or of another. */
export interface SentSpend {
  readonly uuid: string;
  readonly isOurs: boolean;
  readonly accountAsset: string;
  readonly licenseType: string;
  readonly state: OperationState;
  readonly charged: boolean;
  readonly firstSentAt: Instant;
  readonly sendingAt: Instant;
  readonly settledAt: Instant | null;
}

/** A license on record that no operation of ours bought. */
export interface HeldOnRecord {
  readonly uuid: string;
  readonly accountAsset: string;
  readonly licenseType: string;
  readonly licensedAt: Instant;
  readonly recordedAt: Instant;
}

export type Standing =
  | { readonly name: 'MATCHED' | 'ELSEWHERE'; readonly operation: SentSpend; readonly byTag: boolean }
  | { readonly name: 'HELD'; readonly licenseUuid: string }
  | { readonly name: 'IMPORTED' };

const MINUTE_MS = 60_000;
/** Clocks differ, and some histories know minutes alone. */
const EARLIER_MS = 2 * MINUTE_MS;
const LATER_MS = 10 * MINUTE_MS;

export const minuteOf = (at: Instant): number => Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS;

const OPEN: ReadonlySet<OperationState> = new Set(['SENDING', 'UNKNOWN', 'NEEDS_REVIEW']);
const mayHaveBought = ({ charged, state }: SentSpend): boolean => charged || OPEN.has(state);

const fits = (row: UpstreamRow, operation: SentSpend, now: Instant): boolean => {
  if (row.licensedAt === null) return operation.firstSentAt <= row.firstSeenAt;
  const at = minuteOf(row.licensedAt);
  return at >= minuteOf(operation.firstSentAt) - EARLIER_MS && at <= Date.parse(operation.settledAt ?? now) + LATER_MS;
};

const distance = (row: UpstreamRow, operation: SentSpend): number =>
  row.licensedAt === null ? Number.POSITIVE_INFINITY : Math.abs(Date.parse(row.licensedAt) - Date.parse(operation.sendingAt));

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const groupOf = (accountAsset: string, licenseType: string): string => `${accountAsset}\n${baseTypeOf(licenseType)}`;

/**
 * What may be taken, best first: rows that another tenant bought already, for another tenant's operation; rows that nobody's license was made
 * from; the rest. What was said of a row is taken back only where there is no other way.
 */
const TIERS: readonly ((row: UpstreamRow, operation: SentSpend) => boolean)[] = [
  ({ standing }, { isOurs }) => standing === 'ELSEWHERE' && !isOurs,
  ({ standing }) => standing !== 'IMPORTED' && standing !== 'HELD',
  () => true,
];

/** The most pairs that there can be, those of operations that charged above all; nearer rows are tried first. */
const pairByTime = (
  operations: readonly SentSpend[],
  rows: readonly UpstreamRow[],
  now: Instant,
): ReadonlyMap<UpstreamRow, SentSpend> => {
  const pairs = new Map<UpstreamRow, SentSpend>();
  const choicesOf = new Map(
    operations.map((operation) => [
      operation,
      rows.filter((row) => fits(row, operation, now)).sort((a, b) => compareDistance(a, b, operation)),
    ]),
  );
  /** A row that is taken stays so: its operation moves on to another one, if there is one. */
  const place = (operation: SentSpend, tier: (typeof TIERS)[number], tried: Set<UpstreamRow>): boolean => {
    for (const row of choicesOf.get(operation) ?? []) {
      if (tried.has(row) || !tier(row, operation)) continue;
      tried.add(row);
      const holder = pairs.get(row);
      if (holder && !place(holder, tier, tried)) continue;
      pairs.set(row, operation);
      return true;
    }
    return false;
  };
  for (const charged of [true, false]) {
    const waiting = new Set(operations.filter((operation) => operation.charged === charged));
    for (const tier of TIERS) {
      for (const operation of waiting) if (place(operation, tier, new Set())) waiting.delete(operation);
    }
  }
  return pairs;
};

const compareDistance = (a: UpstreamRow, b: UpstreamRow, operation: SentSpend): number => {
  const [left, right] = [distance(a, operation), distance(b, operation)];
  return left === right ? byText(a.uuid, b.uuid) : left - right;
};

/** Rows and operations of one asset and license type. */
const matchGroup = (
  rows: readonly UpstreamRow[],
  operations: readonly SentSpend[],
  licenses: readonly HeldOnRecord[],
  now: Instant,
): ReadonlyMap<UpstreamRow, Standing> => {
  const standings = new Map<UpstreamRow, Standing>();
  const free = new Map(operations.filter(({ state }) => state !== 'REJECTED').map((operation) => [operation.uuid, operation]));
  const pair = (row: UpstreamRow, operation: SentSpend, byTag: boolean): void => {
    free.delete(operation.uuid);
    standings.set(row, { name: operation.isOurs ? 'MATCHED' : 'ELSEWHERE', operation, byTag });
  };

  const untagged: UpstreamRow[] = [];
  for (const row of rows) {
    const named = taggedOperation(row.tag);
    const operation = named === undefined ? undefined : free.get(named);
    if (operation) pair(row, operation, true);
    else if (named === undefined) untagged.push(row);
  }
  for (const row of untagged) {
    const operation = row.operationUuid === null ? undefined : free.get(row.operationUuid);
    if (operation && mayHaveBought(operation)) pair(row, operation, false);
  }
  const candidates = [...free.values()]
    .filter(mayHaveBought)
    .sort((a, b) => byText(a.sendingAt, b.sendingAt) || byText(a.uuid, b.uuid));
  const open = untagged.filter((row) => !standings.has(row));
  for (const [row, operation] of pairByTime(candidates, open, now)) pair(row, operation, false);

  const rest = rows.filter((row) => !standings.has(row));
  for (const [row, license] of pairHeld(rest, licenses)) standings.set(row, { name: 'HELD', licenseUuid: license.uuid });
  for (const row of rest) if (!standings.has(row)) standings.set(row, { name: 'IMPORTED' });
  return standings;
};

/** Licenses on record for rows that nobody's operation bought: those tied already first, then the nearest in time. */
const pairHeld = (rows: readonly UpstreamRow[], licenses: readonly HeldOnRecord[]): ReadonlyMap<UpstreamRow, HeldOnRecord> => {
  const pairs = new Map<UpstreamRow, HeldOnRecord>();
  const free = new Map(licenses.map((license) => [license.uuid, license]));
  const unmade = rows.filter(({ standing }) => standing !== 'IMPORTED');
  for (const row of unmade) {
    const license = row.standing === 'HELD' && row.licenseUuid !== null ? free.get(row.licenseUuid) : undefined;
    if (!license) continue;
    free.delete(license.uuid);
    pairs.set(row, license);
  }
  for (const row of unmade) {
    if (pairs.has(row)) continue;
    const [nearest] = [...free.values()]
      // It was on record when it was found there: a later purchase is another one.
      .filter(({ recordedAt }) => row.licensedAt === null || minuteOf(row.licensedAt) <= Date.parse(recordedAt) + LATER_MS)
      .map((license) => ({
        license,
        ms: row.licensedAt === null ? 0 : Math.abs(Date.parse(row.licensedAt) - Date.parse(license.licensedAt)),
      }))
      .sort((a, b) => a.ms - b.ms || byText(a.license.uuid, b.license.uuid));
    if (!nearest) continue;
    free.delete(nearest.license.uuid);
    pairs.set(row, nearest.license);
  }
  return pairs;
};

const grouped = <T>(items: readonly T[], groupName: (item: T) => string): ReadonlyMap<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(groupName(item));
    if (group) group.push(item);
    else groups.set(groupName(item), [item]);
  }
  return groups;
};

/**
 * What each row is to this tenant, by the row's uuid. `licenses` are all on record that neither an operation bought nor a history brought, also
 * those that a row is tied to already: that row keeps its own. The order of the arguments' members decides nothing.
 */
export const reconcile = (
  rows: readonly UpstreamRow[],
  operations: readonly SentSpend[],
  licenses: readonly HeldOnRecord[],
  now: number,
): ReadonlyMap<string, Standing> => {
  const ofOperations = grouped(operations, ({ accountAsset, licenseType }) => groupOf(accountAsset, licenseType));
  const ofLicenses = grouped(licenses, ({ accountAsset, licenseType }) => groupOf(accountAsset, licenseType));
  const standings = new Map<string, Standing>();
  for (const [group, members] of grouped(rows, ({ accountAsset, baseType }) => groupOf(accountAsset, baseType))) {
    const ordered = members.sort((a, b) => byText(a.licensedAt ?? '', b.licensedAt ?? '') || byText(a.uuid, b.uuid));
    for (const [row, standing] of matchGroup(ordered, ofOperations.get(group) ?? [], ofLicenses.get(group) ?? [], instantOf(now)))
      standings.set(row.uuid, standing);
  }
  return standings;
};
