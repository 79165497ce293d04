/** ODRL policies against use decisions: what a policy permits is decided with yes, and what can only be denied is never permitted. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, instantOf } from '../src/domain/instant.js';
import { odrlOf } from '../src/domain/odrl.js';
import { OPERAND_OF } from '../src/domain/odrl-vocabulary.js';
import type { Rights } from '../src/domain/rights.js';
import type { Decision, Use } from '../src/domain/use.js';
import { decide } from '../src/domain/use-decision.js';
import { DIMENSIONS, type Dimension } from '../src/domain/use-rules/dimensions.js';
import { isCommercialChannel } from '../src/domain/vocabulary/channels.js';
import { isCommercialUsage } from '../src/domain/vocabulary/usages.js';
import { anyRights } from './support/any-rights.js';
import { rights as likelyRights } from './support/use-questions.js';

interface Constraint {
  readonly leftOperand: string;
  readonly rightOperand: unknown;
  readonly operator: string;
  readonly unit?: { readonly '@id': string };
}
interface Rule {
  readonly uid?: string;
  readonly 'clr:of'?: string;
  readonly constraint: readonly Constraint[];
}
interface Policy {
  readonly permission?: readonly Rule[];
  readonly prohibition?: readonly Rule[];
}
type Pick_ = (among: number) => number;

const policyOf = (rights: Rights): Policy => JSON.parse(JSON.stringify(odrlOf(rights, { uid: 'urn:x' })));
const wordsOf = (constraints: readonly Constraint[], { field }: Dimension): readonly string[] =>
  constraints
    .filter(({ leftOperand }) => leftOperand === OPERAND_OF[field])
    .flatMap(({ rightOperand }) => rightOperand as string[]);
const timeOf = ({ constraint }: Rule, operand: string, operator: string): Instant | null => {
  const found = constraint.find((one) => one.leftOperand === operand && one.operator === operator);
  return found ? (found.rightOperand as { '@value': Instant })['@value'] : null;
};
const purposesOf = ({ constraint }: Rule): readonly string[] =>
  constraint
    .filter(({ leftOperand }) => leftOperand === 'purpose')
    .flatMap(({ rightOperand }) => (rightOperand as { '@id': string }[]).map((one) => one['@id']));

/** What the permission stands for and no prohibition covers: one of the same terms not even perhaps. */
const within = (permission: Rule, policy: Policy, dimension: Dimension, isOther: (value: string) => boolean): string[] => {
  const { covers, valuesOf, canonical } = dimension.vocabulary;
  const allowed = wordsOf(permission.constraint, dimension);
  const isProhibited = (value: string): boolean =>
    (policy.prohibition ?? []).some((rule) =>
      wordsOf(rule.constraint, dimension).some((word) =>
        rule['clr:of'] === permission.uid ? covers(word, value) !== 'NO' : covers(word, value) === 'YES',
      ),
    );
  const values = [...allowed.map(canonical), ...allowed.flatMap((word) => valuesOf(word) ?? []), ...(valuesOf('any') ?? [])];
  return [...new Set(values)].filter(
    (value) =>
      allowed.some((word) => covers(word, value) === 'YES') &&
      [...(valuesOf(value) ?? []), value].every((leaf) => !isProhibited(leaf) && isOther(leaf)),
  );
};

const PURPOSES = { 'clr:commercial': 'COMMERCIAL', 'clr:editorial': 'EDITORIAL', 'clr:internal': 'INTERNAL' } as const;

