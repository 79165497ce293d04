/**
 * Whether a purchase may be sent as far as approvals go. Asked inside the transaction that makes it SENDING, so that a rule holds from the
 * moment it is set and an approval is taken by one purchase alone.
 */
import {
  type Approval,
  type ApprovalContent,
  contentHashOf,
  contentOf,
  hasSecondPerson,
  otherwiseAsked,
  otherwiseFound,
  stateAt,
} from '../domain/approval.js';
import { ruleFor } from '../domain/approval-rules.js';
import { nodeIdOf, type TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { ApprovalRequired, Operation, StoredOutcome } from '../domain/operation.js';
import type { LicenseQuote } from '../domain/quote.js';
import type { Known } from '../domain/rights.js';
import { findLiveApproval, lockApproval, releaseApproval, useApproval, voidApproval } from '../store/approval.store.js';
import { findApprovalRules } from '../store/approval-rule.store.js';
import type { TenantTx } from '../store/database.js';
import { auditApproval } from './request.audit.js';

/** What the purchase would come to, as the source says right before it. */
export interface Ordered {
  readonly quote: LicenseQuote;
  readonly termsHash: string;
  readonly editorial: Known;
}

/** `pass`: go on, and take the approval if there is one; otherwise nothing may be sent. */
export type GateResult =
  | { readonly pass: true; readonly approval: Approval | undefined }
  | { readonly pass: false; readonly outcome: Refusal };
export type Refusal = Extract<
  StoredOutcome,
  { readonly kind: 'ApprovalRequired' | 'QuoteChanged' | 'OverageConfirmationRequired' | 'InvalidRequest' }
>;

const refuse = (outcome: Refusal): GateResult => ({ pass: false, outcome });
const required = (approval: Approval | undefined, at: Instant, message: string): GateResult => {
  const outcome: ApprovalRequired = {
    kind: 'ApprovalRequired',
    approvalId: approval ? nodeIdOf('Approval', approval.uuid) : null,
    state: approval ? stateAt(approval, at) : 'NOT_REQUESTED',
    message,
  };
  return refuse(outcome);
};

/** For people. */
const NAMES: Readonly<Record<string, string>> = {
  assetId: 'the asset',
  licenseType: 'the license type',
  again: 'whether it is licensed again',
  department: 'the department',
  form: 'whether the allowance covers it',
  price: 'the price',
  units: 'the units',
  termsHash: 'the terms',
};
const namesOf = (members: readonly string[]): string => members.map((name) => NAMES[name] ?? name).join(', ');

const WHY_NOT: Readonly<Partial<Record<ReturnType<typeof stateAt>, string>>> = {
  PENDING: 'The approval has not been decided yet.',
  REJECTED: 'The approval was refused.',
  EXPIRED: 'The approval has expired: look at the candidate again and submit it again.',
  VOID: 'The approval is void: look at the candidate again and submit it again.',
  USED: 'The approval was used by another purchase; each is good for one.',
};

const checkGiven = async (
  tx: TenantTx,
  tenantId: TenantId,
  operation: Operation,
  approvalUuid: string,
  now: { readonly content: ApprovalContent; readonly quote: LicenseQuote; readonly at: Instant },
): Promise<GateResult> => {
  const { content, quote, at } = now;
  const approval = await lockApproval(tx, approvalUuid);
  if (!approval)
    return refuse(invalidRequest({ path: 'approvalId', code: 'NOT_FOUND', message: 'There is no such approval.' }) as Refusal);
  const asked = otherwiseAsked(approval.content, content);
  if (asked.length > 0) {
    const fitting = await findLiveApproval(tx, contentHashOf(content), at);
    return required(fitting ?? approval, at, `This approval is for something else: ${namesOf(asked)} differ. Nothing was spent.`);
  }
  const state = stateAt(approval, at);
  const found = otherwiseFound(approval.content, content);
  if (found.length > 0 && (state === 'APPROVED' || state === 'PENDING')) {
    const reason = `At the purchase it was not what was submitted: ${namesOf(found)} had changed.`;
    await voidApproval(tx, approval.uuid, reason, at);
    const event = { actor: operation.requestedBy, at, requestId: operation.requestId };
    await auditApproval(tx, tenantId, approval, { ...event, action: 'approval.voided', data: { reason, changed: [...found] } });
    const message = `What was approved is no longer what is offered: ${namesOf(found)} had changed. The approval is void and nothing was spent.`;
    return refuse({ kind: 'QuoteChanged', current: quote, message });
  }
  if (state !== 'APPROVED')
    return required(approval, at, `${WHY_NOT[state] ?? 'The approval does not stand.'} Nothing was spent.`);
  if (!hasSecondPerson(approval, operation.requestedBy))
    return required(approval, at, 'You are the only one who approved this: another person must buy it. Nothing was spent.');
  if (content.form === 'OVERAGE' && !operation.command.acceptOverage) {
    const message = 'message' in quote ? quote.message : '';
    return refuse({ kind: 'OverageConfirmationRequired', price: content.price, message });
  }
  return { pass: true, approval };
};

/** Nothing is written but that an approval is void whose content has changed. */
export const passGate = async (
  tx: TenantTx,
  tenantId: TenantId,
  operation: Operation,
  { quote, termsHash, editorial }: Ordered,
  at: Instant,
): Promise<GateResult> => {
  const { assetId, source, licenseType, command } = operation;
  const { department } = command.allocation;
  const content = contentOf({ assetId, again: operation.operationKind === 'RELICENSE', termsHash, department }, quote);
  if (!content) throw new Error(`Operation ${operation.uuid} is about to be sent, and its quote is ${quote.kind}.`);
  const { approvalUuid } = command;
  if (approvalUuid !== undefined) return checkGiven(tx, tenantId, operation, approvalUuid, { content, quote, at });
  const { rules } = await findApprovalRules(tx);
  const { price, form } = content;
  const subject = { source, licenseType, editorial, price, overage: form === 'OVERAGE', department };
  const rule = ruleFor(rules, { ...subject, channels: command.channels ?? [] });
  if (!rule) return { pass: true, approval: undefined };
  const known = await findLiveApproval(tx, contentHashOf(content), at);
  const next =
    known?.state === 'APPROVED'
      ? 'It is approved: pass the approval as approvalId.'
      : known
        ? 'It has been asked for and is not decided yet.'
        : 'Ask for it with createRequest.';
  return required(known, at, `The rule "${rule.name}" asks for an approval of this purchase. ${next} Nothing was spent.`);
};

/** The purchase takes the approval; its row is locked since it was looked at. */
export const takeApproval = async (
  tx: TenantTx,
  tenantId: TenantId,
  operation: Operation,
  approval: Approval,
  at: Instant,
): Promise<void> => {
  await useApproval(tx, approval.uuid, operation.uuid);
  const event = { actor: operation.requestedBy, at, requestId: operation.requestId };
  const data = { operationId: nodeIdOf('LicenseOperation', operation.uuid), contentHash: approval.contentHash };
  await auditApproval(tx, tenantId, approval, { ...event, action: 'approval.used', data });
};

/** A purchase that ended without a charge gives back what it took. */
export const giveApprovalBack = async (tx: TenantTx, tenantId: TenantId, operation: Operation, at: Instant): Promise<void> => {
  const released = await releaseApproval(tx, operation.uuid);
  if (!released) return;
  const event = { actor: operation.requestedBy, at, requestId: operation.requestId };
  const data = { operationId: nodeIdOf('LicenseOperation', operation.uuid), state: released.state };
  await auditApproval(tx, tenantId, released, { ...event, action: 'approval.released', data });
};
