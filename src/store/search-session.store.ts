/** What a search has shown so far, so that its next page repeats nothing. */
import { sql } from 'kysely';
import type { TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';

export interface StoredSearchSession {
  readonly queryHash: string;
  /** Global ids in the order shown. */
  readonly delivered: readonly string[];
  readonly progress: unknown;
}

export const insertSearchSession = async (
  tx: TenantTx,
  tenantId: TenantId,
  uuid: string,
  session: StoredSearchSession,
  expiresAt: Date,
): Promise<void> => {
  await tx
    .insertInto('search_session')
    .values({
      session_id: uuid,
      tenant_id: tenantId,
      query_hash: session.queryHash,
      delivered: [...session.delivered],
      progress: jsonb(session.progress),
      expires_at: expiresAt,
    })
    .execute();
};

export const findSearchSession = async (tx: TenantTx, uuid: string, now: Instant): Promise<StoredSearchSession | undefined> => {
  const row = await tx
    .selectFrom('search_session')
    .select(['query_hash', 'delivered', 'progress'])
    .where('session_id', '=', uuid)
    .where('expires_at', '>', new Date(now))
    .executeTakeFirst();
  return row && { queryHash: row.query_hash, delivered: row.delivered, progress: row.progress };
};

/** Adds a page behind the `expected` hits already there; false when another request was faster. */
export const extendSearchSession = async (
  tx: TenantTx,
  uuid: string,
  expected: number,
  more: readonly string[],
  progress: unknown,
): Promise<boolean> => {
  const result = await tx
    .updateTable('search_session')
    .set({ delivered: sql<string[]>`delivered || ${more as string[]}::text[]`, progress: jsonb(progress) })
    .where('session_id', '=', uuid)
    .where(sql<boolean>`cardinality(delivered) = ${expected}`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

export const deleteExpiredSearchSessions = async (tx: TenantTx, now: Instant): Promise<void> => {
  await tx.deleteFrom('search_session').where('expires_at', '<', new Date(now)).execute();
};
