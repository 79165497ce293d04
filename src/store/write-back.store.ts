/** Decisions on their way into the library that they are about. */

import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { AssetId, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { WriteBackState } from '../domain/library-approval.js';
import type { TenantTx } from './database.js';
import type { Tables } from './tables.js';

export interface WriteBack {
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly connectionId: ConnectionId;
  readonly externalId: string;
  readonly target: 'FIELD' | 'GALLERY';
  /** The field, or the gallery. */
  readonly place: string;
  /** What is to stand there; null: the asset is to be in no such gallery. */
  readonly value: string | null;
  readonly state: WriteBackState;
  readonly attempts: number;
  readonly nextTryAt: Instant;
  readonly lastError: string | null;
  readonly libraryValue: string | null;
  readonly createdAt: Instant;
  readonly agreedAt: Instant | null;
  readonly driftedAt: Instant | null;
}

const writeBackOf = (row: Selectable<Tables['write_back']>): WriteBack => ({
  uuid: row.write_back_id,
  assetId: row.asset_id as AssetId,
  connectionId: row.connection_id as ConnectionId,
  externalId: row.external_id,
  target: row.target,
  place: row.place,
  value: row.value,
  state: row.state,
  attempts: row.attempts,
  nextTryAt: instantOf(row.next_try_at),
  lastError: row.last_error,
  libraryValue: row.library_value,
  createdAt: instantOf(row.created_at),
  agreedAt: row.agreed_at && instantOf(row.agreed_at),
  driftedAt: row.drifted_at && instantOf(row.drifted_at),
});

export type NewWriteBack = Pick<
  WriteBack,
  'uuid' | 'assetId' | 'connectionId' | 'externalId' | 'target' | 'place' | 'value' | 'libraryValue' | 'createdAt'
> & { readonly tenantId: TenantId; readonly decisionUuid: string };

/** What was to be written before is no longer wanted. */
export const supersedeWriteBacks = async (tx: TenantTx, assetId: AssetId): Promise<void> => {
  await tx
    .updateTable('write_back')
    .set({ state: 'SUPERSEDED' })
    .where('asset_id', '=', assetId)
    .where('state', '<>', 'SUPERSEDED')
    .execute();
};

export const insertWriteBack = async (tx: TenantTx, row: NewWriteBack): Promise<void> => {
  await tx
    .insertInto('write_back')
    .values({
      write_back_id: row.uuid,
      tenant_id: row.tenantId,
      library_decision_id: row.decisionUuid,
      asset_id: row.assetId,
      connection_id: row.connectionId,
      external_id: row.externalId,
      target: row.target,
      place: row.place,
      value: row.value,
      state: 'PENDING',
      library_value: row.libraryValue,
      next_try_at: row.createdAt,
      created_at: row.createdAt,
    })
    .execute();
};

/** The one of a decision, if anything is written for it. */
export const findWriteBackOf = async (tx: TenantTx, decisionUuid: string): Promise<WriteBack | undefined> => {
  const row = await tx.selectFrom('write_back').selectAll().where('library_decision_id', '=', decisionUuid).executeTakeFirst();
  return row && writeBackOf(row);
};

export const listDueWriteBacks = async (tx: TenantTx, at: Instant, limit: number): Promise<WriteBack[]> =>
  (
    await tx
      .selectFrom('write_back')
      .selectAll()
      .where('state', '=', 'PENDING')
      .where('next_try_at', '<=', new Date(at))
      .orderBy('next_try_at')
      .orderBy('write_back_id')
      .limit(limit)
      .execute()
  ).map(writeBackOf);

/** When the next one is due; null: none waits. */
export const nextWriteBackAt = async (tx: TenantTx): Promise<Instant | null> => {
  const row = await tx
    .selectFrom('write_back')
    .select(({ fn }) => fn.min('next_try_at').as('at'))
    .where('state', '=', 'PENDING')
    .executeTakeFirst();
  return row?.at ? instantOf(row.at) : null;
};

/** Those of which the copy of the library says something else than was agreed, or again what was agreed. */
export const listDoubtfulWriteBacks = async (tx: TenantTx, limit: number): Promise<WriteBack[]> => {
  const { rows } = await sql<Selectable<Tables['write_back']>>`
    with seen as (
      select b.*, case b.target
        when 'FIELD' then (select e.value from jsonb_each_text(f.facts->'customFields') e where lower(e.key) = lower(b.place) order by e.key = b.place desc limit 1)
        else (select m.gallery_id from library_gallery_member m where m.tenant_id = b.tenant_id and m.connection_id = b.connection_id
          and m.gallery_id = b.place and m.external_id = b.external_id) end as now_value,
        case b.target when 'FIELD' then f.polled_at else g.read_at end as read_at
      from write_back b
      left join asset_facts f on f.tenant_id = b.tenant_id and f.connection_id = b.connection_id and f.external_id = b.external_id
      left join library_gallery g on g.tenant_id = b.tenant_id and g.connection_id = b.connection_id and g.gallery_id = b.place
      where b.state in ('AGREED', 'DRIFTED'))
    select * from seen where read_at > coalesce(drifted_at, agreed_at)
      and ((state = 'AGREED' and now_value is distinct from value)
        or (state = 'DRIFTED' and (now_value is not distinct from value or now_value is distinct from library_value)))
    order by write_back_id limit ${limit}`.execute(tx);
  return rows.map(writeBackOf);
};

/** Moves one that stands in the state in which it was read; false: somebody else has moved it. */
export const moveWriteBack = async (
  tx: TenantTx,
  before: WriteBack,
  to: Partial<Pick<WriteBack, 'state' | 'attempts' | 'nextTryAt' | 'lastError' | 'libraryValue' | 'agreedAt' | 'driftedAt'>>,
): Promise<boolean> => {
  const row = await tx
    .updateTable('write_back')
    .set({
      ...(to.state !== undefined && { state: to.state }),
      ...(to.attempts !== undefined && { attempts: to.attempts }),
      ...(to.nextTryAt !== undefined && { next_try_at: to.nextTryAt }),
      ...(to.lastError !== undefined && { last_error: to.lastError }),
      ...(to.libraryValue !== undefined && { library_value: to.libraryValue }),
      ...(to.agreedAt !== undefined && { agreed_at: to.agreedAt }),
      ...(to.driftedAt !== undefined && { drifted_at: to.driftedAt }),
    })
    .where('write_back_id', '=', before.uuid)
    .where('state', '=', before.state)
    .returning('write_back_id')
    .executeTakeFirst();
  return row !== undefined;
};

export interface WriteBackQuery {
  readonly states?: readonly WriteBackState[];
  readonly before?: { readonly createdAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. */
export const listWriteBacks = async (tx: TenantTx, query: WriteBackQuery): Promise<WriteBack[]> => {
  let select = tx.selectFrom('write_back').selectAll();
  if (query.states) select = select.where('state', 'in', query.states.length > 0 ? query.states : ['' as WriteBackState]);
  const place = query.before;
  if (place)
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'write_back_id'), '<', tuple(new Date(place.createdAt), place.uuid)),
    );
  const rows = await select.orderBy('created_at', 'desc').orderBy('write_back_id', 'desc').limit(query.limit).execute();
  return rows.map(writeBackOf);
};

