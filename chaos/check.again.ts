/** Licensing again on purpose: each key is a charge and a license of its own, and licenses follow each other in chains that never fork. */
import { assignPurchases } from './check.owners.js';
import { type Records, uuidIn } from './check.records.js';
import type { Complain } from './check.types.js';
import { type CallRecord, isSuccess, keyOf } from './intents.js';

const checkKeys = (records: Records, calls: readonly CallRecord[], complain: Complain): void => {
  const charged = new Map<string, number>();
  for (const { owner } of assignPurchases(records)) {
    if (owner) charged.set(owner.operation_id, (charged.get(owner.operation_id) ?? 0) + 1);
  }
  const keyByOperation = new Map<string, string>();
  for (const { intent, outcome } of calls) {
    if (intent.mutation !== 'relicenseAsset' || !outcome || !isSuccess(outcome)) continue;
    const id = uuidIn(outcome.operationId);
    const key = keyOf(intent);
    if (outcome.kind !== 'LicenseGranted') complain('I6', `${key} licenses again and was answered ${outcome.kind}`, id);
    const other = keyByOperation.get(id) ?? key;
    keyByOperation.set(id, key);
    if (other !== key) complain('I6', `${key} and ${other} license again and were given one operation`, id);
  }
  for (const [id, key] of keyByOperation) {
    if (charged.get(id) !== 1) complain('I6', `${key} licensed again and was charged ${charged.get(id) ?? 0} times`, id);
  }
};

const checkChains = ({ operations, licenses }: Records, complain: Complain): void => {
  const kinds = new Map(operations.map((operation) => [operation.operation_id, operation.operation_kind]));
  const followers = new Map<string, string>();
  for (const { license_id: id, supersedes, operation_id: operationId, origin } of licenses) {
    const isAgain = operationId !== null && kinds.get(operationId) === 'RELICENSE';
    if (isAgain && origin !== 'PURCHASED') complain('I6', `license ${id} is a further one and of origin ${origin}`, operationId);
    if (supersedes === null) continue;
    if (!isAgain) complain('I6', `license ${id} follows another and was not bought again`, operationId ?? '');
    const other = followers.get(supersedes);
    if (other) complain('I6', `licenses ${id} and ${other} follow the same one`, operationId ?? '');
    followers.set(supersedes, id);
  }
  for (const { license_id: id, state, operation_id: operationId } of licenses) {
    if ((state === 'SUPERSEDED') !== followers.has(id))
      complain('I6', `license ${id} is ${state} and is ${followers.has(id) ? '' : 'not '}followed by another`, operationId ?? '');
  }
};

/** Terms that nobody offered are no terms to buy on. */
const checkAgreement = (calls: readonly CallRecord[], complain: Complain): void => {
  for (const { intent, outcome } of calls) {
    if (intent.expectsOtherQuote && outcome && isSuccess(outcome))
      complain('I3', `${keyOf(intent)} agreed to another quote and was answered ${outcome.kind}`, uuidIn(outcome.operationId));
  }
};

export const checkAgain = (records: Records, calls: readonly CallRecord[], complain: Complain): void => {
  checkKeys(records, calls, complain);
  checkChains(records, complain);
  checkAgreement(calls, complain);
};
