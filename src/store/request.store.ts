/** Requests for licenses, their items and comments. The row of a request is locked by whoever changes it or its items. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf, instantOrNull } from '../domain/instant.js';
import type { Allocation, HeldReference } from '../domain/license.js';
import type { OperationFailure } from '../domain/operation.js';
import {
  type Candidate,
  ENDED,
  type FrozenCandidate,
  type ItemState,
  type LicenseRequest,
  type PlannedOrder,
  type RequestComment,
  type RequestItem,
  type RequestState,
} from '../domain/request.js';
import type { ApprovalTables } from './approval.tables.js';
import { jsonb, type TenantTx } from './database.js';

/** Every item has ended, and there is one. */
const closed = sql<boolean>`(license_request.state = 'SUBMITTED'
  and exists (select 1 from request_item i where i.request_id = license_request.request_id)
  and not exists (select 1 from request_item_now i where i.request_id = license_request.request_id
    and not i.shown = any(${[...ENDED]}::text[])))`;

type RequestRow = Selectable<ApprovalTables['license_request']> & { readonly closed: boolean };

const requestOf = (row: RequestRow): LicenseRequest => ({
  kind: 'LicenseRequest',
  uuid: row.request_id,
  state: row.closed ? 'CLOSED' : row.state,
  origin: row.origin,
  title: row.title,
  brief: row.brief,
  allocation: row.allocation as Allocation,
  channels: row.channels,
  dueAt: instantOrNull(row.due_at),
  requestedBy: row.requested_by,
  createdAt: instantOf(row.created_at),
  submittedAt: instantOrNull(row.submitted_at),
  withdrawnAt: instantOrNull(row.withdrawn_at),
});

const itemOf = (row: Selectable<ApprovalTables['request_item_now']>, at: Instant): RequestItem => {
  const expired = row.shown === 'APPROVED' && row.expires_at !== null && instantOf(row.expires_at) <= at;
  return {
    kind: 'RequestItem',
    uuid: row.item_id,
    requestUuid: row.request_id,
    assetId: row.asset_id as AssetId,
    licenseType: row.license_type,
    again: row.again,
    reason: row.reason,
    references: row.references as HeldReference[],
    frozen: row.frozen as FrozenCandidate,
    state: expired ? 'EXPIRED' : (row.shown as ItemState),
    approvalUuid: row.approval_id,
    operationUuid: row.operation_id,
    licenseUuid: row.license_id,
    failure: row.shown === 'FAILED' ? (row.failure as OperationFailure | null) : null,
    tries: row.tries,
    addedBy: row.added_by,
    addedAt: instantOf(row.added_at),
  };
};

export const insertRequest = async (
  tx: TenantTx,
  tenantId: TenantId,
  request: Omit<LicenseRequest, 'kind' | 'state' | 'withdrawnAt'>,
): Promise<void> => {
  await tx
    .insertInto('license_request')
    .values({
      request_id: request.uuid,
      tenant_id: tenantId,
      state: request.submittedAt === null ? 'DRAFT' : 'SUBMITTED',
      origin: request.origin,
      title: request.title,
      brief: request.brief,
      allocation: jsonb(request.allocation),
      channels: [...request.channels],
      due_at: request.dueAt,
      requested_by: request.requestedBy,
      created_at: request.createdAt,
      submitted_at: request.submittedAt,
    })
    .execute();
};

const requests = (tx: TenantTx) => tx.selectFrom('license_request').selectAll().select(closed.as('closed'));

export const findRequests = async (tx: TenantTx, uuids: readonly string[]): Promise<LicenseRequest[]> =>
  (
    await requests(tx)
      .where('request_id', 'in', uuids as string[])
      .execute()
  ).map(requestOf);

export const lockRequest = async (tx: TenantTx, uuid: string): Promise<LicenseRequest | undefined> => {
  // Locked first and read then: the items must be seen as whoever held the lock left them.
  await tx.selectFrom('license_request').select('request_id').where('request_id', '=', uuid).forUpdate().executeTakeFirst();
  return (await findRequests(tx, [uuid]))[0];
};

