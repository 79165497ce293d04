/** Usage reports: all rows of a batch or none, each batch id once. */
import type { Route } from '../kit/types.js';
import { isRecord, optionalBody } from './params.js';
import { ok, refuse } from './replies.js';
import type { Room } from './room.js';

interface UsageRow {
  readonly asset_id: string;
  readonly quantity: number;
  readonly usage_date: string;
}

export interface UsageDesk {
  readonly routes: readonly Route[];
  recorded(): Readonly<Record<string, readonly UsageRow[]>>;
}

const MOST_ROWS = 1000;
const DAY_MS = 86_400_000;

const rowOf = (value: unknown, now: number): UsageRow => {
  const bad = (why: string): never => refuse(400, 'InvalidRequest', why);
  if (!isRecord(value)) return bad('Each usage must be an object.');
  const { asset_id: id, quantity, usage_date: date } = value;
  if (typeof id !== 'string' || id === '') return bad('asset_id must be a string.');
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1)
    return bad('quantity must be a positive number.');
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  if (typeof date !== 'string' || Number.isNaN(at)) return bad('usage_date must be a date.');
  // A day ahead is still today somewhere on earth.
  return at > now + DAY_MS ? bad('usage_date lies in the future.') : { asset_id: id, quantity, usage_date: date };
};

export const createUsageDesk = (room: Room): UsageDesk => {
  const { catalogue, guard, host, switched } = room;
  const batches = new Map<string, readonly UsageRow[]>();
  const refused = new Set<string>();
  const known = (id: string): boolean => catalogue.find('image', id) !== undefined || catalogue.find('video', id) !== undefined;

  const route = guard({
    endpoint: 'usage-batches',
    method: 'PUT',
    pattern: '/v3/usage-batches/{id}',
    token: 'required',
    parameters: [],
    handle: (call) => {
      if (switched('usage-reporting') === false) refuse(403, 'UnauthorizedToReportUsage', 'The account may not report usage.');
      const id = call.request.params.id ?? '';
      const usages = optionalBody(call.request).asset_usages;
      if (!Array.isArray(usages) || usages.length === 0) return refuse(400, 'InvalidRequest', 'asset_usages must not be empty.');
      if (usages.length > MOST_ROWS) refuse(400, 'InvalidRequest', `At most ${MOST_ROWS} usages per batch.`);
      const rows = usages.map((value) => rowOf(value, host.now()));
      if (batches.has(id) || refused.has(id)) refuse(409, 'TransactionIdDuplicated', 'This batch id was used before.');
      const invalid = [...new Set(rows.map((row) => row.asset_id).filter((assetId) => !known(assetId)))];
      if (invalid.length > 0) {
        if (switched('usage-refused-id-reusable') === false) refused.add(id);
        return ok({ invalid_assets: invalid, total_asset_usages_processed: 0 }, Number(switched('usage-invalid-status')));
      }
      batches.set(id, rows);
      return ok({ invalid_assets: [], total_asset_usages_processed: rows.length }, 201);
    },
  });

  return { routes: [route], recorded: () => Object.fromEntries(batches) };
};
