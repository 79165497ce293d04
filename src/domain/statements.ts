/** What was stated of a license, one after the other, over the terms of its source. Kept as it was given: nothing is read back from the outcome. */
import type { Instant } from './instant.js';
import type { Rights } from './rights.js';
import { fieldOriginOf, type StatedTerms, statedFields, withStatedTerms } from './stated-terms.js';

export interface Statement {
  readonly kind: 'STATED' | 'RENEWAL' | 'CORRECTION' | 'CANCELLATION';
  /** When it begins to apply (null: since ever): the end of the term in a cancellation. */
  readonly from: Instant | null;
  /** Absent in a cancellation. */
  readonly terms?: StatedTerms;
  /** The words that stood there when it stated `restrictions`: these were read, others were not. */
  readonly read?: readonly string[];
}

/** Terms, and everything stated that is in them. */
export interface StatedRights {
  readonly rights: Rights;
  readonly stated: readonly Statement[];
}

const wordsOf = ({ restrictions, parts }: Rights): readonly string[] => [
  ...new Set([...restrictions, ...parts.flatMap((part) => part.restrictions)]),
];

/** When the term was cancelled to end, unless a renewal that begins then or later took it further. */
export const cancelledAt = (stated: readonly Statement[]): Instant | null =>
  stated.reduce<Instant | null>((end, { kind, from }) => {
    if (from === null) return end;
    if (kind === 'CANCELLATION') return end === null || from < end ? from : end;
    return kind === 'RENEWAL' && end !== null && from >= end ? null : end;
  }, null);

/** The term ends then, unless it has ended before. */
const endedAt = (rights: Rights, end: Instant): Rights =>
  withStatedTerms(rights, {
    termKind: 'FIXED',
    validUntil: rights.validUntil !== null && rights.validUntil < end ? rights.validUntil : end,
  });

/** With words that nobody has read: they are the source's still, and stand in the way. */
const unread = (rights: Rights, before: Rights): Rights => {
  const { restrictionsRead: _read, ...rest } = rights;
  return {
    ...rest,
    ...(rights.fieldOrigins && {
      fieldOrigins: { ...rights.fieldOrigins, restrictions: fieldOriginOf(before, 'restrictions') },
    }),
    parts: rights.parts.map(({ restrictionsRead: _partRead, ...part }) => part),
  };
};

const applied = (rights: Rights, terms: StatedTerms, stated: readonly Statement[]): Rights => {
  const next = withStatedTerms(rights, terms);
  if (terms.restrictions === undefined) return next;
  const read = new Set(stated.flatMap((statement) => [...(statement.read ?? []), ...(statement.terms?.restrictions ?? [])]));
  return wordsOf(rights).every((text) => read.has(text)) ? next : unread(next, rights);
};

/** The term of a cancellation ends with it, whatever is stated of the term later, but for a renewal that begins after it. */
export const withStatement = ({ rights, stated: before }: StatedRights, given: Statement): StatedRights => {
  const statement = given.terms?.restrictions && !given.read ? { ...given, read: wordsOf(rights) } : given;
  const stated = [...before, statement];
  const next = applied(rights, statement.terms ?? {}, stated);
  const end = cancelledAt(stated);
  return { rights: end === null ? next : endedAt(next, end), stated };
};

/** Everything stated, over terms of the source that nobody has stated anything of. */
export const withStatements = (rights: Rights, stated: readonly Statement[]): StatedRights =>
  stated.reduce<StatedRights>(withStatement, { rights, stated: [] });

const TERM: readonly (keyof StatedTerms)[] = ['termKind', 'validFrom', 'validUntil', 'toBeUsedUntil'];
const withoutTerm = (terms: StatedTerms): StatedTerms =>
  Object.fromEntries(Object.entries(terms).filter(([name]) => !TERM.includes(name as keyof StatedTerms)));

/**
 * What is stated of a license, for one that follows it at a time. Cancelling the one does not cancel the other. A term that has ended says nothing
 * of the new one: where a contract stated it, nobody knows the new one until it is stated.
 */
export const carriedOver = (stated: readonly Statement[], ended: boolean): readonly Statement[] => {
  const kept = stated.filter(({ kind }) => kind !== 'CANCELLATION');
  if (!ended) return kept;
  const others = kept.map(({ terms = {}, ...rest }): Statement => ({ ...rest, terms: withoutTerm(terms) }));
  const hadTerm = kept.some(({ terms = {} }) => statedFields(terms).includes('term'));
  const open: Statement = { kind: 'STATED', from: null, terms: { termKind: 'UNKNOWN' } };
  return [...others.filter(({ terms = {} }) => statedFields(terms).length > 0), ...(hadTerm ? [open] : [])];
};
