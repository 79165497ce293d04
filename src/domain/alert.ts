/** Alerts: what somebody should act on, the states they pass through, the rules for raising them, and their words. */
import type { AssetId } from './ids.js';
import type { Instant } from './instant.js';
import type { Role } from './roles.js';

export const ALERT_KINDS = ['TERM_END', 'LIMIT_NEAR', 'VIOLATION', 'END_UNKNOWN'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export const ALERT_STATES = ['OPEN', 'ACKNOWLEDGED', 'ESCALATED', 'RESOLVED'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** What may follow a state. An acknowledged alert is in somebody's hands, also when its reason goes; a resolved one is about nothing any more: both stay. */
const MOVES: Readonly<Record<AlertState, readonly AlertState[]>> = {
  OPEN: ['ACKNOWLEDGED', 'ESCALATED', 'RESOLVED'],
  ESCALATED: ['ACKNOWLEDGED', 'RESOLVED'],
  ACKNOWLEDGED: [],
  RESOLVED: [],
};
export const statesBefore = (next: AlertState): AlertState[] => ALERT_STATES.filter((state) => MOVES[state].includes(next));

/** Alerts wait for those who buy and those who decide. */
export const ALERT_HANDLERS: readonly Role[] = ['licensor', 'approver', 'admin'];

export const PERSON_REASONS = ['DOWNLOADED', 'USED', 'LICENSED', 'PLACED'] as const;
export type PersonReason = (typeof PERSON_REASONS)[number];

/** Somebody who has to do with the asset, as the trail names them. */
export interface AlertPerson {
  readonly subject: string;
  readonly why: PersonReason;
  readonly lastAt: Instant;
}

/** What the words of an alert rest on, as it was when it was raised. */
export interface AlertDetail {
  readonly licenseType: string;
  /** TERM_END */
  readonly validUntil?: Instant;
  /** LIMIT_NEAR */
  readonly unit?: string;
  readonly max?: number;
  readonly used?: number;
  /** VIOLATION: the codes of the reasons, those of the first use. */
  readonly codes?: readonly string[];
}

export interface Alert {
  readonly kind: 'Alert';
  readonly uuid: string;
  readonly alertKind: AlertKind;
  /** TERM_END: days; LIMIT_NEAR: percent; else null. */
  readonly threshold: number | null;
  readonly state: AlertState;
  readonly licenseUuid: string;
  readonly assetId: AssetId;
  /** VIOLATION: how many uses it counts; else 1. */
  readonly occurrences: number;
  readonly detail: AlertDetail;
  readonly people: readonly AlertPerson[];
  readonly dueAt: Instant;
  readonly raisedAt: Instant;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Instant | null;
  readonly note: string | null;
  readonly escalatedAt: Instant | null;
  readonly resolvedAt: Instant | null;
  readonly resolution: string | null;
}

export interface AlertRules {
  /** Whole days of 24 hours before the end; descending. */
  readonly leadDays: readonly number[];
  /** Percent of a limit; ascending. */
  readonly limitPercents: readonly number[];
  readonly escalateAfterHours: number;
  readonly violations: boolean;
  readonly endUnknown: boolean;
  /** Null: the defaults. */
  readonly setBy: string | null;
  readonly setAt: Instant | null;
}

export const DEFAULT_ALERT_RULES: AlertRules = {
  leadDays: [30, 14, 1, 0],
  limitPercents: [80, 100],
  escalateAfterHours: 72,
  violations: true,
  endUnknown: true,
  setBy: null,
  setAt: null,
};

export const DAY_MS = 86_400_000;

/** The percentages of a limit that this use has reached, and those before it had not. */
export const reachedPercents = (
  limit: { readonly max: number; readonly usedBefore: number; readonly usedAfter: number },
  percents: readonly number[],
): number[] =>
  percents.filter((percent) => limit.usedBefore * 100 < limit.max * percent && limit.max * percent <= limit.usedAfter * 100);

/** One day's violations of a license are one alert, until somebody acknowledges it; the next one then is the second of that day. */
export const violationOccasion = (at: Instant, ordinal: number): string => `${at.slice(0, 10)}#${ordinal}`;

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

/** For people; programs look at kind and threshold. */
export const alertMessage = ({ alertKind, threshold, detail, occurrences, raisedAt }: Alert): string => {
  const license = `The license "${detail.licenseType}"`;
  switch (alertKind) {
    case 'TERM_END':
      return threshold === 0
        ? `${license} ended at ${detail.validUntil}. Take the asset out of use, or renew the license.`
        : `${license} ends at ${detail.validUntil}; this is the notice of ${days(threshold ?? 0)}. Renew it, or plan its replacement.`;
    case 'LIMIT_NEAR':
      return (detail.used ?? 0) >= (detail.max ?? Number.POSITIVE_INFINITY)
        ? `${license} is used up: ${detail.used} of ${detail.max} ${detail.unit}. Every further use lies outside of it.`
        : `${license} is used up to ${threshold} %: ${detail.used} of ${detail.max} ${detail.unit}.`;
    case 'VIOLATION': {
      const uses = occurrences === 1 ? '1 use was' : `${occurrences} uses were`;
      const codes = detail.codes?.length ? ` (${detail.codes.join(', ')})` : '';
      return `${uses} recorded on ${raisedAt.slice(0, 10)} that ${license.replace('The', 'the')} does not allow${codes}. Look into them.`;
    }
    case 'END_UNKNOWN':
      return `${license} has no end on record, and nothing says that it is perpetual. State its terms with the date, or that it has none.`;
  }
};
