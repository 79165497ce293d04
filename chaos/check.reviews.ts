/** Operations that wait for a person: allowed only where nobody could have told, and never where the charge was there to be seen. */
import { assignPurchases } from './check.owners.js';
import type { OperationRow, Records } from './check.records.js';
import type { Complain } from './check.types.js';

export interface Review {
  readonly operation: OperationRow;
  readonly spendClass: string;
  readonly isCharged: boolean;
}

/** Before the class is kept with the operation: what the source allows for a first license. */
const classOf = ({ spend_class, source }: OperationRow): string =>
  spend_class ?? (source === 'GETTY_IMAGES' ? 'TAGGED' : 'REPEATABLE');

export const listReviews = (records: Records): readonly Review[] => {
  const charged = new Set(assignPurchases(records).map(({ owner }) => owner?.operation_id));
  return records.operations
    .filter(({ state }) => state === 'NEEDS_REVIEW')
    .map((operation) => ({ operation, spendClass: classOf(operation), isCharged: charged.has(operation.operation_id) }));
};

export const checkReviews = (records: Records, complain: Complain): void => {
  for (const { operation, spendClass, isCharged } of listReviews(records)) {
    if (isCharged && spendClass !== 'COUNTED') {
      const { operation_id: id } = operation;
      complain('I14', `operation ${id} (${spendClass}) was handed to a person although its purchase was there to be seen`, id);
    }
  }
};

/** What must not be left once it is quiet. */
export const checkNothingOpen = ({ operations }: Records, complain: Complain): void => {
  for (const { operation_id: id, state, lease_until } of operations) {
    if (state === 'SENDING' || state === 'UNKNOWN' || (state === 'RECEIVED' && lease_until !== null))
      complain('I8', `operation ${id} is still ${state} long after the last fault`, id);
  }
};
