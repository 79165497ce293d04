/** One spelling for one JSON value (RFC 8785 for what we store: text, integers, booleans, null), so that it can be hashed. */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** Object members by UTF-16 code units of their names; undefined members are left out; numbers as ECMAScript writes them. */
export const canonicalJson = (value: JsonValue): string => {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('A number in canonical JSON must be finite.');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonicalJson).join(',')}]`;
  const record = value as { readonly [key: string]: JsonValue | undefined };
  const members = Object.keys(record)
    .filter((name) => record[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(record[name] as JsonValue)}`);
  return `{${members.join(',')}}`;
};
