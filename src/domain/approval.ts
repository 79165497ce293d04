/** An approval of exact content: its states, who may decide, and what a decision comes to. Pure. */
import { createHash } from 'node:crypto';
import type { ApprovalRule, ApprovalStep } from './approval-rules.js';
import { canonicalJson, type JsonValue } from './canonical-json.js';
import type { AssetId } from './ids.js';
import type { Instant } from './instant.js';
import type { Money } from './money.js';
import type { LicenseQuote } from './quote.js';
import type { Role } from './roles.js';

/** As stored. Whether an APPROVED one has expired is seen at each look. */
export type StoredApprovalState = 'PENDING' | 'APPROVED' | 'REJECTED' | 'VOID' | 'USED';
export type ApprovalState = StoredApprovalState | 'EXPIRED' | 'NOT_REQUIRED' | 'NOT_REQUESTED';

/** What is approved. A purchase that comes to anything else is not. */
export interface ApprovalContent {
  readonly assetId: AssetId;
  readonly licenseType: string;
  /** A further license of an asset that is licensed already. */
  readonly again: boolean;
  readonly form: 'ENTITLEMENT' | 'OVERAGE';
  readonly price: Money | null;
  readonly units: number | null;
  readonly termsHash: string;
  readonly department: string | null;
}

export interface ApprovalDecision {
  readonly step: number;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly decidedBy: string;
  /** Whom they stood in for; null: nobody. */
  readonly onBehalfOf: string | null;
  readonly note: string | null;
  readonly decidedAt: Instant;
}

export interface Approval {
  readonly kind: 'Approval';
  readonly uuid: string;
  readonly requestUuid: string;
  readonly itemUuid: string;
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly content: ApprovalContent;
  readonly contentHash: string;
  readonly state: StoredApprovalState;
  /** Why it is VOID. */
  readonly reason: string | null;
  readonly rule: ApprovalRule;
  readonly rulesVersion: number;
  /** Index of the step that is decided now. */
  readonly step: number;
  readonly askers: readonly string[];
  readonly requestedAt: Instant;
  readonly decidedAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** Uuid of the purchase that has taken it. */
  readonly usedBy: string | null;
  readonly decisions: readonly ApprovalDecision[];
}

/** What a purchase needs to know of an approval that is there already. */
export const stateAt = ({ state, expiresAt }: Pick<Approval, 'state' | 'expiresAt'>, at: Instant): ApprovalState =>
  state === 'APPROVED' && expiresAt !== null && expiresAt <= at ? 'EXPIRED' : state;

/** Undefined: nothing would be charged, or nothing can be bought; there is nothing to approve. */
export const contentOf = (
  subject: Pick<ApprovalContent, 'assetId' | 'again' | 'termsHash' | 'department'>,
  quote: LicenseQuote,
): ApprovalContent | undefined => {
  const { assetId, again, termsHash, department } = subject;
  if (quote.kind !== 'QuoteWithinEntitlement' && quote.kind !== 'QuoteOverage') return undefined;
  const within = quote.kind === 'QuoteWithinEntitlement';
  // Held already: nothing is charged.
  if (within && quote.isHeld) return undefined;
  const { licenseType, price } = quote;
  return {
    assetId,
    licenseType,
    again,
    form: within ? 'ENTITLEMENT' : 'OVERAGE',
    price: price && { amount: price.amount, currency: price.currency },
    units: within ? quote.units : null,
    termsHash,
    department,
  };
};

/** `v1:sha256:<hex>` over the canonical form. */
export const contentHashOf = (content: ApprovalContent): string =>
  `v1:sha256:${createHash('sha256')
    .update(canonicalJson({ v: 1, ...content } as unknown as JsonValue))
    .digest('hex')}`;

/** Members that a purchase chooses; the others are what the source says. */
const CHOSEN = ['assetId', 'licenseType', 'again', 'department'] as const;
const FOUND = ['form', 'price', 'units', 'termsHash'] as const;

const differing = (approved: ApprovalContent, now: ApprovalContent, members: readonly (keyof ApprovalContent)[]): string[] =>
  members.filter((name) => JSON.stringify(approved[name]) !== JSON.stringify(now[name]));

/** What the purchase asks for that is not what was approved. */
export const otherwiseAsked = (approved: ApprovalContent, now: ApprovalContent): readonly string[] =>
  differing(approved, now, CHOSEN);
/** What the source says by now that is not what was approved. */
export const otherwiseFound = (approved: ApprovalContent, now: ApprovalContent): readonly string[] =>
  differing(approved, now, FOUND);

export interface Person {
  readonly subject: string;
  readonly roles: readonly Role[];
}

const fits = ({ role, people }: ApprovalStep, person: Person): boolean =>
  people.includes(person.subject) || (role !== null && person.roles.includes(role));

/** Whoever has spoken, for themselves or through somebody. */
const haveSpoken = ({ decisions }: Pick<Approval, 'decisions'>): ReadonlySet<string> =>
  new Set(decisions.flatMap(({ decidedBy, onBehalfOf }) => (onBehalfOf === null ? [decidedBy] : [decidedBy, onBehalfOf])));

export type Standing = { readonly may: true; readonly onBehalfOf: string | null } | { readonly may: false; readonly why: string };
const not = (why: string): Standing => ({ may: false, why });

/**
 * In whose place this person may decide the step that is open. Nobody who asked decides, on neither side of a delegation, and nobody speaks
 * twice, in whoever's name.
 */
export const standingOf = (approval: Approval, person: Person, delegators: readonly Person[]): Standing => {
  const { askers, rule } = approval;
  if (askers.includes(person.subject)) return not('you had a part in asking for it');
  const spoken = haveSpoken(approval);
  if (spoken.has(person.subject)) return not('you, or somebody in your place, decided on it already');
  const step = rule.steps[approval.step];
  if (!step) throw new Error(`Approval ${approval.uuid} has no step ${approval.step}.`);
  if (fits(step, person)) return { may: true, onBehalfOf: null };
  const absent = delegators.filter((one) => fits(step, one));
  const free = absent.find(({ subject }) => !askers.includes(subject) && !spoken.has(subject));
  if (free) return { may: true, onBehalfOf: free.subject };
  return not(
    absent.length > 0
      ? 'whoever delegated to you asked for it, or has decided already'
      : `the step "${step.name}" is decided by others`,
  );
};

/** What the next decision makes of an approval that is PENDING. */
export const decided = (
  approval: Approval,
  decision: ApprovalDecision['decision'],
  at: Instant,
): Pick<Approval, 'state' | 'step' | 'decidedAt'> => {
  if (decision === 'REJECT') return { state: 'REJECTED', step: approval.step, decidedAt: at };
  const inStep = approval.decisions.filter(({ step }) => step === approval.step).length + 1;
  const { quorum } = approval.rule.steps[approval.step] as ApprovalStep;
  if (inStep < quorum) return { state: 'PENDING', step: approval.step, decidedAt: null };
  if (approval.step + 1 < approval.rule.steps.length) return { state: 'PENDING', step: approval.step + 1, decidedAt: null };
  return { state: 'APPROVED', step: approval.step, decidedAt: at };
};

/** Whether somebody other than the buyer stands behind it, on neither side of a delegation. */
export const hasSecondPerson = ({ decisions }: Pick<Approval, 'decisions'>, buyer: string): boolean =>
  decisions.some(({ decision, decidedBy, onBehalfOf }) => decision === 'APPROVE' && decidedBy !== buyer && onBehalfOf !== buyer);
