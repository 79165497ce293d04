/** Chooses the purchases whose way into their source's history is timed. One that is not chosen costs a look into a map. */
import type { TenantId } from '../domain/ids.js';
import { baseTypeOf } from '../domain/license.js';
import type { Operation } from '../domain/operation.js';
import type { TenantTx } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';

/** Of one account and license type, which is what a history may treat in its own way. */
const PAUSE_MS = 600_000;
const sampledAt = new Map<string, number>();

export const lagJobKey = (operationUuid: string): string => `measure_lag/${operationUuid}`;

type Purchase = Pick<Operation, 'uuid' | 'state' | 'account' | 'licenseType'>;

/**
 * To be called in the transaction that confirms a purchase, with the operation as it was before: one that was in doubt has been seen in the
 * history already. Each is timed by a job of its own: the next one of its kind must not end it, wherever it was bought.
 */
export const sampleLag = async (tx: TenantTx, tenantId: TenantId, purchase: Purchase, now: number): Promise<void> => {
  if (purchase.state !== 'SENDING') return;
  const kind = `${purchase.account}/${baseTypeOf(purchase.licenseType)}`;
  const last = sampledAt.get(kind);
  if (last !== undefined && Math.abs(now - last) < PAUSE_MS) return;
  sampledAt.set(kind, now);
  await enqueueJob(tx, {
    name: 'measure_lag',
    key: lagJobKey(purchase.uuid),
    payload: { tenantId, operationUuid: purchase.uuid },
  });
};
