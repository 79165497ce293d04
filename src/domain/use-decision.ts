/** Whether a use is allowed: a pure function of the question. Its rules are those of docs/rights.md, and their version is part of the answer. */
import type { Rights } from './rights.js';
import { type Decision, isBetter, type UseDuty, type UseQuestion, type UseReason, type UseVerdict, worstOf } from './use.js';
import { type Asked, askedOf, type Span, spanOf, type Terms } from './use-rules/asked.js';
import { decideCredit } from './use-rules/credit.js';
import { type Findings, noFindings, sayInto } from './use-rules/finding.js';
import { holdingReason } from './use-rules/holding.js';
import { decideLimits } from './use-rules/limits.js';
import { decideLists } from './use-rules/lists.js';
import { decideParts } from './use-rules/parts.js';
import { decidePurpose } from './use-rules/purpose.js';
import { decideReleases } from './use-rules/releases.js';
import { decideRestrictions } from './use-rules/restrictions.js';
import { cutAtStretches } from './use-rules/stretches.js';
import { decideTerm } from './use-rules/term.js';

export const RULES_VERSION = 'use-rules/1';

const NOT_COVERED: UseReason = {
  code: 'TERM_NOT_STATED',
  effect: 'UNKNOWN',
  message: 'No terms on record cover the whole time of the use.',
  field: 'term',
  origin: null,
};

const decideTerms = (terms: Terms, rights: Rights, asked: Asked, span: Span, findings: Findings): void => {
  const say = sayInto(findings, rights);
  decideLists(terms, asked, say);
  decidePurpose(terms, asked, say);
  decideTerm(terms, asked, span, say, findings);
  decideLimits(terms, asked, say);
  decideRestrictions(terms, say, findings);
};

const decideRights = (rights: Rights, asked: Asked, span: Span, findings: Findings): void => {
  if (rights.parts.length === 0) decideTerms(rights, rights, asked, span, findings);
  else decideParts(rights, (part, own) => decideTerms(part, rights, asked, span, own), findings);
  const say = sayInto(findings, rights);
  decideReleases(rights, asked, say);
  decideCredit(rights, say, findings);
};

const IN_THE_WAY: ReadonlySet<string> = new Set(['RESTRICTION_NOT_READ', 'TERM_END_UNREADABLE']);
/** What the library says of its own copy: it can forbid, or leave in doubt; its silence takes nothing from the license. */
const decideOwn = (rights: Rights, asked: Asked, span: Span, findings: Findings): void => {
  const own = noFindings();
  decideRights(rights, asked, span, own);
  findings.reasons.push(
    ...own.reasons.filter(({ code, effect }) => effect === 'DENIED' || IN_THE_WAY.has(code) || code.endsWith('_UNCLEAR')),
  );
};

const hasFieldTwice = (reasons: readonly UseReason[]): boolean =>
  reasons.some(({ field }, index) => {
    for (let later = index + 1; later < reasons.length; later += 1) if (reasons[later]?.field === field) return true;
    return false;
  });

/** Of each field of the terms the worst answers alone, and each once: several values, stretches and parts may answer for one. */
const shownReasons = (reasons: readonly UseReason[]): readonly UseReason[] => {
  if (!hasFieldTwice(reasons)) return reasons;
  const worst = new Map<string | null, UseVerdict>();
  for (const { field, effect } of reasons) {
    const known = worst.get(field);
    if (known === undefined || isBetter(known, effect)) worst.set(field, effect);
  }
  const seen = new Set<string>();
  return reasons.filter(({ code, field, effect, message }) => {
    const key = `${code}\n${message}`;
    return effect === worst.get(field) && !seen.has(key) && seen.add(key);
  });
};

/** Of several ends the first counts: their texts differ in the time alone, and times compare as text. */
const distinctDuties = (duties: readonly UseDuty[]): readonly UseDuty[] => {
  if (duties.length < 2) return duties;
  const [firstEnd] = duties.flatMap(({ kind, text }) => (kind === 'END_BY' ? [text] : [])).sort();
  const seen = new Set<string>();
  return duties.filter(({ kind, text }) => {
    const key = `${kind}\n${text}`;
    return (kind !== 'END_BY' || text === firstEnd) && !seen.has(key) && seen.add(key);
  });
};

export const decide = (question: UseQuestion): Decision => {
  const asked = askedOf(question);
  const findings = noFindings();
  const held = holdingReason(question.holding);
  if (held) findings.reasons.push(held);
  for (const { rights, span } of cutAtStretches(spanOf(asked), question.terms)) {
    if (rights === null) findings.reasons.push(NOT_COVERED);
    else decideRights(rights, asked, span, findings);
  }
  if (question.ownTerms) decideOwn(question.ownTerms, asked, spanOf(asked), findings);
  return {
    verdict: worstOf(findings.reasons.map(({ effect }) => effect)),
    reasons: shownReasons(findings.reasons),
    duties: distinctDuties(findings.duties),
    rulesVersion: RULES_VERSION,
  };
};
