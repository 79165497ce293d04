/** New versions of the terms of a license: stated by a person, or reported by another system. The old ones stay. */
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { nodeIdOf } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, LICENSORS, requireRole } from '../domain/roles.js';
import { cancelledAt, type Statement } from '../domain/statements.js';
import { termsHash } from '../domain/terms-hash.js';
import { changedTerms, LAST, type NewTerms, type Period, type TermsVersion, termsAt } from '../domain/terms-versions.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import { findLicense } from '../store/license.store.js';
import { appendTerms, lockReport, lockTerms } from '../store/license-terms.store.js';
import { checkKey, MAX_KEY } from './licensing.checks.js';
import { checkTermsCommand, type TermsCommand } from './terms.checks.js';

type Refusal = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' | 'IdempotencyConflict' }>;
interface Recorded {
  readonly license: License;
  readonly replayed: boolean;
}
export type StateTermsOutcome = ({ readonly kind: 'StateTermsPayload' } & Recorded) | Refusal;
export type RecordRenewalOutcome = ({ readonly kind: 'RecordRenewalPayload' } & Recorded) | Refusal;

export type StateCommand = Omit<TermsCommand, 'kind' | 'report'>;
export type ReportCommand = TermsCommand & {
  readonly kind: Exclude<TermsCommand['kind'], 'STATED'>;
  readonly report: NonNullable<TermsCommand['report']>;
};

/** The key of the call, and the request that it came with. */
export interface Keyed {
  readonly idempotencyKey: string;
  readonly requestId: string;
}

export interface TermsService {
  /** Adds what a contract states of a license. */
  state(actor: Actor, command: StateCommand, keyed: Keyed): Promise<StateTermsOutcome>;
  /** Adds what another system reports: once for each of its references, and once for each key. */
  report(actor: Actor, command: ReportCommand, keyed: Keyed): Promise<RecordRenewalOutcome>;
}

const MUTATIONS = { STATED: 'stateTerms', RENEWAL: 'recordRenewal', CORRECTION: 'recordRenewal', CANCELLATION: 'recordRenewal' };
const ACTIONS: Readonly<Record<TermsCommand['kind'], AuditAction>> = {
  STATED: 'license.terms_stated',
  RENEWAL: 'license.renewed',
  CORRECTION: 'license.terms_corrected',
  CANCELLATION: 'license.ended',
};

export const KEY_CONFLICT: Refusal & { kind: 'IdempotencyConflict' } = {
  kind: 'IdempotencyConflict',
  message: 'This idempotency key belongs to a call with other arguments. Nothing was done; use a new key.',
};
const REPORT_CONFLICT: Refusal = {
  kind: 'IdempotencyConflict',
  message: 'This reference of this system belongs to a report with other arguments. Nothing was done; give each report its own.',
};
const notFound = invalidRequest({ path: 'licenseId', code: 'NOT_FOUND', message: 'There is no such license.' });

/** What others report and contracts state since ever; what changes now begins now. */
const periodOf = ({ kind, from, until }: TermsCommand, at: Instant): Period => ({
  from: from ?? (kind === 'RENEWAL' || kind === 'CANCELLATION' ? at : null),
  until,
});

const statementOf = ({ kind, terms }: TermsCommand, { from }: Period): Statement => ({ kind, from, ...(terms && { terms }) });

/** Problems that only the terms on record show. What a cancellation ends, ends whatever the term would be without it. */
const refusalOf = (command: TermsCommand, license: License, stretches: readonly NewTerms[]): Refusal | undefined => {
  if (command.kind === 'RENEWAL' && license.state === 'CANCELLED')
    return invalidRequest({ path: 'licenseId', code: 'CANCELLED', message: 'This license was cancelled; it cannot be renewed.' });
  if (command.terms?.validFrom === undefined && command.terms?.validUntil === undefined) return undefined;
  const reversed = stretches.find(
    ({ rights: { validFrom, validUntil }, stated }) =>
      validFrom !== null && validUntil !== null && validUntil <= validFrom && cancelledAt(stated) === null,
  );
  if (!reversed) return undefined;
  const { validFrom, validUntil } = reversed.rights;
  const message = `With what is on record the term would run from ${validFrom} until ${validUntil}. State both.`;
  return invalidRequest({ path: command.terms?.validUntil ? 'terms.validUntil' : 'terms.validFrom', code: 'INVALID', message });
};

const payloadOf = (command: TermsCommand): Buffer => payloadHashOf({ ...command } as unknown as JsonValue);

