/** What people do when all is quiet: a second person decides what is in review, by the source's books, and a colleague buys past the gateway. */
import { setTimeout as sleep } from 'node:timers/promises';
import { vendorOf } from './assets.js';
import type { Records } from './check.records.js';
import { listReviews } from './check.reviews.js';
import type { RoundPlan } from './plan.js';
import type { Stage } from './step.js';

/** The longest that a history lags behind in a run: what was bought outside is seen by the next purchase. */
const LAG_MS = 450;

const globalIdOf = (operationId: string): string => Buffer.from(`LicenseOperation:${operationId}`).toString('base64url');

export const resolveReviews = async (stage: Stage, records: Records, { resolves }: RoundPlan): Promise<void> => {
  const { world, caller } = stage;
  for (const { operation, isCharged } of listReviews(records)) {
    const [slot] = world.slots;
    if (!slot || !resolves()) continue;
    const { tenant_id: tenant, operation_id: id } = operation;
    await caller.resolve({ tenant, operationId: globalIdOf(id), verdict: isCharged ? 'CONFIRMED' : 'REJECTED' }, slot);
  }
};

export const buyOutside = async ({ world }: Stage, { outside }: RoundPlan): Promise<void> => {
  for (const { source, externalId } of outside) {
    const { simulator } = vendorOf(source);
    const body =
      source === 'ADOBE_STOCK' ? { contentId: Number(externalId) } : { assetId: externalId, via: 'download', productId: 3101 };
    await world.simulators.action(simulator, 'purchase-outside', body);
  }
  if (outside.length > 0) await sleep(LAG_MS);
};
