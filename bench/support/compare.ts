/** What is compared must be the same work: both sides give the same answer to the same page, field by field. */
import { isDeepStrictEqual } from 'node:util';
import { askOnce, type Contestant } from './contestants.js';

interface Row {
  readonly id: string;
  readonly source: string;
  readonly externalId: string;
}

const differences = (expected: Row, given: Row): readonly string[] =>
  Object.entries(expected)
    .filter(([field, value]) => !isDeepStrictEqual(value, given[field as keyof Row]))
    .map(
      ([field, value]) =>
        `${expected.source} ${expected.externalId} ${field}: ${JSON.stringify(given[field as keyof Row])} where the reference has ${JSON.stringify(value)}`,
    );

/** Throws with the first few differences. */
export const compareAnswers = async (
  reference: Contestant,
  others: readonly Contestant[],
  bodies: readonly string[],
): Promise<void> => {
  for (const body of bodies) {
    const expected = (await askOnce(reference, body)) as { readonly assets: readonly Row[] };
    for (const other of others) {
      const given = (await askOnce(other, body)) as { readonly assets: readonly Row[] };
      if (isDeepStrictEqual(given, expected)) continue;
      const found = expected.assets.flatMap((row, index) => differences(row, given.assets[index] as Row));
      throw new Error(`${other.name} answers otherwise than the reference:\n${found.slice(0, 10).join('\n')}`);
    }
  }
};
