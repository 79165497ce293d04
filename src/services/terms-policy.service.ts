/** The policies of a tenant: setting, withdrawing and reading them. Each change is a version of its own; licenses on record never change. */
import { v7 as uuidv7 } from 'uuid';
import type { JsonValue } from '../domain/canonical-json.js';
import type { AssetSource } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, ADMINS, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { newestOf, type PolicyScope, type PolicyStatement, policyName, type TermsPolicy } from '../domain/terms-policy.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { appendPolicy, findPolicies, findPolicy, listPolicies, lockPolicies } from '../store/terms-policy.store.js';
import { checkKey, MAX_KEY } from './licensing.checks.js';
import { KEY_CONFLICT } from './terms.service.js';
import { checkNote, checkPolicy, checkPolicyScope } from './terms-policy.checks.js';

type Refusal = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' | 'IdempotencyConflict' }>;
type Changed<K extends string> = { readonly kind: K; readonly policy: TermsPolicy; readonly replayed: boolean } | Refusal;
export type SetTermsPolicyOutcome = Changed<'SetTermsPolicyPayload'>;
export type WithdrawTermsPolicyOutcome = Changed<'WithdrawTermsPolicyPayload'>;

/** Without a key every call adds a version. */
export interface PolicyCall {
  readonly idempotencyKey: string | null;
  readonly requestId: string;
}

export interface TermsPolicyService {
  set(actor: Actor, statement: PolicyStatement, call: PolicyCall): Promise<SetTermsPolicyOutcome>;
  /** The product's row applies again, if there is one. */
  withdraw(
    actor: Actor,
    scope: PolicyScope & { readonly note: string | null },
    call: PolicyCall,
  ): Promise<WithdrawTermsPolicyOutcome>;
  /** All versions: by source and type, the tenant's before the product's, newest first. */
  list(
    actor: Actor,
    filter: { readonly source: AssetSource | null; readonly licenseType: string | null },
  ): Promise<TermsPolicy[]>;
}

const MAX_LISTED = 1_000;
const NOT_SET: InputProblem = {
  path: 'licenseType',
  code: 'NOT_SET',
  message: 'Nothing is set for this source, type, editorial and model: there is nothing to withdraw.',
};

const isOfScope = (scope: PolicyScope) => (policy: TermsPolicy) =>
  !policy.isDefault &&
  policy.licenseType === scope.licenseType &&
  policy.editorial === scope.editorial &&
  policy.model === scope.model;

export const createTermsPolicyService = (deps: { readonly db: Database; readonly now: () => number }): TermsPolicyService => {
  const { db, now } = deps;

  const audit = (
    tx: TenantTx,
    actor: Actor,
    policy: TermsPolicy,
    before: TermsPolicy | undefined,
    call: PolicyCall,
  ): Promise<void> =>
    appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId: actor.tenantId,
      occurredAt: policy.recordedAt,
      actor: actor.subject,
      action: policy.terms === null ? 'terms_policy.withdrawn' : 'terms_policy.set',
      subjectType: 'TermsPolicy',
      subjectId: `${policy.source}/${policy.licenseType}`,
      assetId: null,
      licenseUuid: null,
      requestId: call.requestId,
      data: {
        source: policy.source,
        licenseType: policy.licenseType,
        editorial: policy.editorial,
        model: policy.model,
        before: before?.terms ? policyName(before) : null,
        after: policyName(policy),
        terms: policy.terms as JsonValue,
        note: policy.note,
      },
    });

  /** One more version, or what the same key made before. */
  const append = (
    actor: Actor,
    mutation: string,
    statement: PolicyStatement,
    call: PolicyCall,
  ): Promise<{ readonly policy: TermsPolicy; readonly replayed: boolean } | Refusal> =>
    inTenant(db, actor.tenantId, async (tx) => {
      const { tenantId } = actor;
      await lockPolicies(tx, tenantId);
      const [at, uuid] = [instantOf(now()), uuidv7()];
      const { idempotencyKey } = call;
      const payloadHash = payloadHashOf(statement as unknown as JsonValue);
      const own = (await findPolicies(tx, statement.source, statement.licenseType)).filter(
        ({ isDefault, licenseType }) => !isDefault && licenseType === statement.licenseType,
      );
      const before = newestOf(own).find(isOfScope(statement));
      const isUnset = statement.terms === null && !before?.terms;
      if (idempotencyKey !== null) {
        const key = { mutation, idempotencyKey, payloadHash };
        const bound = isUnset ? await findBinding(tx, key) : await bindKey(tx, { ...key, tenantId, resultId: uuid, at });
        if (bound?.kind === 'conflict') return KEY_CONFLICT;
        const made = bound?.kind === 'replayed' ? await findPolicy(tx, bound.resultId) : undefined;
        if (made) return { policy: made, replayed: true };
      }
      if (isUnset) return invalidRequest(NOT_SET);
      const policy: TermsPolicy = {
        ...statement,
        uuid,
        isDefault: false,
        version: Math.max(0, ...own.map(({ version }) => version)) + 1,
        setBy: actor.subject,
        recordedAt: at,
      };
      await appendPolicy(tx, tenantId, policy);
      await audit(tx, actor, policy, before, call);
      return { policy, replayed: false };
    });

  const checkedKey = ({ idempotencyKey }: PolicyCall): InputProblem[] => {
    const problems: InputProblem[] = [];
    if (idempotencyKey !== null)
      checkKey(idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
    return problems;
  };

  return {
    set: async (actor, statement, call) => {
      requireRole(actor, ADMINS, 'set policies');
      const problems = [...checkPolicy(statement), ...checkedKey(call)];
      if (problems.length > 0) return invalidRequest(...problems);
      const set = await append(actor, 'setTermsPolicy', statement, call);
      return 'kind' in set ? set : { kind: 'SetTermsPolicyPayload', ...set };
    },
    withdraw: async (actor, scope, call) => {
      requireRole(actor, ADMINS, 'withdraw policies');
      const problems = [...checkPolicyScope(scope), ...checkNote(scope.note), ...checkedKey(call)];
      if (problems.length > 0) return invalidRequest(...problems);
      const withdrawn = await append(actor, 'withdrawTermsPolicy', { ...scope, terms: null, citations: [] }, call);
      return 'kind' in withdrawn ? withdrawn : { kind: 'WithdrawTermsPolicyPayload', ...withdrawn };
    },
    list: async (actor, { source, licenseType }) => {
      requireRole(actor, TRAIL_READERS, 'read policies');
      const query = { ...(source !== null && { source }), ...(licenseType !== null && { licenseType }), limit: MAX_LISTED };
      return readInTenant(db, actor.tenantId, (tx) => listPolicies(tx, query));
    },
  };
};
