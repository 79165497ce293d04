/** Reads the trail of each operation: one event for each of its moves, in order, and evidence where a person must decide. */
import type { EventRow, OperationRow, Records } from './check.records.js';
import type { Complain } from './check.types.js';
import { HORIZON_SECONDS } from './world.js';

const LETTERS: Readonly<Record<string, string>> = {
  'license.requested': 'R',
  'license.sent': 'S',
  'license.resent': 'A',
  'license.unknown': 'U',
  'license.escalated': 'E',
  'license.granted': 'G',
  'license.already_held': 'H',
  'license.refused': 'X',
  'license.resolved': 'P',
};

/** The trails that lead to each state. */
const TRAILS: Readonly<Record<string, RegExp>> = {
  RECEIVED: /^R$/,
  SENDING: /^RS(UA)*$/,
  UNKNOWN: /^RS(UA)*U$/,
  NEEDS_REVIEW: /^RS(UA)*UE$/,
  // A late answer still counts where a look or a person has not decided yet.
  CONFIRMED: /^RH$|^RS(UA)*(UE?)?[GH]$|^RS(UA)*UEP$/,
  // No tenant of a run lets doubts end as not bought: only a person does.
  REJECTED: /^RS?X$|^RS(UA)*UEP$/,
};

const HORIZON_MS = 1_000 * Math.min(...Object.values(HORIZON_SECONDS));
const RANK = 'RSUAEGHXP';

/** Two processes may write in the same millisecond: then the course of things decides. */
const byTime = (a: EventRow, b: EventRow): number =>
  a.occurred_at === b.occurred_at
    ? RANK.indexOf(LETTERS[a.action] ?? '') - RANK.indexOf(LETTERS[b.action] ?? '')
    : a.occurred_at < b.occurred_at
      ? -1
      : 1;

const checkOne = (operation: OperationRow, events: readonly EventRow[], complain: Complain): void => {
  const { operation_id: id, state } = operation;
  const moves = events.filter(({ action }) => action in LETTERS);
  const trail = [...moves].sort(byTime).map(({ action }) => LETTERS[action]);
  if (!TRAILS[state]?.test(trail.join('')))
    complain('I10', `operation ${id} is ${state}; its trail: ${moves.map(({ action }) => action).join(', ') || 'empty'}`, id);
  const sent = trail.filter((letter) => letter === 'S' || letter === 'A').length;
  if (sent !== operation.sent_count)
    complain('I10', `operation ${id} was sent ${operation.sent_count} times; its trail tells of ${sent}`, id);
  if (sent > (operation.spend_class === 'REPEATABLE' ? 3 : 1))
    complain('I1', `operation ${id} (${operation.spend_class}) was sent ${sent} times`, id);
  if (trail.includes('S') !== (operation.sending_at !== null))
    complain('I10', `operation ${id}: the trail and the row disagree on whether it was sent`, id);
  for (const [index, { action, occurred_at: at }] of moves.entries()) {
    const before = moves
      .slice(0, index)
      .findLast(({ action: earlier }) => earlier === 'license.sent' || earlier === 'license.resent');
    const passedMs = Date.parse(at) - Date.parse(before?.occurred_at ?? at);
    if (action === 'license.resent' && passedMs < HORIZON_MS)
      complain('I1', `operation ${id} was sent again after ${passedMs} ms, before its horizon`, id);
  }
  if (events.some(({ tenant_id }) => tenant_id !== operation.tenant_id))
    complain('I9', `operation ${id} has events of another tenant`, id);
  if (state === 'NEEDS_REVIEW' && (operation.baseline === null || !operation.failure?.code))
    complain('I14', `operation ${id} needs a review and holds no baseline or no failure`, id);
};

export const checkTrails = ({ operations, events }: Records, complain: Complain): void => {
  const byOperation = new Map<string, EventRow[]>();
  for (const event of events) {
    const list = byOperation.get(event.operation_id);
    if (list) list.push(event);
    else byOperation.set(event.operation_id, [event]);
  }
  for (const operation of operations) {
    checkOne(operation, byOperation.get(operation.operation_id) ?? [], complain);
    byOperation.delete(operation.operation_id);
  }
  for (const [id] of byOperation) complain('I10', `the trail tells of operation ${id}, which does not exist`, id);
};
