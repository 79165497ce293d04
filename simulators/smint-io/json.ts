/** JSON values as the simulated service sends them, and the merge that the control action `update` applies to them. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects merge key by key, everything else (arrays too) is replaced. */
export const merge = (base: JsonObject, changes: JsonObject): JsonObject => {
  const merged: Record<string, Json | undefined> = { ...base };
  for (const [key, change] of Object.entries(changes)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(change) ? merge(old, change) : change;
  }
  return merged;
};
