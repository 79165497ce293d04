/** Approvals and the decisions on them. Every move is made under the row's lock. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Approval, ApprovalContent, ApprovalDecision, ApprovalState, Person } from '../domain/approval.js';
import type { ApprovalRule } from '../domain/approval-rules.js';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf, instantOrNull } from '../domain/instant.js';
import type { ApprovalTables } from './approval.tables.js';
import { jsonb, type TenantTx } from './database.js';

type Row = Selectable<ApprovalTables['approval']>;
type DecisionRow = Selectable<ApprovalTables['approval_decision']>;

const decisionOf = (row: DecisionRow): ApprovalDecision => ({
  step: row.step,
  decision: row.decision,
  decidedBy: row.decided_by,
  onBehalfOf: row.on_behalf_of,
  note: row.note,
  decidedAt: instantOf(row.decided_at),
});

const approvalOf = (row: Row, decisions: readonly ApprovalDecision[]): Approval => ({
  kind: 'Approval',
  uuid: row.approval_id,
  requestUuid: row.request_id,
  itemUuid: row.item_id,
  assetId: row.asset_id as AssetId,
  licenseType: row.license_type,
  content: row.content as ApprovalContent,
  contentHash: row.content_hash,
  state: row.state,
  reason: row.state_reason,
  rule: row.rule as ApprovalRule,
  rulesVersion: row.rules_version,
  step: row.step,
  askers: row.askers,
  requestedAt: instantOf(row.requested_at),
  decidedAt: instantOrNull(row.decided_at),
  expiresAt: instantOrNull(row.expires_at),
  usedBy: row.used_by,
  decisions,
});

const withDecisions = async (tx: TenantTx, rows: readonly Row[]): Promise<Approval[]> => {
  if (rows.length === 0) return [];
  const uuids = rows.map((row) => row.approval_id);
  const decisions = await tx
    .selectFrom('approval_decision')
    .selectAll()
    .where('approval_id', 'in', uuids)
    .orderBy('decided_at')
    .orderBy('decision_id')
    .execute();
  return rows.map((row) =>
    approvalOf(row, decisions.filter((decision) => decision.approval_id === row.approval_id).map(decisionOf)),
  );
};

const openTo = ({ steps }: ApprovalRule, step: number) => ({
  step,
  step_roles: steps[step]?.role ? [steps[step].role as string] : [],
  step_people: [...(steps[step]?.people ?? [])],
});

export type NewApproval = Pick<
  Approval,
  'uuid' | 'requestUuid' | 'itemUuid' | 'content' | 'contentHash' | 'rule' | 'rulesVersion' | 'askers' | 'requestedAt'
> & { readonly tenantId: TenantId };

export const insertApproval = async (tx: TenantTx, approval: NewApproval): Promise<void> => {
  const { content, rule } = approval;
  await tx
    .insertInto('approval')
    .values({
      approval_id: approval.uuid,
      tenant_id: approval.tenantId,
      request_id: approval.requestUuid,
      item_id: approval.itemUuid,
      asset_id: content.assetId,
      license_type: content.licenseType,
      content: jsonb(content),
      content_hash: approval.contentHash,
      state: 'PENDING',
      rule: jsonb(rule),
      rules_version: approval.rulesVersion,
      ...openTo(rule, 0),
      askers: [...approval.askers],
      requested_at: approval.requestedAt,
      state_reason: null,
      used_by: null,
    })
    .execute();
};

export const findApprovals = async (tx: TenantTx, uuids: readonly string[]): Promise<Approval[]> =>
  withDecisions(
    tx,
    await tx
      .selectFrom('approval')
      .selectAll()
      .where('approval_id', 'in', uuids as string[])
      .execute(),
  );

export const lockApproval = async (tx: TenantTx, uuid: string): Promise<Approval | undefined> => {
  const row = await tx.selectFrom('approval').selectAll().where('approval_id', '=', uuid).forUpdate().executeTakeFirst();
  return row && (await withDecisions(tx, [row]))[0];
};

/** The newest approval of exactly this content that is under way or stands. */
export const findLiveApproval = async (tx: TenantTx, contentHash: string, at: Instant): Promise<Approval | undefined> => {
  const row = await tx
    .selectFrom('approval')
    .selectAll()
    .where('content_hash', '=', contentHash)
    .where('state', 'in', ['PENDING', 'APPROVED'])
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(at))]))
    .orderBy('approval_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && (await withDecisions(tx, [row]))[0];
};

export const insertDecision = async (
  tx: TenantTx,
  tenantId: TenantId,
  approvalUuid: string,
  decision: ApprovalDecision & { readonly uuid: string },
): Promise<void> => {
  await tx
    .insertInto('approval_decision')
    .values({
      decision_id: decision.uuid,
      tenant_id: tenantId,
      approval_id: approvalUuid,
      step: decision.step,
      decision: decision.decision,
      decided_by: decision.decidedBy,
      on_behalf_of: decision.onBehalfOf,
      note: decision.note,
      decided_at: decision.decidedAt,
    })
    .execute();
};

