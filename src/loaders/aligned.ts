/** What a batch found, in the order of its keys; null where nothing was. */
export const aligned = <V>(keys: readonly string[], values: readonly V[], keyOf: (value: V) => string): (V | null)[] => {
  const byKey = new Map(values.map((value) => [keyOf(value), value]));
  return keys.map((key) => byKey.get(key) ?? null);
};

/** The same for what has an id of its own. */
export const byUuid = <V extends { readonly uuid: string }>(uuids: readonly string[], values: readonly V[]): (V | null)[] =>
  aligned(uuids, values, ({ uuid }) => uuid);
