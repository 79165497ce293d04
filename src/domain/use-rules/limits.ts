/** How many units of what, against what is left; and whether a use that counts nothing is touched by a limit. */
import { usedOf } from '../use.js';
import type { Asked, Terms } from './asked.js';
import type { Say } from './finding.js';

/** They limit who may have the file and how often, not a use of it. */
const OF_ACCESS: ReadonlySet<string> = new Set(['downloads', 'users', 'reuses']);
const PRINTED: ReadonlySet<string> = new Set(['print', 'print_advertising', 'packaging', 'merchandise']);
const SHOWN: ReadonlySet<string> = new Set(['out_of_home', 'closed_circuit', 'tv', 'tv_advertising']);
/** Whose viewers are counted; those of web pages are not. */
const WATCHED: ReadonlySet<string> = new Set([
  ...['email', 'app', 'social', 'streaming', 'tv', 'tv_advertising', 'radio', 'cinema', 'festival'],
]);
/** Units that touch some channels alone. */
const CHANNELS_OF: Readonly<Partial<Record<string, ReadonlySet<string>>>> = {
  circulation: PRINTED,
  copies: PRINTED,
  displays: SHOWN,
  viewers: WATCHED,
};

const touches = (unit: string, channels: readonly string[] | undefined): boolean => {
  if (OF_ACCESS.has(unit)) return false;
  const touched = Object.hasOwn(CHANNELS_OF, unit) ? CHANNELS_OF[unit] : undefined;
  return touched === undefined || channels === undefined || channels.some((channel) => touched.has(channel));
};

/** Limits of other units that the use may take from as well. */
const touchingBeside = ({ limits }: Terms, unit: string | null, { channels }: Asked): readonly string[] => [
  ...new Set(limits.filter((limit) => limit.unit !== unit && touches(limit.unit, channels)).map((limit) => limit.unit)),
];

const sayUnitRequired = (units: readonly string[], say: Say): void =>
  say('limits', 'UNKNOWN', 'UNIT_REQUIRED', `The terms limit ${units.join(', ')}: say of which unit and how many.`);

const decideUnit = (terms: Terms, unit: string, asked: Asked, say: Say): void => {
  const { use, question, channels } = asked;
  let max: number | undefined;
  for (const limit of terms.limits) if (limit.unit === unit && (max === undefined || limit.max < max)) max = limit.max;
  if (max !== undefined) {
    const used = usedOf(question.used, unit);
    const sum = `${use.units} asked for, ${used} of ${max} used up`;
    if (use.units <= max - used) say('limits', 'ALLOWED', 'WITHIN_LIMIT', `Within the limit of ${unit}: ${sum}.`);
    else say('limits', 'DENIED', 'LIMIT_REACHED', `More ${unit} than are left: ${sum}.`);
    if (touches(unit, channels)) return;
  }
  // A unit that has no limit on this channel must not lead past one that has.
  const beside = touchingBeside(terms, unit, asked);
  if (beside.length > 0) sayUnitRequired(beside, say);
  else if (max !== undefined) return;
  else if (terms.limitsComplete) say('limits', 'ALLOWED', 'NO_LIMIT', `The terms state no limit of ${unit}.`);
  else say('limits', 'UNKNOWN', 'LIMIT_NOT_STATED', `The terms do not state whether there is a limit of ${unit}.`);
};

export const decideLimits = (terms: Terms, asked: Asked, say: Say): void => {
  const { unit } = asked.use;
  if (unit !== null) {
    decideUnit(terms, unit, asked, say);
    return;
  }
  const touching = touchingBeside(terms, null, asked);
  if (touching.length > 0) sayUnitRequired(touching, say);
};
