/** What must hold after all strikes, from what was written and what arrived alone. */
import type { Arrival } from './receiver.js';

/** A change that the gateway has confirmed, by the subject that it is of; in the order in which they were made. */
export interface Written {
  readonly subject: string;
  readonly name: string;
}

export interface Violation {
  readonly invariant: string;
  readonly message: string;
}

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

const firsts = (arrivals: readonly Arrival[]): readonly string[] => [...new Set(arrivals.map(({ name }) => name))];

export const check = (written: readonly Written[], arrivals: readonly Arrival[]): readonly Violation[] => {
  const violations: Violation[] = [];
  const complain = (invariant: string, message: string) => violations.push({ invariant, message });

  const acknowledged = new Set(arrivals.filter((arrival) => arrival.acknowledged).map(({ name }) => name));
  for (const { name } of written) if (!acknowledged.has(name)) complain('E1 none is lost', `${name} was never taken`);

  const known = new Set(written.map(({ name }) => name));
  for (const { name } of arrivals) if (!known.has(name)) complain('E2 none is made up', `${name} arrived and was never written`);

  for (const [name, calls] of grouped(arrivals, (arrival) => arrival.name))
    if (new Set(calls.map(({ id }) => id)).size > 1) complain('E3 one id', `${name} came under several ids`);
  for (const [id, calls] of grouped(arrivals, (arrival) => arrival.id))
    if (new Set(calls.map(({ name }) => name)).size > 1) complain('E3 one id', `${id} stands for several events`);

  const order = grouped(written, ({ subject }) => subject);
  for (const [subject, calls] of grouped(arrivals, (arrival) => arrival.subject)) {
    const wanted = (order.get(subject) ?? []).map(({ name }) => name);
    const came = firsts(calls);
    const wrong = came.findIndex((name, index) => name !== wanted[index]);
    if (wrong >= 0) complain('E4 order', `${subject}: as number ${wrong} came ${came[wrong]} and not ${wanted[wrong]}`);
    // None comes for the first time before the one before it was taken.
    const taken = new Set<string>();
    for (const { name, acknowledged: isTaken } of calls) {
      const before = wanted[wanted.indexOf(name) - 1];
      if (before !== undefined && !taken.has(before))
        complain('E5 no overtaking', `${subject}: ${name} came before ${before} was taken`);
      if (isTaken) taken.add(name);
    }
  }

  for (const { name, signed } of arrivals) if (!signed) complain('E6 signed', `${name} came with a signature that does not hold`);
  return violations;
};