/** What the library showed when it was read back, until the next poll brings it. */
export const rememberField = async (
  tx: TenantTx,
  { connectionId, externalId, place }: Pick<WriteBack, 'connectionId' | 'externalId' | 'place'>,
  value: string | null,
): Promise<void> => {
  const kept = sql`(select coalesce(jsonb_object_agg(e.key, e.value), '{}'::jsonb) from jsonb_each(facts->'customFields') e where lower(e.key) <> lower(${place}))`;
  await sql`update asset_facts set facts = jsonb_set(facts, '{customFields}', ${kept} || ${value === null ? sql`'{}'::jsonb` : sql`jsonb_build_object(${place}::text, ${value}::text)`})
    where connection_id = ${connectionId} and external_id = ${externalId}`.execute(tx);
};

/**
 * What was written for a decision that is no longer the last may have come after what was written for the last one: that is written again.
 * While the row itself stands there is nothing to do.
 */
export const reopenWriteBack = async (tx: TenantTx, { assetId, uuid }: Pick<WriteBack, 'assetId' | 'uuid'>): Promise<void> => {
  await tx
    .updateTable('write_back')
    .set({ state: 'PENDING' })
    .where('asset_id', '=', assetId)
    .where('write_back_id', '<>', uuid)
    .where('state', 'in', ['AGREED', 'DRIFTED'])
    .execute();
};
