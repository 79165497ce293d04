/** How long purchases took to appear in their source's history. */
import { sql } from 'kysely';
import type { AssetSource, TenantId } from '../domain/ids.js';
import type { HistoryLag } from '../domain/incident.js';
import type { Instant } from '../domain/instant.js';
import type { TenantTx } from './database.js';

export interface LagSample {
  readonly tenantId: TenantId;
  readonly operationUuid: string;
  readonly source: AssetSource;
  readonly account: string;
  /** From the confirmation to the last look that did not show it. */
  readonly atLeastMs: number;
  /** From the request to the first look that did; null: not within the horizon. */
  readonly atMostMs: number | null;
  readonly measuredAt: Instant;
}

export const saveLag = async (tx: TenantTx, sample: LagSample): Promise<void> => {
  await tx
    .insertInto('history_lag')
    .values({
      operation_id: sample.operationUuid,
      tenant_id: sample.tenantId,
      source: sample.source,
      account: sample.account,
      at_least_ms: sample.atLeastMs,
      at_most_ms: sample.atMostMs,
      measured_at: sample.measuredAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

export type LagSummary = Pick<HistoryLag, 'source' | 'samples' | 'atLeastMs' | 'atMostMs'>;

/** The largest lag of each source since a moment. */
export const summarizeLag = async (tx: TenantTx, since: Instant): Promise<LagSummary[]> => {
  const rows = await tx
    .selectFrom('history_lag')
    .select([
      'source',
      sql<number>`count(*)::integer`.as('samples'),
      sql<number>`max(at_least_ms)`.as('at_least_ms'),
      sql<number | null>`case when bool_or(at_most_ms is null) then null else max(at_most_ms) end`.as('at_most_ms'),
    ])
    .where('measured_at', '>=', new Date(since))
    .groupBy('source')
    .orderBy('source')
    .execute();
  return rows.map((row) => ({
    source: row.source as AssetSource,
    samples: row.samples,
    atLeastMs: row.at_least_ms,
    atMostMs: row.at_most_ms,
  }));
};
