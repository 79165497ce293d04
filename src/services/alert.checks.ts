/** What can be said of rules for alerts, and of an acknowledgement, without asking anybody: all complaints together. */
import type { InputProblem } from '../domain/operation.js';

/** Undefined or null: as it is. */
export interface AlertRulesCommand {
  readonly leadDays?: readonly number[] | null;
  readonly limitPercents?: readonly number[] | null;
  readonly escalateAfterHours?: number | null;
  readonly violations?: boolean | null;
  readonly endUnknown?: boolean | null;
}

const MAX_ENTRIES = 20;
const MAX_LEAD_DAYS = 3_650;
const MAX_HOURS = 8_760;
const MAX_NOTE = 2_000;

const checkList = (
  path: string,
  list: readonly number[] | null | undefined,
  [least, most]: readonly [number, number],
): InputProblem[] => {
  if (list == null) return [];
  if (list.length > MAX_ENTRIES) return [{ path, code: 'TOO_MANY', message: `At most ${MAX_ENTRIES} entries.` }];
  return list.flatMap((value, index) =>
    value >= least && value <= most
      ? []
      : [{ path: `${path}.${index}`, code: 'INVALID', message: `From ${least} to ${most}; it is ${value}.` }],
  );
};

export const checkAlertRules = (command: AlertRulesCommand): InputProblem[] => {
  const hours = command.escalateAfterHours;
  return [
    ...checkList('leadDays', command.leadDays, [0, MAX_LEAD_DAYS]),
    ...checkList('limitPercents', command.limitPercents, [1, 100]),
    ...(hours == null || (hours >= 1 && hours <= MAX_HOURS)
      ? []
      : [{ path: 'escalateAfterHours', code: 'INVALID', message: `From 1 to ${MAX_HOURS}; it is ${hours}.` }]),
  ];
};

export const checkNote = (note: string | null): InputProblem[] =>
  (note?.length ?? 0) > MAX_NOTE
    ? [{ path: 'note', code: 'TOO_LONG', message: `A note has ${MAX_NOTE} characters at most.` }]
    : [];
