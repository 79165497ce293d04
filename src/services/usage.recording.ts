/** Records uses of one license in one transaction: decided one after the other under the lock of the license, so that no limit is passed unseen. */
import { v7 as uuidv7 } from 'uuid';
import { nodeIdOf } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { Actor } from '../domain/roles.js';
import { addUnits, countedOf, type LimitUse, limitUsesOf, type RecordUsageOutcome, type Usage } from '../domain/usage.js';
import { type TermsStretch, type Use, usedOf } from '../domain/use.js';
import {
  decisionDigest,
  decisionOf,
  type HeldTerms,
  type RecordedDecision,
  standingOf,
  termsByHash,
} from '../domain/use-record.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import { findLicense, findSuccessors } from '../store/license.store.js';
import { findTerms } from '../store/license-terms.store.js';
import { findUsagesByKeys, findUsedUp, insertUsages, lockLicense, type NewUsage } from '../store/usage.store.js';
import { insertDecisions } from '../store/use-decision.store.js';
import { endsBeforeStart, LICENSE_NOT_FOUND } from './usage.checks.js';
import { raiseUsageAlerts } from './usage-alerts.js';
import { decisionUuid } from './use-decision.service.js';

/** A row whose words were checked; what it depends on is not. */
export interface CheckedUsage {
  readonly licenseUuid: string;
  readonly use: Use;
  readonly reference: string | null;
  /** Null: when it is recorded. */
  readonly occurredAt: Instant | null;
  readonly idempotencyKey: string;
  readonly payloadHash: Buffer;
}

export interface RecordingDeps {
  readonly db: Database;
  readonly now: () => number;
}

export interface Recording {
  readonly actor: Actor;
  readonly mutation: 'recordUsage' | 'recordUsages';
  readonly requestId: string;
}

export const KEY_CONFLICT: RecordUsageOutcome = {
  kind: 'IdempotencyConflict',
  message: 'This key belongs to another use. Give each use a key of its own.',
};

/** Undoes the transaction: another call has bound one of the keys since we looked. */
class KeyTaken extends Error {}

/** What the rows of one transaction are decided with; grows with each of them. */
interface Standing {
  readonly license: License;
  readonly held: HeldTerms;
}

/** A use as it goes on record, and how the license stands after it. */
interface Recorded {
  readonly entry: NewUsage;
  readonly decision: RecordedDecision;
  readonly digest: Buffer;
  readonly limits: readonly LimitUse[];
  readonly after: Standing;
  readonly terms: readonly TermsStretch[];
}

const readStanding = async (tx: TenantTx, license: License): Promise<Standing> => {
  const versions = await findTerms(tx, [license.uuid]);
  const usedUp = (await findUsedUp(tx, [license.uuid])).get(license.uuid) ?? { used: {}, firstUsedAt: null };
  const [successor] = license.state === 'SUPERSEDED' ? await findSuccessors(tx, [license.uuid], license.licensedAt) : [];
  const { licensedAt } = license;
  const held = {
    cancelled: license.state === 'CANCELLED',
    supersededAt: successor?.licensedAt ?? null,
    licensedAt,
    versions,
    ...usedUp,
  };
  return { license, held };
};

const decideRow = (row: CheckedUsage, use: Use, before: Standing, at: Instant, { actor, mutation }: Recording): Recorded => {
  const { license, held } = before;
  const { used, firstUsedAt } = held;
  const occurredAt = row.occurredAt ?? at;
  const standing = standingOf(held, occurredAt);
  const answer = decisionOf(standing, use, { assetId: license.assetId, licenseUuid: license.uuid });
  const digest = decisionDigest(answer);
  const decision: RecordedDecision = { ...answer, uuid: decisionUuid(actor.tenantId, digest, occurredAt) };
  const violation = decision.verdict === 'DENIED';
  const usage: Usage = {
    kind: 'Usage',
    uuid: uuidv7(),
    licenseUuid: license.uuid,
    assetId: license.assetId,
    source: license.source,
    use,
    reference: row.reference,
    occurredAt,
    recordedAt: at,
    recordedBy: actor.subject,
    verdict: decision.verdict,
    violation,
    reasons: decision.reasons,
  };
  const counted = countedOf(use);
  const startsAt = use.startsAt ?? occurredAt;
  const after = violation
    ? held
    : {
        ...held,
        used: { ...used, [counted.unit]: addUnits(usedOf(used, counted.unit), counted.units) },
        firstUsedAt: firstUsedAt !== null && firstUsedAt <= startsAt ? firstUsedAt : startsAt,
      };
  const { idempotencyKey, payloadHash } = row;
  return {
    entry: { usage, counted, tenantId: actor.tenantId, mutation, idempotencyKey, payloadHash, decisionUuid: decision.uuid },
    decision,
    digest,
    limits: limitUsesOf(standing.terms, startsAt, { before: used, after: after.used }),
    after: { license, held: after },
    terms: standing.terms,
  };
};

