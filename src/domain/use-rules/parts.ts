/** Terms that a source states side by side: each is decided alone, and how they combine is recorded with them. */
import type { Rights, RightsPart } from '../rights.js';
import { isBetter, type UseVerdict, worstOf } from '../use.js';
import { type Findings, noFindings } from './finding.js';
import { isRestriction } from './lists.js';

type DecidePart = (part: RightsPart, findings: Findings) => void;

const verdictOf = ({ reasons }: Findings): UseVerdict => worstOf(reasons.map(({ effect }) => effect));

/** One that allows is enough, unless another restricts the use by name. */
const addBest = (decided: readonly Findings[], findings: Findings): void => {
  const verdicts = decided.map(verdictOf);
  const best = verdicts.reduce((first, verdict, index) => (isBetter(verdict, verdicts[first] as UseVerdict) ? index : first), 0);
  for (const [index, { reasons, duties }] of decided.entries()) {
    findings.reasons.push(...(index === best ? reasons : reasons.filter(({ code }) => isRestriction(code))));
    if (index === best) findings.duties.push(...duties);
  }
};

const addAll = (decided: readonly Findings[], findings: Findings): void => {
  for (const { reasons, duties } of decided) {
    findings.reasons.push(...reasons);
    findings.duties.push(...duties);
  }
};

export const decideParts = ({ parts, originVersion }: Rights, decidePart: DecidePart, findings: Findings): void => {
  const decided = parts.map((part) => {
    const own = noFindings();
    decidePart(part, own);
    return own;
  });
  if (originVersion === 'terms:any') addBest(decided, findings);
  else addAll(decided, findings);
};
