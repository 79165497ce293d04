/** Deciding on approvals, the list of them, and deciding for somebody who is away. */
import { v7 as uuidv7 } from 'uuid';
import { type Approval, type ApprovalState, decided, standingOf, stateAt } from '../domain/approval.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { Fault } from '../domain/faults.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { REQUEST_READERS } from '../domain/request.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import {
  type ApprovalQuery,
  findApprovals,
  insertDecision,
  listApprovals,
  lockApproval,
  saveDecided,
} from '../store/approval.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { type Delegation, findDelegators, hasPerson, insertDelegation, listDelegations } from '../store/delegation.store.js';
import { lockRequest } from '../store/request.store.js';
import { auditApproval, auditSetting } from './request.audit.js';
import { checkRequestKey, checkText, collect, problem, readId } from './request.checks.js';
import { CONFLICT, orUndone, type Refused, Undone } from './request.keyed.js';

export type DecideApprovalOutcome =
  | { readonly kind: 'DecideApprovalPayload'; readonly approval: Approval; readonly replayed: boolean }
  /** It is not what the caller looked at, or has been decided: nothing was done. */
  | { readonly kind: 'ContentChanged' | 'AlreadyDecided'; readonly approval: Approval; readonly message: string }
  | Refused;
export type SetDelegationOutcome = { readonly kind: 'SetDelegationPayload'; readonly delegation: Delegation } | Refused;

export interface DecideCommand {
  readonly approvalId: string;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly note: string | null;
  readonly expectedContentHash: string;
}

export interface DelegationCommand {
  readonly to: string | null;
  readonly from: Instant | null;
  readonly until: Instant | null;
}

export interface ApprovalService {
  /** Throws FORBIDDEN for whoever may not decide. */
  decide(actor: Actor, command: DecideCommand, idempotencyKey: string, requestId: string): Promise<DecideApprovalOutcome>;
  /** One more than asked. `mine`: those that the caller could decide now. */
  list(
    actor: Actor,
    filter: { readonly states?: readonly ApprovalState[]; readonly mine: boolean } & Pick<ApprovalQuery, 'before' | 'limit'>,
  ): Promise<readonly Approval[]>;
  /** Replaces the caller's own; `to: null` ends it. */
  setDelegation(actor: Actor, command: DelegationCommand, requestId: string): Promise<SetDelegationOutcome>;
  delegations(actor: Actor): Promise<readonly Delegation[]>;
  /** By the clock: what is approved may have expired. */
  stateOf(approval: Approval): ApprovalState;
}

const NOT_FOUND = problem('approvalId', 'NOT_FOUND', 'There is no such approval. Pass an id exactly as this API returned it.');
const HOUR_MS = 3_600_000;
const LONGEST_MS = 366 * 24 * HOUR_MS;

