/** The current values of a simulator's switches; only values named in its table are taken. */

import type { Switches, SwitchSpec } from './types.js';

type Value = string | number | boolean;

export interface SettableSwitches extends Switches {
  /** Throws RangeError with the reason when the name or value is not in the table. */
  set(name: string, value: unknown): void;
  list(): Readonly<Record<string, SwitchSpec & { readonly value: Value }>>;
}

export const createSwitches = (table: Readonly<Record<string, SwitchSpec>>): SettableSwitches => {
  const values = new Map<string, Value>();
  for (const [name, spec] of Object.entries(table)) {
    const [first] = spec.values;
    if (first === undefined) throw new RangeError(`switch ${name} has no values`);
    values.set(name, first);
  }
  const get = (name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`no switch ${name}; there are: ${[...values.keys()].join(', ')}`);
    return value;
  };
  return {
    get,
    set: (name, value) => {
      get(name);
      const found = table[name]?.values.find((candidate) => candidate === value);
      if (found === undefined) throw new RangeError(`switch ${name} takes ${JSON.stringify(table[name]?.values)}`);
      values.set(name, found);
    },
    list: () => Object.fromEntries(Object.entries(table).map(([name, spec]) => [name, { ...spec, value: get(name) }])),
  };
};
