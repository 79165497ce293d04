/** Terms of every shape that the model can hold, for properties. */
import fc from 'fast-check';
import type { Instant } from '../../src/domain/instant.js';
import { type Rights, type RightsPart, TERM_FIELDS, type TermList, UNKNOWN_RIGHTS } from '../../src/domain/rights.js';

/** `key` is there or not, and never undefined: absent members are no part of the hash. */
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((v) => (v === undefined ? {} : { [key]: v }));
const flag = (key: string) => optional(key, fc.constant(true));
const known = fc.constantFrom('YES', 'NO', 'UNKNOWN');
const word = fc.oneof(
  fc.constantFrom('web', 'print', 'merchandise', 'WORLD', 'DE', 'europe_any', 'advertising_any', 'any', 'de-AT'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const words = fc.uniqueArray(word, { maxLength: 4 });
const instant = fc
  .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString() as Instant);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const list: fc.Arbitrary<TermList> = fc.oneof(
  fc.constant({ allowed: [], restricted: [], known: false }),
  fc.constant({ allowed: [], restricted: [], known: true }),
  words.map((restricted) => ({ allowed: [], restricted, known: true, nothingAllowed: true as const })),
  fc.tuple(words, words).map(([allowed, restricted]) => ({ allowed, restricted, known: allowed.length + restricted.length > 0 })),
  fc.tuple(words, fc.uniqueArray(word, { minLength: 1, maxLength: 3 }), words).map(([allowed, restrictedBySource, more]) => ({
    allowed,
    restricted: [...new Set([...restrictedBySource, ...more])],
    known: true,
    restrictedBySource,
  })),
);

const grant = fc
  .tuple(
    fc.record({
      editorialOnly: known,
      exclusive: known,
      usages: list,
      channels: list,
      placements: list,
      sizes: list,
      territories: list,
      industries: list,
      languages: list,
      termKind: fc.constantFrom('PERPETUAL', 'FIXED', 'UNKNOWN'),
      validFrom: orNull(instant),
      validUntil: orNull(instant),
      toBeUsedUntil: orNull(instant),
      limits: fc.uniqueArray(fc.record({ unit: word, max: fc.nat(1_000_000) }), {
        maxLength: 3,
        selector: (l) => `${l.unit}/${l.max}`,
      }),
      restrictions: words,
    }),
    flag('limitsComplete'),
    flag('restrictionsRead'),
  )
  .map(([base, ...more]) => Object.assign({}, base, ...more) as Omit<RightsPart, 'name'>);

const part = fc.tuple(grant, orNull(fc.string({ maxLength: 10 }))).map(([terms, name]): RightsPart => ({ ...terms, name }));

export const anyRights: fc.Arbitrary<Rights> = fc
  .tuple(
    grant,
    fc.record({
      model: fc.constantFrom('ROYALTY_FREE', 'RIGHTS_MANAGED', 'RIGHTS_READY', 'OWNED', 'UNKNOWN'),
      attributionRequired: known,
      attributionText: orNull(fc.string({ maxLength: 10 })),
      modelReleased: known,
      propertyReleased: known,
      origin: fc.constantFrom('SOURCE', 'CONTRACT', 'POLICY_TABLE', 'UNKNOWN'),
      originVersion: orNull(fc.constantFrom('adobe-stock/Standard@1', 'terms:any', 'terms:all')),
      parts: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }) }),
    }),
    optional(
      'fieldOrigins',
      fc.dictionary(fc.constantFrom(...TERM_FIELDS), fc.constantFrom('SOURCE', 'CONTRACT', 'POLICY_TABLE', 'UNKNOWN')),
    ),
  )
  .map(([terms, rest, origins]) => ({ ...UNKNOWN_RIGHTS, ...terms, ...rest, ...origins }) as Rights);