/** The request that a rule opened for this person and that is not closed. Calls of one person wait for each other. */
export const lockOpenRuleRequest = async (
  tx: TenantTx,
  tenantId: TenantId,
  requestedBy: string,
  allocation: Allocation,
): Promise<LicenseRequest | undefined> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`rule_request/${tenantId}/${requestedBy}`}, 0))`.execute(tx);
  const row = await requests(tx)
    .where('origin', '=', 'RULE')
    .where('state', '=', 'SUBMITTED')
    .where('requested_by', '=', requestedBy)
    .where(sql<SqlBool>`allocation = ${jsonb(allocation)}`)
    .where(sql<SqlBool>`not ${closed}`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && lockRequest(tx, row.request_id);
};

export const moveRequest = async (
  tx: TenantTx,
  uuid: string,
  change: { readonly state: 'SUBMITTED' | 'WITHDRAWN'; readonly at: Instant },
): Promise<void> => {
  await tx
    .updateTable('license_request')
    .set({ state: change.state, ...(change.state === 'SUBMITTED' ? { submitted_at: change.at } : { withdrawn_at: change.at }) })
    .where('request_id', '=', uuid)
    .execute();
};

export interface RequestQuery {
  readonly states?: readonly RequestState[];
  readonly requestedBy?: string;
  readonly campaign?: string;
  readonly before?: { readonly createdAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. */
export const listRequests = async (tx: TenantTx, query: RequestQuery): Promise<LicenseRequest[]> => {
  let select = requests(tx);
  const { states, requestedBy, campaign, before } = query;
  if (states)
    select = select.where(sql<SqlBool>`(case when ${closed} then 'CLOSED' else state end) = any(${[...states]}::text[])`);
  if (requestedBy !== undefined) select = select.where('requested_by', '=', requestedBy);
  if (campaign !== undefined) select = select.where(sql<SqlBool>`allocation->>'campaign' = ${campaign}`);
  if (before)
    select = select.where(sql<SqlBool>`(created_at, request_id) < (${before.createdAt}::timestamptz, ${before.uuid}::uuid)`);
  return (await select.orderBy('created_at', 'desc').orderBy('request_id', 'desc').limit(query.limit).execute()).map(requestOf);
};

export interface NewItem extends Candidate {
  readonly uuid: string;
  readonly requestUuid: string;
  readonly addedBy: string;
  readonly addedAt: Instant;
}

export const insertItem = async (tx: TenantTx, tenantId: TenantId, item: NewItem): Promise<void> => {
  await tx
    .insertInto('request_item')
    .values({
      item_id: item.uuid,
      tenant_id: tenantId,
      request_id: item.requestUuid,
      asset_id: item.assetId,
      license_type: item.licenseType,
      again: item.again,
      reason: item.reason,
      references: jsonb(item.references),
      frozen: jsonb(item.frozen),
      state: 'CANDIDATE',
      added_by: item.addedBy,
      added_at: item.addedAt,
    })
    .execute();
};

const items = (tx: TenantTx) => tx.selectFrom('request_item_now').selectAll();

export const findItems = async (tx: TenantTx, uuids: readonly string[], at: Instant): Promise<RequestItem[]> =>
  (
    await items(tx)
      .where('item_id', 'in', uuids as string[])
      .execute()
  ).map((row) => itemOf(row, at));

/** In the order added. */
export const findItemsOf = async (tx: TenantTx, requestUuids: readonly string[], at: Instant): Promise<RequestItem[]> =>
  (
    await items(tx)
      .where('request_id', 'in', requestUuids as string[])
      .orderBy('added_at')
      .orderBy('item_id')
      .execute()
  ).map((row) => itemOf(row, at));

export interface ItemChange {
  readonly state?: 'CANDIDATE' | 'SUBMITTED' | 'WITHDRAWN';
  readonly frozen?: FrozenCandidate;
  readonly approvalUuid?: string | null;
  /** The key of its purchase, and which try it is. */
  readonly order?: { readonly key: string; readonly tries: number };
}

export const changeItem = async (tx: TenantTx, uuid: string, change: ItemChange): Promise<void> => {
  await tx
    .updateTable('request_item')
    .set({
      ...(change.state && { state: change.state }),
      ...(change.frozen && { frozen: jsonb(change.frozen) }),
      ...(change.approvalUuid !== undefined && { approval_id: change.approvalUuid }),
      ...(change.order && { order_key: change.order.key, tries: change.order.tries }),
    })
    .where('item_id', '=', uuid)
    .execute();
};

export const insertComment = async (tx: TenantTx, tenantId: TenantId, comment: RequestComment): Promise<void> => {
  await tx
    .insertInto('request_comment')
    .values({
      comment_id: comment.uuid,
      tenant_id: tenantId,
      request_id: comment.requestUuid,
      item_id: comment.itemUuid,
      author: comment.author,
      body: comment.text,
      written_at: comment.writtenAt,
    })
    .execute();
};

/** Oldest first. */
export const findComments = async (tx: TenantTx, requestUuids: readonly string[]): Promise<RequestComment[]> =>
  (
    await tx
      .selectFrom('request_comment')
      .selectAll()
      .where('request_id', 'in', requestUuids as string[])
      .orderBy('written_at')
      .orderBy('comment_id')
      .execute()
  ).map((row) => ({
    uuid: row.comment_id,
    requestUuid: row.request_id,
    itemUuid: row.item_id,
    author: row.author,
    text: row.body,
    writtenAt: instantOf(row.written_at),
  }));

export interface Fulfilment {
  readonly uuid: string;
  readonly requestUuid: string;
  readonly plan: readonly PlannedOrder[];
}

export const insertFulfilment = async (
  tx: TenantTx,
  tenantId: TenantId,
  { uuid, requestUuid, plan, askedBy, askedAt }: Fulfilment & { readonly askedBy: string; readonly askedAt: Instant },
): Promise<void> => {
  await tx
    .insertInto('request_fulfilment')
    .values({
      fulfilment_id: uuid,
      tenant_id: tenantId,
      request_id: requestUuid,
      plan: jsonb(plan),
      asked_by: askedBy,
      asked_at: askedAt,
    })
    .execute();
};

export const findFulfilment = async (tx: TenantTx, uuid: string): Promise<Fulfilment | undefined> => {
  const row = await tx.selectFrom('request_fulfilment').selectAll().where('fulfilment_id', '=', uuid).executeTakeFirst();
  return row && { uuid: row.fulfilment_id, requestUuid: row.request_id, plan: row.plan as PlannedOrder[] };
};
