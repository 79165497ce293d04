/** The rules that ask for approvals, in versions: the highest is in force. */
import { sql } from 'kysely';
import { type ApprovalRule, type ApprovalRules, NO_RULES } from '../domain/approval-rules.js';
import type { TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';

export const findApprovalRules = async (tx: TenantTx): Promise<ApprovalRules> => {
  const row = await tx.selectFrom('approval_rules').selectAll().orderBy('version', 'desc').limit(1).executeTakeFirst();
  if (!row) return NO_RULES;
  return { version: row.version, rules: row.rules as ApprovalRule[], setBy: row.set_by, setAt: instantOf(row.set_at) };
};

/** Versions are made one after the other. */
export const lockApprovalRules = async (tx: TenantTx, tenantId: TenantId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`approval_rules/${tenantId}`}, 0))`.execute(tx);
};

export const insertApprovalRules = async (
  tx: TenantTx,
  tenantId: TenantId,
  { version, rules, setBy, setAt }: ApprovalRules & { readonly setBy: string; readonly setAt: string },
): Promise<void> => {
  await tx
    .insertInto('approval_rules')
    .values({ tenant_id: tenantId, version, rules: jsonb(rules), set_by: setBy, set_at: setAt })
    .execute();
};