/** A use that the permission covers, named as exactly as it can be; undefined: there is none. */
const askedWithin = (permission: Rule, policy: Policy, purpose: string, pick: Pick_): { use: Use; at: Instant } | undefined => {
  const isOther = (field: string) => (value: string) =>
    purpose === 'clr:commercial' ||
    !((field === 'channels' && isCommercialChannel(value)) || (field === 'usages' && isCommercialUsage(value)));
  const named = DIMENSIONS.map((dimension): [string, string | null | undefined] => {
    if (wordsOf(permission.constraint, dimension).length === 0) return [dimension.field, null];
    const values = within(permission, policy, dimension, isOther(dimension.field));
    return [dimension.field, values[pick(values.length)]];
  });
  const by = Object.fromEntries(named);
  const begins = timeOf(permission, 'dateTime', 'gteq');
  const ends = [timeOf(permission, 'dateTime', 'lt'), timeOf(permission, 'clr:firstUse', 'lt')].filter((end) => end !== null);
  const [firstEnd] = [...ends].sort();
  const at = begins ?? (firstEnd ? instantOf(Date.parse(firstEnd) - 1) : ('2026-06-01T00:00:00.000Z' as Instant));
  const isPossible = named.every(([, value]) => value !== undefined) && (firstEnd === undefined || at < firstEnd);
  if (!isPossible || by.channels === null || by.territories === null) return undefined;
  return {
    at,
    use: {
      channel: by.channels as string,
      purpose: PURPOSES[purpose as keyof typeof PURPOSES],
      usage: by.usages as string | null,
      placement: by.placements as string | null,
      size: by.sizes as string | null,
      territories: [by.territories as string],
      industry: by.industries as string | null,
      language: by.languages as string | null,
      startsAt: null,
      endsAt: null,
      unit: null,
      units: 1,
    },
  };
};

/** No unit, and each that the permission limits, up to its smallest limit: which of them a use takes from depends on its channel. */
const namings = ({ constraint }: Rule): Pick<Use, 'unit' | 'units'>[] => {
  const least = new Map<string, number>();
  for (const { leftOperand, unit, rightOperand } of constraint) {
    if (leftOperand !== 'count') continue;
    const name = decodeURIComponent(unit?.['@id'].split('#unit/')[1] as string);
    least.set(name, Math.min(Number(rightOperand), least.get(name) ?? Number.POSITIVE_INFINITY));
  }
  return [{ unit: null, units: 1 }, ...[...least].map(([unit, units]) => ({ unit, units }))];
};

const decided = (rights: Rights, { use, at }: { use: Use; at: Instant }): Decision =>
  decide({
    use,
    at,
    holding: 'LICENSE',
    licensedAt: null,
    terms: [{ from: null, until: null, rights }],
    used: {},
    firstUsedAt: null,
  });

/** Checks each purpose of each permission; says how many there were. */
const compare = (rights: Rights, pick: Pick_): number => {
  const policy = policyOf(rights);
  const cases = (policy.permission ?? []).flatMap((permission) =>
    purposesOf(permission).map((purpose) => ({ permission, purpose })),
  );
  for (const { permission, purpose } of cases) {
    const asked = askedWithin(permission, policy, purpose, pick);
    // A permission of nothing would stand for terms under which every use is denied.
    expect(asked).toBeDefined();
    if (!asked) continue;
    const open = namings(permission).map((naming) => {
      const { reasons } = decided(rights, { ...asked, use: { ...asked.use, ...naming } });
      return reasons.filter(({ effect }) => effect !== 'ALLOWED');
    });
    expect(open.find((reasons) => reasons.length === 0) ?? open[0]).toEqual([]);
  }
  expect((policy.permission ?? []).every((permission) => purposesOf(permission).length > 0)).toBe(true);
  return cases.length;
};

describe('what a policy permits', () => {
  it.each([
    ['of likely terms', likelyRights, 6_000, 500],
    ['of any terms', anyRights, 3_000, 0],
  ] as const)('is decided with yes, %s', (_what, terms, numRuns, atLeast) => {
    let compared = 0;
    fc.assert(
      fc.property(terms, fc.nat(1_000), (rights, seed) => {
        compared += compare(rights, (among) => (among === 0 ? 0 : seed % among));
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThanOrEqual(atLeast);
  });
});
