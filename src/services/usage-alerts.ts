/** Alerts that a recorded use raises, in the transaction that records it: a limit that is nearly used up, a use outside of the terms. */
import { type AlertPerson, reachedPercents, violationOccasion } from '../domain/alert.js';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import type { LimitUse } from '../domain/usage.js';
import type { UseReason } from '../domain/use.js';
import { countAlerts, countViolation, findAlertRules, raiseOrCount } from '../store/alert.store.js';
import type { TenantTx } from '../store/database.js';
import { auditRaised, limitNear, newAlertOf, peopleOf, type Raising, raiseAlerts } from './alert.raising.js';

export interface RecordedUse {
  readonly uuid: string;
  readonly recordedBy: string;
  readonly unit: string | null;
  readonly units: number;
  readonly reasons: readonly Pick<UseReason, 'code' | 'effect'>[];
}

export interface UsageNews {
  readonly license: License;
  readonly usage: RecordedUse;
  /** A use that did not fit took nothing. */
  readonly limits: readonly LimitUse[];
  readonly violation: boolean;
}

/** Whoever recorded this use is concerned, whether or not its event is written already. */
const withRecorder = (people: readonly AlertPerson[], subject: string, at: Instant): readonly AlertPerson[] => [
  { subject, why: 'USED', lastAt: at },
  ...people.filter((person) => person.subject !== subject || person.why !== 'USED'),
];

/** One alert per license and day counts its violations; once that is acknowledged, the next violation raises another. */
const raiseViolation = async (tx: TenantTx, tenantId: TenantId, { license, usage }: UsageNews, at: Instant): Promise<void> => {
  const day = violationOccasion(at, 0).slice(0, -1);
  if (await countViolation(tx, license.uuid, day, { subject: usage.recordedBy, why: 'USED', lastAt: at })) return;
  const people = (await peopleOf(tx, [license])).get(license.uuid) ?? [];
  const codes = [...new Set(usage.reasons.filter(({ effect }) => effect === 'DENIED').map(({ code }) => code))];
  const known = await countAlerts(tx, license.uuid, 'VIOLATION', day);
  for (let ordinal = Math.max(1, known); ; ordinal += 1) {
    const raising: Raising = {
      license,
      alertKind: 'VIOLATION',
      occasion: violationOccasion(at, ordinal),
      threshold: null,
      detail: { licenseType: license.licenseType, codes },
      dueAt: at,
    };
    const alert = newAlertOf(tenantId, raising, withRecorder(people, usage.recordedBy, at), at);
    const result = await raiseOrCount(tx, alert);
    if (result === 'raised') await auditRaised(tx, alert);
    if (result !== 'full') return;
  }
};

/** Another license stands in its place, or none: what is left of its limits concerns nobody. A violation under it does. */
const isOver = ({ state }: License): boolean => state === 'SUPERSEDED' || state === 'CANCELLED';

/** Once per license, limit (unit and maximum) and percentage; violations are counted in one alert per license and day. */
export const raiseUsageAlerts = async (
  tx: TenantTx,
  deps: { readonly now: () => number },
  tenantId: TenantId,
  news: UsageNews,
): Promise<void> => {
  const { license } = news;
  const changed = isOver(license) ? [] : news.limits.filter(({ usedBefore, usedAfter }) => usedAfter > usedBefore);
  if (changed.length === 0 && !news.violation) return;
  const rules = await findAlertRules(tx);
  const at = instantOf(deps.now());
  const raisings = changed.flatMap((limit) =>
    reachedPercents(limit, rules.limitPercents).map((percent) =>
      limitNear(license, { unit: limit.unit, max: limit.max, used: limit.usedAfter }, percent, at),
    ),
  );
  await raiseAlerts(tx, tenantId, raisings, at);
  if (news.violation && rules.violations) await raiseViolation(tx, tenantId, news, at);
};
