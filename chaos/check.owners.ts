/** Which operation made which purchase: told by what the sources booked, which is more than the gateway ever sees. */
import { baseType, externalIdOf, type OperationRow, type Purchase, type Records } from './check.records.js';

export interface Owned {
  readonly purchase: Purchase;
  readonly owner: OperationRow | undefined;
}

const TAG = /clearance:([0-9a-f-]{36})/;

export const describePurchase = ({ source, externalId, licenseType, at }: Purchase): string =>
  `the purchase of ${source} ${externalId} as ${licenseType} at ${at}`;

/** By a colleague, on the source's own site. */
const isOutside = ({ detail }: Purchase): boolean => detail.via === 'outside' || detail.user === 'colleague';

/** What was bought past the gateway is nobody's here. */
export const assignPurchases = ({ operations, purchases }: Records): readonly Owned[] => {
  const byId = new Map(operations.map((operation) => [operation.operation_id, operation]));
  const byRequest = new Map<string, OperationRow[]>();
  for (const operation of operations) {
    const list = byRequest.get(operation.request_id);
    if (list) list.push(operation);
    else byRequest.set(operation.request_id, [operation]);
  }
  const isOf = (operation: OperationRow, purchase: Purchase): boolean =>
    operation.source === purchase.source &&
    externalIdOf(operation) === purchase.externalId &&
    baseType(operation.license_type) === baseType(purchase.licenseType);

  return purchases
    .filter((purchase) => !isOutside(purchase))
    .map((purchase) => {
      const tag = TAG.exec(String(purchase.detail.downloadNotes ?? ''))?.[1];
      if (tag !== undefined) return { purchase, owner: byId.get(tag) };
      const requestId = String(purchase.detail.requestId ?? '');
      const asked = (byRequest.get(requestId) ?? []).filter((operation) => isOf(operation, purchase));
      if (asked.length > 0) return { purchase, owner: asked.find(({ sending_at }) => sending_at !== null) ?? asked[0] };
      // Sent again by a job, which has a request id of its own: whoever had been sent by then.
      const sent = operations.filter((operation) => isOf(operation, purchase) && operation.sent_count > 1);
      return { purchase, owner: sent.length === 1 ? sent[0] : undefined };
    });
};