export const createApprovalService = (deps: { readonly db: Database; readonly now: () => number }): ApprovalService => {
  const { db, now } = deps;

  /** The approval under its lock; the request is locked first, as everywhere. */
  const lock = async (tx: TenantTx, uuid: string): Promise<Approval> => {
    const [known] = await findApprovals(tx, [uuid]);
    if (!known) throw new Undone(NOT_FOUND);
    await lockRequest(tx, known.requestUuid);
    return (await lockApproval(tx, uuid)) ?? known;
  };

  const record = async (
    tx: TenantTx,
    actor: Actor,
    approval: Approval,
    command: DecideCommand & { readonly onBehalfOf: string | null },
    told: { readonly at: Instant; readonly requestId: string },
  ): Promise<Approval> => {
    const { at } = told;
    const { decision, onBehalfOf, note } = command;
    const said = { step: approval.step, decision, decidedBy: actor.subject, onBehalfOf, note, decidedAt: at };
    await insertDecision(tx, actor.tenantId, approval.uuid, { ...said, uuid: uuidv7() });
    const change = decided(approval, decision, at);
    const { validForHours } = approval.rule;
    const limited = change.state === 'APPROVED' && validForHours !== null;
    const expiresAt = limited ? instantOf(Date.parse(at) + validForHours * HOUR_MS) : null;
    await saveDecided(tx, approval, { ...change, expiresAt });
    const step = approval.rule.steps[approval.step]?.name ?? null;
    await auditApproval(tx, actor.tenantId, approval, {
      ...told,
      action: 'approval.decided',
      actor: actor.subject,
      data: { decision, step, onBehalfOf, note, contentHash: approval.contentHash },
    });
    if (change.state !== 'PENDING')
      await auditApproval(tx, actor.tenantId, approval, {
        ...told,
        action: change.state === 'APPROVED' ? 'approval.approved' : 'approval.rejected',
        actor: actor.subject,
        data: { contentHash: approval.contentHash, expiresAt },
      });
    return { ...approval, ...change, expiresAt, decisions: [...approval.decisions, said] };
  };

  const decide: ApprovalService['decide'] = async (actor, command, idempotencyKey, requestId) => {
    requireRole(actor, READERS, 'decide on approvals');
    const uuids: string[] = [];
    const wrong = collect((complain) => {
      checkRequestKey(idempotencyKey, complain);
      const uuid = readId(complain, 'approvalId', command.approvalId, 'Approval', 'approval');
      if (uuid !== undefined) uuids.push(uuid);
      if (command.note !== null) checkText(complain, 'note', command.note, 2_000);
      if (!/^v1:sha256:[0-9a-f]{64}$/.test(command.expectedContentHash))
        complain('expectedContentHash', 'INVALID', 'Pass the contentHash of the approval that you looked at.');
    });
    const [uuid] = uuids;
    if (wrong || uuid === undefined) return wrong ?? NOT_FOUND;
    const { tenantId } = actor;
    const payload = { ...command, by: actor.subject } as unknown as JsonValue;
    const key = { mutation: 'decideApproval', idempotencyKey, payloadHash: payloadHashOf(payload) };
    return orUndone(() =>
      inTenant(db, tenantId, async (tx): Promise<DecideApprovalOutcome> => {
        const approval = await lock(tx, uuid);
        const at = instantOf(now());
        const bound = await findBinding(tx, key);
        if (bound) return bound.kind === 'replayed' ? { kind: 'DecideApprovalPayload', approval, replayed: true } : CONFLICT;
        const standing = standingOf(approval, actor, await findDelegators(tx, actor.subject, at));
        const state = stateAt(approval, at);
        // Of what is decided the state is told to whoever could have had a part in it, and of what is not to whoever may decide.
        if (!standing.may && (state === 'PENDING' || approval.askers.includes(actor.subject)))
          throw new Fault('FORBIDDEN', `You may not decide on this: ${standing.why}.`);
        if (state !== 'PENDING') {
          requireRole(actor, REQUEST_READERS, 'read approvals');
          return { kind: 'AlreadyDecided', approval, message: `It is ${state} already; nothing was done.` };
        }
        if (approval.contentHash !== command.expectedContentHash) {
          const message = 'This is not what you looked at: the content of the approval is another one. Nothing was done.';
          return { kind: 'ContentChanged', approval, message };
        }
        const mine = await bindKey(tx, { tenantId, ...key, resultId: uuid, at });
        if (mine.kind !== 'new') throw new Undone(CONFLICT);
        const onBehalfOf = standing.may ? standing.onBehalfOf : null;
        const after = await record(tx, actor, approval, { ...command, onBehalfOf }, { at, requestId });
        return { kind: 'DecideApprovalPayload', approval: after, replayed: false };
      }),
    );
  };

  const list: ApprovalService['list'] = async (actor, { states, mine, before, limit }) => {
    requireRole(actor, mine ? READERS : REQUEST_READERS, 'read approvals');
    const at = instantOf(now());
    const query = { ...(states && { states }), ...(before && { before }), limit: limit + 1 };
    return readInTenant(db, actor.tenantId, async (tx) => {
      if (!mine) return listApprovals(tx, query, at);
      const self = { subject: actor.subject, roles: actor.roles };
      return listApprovals(tx, { ...query, decidableBy: [self, ...(await findDelegators(tx, actor.subject, at))] }, at);
    });
  };

  const setDelegation: ApprovalService['setDelegation'] = async (actor, { to, from, until }, requestId) => {
    requireRole(actor, READERS, 'have somebody decide for them');
    const at = instantOf(now());
    const begins = from ?? at;
    const ends = to === null ? begins : until;
    const wrong = collect((complain) => {
      if (to === null) return;
      if (to === actor.subject) complain('to', 'INVALID', 'Name somebody else.');
      if (ends === null) complain('until', 'REQUIRED', 'Say until when.');
      else if (ends <= begins || ends <= at) complain('until', 'INVALID', 'It ends after it begins, and not in the past.');
      else if (Date.parse(ends) - Date.parse(begins) > LONGEST_MS) complain('until', 'TOO_LONG', 'At most a year.');
    });
    if (wrong || ends === null) return wrong ?? problem('until', 'REQUIRED', 'Say until when.');
    return inTenant(db, actor.tenantId, async (tx) => {
      if (to !== null && !(await hasPerson(tx, to)))
        return problem('to', 'NOT_FOUND', 'There is nobody of this name; write it as viewer.subject shows it, e.g. key:anna.');
      const delegation = { delegator: actor.subject, delegate: to, from: begins, until: ends };
      await insertDelegation(tx, { ...delegation, uuid: uuidv7(), tenantId: actor.tenantId, setAt: at });
      await auditSetting(
        tx,
        actor.tenantId,
        { subjectType: 'Delegation', subjectId: actor.subject },
        { action: 'delegation.set', actor: actor.subject, at, requestId, data: { to, from: begins, until: ends } },
      );
      return { kind: 'SetDelegationPayload', delegation };
    });
  };

  return {
    decide,
    list,
    setDelegation,
    delegations: async (actor) => {
      requireRole(actor, REQUEST_READERS, 'read delegations');
      return readInTenant(db, actor.tenantId, listDelegations);
    },
    stateOf: (approval) => stateAt(approval, instantOf(now())),
  };
};
