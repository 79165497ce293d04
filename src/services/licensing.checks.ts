/** What can be said of a license command without asking anybody: all complaints together. */
import { isDecimal } from '../domain/money.js';
import type { InputProblem, LicenseCommand, OperationKind } from '../domain/operation.js';
import { checkStatedTerms } from './terms.checks.js';

export const MAX_KEY = 255;
const MAX_TEXT = 500;
const MAX_REFERENCES = 20;

type Complain = (path: string, code: string, message: string) => void;

export const checkKey = (idempotencyKey: string, max: number, complain: Complain): void => {
  if (idempotencyKey.trim() === '')
    complain(
      'idempotencyKey',
      'REQUIRED',
      'Give each intended purchase a key of its own, e.g. a UUID, and repeat it when you repeat the call.',
    );
  else if (idempotencyKey.length > max) complain('idempotencyKey', 'TOO_LONG', `At most ${max} characters.`);
};

const checkReferences = ({ references }: Pick<LicenseCommand, 'references'>, complain: Complain): void => {
  if (references.length > MAX_REFERENCES) complain('references', 'TOO_MANY', `At most ${MAX_REFERENCES} references.`);
  const seen = new Set<string>();
  for (const [index, reference] of references.entries()) {
    if (seen.has(reference.key))
      complain(`references.${index}.key`, 'DUPLICATE', `The key "${reference.key.slice(0, 50)}" is given twice.`);
    seen.add(reference.key);
    if (reference.key.trim() === '' || reference.key.length > 100)
      complain(`references.${index}.key`, 'INVALID', 'A key has 1 to 100 characters.');
    if (reference.value.length > MAX_TEXT) complain(`references.${index}.value`, 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  }
};

const checkAgreement = ({ maxPrice, expectedQuote }: LicenseCommand, complain: Complain): void => {
  if (maxPrice && (!isDecimal(maxPrice.amount) || maxPrice.amount.startsWith('-')))
    complain('maxPrice.amount', 'INVALID', 'An amount is a decimal number from 0 on, as text.');
  if (maxPrice && !/^[A-Z]{3}$/.test(maxPrice.currency))
    complain('maxPrice.currency', 'INVALID', 'A currency is a code of three capital letters, e.g. EUR.');
  if (expectedQuote !== undefined && !/^v1:sha256:[0-9a-f]{64}$/.test(expectedQuote))
    complain('expectedQuote', 'INVALID', 'Pass the fingerprint of a quote exactly as Asset.quote returned it.');
};

/** Who pays, and for what: the same wherever a license comes from. */
export const checkOrder = (command: Pick<LicenseCommand, 'references' | 'allocation'>, complain: Complain): void => {
  checkReferences(command, complain);
  for (const [name, value] of Object.entries(command.allocation)) {
    if (typeof value === 'string' && value.length > MAX_TEXT)
      complain(`allocation.${name}`, 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  }
};

export const checkCommand = (command: LicenseCommand, kind: OperationKind, idempotencyKey: string): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain: Complain = (path, code, message) => problems.push({ path, code, message });
  checkKey(idempotencyKey, MAX_KEY, complain);
  if ((command.licenseType?.length ?? 0) > 100) complain('licenseType', 'TOO_LONG', 'At most 100 characters.');
  checkOrder(command, complain);
  checkAgreement(command, complain);
  if (command.terms) problems.push(...checkStatedTerms(command.terms, 'terms'));
  if (kind === 'RELICENSE') {
    const reason = command.reason ?? '';
    if (reason.trim() === '') complain('reason', 'REQUIRED', 'Say why this asset is licensed again: it will be charged again.');
    else if (reason.length > MAX_TEXT) complain('reason', 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  }
  return problems;
};
