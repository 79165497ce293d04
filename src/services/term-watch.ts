/** The watch over terms: raises what has come due, closes what has lost its reason, escalates what nobody acknowledged. */
import type { Logger } from 'pino';
import { type AlertRules, DAY_MS } from '../domain/alert.js';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { escalateAlerts, findAlertRules, resolveAlert } from '../store/alert.store.js';
import {
  type EndingLicense,
  listEndingLicenses,
  listLicensesWithoutEnd,
  listReachedLimits,
  lockPointlessAlerts,
  type PointlessAlert,
  type ReachedLimit,
} from '../store/alert-watch.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { resumeTerms } from '../store/license-terms.store.js';
import { auditAlert, limitNear, raiseAlerts, SYSTEM_ALERTS } from './alert.raising.js';

export interface TermWatch {
  /** One look at all licenses of a tenant. Safe to cut short and to run twice at once. */
  run(tenantId: TenantId): Promise<void>;
}

export interface TermWatchDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly log: Pick<Logger, 'info'>;
}

/** Of one transaction. */
const PAGE = 200;
/** A term that ended longer ago than this when it is first seen raises nothing: it is history. */
const LOOK_BACK_MS = 30 * DAY_MS;
const HOUR_MS = 3_600_000;

const whyPointless = ({ alertKind, licenseState, validUntil }: PointlessAlert): string => {
  if (licenseState === 'SUPERSEDED') return 'Another license follows this one.';
  if (licenseState === 'CANCELLED') return 'The license was cancelled.';
  if (validUntil === null)
    return alertKind === 'TERM_END' ? 'The license has no end any more.' : 'The terms say by now that it has no end.';
  return alertKind === 'TERM_END' ? `The license ends at ${validUntil} now.` : `The license ends at ${validUntil}.`;
};

export const createTermWatch = ({ db, now, log }: TermWatchDeps): TermWatch => {
  /** Pages, each in its own transaction, until one is not full; the page says how many rows it had and what it did with them. */
  const pages = async (
    tenantId: TenantId,
    page: (tx: TenantTx, at: Instant) => Promise<{ readonly rows: number; readonly done: number }>,
  ): Promise<number> => {
    let total = 0;
    for (;;) {
      const { rows, done } = await inTenant(db, tenantId, (tx) => page(tx, instantOf(now())));
      total += done;
      if (rows < PAGE) return total;
    }
  };

  const resolve = (tenantId: TenantId) =>
    pages(tenantId, async (tx, at) => {
      const pointless = await lockPointlessAlerts(tx, at, PAGE);
      let done = 0;
      for (const found of pointless) {
        const alert = await resolveAlert(tx, found.uuid, at, whyPointless(found));
        if (!alert) continue;
        done += 1;
        const data = { resolution: alert.resolution };
        await auditAlert(tx, alert, { action: 'alert.resolved', tenantId, actor: SYSTEM_ALERTS, at, requestId: null, data });
      }
      return { rows: pointless.length, done };
    });

  const warnOfEnds = (tenantId: TenantId, { leadDays }: AlertRules) => {
    let last: EndingLicense | undefined;
    return pages(tenantId, async (tx, at) => {
      const endedAfter = instantOf(Date.parse(at) - LOOK_BACK_MS);
      const ending = await listEndingLicenses(tx, { leadDays, now: at, endedAfter, after: last ?? null, limit: PAGE });
      last = ending.at(-1);
      const raisings = ending.map((license) => ({
        license,
        alertKind: 'TERM_END' as const,
        occasion: license.validUntil,
        threshold: license.leadDays,
        detail: { licenseType: license.licenseType, validUntil: license.validUntil },
        dueAt: instantOf(Date.parse(license.validUntil) - license.leadDays * DAY_MS),
      }));
      return { rows: ending.length, done: await raiseAlerts(tx, tenantId, raisings, at) };
    });
  };

  const askForEnds = (tenantId: TenantId) => {
    let after: string | null = null;
    return pages(tenantId, async (tx, at) => {
      const endless = await listLicensesWithoutEnd(tx, { now: at, after, limit: PAGE });
      after = endless.at(-1)?.uuid ?? null;
      const raisings = endless.map((license) => ({
        license,
        alertKind: 'END_UNKNOWN' as const,
        occasion: '',
        threshold: null,
        detail: { licenseType: license.licenseType },
        dueAt: at,
      }));
      return { rows: endless.length, done: await raiseAlerts(tx, tenantId, raisings, at) };
    });
  };

  const warnOfLimits = (tenantId: TenantId, { limitPercents }: AlertRules) => {
    let last: ReachedLimit | undefined;
    return pages(tenantId, async (tx, at) => {
      const reached = await listReachedLimits(tx, { percents: limitPercents, now: at, after: last ?? null, limit: PAGE });
      last = reached.at(-1);
      const raisings = reached.map(({ unit, max, used, percent, ...license }) =>
        limitNear(license, { unit, max, used }, percent, at),
      );
      return { rows: reached.length, done: await raiseAlerts(tx, tenantId, raisings, at) };
    });
  };

  const escalate = (tenantId: TenantId, { escalateAfterHours }: AlertRules) =>
    pages(tenantId, async (tx, at) => {
      const raisedBefore = instantOf(Date.parse(at) - escalateAfterHours * HOUR_MS);
      const alerts = await escalateAlerts(tx, { raisedBefore, at, limit: PAGE });
      for (const alert of alerts) {
        const data = { raisedAt: alert.raisedAt, afterHours: escalateAfterHours };
        await auditAlert(tx, alert, { action: 'alert.escalated', tenantId, actor: SYSTEM_ALERTS, at, requestId: null, data });
      }
      return { rows: alerts.length, done: alerts.length };
    });

  return {
    run: async (tenantId) => {
      const rules = await readInTenant(db, tenantId, findAlertRules);
      // After a pause the end of the next stretch is the one to look at.
      await inTenant(db, tenantId, (tx) => resumeTerms(tx, instantOf(now())));
      // What is about nothing any more goes first, so that it does not escalate.
      const resolved = await resolve(tenantId);
      const raised = await warnOfEnds(tenantId, rules);
      const asked = rules.endUnknown ? await askForEnds(tenantId) : 0;
      const nearLimits = await warnOfLimits(tenantId, rules);
      const escalated = await escalate(tenantId, rules);
      if (resolved + raised + asked + nearLimits + escalated > 0)
        log.info({ tenantId, raised, asked, nearLimits, escalated, resolved }, 'alerts about terms were raised or moved');
    },
  };
};