const storeDecisions = async (tx: TenantTx, { actor }: Recording, recorded: readonly Recorded[]): Promise<void> => {
  const entries = recorded.map(({ decision, digest }) => ({
    decision,
    digest,
    askedBy: actor.subject,
    askedFor: 'USAGE' as const,
  }));
  await insertDecisions(
    tx,
    actor.tenantId,
    entries,
    termsByHash(recorded.flatMap(({ terms }) => terms.map(({ rights }) => rights))),
  );
};

const auditUsage = (tx: TenantTx, { actor, requestId }: Recording, usage: Usage): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId: actor.tenantId,
    occurredAt: usage.recordedAt,
    actor: actor.subject,
    action: 'usage.recorded',
    subjectType: 'Usage',
    subjectId: nodeIdOf('Usage', usage.uuid),
    assetId: usage.assetId,
    licenseUuid: usage.licenseUuid,
    requestId,
    data: {
      verdict: usage.verdict,
      violation: usage.violation,
      unit: usage.use.unit,
      units: usage.use.units,
      channel: usage.use.channel,
      reference: usage.reference,
    },
  });

const replayOf = (bound: { readonly payloadHash: Buffer; readonly usage: Usage }, row: CheckedUsage): RecordUsageOutcome =>
  bound.payloadHash.equals(row.payloadHash) ? { kind: 'RecordUsagePayload', usage: bound.usage, replayed: true } : KEY_CONFLICT;

const recordInTransaction = async (
  deps: RecordingDeps,
  tx: TenantTx,
  recording: Recording,
  licenseUuid: string,
  rows: readonly CheckedUsage[],
): Promise<RecordUsageOutcome[]> => {
  const held = await lockLicense(tx, licenseUuid);
  const at = instantOf(deps.now());
  const keys = rows.map(({ idempotencyKey }) => idempotencyKey);
  const bound = new Map((await findUsagesByKeys(tx, recording.mutation, keys)).map((entry) => [entry.idempotencyKey, entry]));
  const license = held ? await findLicense(tx, licenseUuid, at) : undefined;
  let standing = license && (await readStanding(tx, license));
  const recorded: Recorded[] = [];
  const outcomes = rows.map((row): RecordUsageOutcome => {
    const before = bound.get(row.idempotencyKey);
    if (before) return replayOf(before, row);
    if (!standing) return invalidRequest(LICENSE_NOT_FOUND);
    const use = { ...row.use, startsAt: row.use.startsAt ?? row.occurredAt ?? at };
    if (use.endsAt !== null && use.endsAt <= use.startsAt) return invalidRequest(endsBeforeStart);
    const entry = decideRow(row, use, standing, at, recording);
    recorded.push(entry);
    standing = entry.after;
    return { kind: 'RecordUsagePayload', usage: entry.entry.usage, replayed: false };
  });
  if (recorded.length === 0 || !license) return outcomes;
  const inserted = await insertUsages(
    tx,
    recorded.map(({ entry }) => entry),
  );
  if (inserted < recorded.length) throw new KeyTaken();
  await storeDecisions(tx, recording, recorded);
  for (const { entry, limits } of recorded) {
    await auditUsage(tx, recording, entry.usage);
    const { uuid, recordedBy, use, reasons, violation } = entry.usage;
    const usage = { uuid, recordedBy, ...countedOf(use), reasons };
    await raiseUsageAlerts(tx, deps, recording.actor.tenantId, { license, usage, limits, violation });
  }
  return outcomes;
};

const MOST_TRIES = 3;
/** Two transactions waited for each other, and the database ended one of them. */
const isDeadlock = (error: unknown): boolean => (error as { code?: string }).code === '40P01';

/** Outcomes in the order of the rows, whose keys differ. All rows are recorded, or none and the error is thrown. */
export const recordUses = async (
  deps: RecordingDeps,
  recording: Recording,
  licenseUuid: string,
  rows: readonly CheckedUsage[],
): Promise<RecordUsageOutcome[]> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTenant(deps.db, recording.actor.tenantId, (tx) =>
        recordInTransaction(deps, tx, recording, licenseUuid, rows),
      );
    } catch (error) {
      if (attempt >= MOST_TRIES || !(error instanceof KeyTaken || isDeadlock(error))) throw error;
    }
  }
};
