/** Operations that wait for a person: allowed only where nobody could have told, and never where the charge was there to be seen. */
import { assignPurchases } from './check.owners.js';
import type { OperationRow, Records } from './check.records.js';
import type { Complain } from './check.types.js';

export interface Review {
  readonly operation: OperationRow;
  readonly spendClass: string;
  readonly isCharged: boolean;
}

/** A repeatable one is asked for as often as this. */
const MOST_REQUESTS = 3;

export const listReviews = (records: Records): readonly Review[] => {
  const charged = new Set(assignPurchases(records).map(({ owner }) => owner?.operation_id));
  return records.operations
    .filter(({ state }) => state === 'NEEDS_REVIEW')
    .map((operation) => ({
      operation,
      spendClass: operation.spend_class ?? 'NONE',
      isCharged: charged.has(operation.operation_id),
    }));
};

/** What a person need not have been asked. */
const objectionTo = ({ operation, spendClass, isCharged }: Review, calmAt: string): string | undefined => {
  const code = operation.failure?.code;
  // More purchases than ours may show where a colleague bought, or where the history lagged behind both of them.
  if (spendClass === 'COUNTED' && code === 'AMBIGUOUS') return undefined;
  if (isCharged) return 'its purchase was there to be seen';
  if (spendClass !== 'REPEATABLE') return undefined;
  if (operation.sent_count < MOST_REQUESTS) return `it could be asked again and was asked ${operation.sent_count} times`;
  const isLastInCalm = operation.sending_at !== null && Date.parse(operation.sending_at) > Date.parse(calmAt);
  return isLastInCalm ? 'its last request was made when all faults were over' : undefined;
};

export const checkReviews = (records: Records, calmAt: string, complain: Complain): void => {
  for (const review of listReviews(records)) {
    const { operation_id: id, failure } = review.operation;
    const objection = objectionTo(review, calmAt);
    if (objection)
      complain('I14', `operation ${id} (${review.spendClass}) was handed to a person (${failure?.code}): ${objection}`, id);
  }
};

/** What must not be left once it is quiet. */
export const checkNothingOpen = ({ operations }: Records, complain: Complain): void => {
  for (const { operation_id: id, state, lease_until } of operations) {
    if (state === 'SENDING' || state === 'UNKNOWN' || (state === 'RECEIVED' && lease_until !== null))
      complain('I8', `operation ${id} is still ${state} long after the last fault`, id);
  }
};
