/** Records what was done with licenses, one use or many, and reads it. Nothing is dropped: see docs/usage.md. */
import pLimit from 'p-limit';
import { Fault } from '../domain/faults.js';
import type { Visibility } from '../domain/library-approval.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { InputProblem, OperationFailure } from '../domain/operation.js';
import { type Actor, READERS, requireRole, USAGE_RECORDERS } from '../domain/roles.js';
import type { RecordUsageOutcome, Usage } from '../domain/usage.js';
import { type Database, readInTenant } from '../store/database.js';
import { listUsages, type UsageQuery } from '../store/usage.store.js';
import { fillPage } from './library-approval.js';
import { checkUsage, type UsageWords } from './usage.checks.js';
import { type CheckedUsage, type Recording, recordUses } from './usage.recording.js';

export interface UsageRowResult {
  readonly idempotencyKey: string;
  /** Null when the row could not be tried; then `error` says why. */
  readonly outcome: RecordUsageOutcome | null;
  readonly error: OperationFailure | null;
}

export type RecordUsagesOutcome =
  | { readonly kind: 'RecordUsagesPayload'; readonly results: readonly UsageRowResult[] }
  | { readonly kind: 'InvalidRequest'; readonly problems: readonly InputProblem[]; readonly message: string };

export interface UsageService {
  record(actor: Actor, words: UsageWords, requestId: string): Promise<RecordUsageOutcome>;
  /** One result for each row, in order. */
  recordAll(actor: Actor, rows: readonly UsageWords[], requestId: string): Promise<RecordUsagesOutcome>;
  /** Newest first; one more than asked, so that the caller sees whether there is a next page. */
  list(actor: Actor, query: UsageQuery): Promise<readonly Usage[]>;
}

export interface UsageDeps {
  readonly visibilityOf: (actor: Actor) => Visibility;
  readonly db: Database;
  readonly now: () => number;
  readonly log: { error(details: object, message: string): void };
}

const MOST_ROWS = 1_000;
/** Others wait for the license while one transaction records. */
const ROWS_TOGETHER = 100;
const LICENSES_TOGETHER = 4;

const RECORD = 'record uses';

const failureOf = (error: unknown): OperationFailure =>
  error instanceof Fault
    ? { code: error.code, message: error.message, retryable: false, retryAfterMs: null }
    : {
        code: 'INTERNAL',
        message: 'The use could not be recorded. Send the row again with the same key.',
        retryable: true,
        retryAfterMs: null,
      };

interface PlacedRow {
  readonly index: number;
  readonly row: CheckedUsage;
}

export const createUsageService = (deps: UsageDeps): UsageService => {
  const { db, now } = deps;

  /** All of them, or, where that fails, each alone: one bad row must not take the others with it. */
  const recordChunk = async (
    recording: Recording,
    chunk: readonly PlacedRow[],
    settle: (index: number, outcome: RecordUsageOutcome | null, error: OperationFailure | null) => void,
  ): Promise<void> => {
    const { licenseUuid } = (chunk[0] as PlacedRow).row;
    try {
      const outcomes = await recordUses(
        deps,
        recording,
        licenseUuid,
        chunk.map(({ row }) => row),
      );
      for (const [n, { index }] of chunk.entries()) settle(index, outcomes[n] ?? null, null);
    } catch (error) {
      if (chunk.length > 1) {
        for (const placed of chunk) await recordChunk(recording, [placed], settle);
        return;
      }
      deps.log.error({ err: error, requestId: recording.requestId }, 'a use could not be recorded');
      settle((chunk[0] as PlacedRow).index, null, failureOf(error));
    }
  };

  return {
    record: async (actor, words, requestId) => {
      requireRole(actor, USAGE_RECORDERS, RECORD);
      const checked = checkUsage(words, now());
      if ('problems' in checked) return invalidRequest(...checked.problems);
      const recording: Recording = { actor, mutation: 'recordUsage', requestId };
      const [outcome] = await recordUses(deps, recording, checked.row.licenseUuid, [checked.row]);
      return outcome as RecordUsageOutcome;
    },

    recordAll: async (actor, rows, requestId) => {
      requireRole(actor, USAGE_RECORDERS, RECORD);
      const rowCount = (code: string, message: string) => invalidRequest({ path: 'rows', code, message });
      if (rows.length === 0) return rowCount('REQUIRED', 'Give at least one row.');
      if (rows.length > MOST_ROWS) return rowCount('TOO_MANY', `At most ${MOST_ROWS} rows in one call.`);
      const results: UsageRowResult[] = rows.map(({ idempotencyKey }) => ({ idempotencyKey, outcome: null, error: null }));
      const settle = (index: number, outcome: RecordUsageOutcome | null, error: OperationFailure | null): void => {
        results[index] = { ...(results[index] as UsageRowResult), outcome, error };
      };
      const byLicense = new Map<string, PlacedRow[]>();
      const seen = new Set<string>();
      for (const [index, words] of rows.entries()) {
        const checked = checkUsage(words, now(), seen);
        seen.add(words.idempotencyKey);
        if ('problems' in checked) {
          settle(index, invalidRequest(...checked.problems), null);
          continue;
        }
        const group = byLicense.get(checked.row.licenseUuid);
        if (group) group.push({ index, row: checked.row });
        else byLicense.set(checked.row.licenseUuid, [{ index, row: checked.row }]);
      }
      const recording: Recording = { actor, mutation: 'recordUsages', requestId };
      const slots = pLimit(LICENSES_TOGETHER);
      const recordGroup = async (group: readonly PlacedRow[]): Promise<void> => {
        for (let from = 0; from < group.length; from += ROWS_TOGETHER)
          await recordChunk(recording, group.slice(from, from + ROWS_TOGETHER), settle);
      };
      await Promise.all([...byLicense.values()].map((group) => slots(() => recordGroup(group))));
      return { kind: 'RecordUsagesPayload', results };
    },

    list: async (actor, query) => {
      requireRole(actor, READERS, 'read uses');
      const visibility = deps.visibilityOf(actor);
      return fillPage(
        query,
        (page) => readInTenant(db, actor.tenantId, (tx) => listUsages(tx, page)),
        ({ recordedAt, uuid }) => ({ recordedAt, uuid }),
        (rows) => visibility.visible(rows, ({ assetId }) => [assetId]),
      );
    },
  };
};
