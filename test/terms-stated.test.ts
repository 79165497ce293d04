/** Stated terms over those of a source, and policies under them: what is replaced, what stays prohibited, and what keeps its hash. */
import { describe, expect, it } from '@jest/globals';
import { mapRights } from '../src/datasources/smint-io/terms.map.js';
import type { WireLicense } from '../src/datasources/smint-io/wire.js';
import type { Instant } from '../src/domain/instant.js';
import { type Rights, type RightsPart, TERM_FIELDS, termList, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { fieldOriginOf, type StatedTerms, withPolicy, withStatedTerms } from '../src/domain/stated-terms.js';
import { termsHash } from '../src/domain/terms-hash.js';

const at = (day: string) => `${day}T00:00:00.000Z` as Instant;
const SOURCE: Rights = {
  ...UNKNOWN_RIGHTS,
  model: 'RIGHTS_MANAGED',
  editorialOnly: 'YES',
  modelReleased: 'NO',
  propertyReleased: 'YES',
  channels: termList(['web', 'print'], ['tv']),
  territories: termList(['DE'], []),
  termKind: 'FIXED',
  validFrom: at('2026-01-01'),
  validUntil: at('2027-01-01'),
  limits: [{ unit: 'circulation', max: 500 }],
  restrictions: ['No tobacco.'],
  origin: 'SOURCE',
  originVersion: 'v7',
};
const partOf = (rights: Rights): RightsPart => {
  const { parts: _1, origin: _2, originVersion: _3, model: _4, modelReleased: _5, propertyReleased: _6, ...rest } = rights;
  const { attributionRequired: _7, attributionText: _8, fieldOrigins: _9, ...part } = rest;
  return { ...part, name: 'A term' };
};

describe('stated terms', () => {
  it('replace what they state and leave the rest, with where each comes from', () => {
    const rights = withStatedTerms(SOURCE, { model: 'ROYALTY_FREE', territories: { allowed: ['AT'] } });
    expect(rights).toEqual({
      ...SOURCE,
      model: 'ROYALTY_FREE',
      territories: { allowed: ['AT'], restricted: [], known: true },
      origin: 'CONTRACT',
      fieldOrigins: Object.fromEntries(
        TERM_FIELDS.map((field) => [field, field === 'model' || field === 'territories' ? 'CONTRACT' : 'SOURCE']),
      ),
    });
  });

  it('that state nothing change nothing', () => {
    expect(withStatedTerms(SOURCE, {})).toBe(SOURCE);
  });

  it.each<[string, StatedTerms, Partial<Rights>]>([
    [
      'an end alone is fixed',
      { validUntil: at('2030-01-01') },
      { termKind: 'FIXED', validUntil: at('2030-01-01'), validFrom: at('2026-01-01') },
    ],
    ['perpetual has no end', { termKind: 'PERPETUAL' }, { termKind: 'PERPETUAL', validUntil: null, validFrom: at('2026-01-01') }],
    [
      'a beginning alone leaves the end',
      { validFrom: at('2026-02-01') },
      { termKind: 'FIXED', validFrom: at('2026-02-01'), validUntil: at('2027-01-01') },
    ],
    ['limits replace limits, and there are no others', { limits: [] }, { limits: [], limitsComplete: true }],
    [
      'words are added to those of the source, which were read',
      { restrictions: ['Ask us.'] },
      { restrictions: ['No tobacco.', 'Ask us.'], restrictionsRead: true },
    ],
    [
      'no words still say that those of the source were read',
      { restrictions: [] },
      { restrictions: ['No tobacco.'], restrictionsRead: true },
    ],
    [
      'an empty list of what is allowed allows nothing',
      { usages: { allowed: [] } },
      { usages: { allowed: [], restricted: [], known: true, nothingAllowed: true } },
    ],
    [
      'a list of what is restricted says nothing of what is allowed',
      { usages: { restricted: ['x'] } },
      { usages: { allowed: [], restricted: ['x'], known: true } },
    ],
    ['a list of neither is unknown', { territories: {} }, { territories: { allowed: [], restricted: [], known: false } }],
    [
      'a credit keeps the rest of the attribution',
      { attributionText: 'A. Name' },
      { attributionText: 'A. Name', attributionRequired: 'UNKNOWN' },
    ],
  ])('%s', (_name, stated, expected) => {
    expect(withStatedTerms(SOURCE, stated)).toMatchObject(expected);
  });

  it('never lift what the source prohibits, however often they are stated', () => {
    const lifting: StatedTerms = {
      editorialOnly: 'NO',
      modelReleased: 'YES',
      propertyReleased: 'NO',
      channels: { allowed: ['any'], restricted: ['radio'] },
    };
    const once = withStatedTerms(SOURCE, lifting);
    const twice = withStatedTerms(once, { ...lifting, channels: { allowed: ['any'] }, propertyReleased: 'YES' });
    for (const rights of [once, twice]) {
      expect(rights).toMatchObject({ editorialOnly: 'YES', modelReleased: 'NO' });
      expect(fieldOriginOf(rights, 'editorialOnly')).toBe('SOURCE');
      expect(fieldOriginOf(rights, 'modelReleased')).toBe('SOURCE');
    }
    expect(once.channels).toEqual({ allowed: ['any'], restricted: ['tv', 'radio'], known: true, restrictedBySource: ['tv'] });
    // What the contract itself prohibited it may allow again.
    expect(twice.channels).toEqual({ allowed: ['any'], restricted: ['tv'], known: true, restrictedBySource: ['tv'] });
    expect([once.propertyReleased, twice.propertyReleased]).toEqual(['NO', 'YES']);
  });

  it('reach every term that a source states beside others', () => {
    const free = { ...partOf(SOURCE), editorialOnly: 'NO' as const, channels: termList([], []) };
    const rights = withStatedTerms(
      { ...SOURCE, parts: [partOf(SOURCE), free] },
      { channels: { allowed: ['app'] }, editorialOnly: 'NO', validUntil: at('2031-01-01'), limits: [], restrictions: [] },
    );
    expect(rights.parts.map(({ channels }) => channels.restricted)).toEqual([['tv'], []]);
    expect(rights.parts.map(({ editorialOnly }) => editorialOnly)).toEqual(['YES', 'NO']);
    for (const part of rights.parts)
      expect(part).toMatchObject({ validUntil: at('2031-01-01'), limits: [], limitsComplete: true, restrictionsRead: true });
    for (const part of rights.parts) expect(part.channels.allowed).toEqual(['app']);
  });

  it('leave the hash of older terms as it was recorded', () => {
    expect(termsHash(UNKNOWN_RIGHTS)).toBe('v1:sha256:c91d06ca3044db36904434043731ff8eeba336cffb7a123bcac2474aff9e11d8');
    const older = withStatedTerms(UNKNOWN_RIGHTS, { model: 'OWNED' });
    const { fieldOrigins: _origins, ...rest } = older;
    expect(Object.keys(rest).sort()).toEqual(Object.keys(UNKNOWN_RIGHTS).sort());
    const members = Object.values(withStatedTerms(SOURCE, { channels: { allowed: ['web'] }, limits: [] }));
    expect(members).not.toContain(undefined);
    expect(members.flatMap((member) => (member && typeof member === 'object' ? Object.values(member) : []))).not.toContain(
      undefined,
    );
  });
});

describe('terms of a Smint.io license without terms', () => {
  const WIRE: WireLicense = {
    licenseType: null,
    text: [],
    usageConstraints: [],
    allowedUseComment: [],
    releaseComment: [],
    modelReleaseState: null,
    propertyReleaseState: null,
    potentiallyRestrictive: null,
    maxDownloads: null,
    maxUsers: null,
    maxReuses: null,
    terms: [],
  };

  it('are the word of the source where it states anything: a release that is NO stays NO', () => {
    const refused = mapRights({ ...WIRE, modelReleaseState: 'not_released' }, 'any');
    expect(refused.origin).toBe('SOURCE');
    expect(withStatedTerms(refused, { modelReleased: 'YES' }).modelReleased).toBe('NO');
    expect(mapRights({ ...WIRE, maxUsers: 3 }, 'any').origin).toBe('SOURCE');
    expect(termsHash(mapRights(WIRE, 'any'))).toBe(termsHash(UNKNOWN_RIGHTS));
  });
});

describe('a policy', () => {
  const policy: StatedTerms = {
    model: 'ROYALTY_FREE',
    channels: { allowed: ['any'] },
    usages: { allowed: ['any'] },
    termKind: 'PERPETUAL',
    toBeUsedUntil: at('2027-06-01'),
    limits: [{ unit: 'circulation', max: 500_000 }],
    editorialOnly: 'NO',
    restrictions: ['See the license terms.'],
  };

  it('fills what nothing is said about, and says so', () => {
    const rights = withPolicy(SOURCE, policy, 'adobe-2026-01');
    expect(rights).toMatchObject({ origin: 'SOURCE', originVersion: 'adobe-2026-01', usages: { allowed: ['any'], known: true } });
    expect(rights).toMatchObject({
      toBeUsedUntil: at('2027-06-01'),
      termKind: 'FIXED',
      editorialOnly: 'YES',
      limits: SOURCE.limits,
    });
    expect(rights.channels).toBe(SOURCE.channels);
    expect(rights.restrictions).toEqual(SOURCE.restrictions);
    expect(rights.restrictionsRead).toBeUndefined();
    const filled = TERM_FIELDS.filter((field) => fieldOriginOf(rights, field) === 'POLICY_TABLE');
    expect(filled).toEqual(['usages', 'toBeUsedUntil']);
  });

  it('is the origin where nobody else says anything', () => {
    const rights = withPolicy(UNKNOWN_RIGHTS, policy, 'p1');
    expect(rights).toMatchObject({ origin: 'POLICY_TABLE', originVersion: 'p1', model: 'ROYALTY_FREE', termKind: 'PERPETUAL' });
    expect(rights).toMatchObject({ limitsComplete: true, restrictionsRead: true });
    expect(fieldOriginOf(rights, 'languages')).toBe('UNKNOWN');
  });

  it('that has nothing to add changes nothing', () => {
    expect(withPolicy(SOURCE, { channels: { allowed: ['any'] } }, 'p1')).toBe(SOURCE);
  });

  it('gives way to a contract, and prohibits nothing for good', () => {
    const rights = withStatedTerms(withPolicy(UNKNOWN_RIGHTS, { editorialOnly: 'YES' }, 'p1'), { editorialOnly: 'NO' });
    expect(rights).toMatchObject({ editorialOnly: 'NO', origin: 'CONTRACT' });
  });

  it('leaves to terms side by side the version that says how they combine', () => {
    const base = { ...SOURCE, originVersion: 'terms:all', parts: [partOf(SOURCE)] };
    const rights = withPolicy(base, policy, 'p1');
    expect(rights.originVersion).toBe('terms:all');
    expect(rights.parts[0]?.usages).toEqual({ allowed: ['any'], restricted: [], known: true });
  });
});
