/** The same terms as an ODRL 2.2 policy: valid, permitting nothing that is not on record, and read back without loss. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Instant } from '../src/domain/instant.js';
import { odrlOf } from '../src/domain/odrl.js';
import { rightsOfOdrl } from '../src/domain/odrl-read.js';
import { policyUidOf } from '../src/domain/odrl-vocabulary.js';
import { type Rights, termList, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { termsHash } from '../src/domain/terms-hash.js';
import { anyRights } from './support/any-rights.js';
import { odrlComplaints } from './support/odrl-checker.js';

type Node = Record<string, unknown>;
const subjectOf = (rights: Rights) => ({ uid: policyUidOf(termsHash(rights)) });
/** As it reaches a caller. */
const policyOf = (rights: Rights, more: object = {}): Node =>
  JSON.parse(JSON.stringify(odrlOf(rights, { ...subjectOf(rights), ...more })));
const rules = (policy: Node, member: string): Node[] => (policy[member] ?? []) as Node[];
const readHash = (policy: unknown): unknown => {
  const reading = rightsOfOdrl(policy);
  return 'rights' in reading ? termsHash(reading.rights) : reading.problems;
};
const operandsOf = (rule: Node): string[] => ((rule.constraint ?? []) as Node[]).map(({ leftOperand }) => String(leftOperand));

const GRANTED: Rights = {
  ...UNKNOWN_RIGHTS,
  model: 'ROYALTY_FREE',
  editorialOnly: 'NO',
  channels: termList(['web', 'print'], ['merchandise']),
  territories: termList(['WORLD'], []),
  termKind: 'PERPETUAL',
  limits: [{ unit: 'circulation', max: 500_000 }],
  limitsComplete: true,
  modelReleased: 'YES',
  propertyReleased: 'YES',
  attributionRequired: 'YES',
  attributionText: '© Somebody',
  origin: 'SOURCE',
};
const [SOONER, LATER] = ['2027-01-01T00:00:00.000Z' as Instant, '2027-02-01T00:00:00.000Z' as Instant];
const partOf = (rights: Rights, name: string) => {
  const { origin: _o, originVersion: _v, parts: _p, model: _m, modelReleased: _r, propertyReleased: _q, ...rest } = rights;
  const { attributionRequired: _a, attributionText: _t, fieldOrigins: _f, ...grant } = rest;
  return { ...grant, name };
};

