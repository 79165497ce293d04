/** The rules that ask for approvals: setting and reading them. They are looked at where requests are submitted and purchases are sent. */
import type { ApprovalRule, ApprovalRules } from '../domain/approval-rules.js';
import { canonicalJson, type JsonValue } from '../domain/canonical-json.js';
import { instantOf } from '../domain/instant.js';
import { REQUEST_READERS } from '../domain/request.js';
import { type Actor, ADMINS, requireRole } from '../domain/roles.js';
import { findApprovalRules, insertApprovalRules, lockApprovalRules } from '../store/approval-rule.store.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { checkRules } from './approval-rules.checks.js';
import { auditSetting } from './request.audit.js';
import { problem } from './request.checks.js';
import type { Refused } from './request.keyed.js';

export type SetApprovalRulesOutcome =
  | { readonly kind: 'SetApprovalRulesPayload'; readonly approvalRules: ApprovalRules }
  | Refused;

export interface ApprovalRulesCommand {
  readonly rules: readonly ApprovalRule[];
  /** Of the rules that these shall replace. */
  readonly expectedVersion: number | null;
}

export interface ApprovalRulesService {
  /** Replaces all rules; the same rules again make no version. */
  set(actor: Actor, command: ApprovalRulesCommand, requestId: string): Promise<SetApprovalRulesOutcome>;
  read(actor: Actor): Promise<ApprovalRules>;
}

const asJson = (rules: readonly ApprovalRule[]): JsonValue => rules as unknown as JsonValue;

export const createApprovalRulesService = (deps: {
  readonly db: Database;
  readonly now: () => number;
}): ApprovalRulesService => ({
  set: async (actor, { rules, expectedVersion }, requestId) => {
    requireRole(actor, ADMINS, 'set approval rules');
    const wrong = checkRules(rules);
    if (wrong) return wrong;
    const { tenantId } = actor;
    return inTenant(deps.db, tenantId, async (tx) => {
      await lockApprovalRules(tx, tenantId);
      const before = await findApprovalRules(tx);
      if (expectedVersion !== null && expectedVersion !== before.version)
        return problem(
          'expectedVersion',
          'STALE',
          `The rules are at version ${before.version} by now: read them and set them again.`,
        );
      if (canonicalJson(asJson(before.rules)) === canonicalJson(asJson(rules)))
        return { kind: 'SetApprovalRulesPayload', approvalRules: before };
      const at = instantOf(deps.now());
      const after = { version: before.version + 1, rules, setBy: actor.subject, setAt: at };
      await insertApprovalRules(tx, tenantId, after);
      await auditSetting(
        tx,
        tenantId,
        { subjectType: 'ApprovalRules', subjectId: 'approval_rules' },
        {
          action: 'approval_rules.set',
          actor: actor.subject,
          at,
          requestId,
          data: { before: before.version, after: after.version, rules: asJson(rules) },
        },
      );
      return { kind: 'SetApprovalRulesPayload', approvalRules: after };
    });
  },
  read: async (actor) => {
    requireRole(actor, REQUEST_READERS, 'read approval rules');
    return readInTenant(deps.db, actor.tenantId, findApprovalRules);
  },
});