export const createTermsService = (deps: { readonly db: Database; readonly now: () => number }): TermsService => {
  const { db, now } = deps;

  const audit = async (
    tx: TenantTx,
    actor: Actor,
    { command, license, period, keyed, at }: Change,
    versions: { readonly before: readonly TermsVersion[]; readonly after: readonly TermsVersion[] },
  ): Promise<void> => {
    const hashAt = (known: readonly TermsVersion[]) => {
      const version = termsAt(known, period.from ?? at, LAST);
      return version ? termsHash(version.rights) : null;
    };
    await appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId: actor.tenantId,
      occurredAt: at,
      actor: actor.subject,
      action: ACTIONS[command.kind],
      subjectType: 'License',
      subjectId: nodeIdOf('License', license.uuid),
      assetId: license.assetId,
      licenseUuid: license.uuid,
      requestId: keyed.requestId,
      data: {
        before: hashAt(versions.before),
        after: hashAt(versions.after),
        versions: versions.after.slice(versions.before.length).map(({ version }) => version),
        effectiveFrom: period.from,
        effectiveUntil: period.until,
        ...(command.report && { ...command.report }),
        note: command.note ?? null,
        idempotencyKey: keyed.idempotencyKey,
      },
    });
  };

  interface Change {
    readonly command: TermsCommand;
    readonly license: License;
    readonly period: Period;
    readonly keyed: Keyed;
    readonly at: Instant;
  }

  const append = async (
    tx: TenantTx,
    actor: Actor,
    change: Change,
    before: readonly TermsVersion[],
    terms: readonly NewTerms[],
  ) => {
    const { command, license, at } = change;
    const after = await appendTerms(tx, {
      tenantId: actor.tenantId,
      licenseUuid: license.uuid,
      recordedAt: at,
      recordedBy: actor.subject,
      note: command.note ?? null,
      ...(command.report && { report: { ...command.report, payloadHash: payloadOf(command) } }),
      terms: terms.map((stretch) => ({ ...stretch, kind: command.kind })),
    });
    await audit(tx, actor, change, { before, after });
  };

  /** Locks in one order: the report, the license, the key. */
  const record = (actor: Actor, command: TermsCommand, keyed: Keyed): Promise<Recorded | Refusal> =>
    inTenant(db, actor.tenantId, async (tx) => {
      const { tenantId } = actor;
      const { licenseUuid, report } = command;
      const known = report && (await lockReport(tx, { tenantId, ...report }));
      const before = await lockTerms(tx, licenseUuid);
      const at = instantOf(now());
      const license = before && (await findLicense(tx, licenseUuid, at));
      if (!license) return notFound;
      const payloadHash = payloadOf(command);
      const key = { mutation: MUTATIONS[command.kind], idempotencyKey: keyed.idempotencyKey, payloadHash };
      const bound = await findBinding(tx, key);
      if (bound) return bound.kind === 'conflict' ? KEY_CONFLICT : { license, replayed: true };
      if (known && !known.payloadHash?.equals(payloadHash)) return REPORT_CONFLICT;
      const period = periodOf(command, at);
      const terms = changedTerms(before, LAST, period, statementOf(command, period));
      const refusal = known ? undefined : refusalOf(command, license, terms);
      if (refusal) return refusal;
      const binding = await bindKey(tx, { ...key, tenantId, resultId: licenseUuid, at });
      if (binding.kind === 'conflict') return KEY_CONFLICT;
      if (binding.kind === 'replayed' || known) return { license, replayed: true };
      await append(tx, actor, { command, license, period, keyed, at }, before, terms);
      return { license: (await findLicense(tx, licenseUuid, at)) ?? license, replayed: false };
    });

  const checkedRecord = async (actor: Actor, command: TermsCommand, keyed: Keyed): Promise<Recorded | Refusal> => {
    const problems = checkTermsCommand(command);
    checkKey(keyed.idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
    return problems.length > 0 ? invalidRequest(...problems) : record(actor, command, keyed);
  };

  return {
    state: async (actor, command, keyed) => {
      requireRole(actor, LICENSORS, 'state terms');
      const recorded = await checkedRecord(actor, { ...command, kind: 'STATED' }, keyed);
      return 'kind' in recorded ? recorded : { kind: 'StateTermsPayload', ...recorded };
    },
    report: async (actor, command, keyed) => {
      requireRole(actor, LICENSORS, 'record renewals');
      const recorded = await checkedRecord(actor, command, keyed);
      return 'kind' in recorded ? recorded : { kind: 'RecordRenewalPayload', ...recorded };
    },
  };
};
