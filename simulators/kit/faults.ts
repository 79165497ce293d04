/** The faults set on a simulator: which of them hit a request, and how many hits they have left. */

import type { Rng } from './rng.js';
import type { Fault } from './types.js';

export type DisturbingFault = Fault & { readonly kind: Exclude<Fault['kind'], 'latency'> };

/** What happens to one request: waits add up, and of the other kinds the first that was set wins. */
export interface Disturbance {
  readonly waitMs: number;
  readonly fault: DisturbingFault | undefined;
  /** For the journal, e.g. `latency+status`. */
  readonly label: string | null;
}

export interface Faults {
  add(fault: Fault): void;
  list(): readonly (Fault & { readonly hits: number })[];
  /** Removes those on `endpoint`, or all. */
  clear(endpoint?: string): void;
  /** Consumes one hit of each fault that applies. */
  draw(endpoint: string): Disturbance;
}

const CALM: Disturbance = { waitMs: 0, fault: undefined, label: null };
const isDisturbing = (fault: Fault): fault is DisturbingFault => fault.kind !== 'latency';

export const createFaults = (chance: Rng): Faults => {
  let active: { readonly fault: Fault; hits: number }[] = [];
  const applies = (fault: Fault, endpoint: string): boolean =>
    (fault.endpoint === '*' || fault.endpoint === endpoint) &&
    (fault.probability === undefined || chance.chance(fault.probability));
  return {
    add: (fault) => {
      active = [...active, { fault, hits: 0 }];
    },
    list: () => active.map(({ fault, hits }) => ({ ...fault, hits })),
    clear: (endpoint) => {
      active = endpoint === undefined ? [] : active.filter(({ fault }) => fault.endpoint !== endpoint);
    },
    draw: (endpoint) => {
      if (active.length === 0) return CALM;
      let waitMs = 0;
      let disturbing: DisturbingFault | undefined;
      const labels: string[] = [];
      for (const entry of active) {
        const { fault } = entry;
        if (isDisturbing(fault) && disturbing !== undefined) continue;
        if (!applies(fault, endpoint)) continue;
        entry.hits += 1;
        labels.push(fault.kind);
        if (isDisturbing(fault)) disturbing = fault;
        else waitMs += fault.ms ?? 0;
      }
      active = active.filter(({ fault, hits }) => fault.times === undefined || hits < fault.times);
      return labels.length === 0 ? CALM : { waitMs, fault: disturbing, label: labels.join('+') };
    },
  };
};
