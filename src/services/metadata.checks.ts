/** What can be said of a change of metadata: all complaints together. */
import type { MetadataChange, MetadataField } from '../datasources/datasource.js';
import type { InputProblem } from '../domain/operation.js';
import { checkKey, MAX_KEY } from './licensing.checks.js';

export interface MetadataCommand {
  readonly assetId: string;
  readonly expectedVersion: string;
  readonly fields: readonly MetadataChange[];
  readonly idempotencyKey: string;
}

const MOST_FIELDS = 50;
const MAX_NAME = 200;
const MAX_VALUE = 10_000;

/** Without asking anybody. */
export const checkChanges = ({ fields, idempotencyKey }: MetadataCommand): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, code: string, message: string): void => {
    problems.push({ path, code, message });
  };
  checkKey(idempotencyKey, MAX_KEY, complain);
  if (fields.length === 0) complain('fields', 'REQUIRED', 'Give at least one field.');
  if (fields.length > MOST_FIELDS) complain('fields', 'TOO_MANY', `At most ${MOST_FIELDS} fields.`);
  const seen = new Set<string>();
  for (const [index, { name, value }] of fields.entries()) {
    const folded = name.trim().toLowerCase();
    if (folded === '' || name.length > MAX_NAME)
      complain(`fields.${index}.name`, 'INVALID', `A name has 1 to ${MAX_NAME} characters.`);
    else if (seen.has(folded)) complain(`fields.${index}.name`, 'DUPLICATE', 'This field is given twice.');
    if ((value?.length ?? 0) > MAX_VALUE) complain(`fields.${index}.value`, 'TOO_LONG', `At most ${MAX_VALUE} characters.`);
    if (value?.includes('\u0000')) complain(`fields.${index}.value`, 'INVALID', 'A value holds no null characters.');
    seen.add(folded);
  }
  return problems;
};

/** Against what there is; the changes come back under the names that the source has. */
export const checkKnown = (
  { fields }: MetadataCommand,
  known: readonly MetadataField[],
): { readonly changes: readonly MetadataChange[]; readonly problems: readonly InputProblem[] } => {
  const problems: InputProblem[] = [];
  const changes: MetadataChange[] = [];
  for (const [index, { name, value }] of fields.entries()) {
    const path = `fields.${index}`;
    const field = known.find((candidate) => candidate.name.toLowerCase() === name.trim().toLowerCase());
    if (!field) {
      const names = known.filter(({ writable }) => writable).map((one) => one.name);
      problems.push({
        path: `${path}.name`,
        code: 'UNKNOWN_FIELD',
        message: `There is no such field. There are ${names.join(', ')}.`,
      });
    } else if (!field.writable)
      problems.push({
        path: `${path}.name`,
        code: 'NOT_WRITABLE',
        message: 'This field is written by decisions on approval alone.',
      });
    else if (value && field.options && !field.options.includes(value))
      problems.push({ path: `${path}.value`, code: 'NOT_AN_OPTION', message: `This field takes ${field.options.join(', ')}.` });
    else changes.push({ name: field.name, value: value || null });
  }
  return { changes, problems };
};
