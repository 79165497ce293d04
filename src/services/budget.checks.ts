/** What can be said of a budget or a unit price without asking anybody: all complaints together. */
import { type BudgetMeasure, isCurrency, signOf } from '../domain/budget.js';
import type { Instant } from '../domain/instant.js';
import { isDecimal } from '../domain/money.js';
import type { InputProblem } from '../domain/operation.js';

const MAX_COST_CENTER = 500;
const MAX_LICENSE_TYPE = 100;
/** Sums of such amounts stay exact and readable. */
const AMOUNT = /^\d{1,12}(\.\d{1,6})?$/;
/** Years of four digits: times compare as text. */
const FIRST_INSTANT = '1970';

const checkAmount = (amount: string, whole: boolean): InputProblem | undefined => {
  const problem = (code: string, message: string): InputProblem => ({ path: 'amount', code, message });
  if (isDecimal(amount) && signOf(amount) < 0) return problem('NEGATIVE', 'An amount is 0 or more.');
  if (!AMOUNT.test(amount)) return problem('INVALID', 'At most 12 digits before the point and 6 after it, e.g. "1250.00".');
  if (whole && amount.includes('.')) return problem('INVALID', 'Units and purchases are counted in whole numbers.');
  return undefined;
};

const checkCurrency = (currency: string): InputProblem | undefined =>
  isCurrency(currency)
    ? undefined
    : { path: 'currency', code: 'INVALID', message: 'Give an ISO 4217 code in capital letters, e.g. "EUR".' };

const checkInstant = (path: string, instant: Instant | null | undefined): InputProblem | undefined =>
  instant != null && (instant.length !== '1970-01-01T00:00:00.000Z'.length || instant < FIRST_INSTANT)
    ? { path, code: 'INVALID', message: 'Give a time of the years 1970 to 9999.' }
    : undefined;

export interface BudgetCommand {
  readonly costCenter: string | null;
  readonly measure: BudgetMeasure;
  readonly amount: string;
  readonly currency: string | null;
  /** Null: the budget of this kind that is in force now, or one that begins now. */
  readonly startsAt: Instant | null;
  /** Undefined: as it is; null: open. */
  readonly endsAt: Instant | null | undefined;
}

export const endsTooEarly: InputProblem = {
  path: 'endsAt',
  code: 'INVALID',
  message: 'A budget ends after it starts.',
};

const present = (problems: readonly (InputProblem | undefined)[]): InputProblem[] =>
  problems.filter((problem) => problem !== undefined);

const checkCurrencyOf = ({ measure, currency }: BudgetCommand): InputProblem | undefined => {
  const problem = (code: string, message: string): InputProblem => ({ path: 'currency', code, message });
  if (measure !== 'MONEY')
    return currency === null ? undefined : problem('UNEXPECTED', `${measure} have no currency: leave it out.`);
  return currency === null ? problem('REQUIRED', 'A budget of money is in one currency.') : checkCurrency(currency);
};

const checkCostCenter = (costCenter: string | null): InputProblem | undefined => {
  if (costCenter === null || (costCenter.trim() !== '' && costCenter.length <= MAX_COST_CENTER)) return undefined;
  return {
    path: 'costCenter',
    code: 'INVALID',
    message: `A cost center has 1 to ${MAX_COST_CENTER} characters. Leave it out for the whole tenant.`,
  };
};

export const checkBudget = (command: BudgetCommand): InputProblem[] => {
  const { measure, amount, startsAt, endsAt } = command;
  return present([
    checkCostCenter(command.costCenter),
    checkAmount(amount, measure !== 'MONEY'),
    checkCurrencyOf(command),
    checkInstant('startsAt', startsAt),
    checkInstant('endsAt', endsAt) ?? (startsAt && endsAt && endsAt <= startsAt ? endsTooEarly : undefined),
  ]);
};

export interface UnitPriceCommand {
  readonly licenseType: string;
  readonly amount: string;
  readonly currency: string;
}

export const checkUnitPrice = ({ licenseType, amount, currency }: UnitPriceCommand): InputProblem[] =>
  present([
    licenseType.trim() === '' || licenseType.length > MAX_LICENSE_TYPE
      ? { path: 'licenseType', code: 'INVALID', message: `1 to ${MAX_LICENSE_TYPE} characters, or "*" for all types.` }
      : undefined,
    checkAmount(amount, false),
    checkCurrency(currency),
  ]);
