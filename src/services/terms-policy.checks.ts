/** What can be said of a policy without asking anybody: all complaints together. */
import type { InputProblem } from '../domain/operation.js';
import { POLICY_SOURCES, type PolicyScope, type PolicyStatement } from '../domain/terms-policy.js';
import { checkStatedTerms } from './terms.checks.js';

const LICENSE_TYPE = /^(\*|[A-Za-z0-9_-]{1,100})$/;
const MAX_CITATIONS = 20;
const MAX_TEXT = 500;
const MAX_NOTE = 2_000;
const MAX_URL = 2_000;

const problem = (path: string, code: string, message: string): InputProblem => ({ path, code, message });

export const checkPolicyScope = ({ source, licenseType }: PolicyScope): InputProblem[] => [
  ...(POLICY_SOURCES.includes(source)
    ? []
    : [problem('source', 'UNSUPPORTED', 'This source states its terms itself, or sells nothing: it has no policies.')]),
  ...(LICENSE_TYPE.test(licenseType)
    ? []
    : [
        problem(
          'licenseType',
          'INVALID',
          'Give the type alone, without the id of a product (1 to 100 letters, digits, _ or -), or * for all types.',
        ),
      ]),
];

const isPage = (url: string): boolean => url.length <= MAX_URL && /^https?:\/\/[^\s]+$/.test(url) && URL.canParse(url);
const isText = (text: string, max: number): boolean => text.trim() !== '' && text.length <= max;

const checkCitations = ({ citations }: Pick<PolicyStatement, 'citations'>): InputProblem[] => [
  ...(citations.length > MAX_CITATIONS ? [problem('citations', 'TOO_MANY', `At most ${MAX_CITATIONS} citations.`)] : []),
  ...citations.flatMap(({ title, url, supports }, index) => [
    ...(isText(title, MAX_TEXT) ? [] : [problem(`citations.${index}.title`, 'INVALID', `1 to ${MAX_TEXT} characters.`)]),
    ...(isPage(url)
      ? []
      : [problem(`citations.${index}.url`, 'INVALID', 'Give an address that begins with https:// or http://.')]),
    ...(isText(supports, MAX_NOTE)
      ? []
      : [problem(`citations.${index}.supports`, 'INVALID', `Say in 1 to ${MAX_NOTE} characters what it supports.`)]),
  ]),
];

export const checkPolicy = (statement: PolicyStatement): InputProblem[] => [
  ...checkPolicyScope(statement),
  ...(statement.terms === null
    ? [problem('terms', 'REQUIRED', 'State at least one field. To take a policy back, use withdrawTermsPolicy.')]
    : checkStatedTerms(statement.terms, 'terms')),
  ...checkCitations(statement),
  ...checkNote(statement.note),
];

export const checkNote = (note: string | null): InputProblem[] =>
  note !== null && !isText(note, MAX_NOTE) ? [problem('note', 'INVALID', `1 to ${MAX_NOTE} characters, or none.`)] : [];
