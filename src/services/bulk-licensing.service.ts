/** Many first licenses in one call: each is a purchase of its own, with a key of its own, and one that fails does not touch the others. */
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { Call } from '../datasources/datasource.js';
import { Fault, SourceFault } from '../domain/faults.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem, LicenseCommand, OperationFailure } from '../domain/operation.js';
import { type Actor, LICENSORS, requireRole } from '../domain/roles.js';
import { checkKey } from './licensing.checks.js';
import type { LicensingService } from './licensing.service.js';

export interface BulkItem {
  readonly assetId: string;
  readonly licenseType: string | null;
  /** The key under which this item is bought; ask `licenseOperation` for it. */
  readonly idempotencyKey: string;
  /** Null when it could not be tried; then `error` says why. */
  readonly outcome: LicenseOutcome | null;
  readonly error: OperationFailure | null;
}

export type BulkOutcome =
  | { readonly kind: 'LicenseAssetsPayload'; readonly items: readonly BulkItem[] }
  | (LicenseOutcome & { readonly kind: 'InvalidRequest' });

export interface BulkLicensingService {
  licenseAll(actor: Actor, commands: readonly LicenseCommand[], idempotencyKey: string, call: Call): Promise<BulkOutcome>;
}

const MOST_ITEMS = 100;
const TOGETHER = 8;
const MAX_BULK_KEY = 200;

/** The same item has the same key wherever it stands in the list, and whatever else is in it. */
const itemKey = (key: string, { assetId, licenseType }: LicenseCommand): string =>
  `${key}/${createHash('sha256')
    .update(`${assetId}\n${licenseType ?? ''}`)
    .digest('base64url')
    .slice(0, 22)}`;

const failureOf = (error: unknown): OperationFailure => {
  if (error instanceof SourceFault) {
    const { code, message, retryable, retryAfterMs } = error;
    return { code, message, retryable, retryAfterMs };
  }
  if (error instanceof Fault) return { code: error.code, message: error.message, retryable: false, retryAfterMs: null };
  return { code: 'INTERNAL', message: 'The operation failed.', retryable: true, retryAfterMs: null };
};

const problemsOf = (commands: readonly LicenseCommand[], idempotencyKey: string): readonly InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, code: string, message: string) => problems.push({ path, code, message });
  checkKey(idempotencyKey, MAX_BULK_KEY, complain);
  if (commands.length === 0) complain('items', 'REQUIRED', 'Name at least one asset.');
  if (commands.length > MOST_ITEMS) complain('items', 'TOO_MANY', `At most ${MOST_ITEMS} items in one call.`);
  const seen = new Set<string>();
  for (const [index, command] of commands.entries()) {
    const key = itemKey('', command);
    if (seen.has(key)) complain(`items.${index}`, 'DUPLICATE', 'This asset and license type stand in the list already.');
    seen.add(key);
  }
  return problems;
};

export const createBulkLicensingService = (deps: {
  readonly licensing: LicensingService;
  readonly log: { error(details: object, message: string): void };
}): BulkLicensingService => ({
  licenseAll: async (actor, commands, idempotencyKey, call) => {
    requireRole(actor, LICENSORS, 'license assets');
    const problems = problemsOf(commands, idempotencyKey);
    if (problems.length > 0) return invalidRequest(...problems) as BulkOutcome;
    const slots = pLimit(TOGETHER);
    const license = async (command: LicenseCommand): Promise<BulkItem> => {
      const { assetId, licenseType } = command;
      const item = { assetId, licenseType, idempotencyKey: itemKey(idempotencyKey, command) };
      try {
        const outcome = await deps.licensing.license(actor, 'licenseAssets', command, item.idempotencyKey, call);
        return { ...item, outcome, error: null };
      } catch (error) {
        if (!(error instanceof Fault))
          deps.log.error({ err: error, requestId: call.requestId }, 'an item of a bulk license failed');
        return { ...item, outcome: null, error: failureOf(error) };
      }
    };
    return { kind: 'LicenseAssetsPayload', items: await Promise.all(commands.map((command) => slots(() => license(command)))) };
  },
});
