/** Which purchases need an approval, as data: the first rule that matches says by whom. What is not known never passes for harmless. */
import type { AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import { baseTypeOf } from './license.js';
import { compareAmounts, type Money } from './money.js';
import type { Known } from './rights.js';
import type { Role } from './roles.js';

/** All that are present must hold. */
export interface RuleConditions {
  readonly sources?: readonly AssetSource[];
  /** Of what the source charges extra. */
  readonly priceAtLeast?: Money;
  /** True: no price is stated; false: one is. */
  readonly unpriced?: boolean;
  readonly editorial?: boolean;
  readonly channels?: readonly string[];
  readonly departments?: readonly string[];
  /** With or without a product: `creditpack` is meant by `creditpack` and by `creditpack:77`. */
  readonly licenseTypes?: readonly string[];
}

export interface ApprovalStep {
  readonly name: string;
  /** Null: the people alone. */
  readonly role: Role | null;
  /** Subjects, e.g. `key:anna`. */
  readonly people: readonly string[];
  /** How many different people must approve. */
  readonly quorum: number;
}

export interface ApprovalRule {
  readonly name: string;
  readonly when: RuleConditions;
  /** Decided one after the other; at least one. */
  readonly steps: readonly ApprovalStep[];
  /** Null: an approval does not expire. */
  readonly validForHours: number | null;
  /** Saving such an asset asks for its approval. */
  readonly onSave: boolean;
}

export interface ApprovalRules {
  /** 0: none were ever set. */
  readonly version: number;
  readonly rules: readonly ApprovalRule[];
  readonly setBy: string | null;
  readonly setAt: Instant | null;
}

export const NO_RULES: ApprovalRules = { version: 0, rules: [], setBy: null, setAt: null };

/** What rules look at. */
export interface RuleSubject {
  readonly source: AssetSource;
  readonly licenseType: string;
  readonly editorial: Known;
  readonly price: Money | null;
  /** The source charges extra, whether it states a price or not. */
  readonly overage: boolean;
  /** Null: not stated. */
  readonly department: string | null;
  /** Empty: not stated. */
  readonly channels: readonly string[];
}

const reaches = ({ price, overage }: RuleSubject, least: Money): boolean => {
  // What the account covers without a price costs no money; an extra charge without one could be any.
  if (price === null) return overage;
  return price.currency !== least.currency || compareAmounts(price.amount, least.amount) >= 0;
};

const isOf = (types: readonly string[], licenseType: string): boolean =>
  types.some((type) => type === licenseType || type === baseTypeOf(licenseType));

/** Whether the rule is meant. What was left unsaid (department, channel) or is unknown counts as what the rule is about. */
export const matches = ({ when }: ApprovalRule, subject: RuleSubject): boolean => {
  const { sources, priceAtLeast, unpriced, editorial, channels, departments, licenseTypes } = when;
  if (sources && !sources.includes(subject.source)) return false;
  if (priceAtLeast && !reaches(subject, priceAtLeast)) return false;
  if (unpriced !== undefined && unpriced !== (subject.price === null)) return false;
  if (editorial !== undefined && subject.editorial === (editorial ? 'NO' : 'YES')) return false;
  if (channels && subject.channels.length > 0 && !subject.channels.some((channel) => channels.includes(channel))) return false;
  if (departments && subject.department !== null && !departments.includes(subject.department)) return false;
  return !licenseTypes || isOf(licenseTypes, subject.licenseType);
};

/** The first that matches; undefined: no approval is needed. */
export const ruleFor = (rules: readonly ApprovalRule[], subject: RuleSubject): ApprovalRule | undefined =>
  rules.find((rule) => matches(rule, subject));
