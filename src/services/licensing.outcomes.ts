/** What the caller of an operation got, or would have got by now: read off the operation alone. */
import type { TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { LicenseOutcome } from '../domain/license-outcome.js';
import type { Operation } from '../domain/operation.js';
import { type Database, readInTenant } from '../store/database.js';
import { findLicense } from '../store/license.store.js';

const MESSAGES: Partial<Record<Operation['state'], string>> = {
  RECEIVED:
    'The purchase is being prepared, or waits for another purchase of the same asset and license type. Call again with the same key.',
  SENDING: 'The purchase has been sent; its answer is awaited.',
  UNKNOWN: 'The source did not answer clearly. Whether it charged is being found out; call again with the same key.',
  NEEDS_REVIEW: 'Whether the source charged could not be found out. A person must look at it; nothing is sent again.',
};

const SOON_MS = 2_000;
/** Looks take a moment; asked right at their time the answer would be the old one. */
const LOOK_MS = 500;

/** When to ask again; null where time alone changes nothing. */
export const retryAfterMs = (operation: Operation, now: number): number | null => {
  switch (operation.state) {
    case 'RECEIVED':
    case 'SENDING':
      return SOON_MS;
    case 'UNKNOWN':
      return operation.nextLookAt === null ? SOON_MS : Math.max(SOON_MS, Date.parse(operation.nextLookAt) - now + LOOK_MS);
    case 'NEEDS_REVIEW':
    case 'CONFIRMED':
    case 'REJECTED':
      return null;
    default:
      return operation.state satisfies never;
  }
};

export const outcomeOf = async (
  { db, now }: { readonly db: Database; readonly now: () => number },
  tenantId: TenantId,
  operation: Operation,
  replayed: boolean,
): Promise<LicenseOutcome> => {
  const { outcome, licenseUuid } = operation;
  if (outcome === null) {
    if (operation.state === 'REJECTED') {
      const failure = operation.failure ?? { code: 'ABANDONED', message: 'The operation ended before anything was sent.' };
      return { kind: 'LicenseRefused', code: failure.code, message: failure.message, operation };
    }
    const message = MESSAGES[operation.state] ?? 'The purchase is under way.';
    return { kind: 'LicensePending', operation, message, retryAfterMs: retryAfterMs(operation, now()) };
  }
  switch (outcome.kind) {
    case 'LicenseGranted':
    case 'LicenseAlreadyHeld': {
      const license = await readInTenant(db, tenantId, (tx) => findLicense(tx, licenseUuid as string, instantOf(now())));
      if (!license) throw new Error(`Operation ${operation.uuid} is confirmed and has no license.`);
      return { kind: outcome.kind, license, operation, replayed };
    }
    case 'LicenseRefused':
      return { kind: outcome.kind, code: outcome.code, message: outcome.message, operation };
    default:
      return outcome;
  }
};