/** The row is locked by the caller. */
export const saveDecided = async (
  tx: TenantTx,
  { uuid, rule }: Approval,
  change: Pick<Approval, 'state' | 'step' | 'decidedAt' | 'expiresAt'>,
): Promise<void> => {
  await tx
    .updateTable('approval')
    .set({ state: change.state, decided_at: change.decidedAt, expires_at: change.expiresAt, ...openTo(rule, change.step) })
    .where('approval_id', '=', uuid)
    .execute();
};

/** Ends what is under way or stands; undefined: it has ended already, or a purchase has taken it. */
export const voidApproval = async (tx: TenantTx, uuid: string, reason: string, at: Instant): Promise<Approval | undefined> => {
  const row = await tx
    .updateTable('approval')
    .set({ state: 'VOID', state_reason: reason, decided_at: at })
    .where('approval_id', '=', uuid)
    .where('state', 'in', ['PENDING', 'APPROVED'])
    .returningAll()
    .executeTakeFirst();
  return row && approvalOf(row, []);
};

/** One purchase takes it. The row is locked by the caller. */
export const useApproval = async (tx: TenantTx, uuid: string, operationUuid: string): Promise<void> => {
  const { numUpdatedRows } = await tx
    .updateTable('approval')
    .set({ state: 'USED', used_by: operationUuid })
    .where('approval_id', '=', uuid)
    .where('state', '=', 'APPROVED')
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`Approval ${uuid} was not there to be used.`);
};

/** Gives back what a purchase took that ended without a charge; what was withdrawn meanwhile is VOID. Undefined: it took none. */
export const releaseApproval = async (tx: TenantTx, operationUuid: string): Promise<Approval | undefined> => {
  const withdrawn = sql<SqlBool>`exists (select 1 from request_item i join license_request r using (request_id)
    where i.item_id = approval.item_id and (i.state = 'WITHDRAWN' or r.state = 'WITHDRAWN' or i.approval_id <> approval.approval_id))`;
  const row = await tx
    .updateTable('approval')
    .set({
      state: sql<'VOID' | 'APPROVED'>`case when ${withdrawn} then 'VOID' else 'APPROVED' end`,
      state_reason: sql<string | null>`case when ${withdrawn} then 'Its request was withdrawn while a purchase had it.' end`,
      used_by: null,
    })
    .where('used_by', '=', operationUuid)
    .returningAll()
    .executeTakeFirst();
  return row && approvalOf(row, []);
};

export interface ApprovalQuery {
  readonly states?: readonly ApprovalState[];
  /** Those that one of these could decide now; the first is the caller, the others whoever delegated to them. */
  readonly decidableBy?: readonly [Person, ...Person[]];
  readonly before?: { readonly requestedAt: Instant; readonly uuid: string };
  readonly limit: number;
}

const inState = (states: readonly ApprovalState[], at: Instant) => sql<SqlBool>`(case
  when approval.state = 'APPROVED' and approval.expires_at <= ${at}::timestamptz then 'EXPIRED' else approval.state end) = any(${[...states]}::text[])`;

const spoken = (subject: unknown) => sql<SqlBool>`exists (select 1 from approval_decision d
  where d.approval_id = approval.approval_id and (d.decided_by = ${subject} or d.on_behalf_of = ${subject}))`;

const decidable = ([self, ...others]: readonly [Person, ...Person[]]) => sql<SqlBool>`approval.state = 'PENDING'
  and not ${self.subject} = any(approval.askers) and not ${spoken(self.subject)}
  and exists (select 1 from jsonb_to_recordset(${JSON.stringify([self, ...others])}::jsonb) hat(subject text, roles text[])
    where (hat.subject = any(approval.step_people) or hat.roles && approval.step_roles)
      and not hat.subject = any(approval.askers) and not ${spoken(sql.ref('hat.subject'))})`;

/** Newest first. */
export const listApprovals = async (tx: TenantTx, query: ApprovalQuery, at: Instant): Promise<Approval[]> => {
  let select = tx.selectFrom('approval').selectAll();
  const { states, decidableBy, before } = query;
  if (states) select = select.where(inState(states, at));
  if (decidableBy) select = select.where(decidable(decidableBy));
  if (before)
    select = select.where(sql<SqlBool>`(requested_at, approval_id) < (${before.requestedAt}::timestamptz, ${before.uuid}::uuid)`);
  const rows = await select.orderBy('requested_at', 'desc').orderBy('approval_id', 'desc').limit(query.limit).execute();
  return withDecisions(tx, rows);
};

/** The newest approval of each asset, of whichever license type, in one statement. */
export const findNewestStates = async (
  tx: TenantTx,
  assetIds: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, Pick<Approval, 'state' | 'expiresAt'>>> => {
  const { rows } = await sql<{ asset_id: AssetId; state: Approval['state']; expires_at: Date | null }>`
    select distinct on (asset_id) asset_id, state, expires_at from approval
    where asset_id = any(${[...assetIds]}::text[]) order by asset_id, approval_id desc`.execute(tx);
  return new Map(rows.map((row) => [row.asset_id, { state: row.state, expiresAt: instantOrNull(row.expires_at) }]));
};