describe('every policy', () => {
  it('is valid ODRL 2.2, of whatever terms and for whomever', () => {
    fc.assert(
      fc.property(
        anyRights,
        fc.constantFrom({}, { assigner: 'urn:a' }, { assigner: 'urn:a', assignee: 'urn:b', target: 'urn:t' }),
        (rights, more) => {
          expect(odrlComplaints(policyOf(rights, more))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is read back as the terms that it was made of', () => {
    fc.assert(
      fc.property(anyRights, (rights) => {
        expect(readHash(policyOf(rights))).toBe(termsHash(rights));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is read back whatever the order of its lists', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed).reverse();
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .map(([name, member]) => [name, name === '@context' ? member : reversed(member)])
          .reverse(),
      );
    };
    fc.assert(
      fc.property(anyRights, (rights) => {
        expect(readHash(reversed(policyOf(rights)))).toBe(termsHash(rights));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is not stated', () => {
  it('is no permission: unknown terms permit nothing and ask for a review', () => {
    const policy = policyOf(UNKNOWN_RIGHTS);
    expect(policy).not.toHaveProperty('permission');
    expect(rules(policy, 'obligation')).toEqual([{ target: 'urn:clearance:odrl:1#bearer', action: 'reviewPolicy' }]);
    expect(rules(policy, 'clr:incompletePermission')).toMatchObject([
      { 'clr:missing': ['channels', 'territories', 'term', 'limits'] },
    ]);
  });

  it.each<[string, Partial<Rights>]>([
    ['no channel', { channels: UNKNOWN_RIGHTS.channels }],
    ['only what no channel may be', { channels: termList([], ['merchandise']) }],
    ['no territory', { territories: UNKNOWN_RIGHTS.territories }],
    ['no term', { termKind: 'UNKNOWN' }],
    ['an end that cannot be read', { termKind: 'FIXED' }],
    ['words that nobody has read', { restrictions: ['Call us first.'] }],
    ['a credit without its text', { attributionText: null }],
    ['a credit of nothing but space', { attributionText: ' ' }],
    ['an end before its beginning', { validFrom: LATER, validUntil: SOONER }],
    ['a first use before its beginning', { validFrom: LATER, toBeUsedUntil: SOONER }],
    ['a channel that is restricted as well', { channels: termList(['print'], ['print', 'web']) }],
    ['a restriction that perhaps covers everything', { territories: termList(['WORLD'], ['EMEA']) }],
    ['commercial channels alone, of an editorial picture', { channels: termList(['packaging'], []), editorialOnly: 'YES' }],
    ['that no usage is allowed', { usages: { allowed: [], restricted: [], known: true, nothingAllowed: true } }],
    ['industries that are restricted, and none that is allowed', { industries: termList([], ['industry_tobacco']) }],
  ])('keeps a permission away: terms that state %s', (_what, change) => {
    expect(rules(policyOf(GRANTED), 'permission')).toHaveLength(1);
    const policy = policyOf({ ...GRANTED, ...change });
    expect(policy).not.toHaveProperty('permission');
    expect(policy).toHaveProperty('obligation');
  });

  it('of limits keeps a permission away, whatever limits are stated: there may be others', () => {
    const { limitsComplete: _, ...open } = GRANTED;
    expect(policyOf({ ...GRANTED, limits: [{ unit: 'circulation', max: 0 }] })).not.toHaveProperty('permission');
    for (const limits of [[], GRANTED.limits]) {
      const policy = policyOf({ ...open, limits });
      expect(policy).not.toHaveProperty('permission');
      expect(rules(policy, 'clr:incompletePermission')).toMatchObject([{ 'clr:missing': ['limits'] }]);
    }
  });

  it('of releases or of the editorial status narrows the purposes', () => {
    const purposesOf = (rights: Rights) =>
      rules(policyOf(rights), 'permission').flatMap(({ constraint }) =>
        (constraint as Node[])
          .filter(({ leftOperand }) => leftOperand === 'purpose')
          .flatMap(({ rightOperand }) => (rightOperand as Node[]).map((o) => o['@id'])),
      );
    expect(purposesOf(GRANTED)).toEqual(['clr:editorial', 'clr:internal', 'clr:commercial']);
    expect(purposesOf({ ...GRANTED, modelReleased: 'UNKNOWN' })).toEqual(['clr:editorial', 'clr:internal']);
    expect(purposesOf({ ...GRANTED, editorialOnly: 'UNKNOWN' })).toEqual(['clr:editorial']);
    expect(purposesOf({ ...GRANTED, editorialOnly: 'YES' })).toEqual(['clr:editorial']);
  });
});

describe('what is stated', () => {
  it('stands in the words of ODRL where it has them', () => {
    const validUntil = '2027-01-01T00:00:00.000Z' as Instant;
    const rights: Rights = {
      ...GRANTED,
      validUntil,
      termKind: 'FIXED',
      industries: termList(['industry_any'], []),
      languages: termList(['de'], []),
    };
    const [permission] = rules(policyOf(rights), 'permission');
    expect(operandsOf(permission as Node)).toEqual([
      'deliveryChannel',
      'spatial',
      'odrl:industry',
      'language',
      'dateTime',
      'count',
      'purpose',
    ]);
    expect(permission?.constraint).toEqual(
      expect.arrayContaining([
        { leftOperand: 'spatial', operator: 'isAnyOf', rightOperand: ['WORLD'] },
        { leftOperand: 'dateTime', operator: 'lt', rightOperand: { '@type': 'xsd:dateTime', '@value': validUntil } },
        {
          leftOperand: 'count',
          operator: 'lteq',
          rightOperand: 500_000,
          unit: { '@id': 'urn:clearance:odrl:1#unit/circulation' },
        },
      ]),
    );
    expect(JSON.stringify(permission?.duty)).toContain('© Somebody');
  });

  it('as a restriction is a prohibition, and editorial use alone prohibits commercial purposes', () => {
    const prohibitions = rules(policyOf({ ...GRANTED, editorialOnly: 'YES' }), 'prohibition');
    expect(prohibitions.map(({ constraint }) => constraint)).toEqual([
      [{ leftOperand: 'deliveryChannel', operator: 'isAnyOf', rightOperand: ['merchandise'] }],
      [{ leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: [{ '@id': 'clr:commercial' }] }],
    ]);
    expect(policyOf(GRANTED)).toMatchObject({ conflict: 'prohibit' });
  });

  it('side by side is one permission each; where all have to allow a use, none is a permission', () => {
    const parts = [partOf(GRANTED, 'web'), partOf({ ...GRANTED, channels: termList(['tv'], []) }, 'tv')];
    expect(rules(policyOf({ ...GRANTED, parts, originVersion: 'terms:any' }), 'permission')).toHaveLength(2);
    for (const originVersion of ['terms:all', null])
      expect(policyOf({ ...GRANTED, parts, originVersion })).not.toHaveProperty('permission');
    const restricting = [partOf(GRANTED, 'web'), partOf({ ...GRANTED, channels: termList([], ['any']) }, 'nothing')];
    expect(policyOf({ ...GRANTED, parts: restricting, originVersion: 'terms:any' })).not.toHaveProperty('permission');
  });
});

describe('reading', () => {
  it.each<[string, (policy: Node) => void]>([
    [
      'a permission added',
      (p) => void Object.assign(p, { permission: [...rules(p, 'permission'), { ...rules(p, 'permission')[0], uid: 'urn:x' }] }),
    ],
    [
      'a territory added to a prohibition',
      (p) => void rules(p, 'prohibition').push({ target: 'urn:x', action: 'use', constraint: [] }),
    ],
    ['the purposes widened', (p) => void ((rules(p, 'permission')[0] as Node).constraint as Node[]).pop()],
    ['the duty removed', (p) => void delete (rules(p, 'permission')[0] as Node).duty],
    ['a fact that the rules do not know', (p) => void Object.assign(p['clr:facts'] as Node, { 'clr:modelReleased': 'NO' })],
    ['a word that the model does not have', (p) => void Object.assign(p['clr:facts'] as Node, { 'clr:model': 'FREE' })],
    ['another conflict strategy', (p) => void Object.assign(p, { conflict: 'perm' })],
  ])('refuses %s', (_what, change) => {
    const policy = policyOf(GRANTED);
    change(policy);
    expect(rightsOfOdrl(policy)).toHaveProperty('problems');
  });

  it('takes from policies of others what they state, and never what they leave out', () => {
    const foreign = {
      '@context': 'http://www.w3.org/ns/odrl.jsonld',
      '@type': 'Offer',
      uid: 'https://example.com/policy/1',
      assigner: 'https://example.com/us',
      permission: [
        {
          target: 'https://example.com/asset/1',
          action: 'use',
          constraint: [
            { leftOperand: 'spatial', operator: 'eq', rightOperand: 'DE' },
            {
              leftOperand: 'dateTime',
              operator: 'lteq',
              rightOperand: { '@value': '2026-12-31T23:59:59.999Z', '@type': 'xsd:dateTime' },
            },
          ],
        },
      ],
      prohibition: [
        {
          target: 'urn:x',
          action: 'odrl:use',
          constraint: [{ leftOperand: 'odrl:industry', operator: 'isAnyOf', rightOperand: ['tobacco'] }],
        },
      ],
    };
    expect(rightsOfOdrl(foreign)).toEqual({
      rights: {
        ...UNKNOWN_RIGHTS,
        territories: termList(['DE'], []),
        industries: termList([], ['tobacco']),
        termKind: 'FIXED',
        validUntil: '2027-01-01T00:00:00.000Z',
      },
    });
  });

  it.each<[string, unknown]>([
    ['what is no policy', 'use'],
    ['null', null],
    ['a policy without a uid', { permission: [] }],
    ['an action that is not use', { uid: 'urn:x', permission: [{ action: 'print' }] }],
    ['a duty', { uid: 'urn:x', permission: [{ action: 'use', duty: [{ action: 'compensate' }] }] }],
    [
      'an operand without a place',
      {
        uid: 'urn:x',
        permission: [{ action: 'use', constraint: [{ leftOperand: 'recipient', operator: 'eq', rightOperand: 'x' }] }],
      },
    ],
    [
      'a purpose of others',
      {
        uid: 'urn:x',
        permission: [{ action: 'use', constraint: [{ leftOperand: 'purpose', operator: 'eq', rightOperand: 'x' }] }],
      },
    ],
    ['a logical constraint', { uid: 'urn:x', permission: [{ action: 'use', constraint: [{ and: [] }] }] }],
    ['a profile that is not ours', { uid: 'urn:x', profile: 'urn:other', permission: [{ action: 'use' }] }],
    ['rules inherited from elsewhere', { uid: 'urn:x', inheritFrom: 'urn:y', permission: [{ action: 'use' }] }],
    ['a broken rule of our profile', { uid: 'urn:x', profile: 'urn:clearance:odrl:1', permission: ['use'] }],
  ])('says what it cannot read: %s', (_what, policy) => {
    const reading = rightsOfOdrl(policy);
    expect('problems' in reading && reading.problems.length).toBeGreaterThan(0);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, ours) => {
        const policy = {
          uid: 'urn:x',
          ...(ours && { profile: 'urn:clearance:odrl:1' }),
          permission: value,
          prohibition: value,
          'clr:facts': value,
        };
        expect(typeof rightsOfOdrl(policy)).toBe('object');
        expect(typeof rightsOfOdrl(value)).toBe('object');
      }),
    );
  });
});
