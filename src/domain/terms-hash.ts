/** The hash that names a set of terms: `v1:sha256:<hex>` over their canonical form. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from './canonical-json.js';
import type { Rights } from './rights.js';

const known = new WeakMap<Rights, string>();

/** Lists are hashed as sets: their order and repetitions mean nothing. */
const asSet = (value: unknown): JsonValue => {
  if (Array.isArray(value)) {
    const items = value.map(asSet);
    return [...new Map(items.map((item) => [canonicalJson(item), item]))]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item);
  }
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asSet(member)]));
  return value as JsonValue;
};

/** Memoized per object: rights are values and never change in place. */
export const termsHash = (rights: Rights): string => {
  let hash = known.get(rights);
  if (hash === undefined) {
    hash = `v1:sha256:${createHash('sha256')
      .update(canonicalJson(asSet(rights)))
      .digest('hex')}`;
    known.set(rights, hash);
  }
  return hash;
};
