/** What can be said of approval rules without asking anybody: all complaints together. */
import type { ApprovalRule, ApprovalStep } from '../domain/approval-rules.js';
import { isDecimal } from '../domain/money.js';
import { type Complain, checkChannels, checkName, collect } from './request.checks.js';

const MAX_RULES = 50;
const MAX_STEPS = 5;
const MAX_PEOPLE = 50;
const MAX_WORDS = 50;
const MAX_HOURS = 24 * 366;

const checkWords = (complain: Complain, path: string, words: readonly string[] | undefined): void => {
  if (!words) return;
  if (words.length === 0) complain(path, 'REQUIRED', 'Leave it out, or name at least one.');
  if (words.length > MAX_WORDS) complain(path, 'TOO_MANY', `At most ${MAX_WORDS}.`);
  for (const [index, word] of words.entries())
    if (word.trim() === '' || word.length > 200) complain(`${path}.${index}`, 'INVALID', '1 to 200 characters.');
};

const checkStep = (complain: Complain, at: string, step: ApprovalStep): void => {
  checkName(complain, `${at}.name`, step.name);
  if (step.role === null && step.people.length === 0) complain(at, 'REQUIRED', 'Say who decides: a role, or people.');
  if (step.people.length > MAX_PEOPLE) complain(`${at}.people`, 'TOO_MANY', `At most ${MAX_PEOPLE}.`);
  for (const [index, subject] of step.people.entries())
    if (!/^\S{1,200}$/.test(subject))
      complain(`${at}.people.${index}`, 'INVALID', 'A person is named as the trail does, e.g. key:anna.');
  if (new Set(step.people).size < step.people.length) complain(`${at}.people`, 'DUPLICATE', 'Somebody is named twice.');
  const most = step.role === null ? Math.min(step.people.length, 20) : 20;
  if (!Number.isInteger(step.quorum) || step.quorum < 1 || (step.quorum > most && most > 0))
    complain(`${at}.quorum`, 'OUT_OF_RANGE', `From 1 to ${most}.`);
};

const checkRule = (complain: Complain, at: string, { name, when, steps, validForHours }: ApprovalRule): void => {
  checkName(complain, `${at}.name`, name);
  const { priceAtLeast } = when;
  if (priceAtLeast && (!isDecimal(priceAtLeast.amount) || priceAtLeast.amount.startsWith('-')))
    complain(`${at}.when.priceAtLeast.amount`, 'INVALID', 'An amount is a decimal number from 0 on, as text.');
  if (priceAtLeast && !/^[A-Z]{3}$/.test(priceAtLeast.currency))
    complain(`${at}.when.priceAtLeast.currency`, 'INVALID', 'A currency is a code of three capital letters, e.g. EUR.');
  checkWords(complain, `${at}.when.sources`, when.sources);
  checkWords(complain, `${at}.when.departments`, when.departments);
  checkWords(complain, `${at}.when.licenseTypes`, when.licenseTypes);
  checkWords(complain, `${at}.when.channels`, when.channels);
  if (when.channels) checkChannels(complain, `${at}.when.channels`, when.channels);
  if (steps.length === 0 || steps.length > MAX_STEPS) complain(`${at}.steps`, 'OUT_OF_RANGE', `From 1 to ${MAX_STEPS} steps.`);
  for (const [index, step] of steps.entries()) checkStep(complain, `${at}.steps.${index}`, step);
  if (validForHours !== null && (validForHours < 1 || validForHours > MAX_HOURS))
    complain(`${at}.validForHours`, 'OUT_OF_RANGE', `From 1 to ${MAX_HOURS}.`);
};

export const checkRules = (rules: readonly ApprovalRule[]) =>
  collect((complain) => {
    if (rules.length > MAX_RULES) complain('rules', 'TOO_MANY', `At most ${MAX_RULES} rules.`);
    for (const [index, rule] of rules.entries()) checkRule(complain, `rules.${index}`, rule);
  });
