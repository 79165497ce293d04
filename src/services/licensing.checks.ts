/** What can be said of a license command without asking anybody: all complaints together. */
import type { InputProblem, LicenseCommand } from '../domain/operation.js';

const MAX_KEY = 255;
const MAX_TEXT = 500;
const MAX_REFERENCES = 20;

export const checkCommand = (command: LicenseCommand, idempotencyKey: string): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, code: string, message: string) => problems.push({ path, code, message });
  if (idempotencyKey.trim() === '')
    complain(
      'idempotencyKey',
      'REQUIRED',
      'Give each intended purchase a key of its own, e.g. a UUID, and repeat it when you repeat the call.',
    );
  else if (idempotencyKey.length > MAX_KEY) complain('idempotencyKey', 'TOO_LONG', `At most ${MAX_KEY} characters.`);
  if ((command.licenseType?.length ?? 0) > 100) complain('licenseType', 'TOO_LONG', 'At most 100 characters.');
  if (command.references.length > MAX_REFERENCES) complain('references', 'TOO_MANY', `At most ${MAX_REFERENCES} references.`);
  const seen = new Set<string>();
  for (const [index, reference] of command.references.entries()) {
    if (seen.has(reference.key))
      complain(`references.${index}.key`, 'DUPLICATE', `The key "${reference.key.slice(0, 50)}" is given twice.`);
    seen.add(reference.key);
    if (reference.key.trim() === '' || reference.key.length > 100)
      complain(`references.${index}.key`, 'INVALID', 'A key has 1 to 100 characters.');
    if (reference.value.length > MAX_TEXT) complain(`references.${index}.value`, 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  }
  for (const [name, value] of Object.entries(command.allocation)) {
    if (typeof value === 'string' && value.length > MAX_TEXT)
      complain(`allocation.${name}`, 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  }
  return problems;
};
