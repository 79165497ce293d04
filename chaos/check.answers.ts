/** Holds the answers that callers got against the database, and against each other. */
import type { LicenseRow, OperationRow, Records } from './check.records.js';
import { uuidIn } from './check.records.js';
import type { Complain } from './check.types.js';
import { type CallRecord, isSuccess, keyOf, type Outcome, payloadOf } from './intents.js';

const CONFIRMING = new Set(['license.granted', 'license.already_held', 'license.resolved']);

interface Books {
  readonly operations: ReadonlyMap<string, OperationRow>;
  readonly licenses: ReadonlyMap<string, LicenseRow>;
  /** Operations whose confirmation is in the trail. */
  readonly confirmed: ReadonlySet<string>;
}

/** Whoever was told of a license has it, for good. */
const checkSuccess = ({ intent, requestId }: CallRecord, outcome: Outcome, books: Books, complain: Complain): void => {
  const id = uuidIn(outcome.operationId);
  const operation = books.operations.get(id);
  const license = books.licenses.get(uuidIn(outcome.licenseId));
  const told = `${outcome.kind} was answered to ${keyOf(intent)} (${requestId})`;
  if (operation?.state !== 'CONFIRMED') complain('I4', `${told}; its operation is ${operation?.state ?? 'absent'}`, id);
  if (!license) complain('I4', `${told}; its license is absent`, id);
  if (!books.confirmed.has(id)) complain('I4', `${told}; the trail does not hold it`, id);
  if (operation && operation.license_id !== license?.license_id)
    complain('I4', `${told}; its operation names another license`, id);
  if (operation && operation.outcome?.kind !== outcome.kind)
    complain('I5', `${told}; the operation holds ${operation.outcome?.kind}`, id);
  for (const row of [operation, license]) {
    if (row && row.tenant_id !== intent.tenant) complain('I9', `${told}; what it names is of tenant ${row.tenant_id}`, id);
  }
};

const textOf = ({ kind, licenseId, operationId }: Outcome): string => `${kind} ${uuidIn(licenseId)} ${uuidIn(operationId)}`;

/** All calls under one key of one tenant. */
const checkKey = (key: string, calls: readonly CallRecord[], complain: Complain): void => {
  const successes = calls.filter(({ outcome }) => isSuccess(outcome));
  const [first] = [...successes].sort((a, b) => a.endedAt - b.endedAt);
  if (!first?.outcome) return;
  const id = uuidIn(first.outcome.operationId);
  const told = textOf(first.outcome);
  for (const { outcome } of successes) {
    if (outcome && textOf(outcome) !== told) complain('I5', `key ${key} was answered ${told} and ${textOf(outcome)}`, id);
  }
  if (new Set(successes.map(({ intent }) => payloadOf(intent))).size > 1)
    complain('I5', `key ${key} was successful with two payloads`, id);
  if (successes.filter(({ outcome }) => outcome?.replayed === false).length > 1)
    complain('I5', `key ${key} was answered twice as if for the first time`, id);
  for (const { intent, sentAt, outcome, requestId } of calls) {
    if (!outcome || sentAt <= first.endedAt) continue;
    const same = payloadOf(intent) === payloadOf(first.intent);
    if (same && textOf(outcome) !== told)
      complain('I5', `key ${key} was answered ${told}, later ${outcome.kind} (${requestId})`, id);
    if (!same && outcome.kind !== 'IdempotencyConflict')
      complain('I5', `key ${key}, bound to another payload, was answered ${outcome.kind} (${requestId})`, id);
  }
};

/** A refusal is final as well, unless it leaves the key free. */
const checkRefusals = (calls: readonly CallRecord[], books: Books, complain: Complain): void => {
  for (const { intent, outcome } of calls) {
    if (outcome?.kind !== 'LicenseRefused') continue;
    const id = uuidIn(outcome.operationId);
    const state = books.operations.get(id)?.state;
    if (state !== 'REJECTED') complain('I5', `${keyOf(intent)} was refused; its operation is ${state ?? 'absent'}`, id);
  }
};

export const checkAnswers = (records: Records, calls: readonly CallRecord[], complain: Complain): void => {
  const books: Books = {
    operations: new Map(records.operations.map((operation) => [operation.operation_id, operation])),
    licenses: new Map(records.licenses.map((license) => [license.license_id, license])),
    confirmed: new Set(records.events.filter(({ action }) => CONFIRMING.has(action)).map((event) => event.operation_id)),
  };
  const byKey = new Map<string, CallRecord[]>();
  for (const call of calls) {
    if (call.outcome && isSuccess(call.outcome)) checkSuccess(call, call.outcome, books, complain);
    const list = byKey.get(keyOf(call.intent));
    if (list) list.push(call);
    else byKey.set(keyOf(call.intent), [call]);
  }
  for (const [key, list] of byKey) checkKey(key, list, complain);
  checkRefusals(calls, books, complain);
  const bound = new Map<string, number>();
  for (const { tenant_id, idempotency_key, state, mutation } of records.operations) {
    if (state !== 'CONFIRMED') continue;
    const name = `${tenant_id}/${mutation}/${idempotency_key}`;
    bound.set(name, (bound.get(name) ?? 0) + 1);
  }
  for (const [name, count] of bound) if (count > 1) complain('I5', `${count} operations of key ${name} are confirmed`);
};
