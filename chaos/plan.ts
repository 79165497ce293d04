/** The plan of a round, drawn from the seed alone: who buys what, where the hammer strikes, what weather it is. */
import { type SourceName, VENDORS, vendorOf } from './assets.js';
import { TENANTS } from './caller.js';
import { planWeather, type Weather } from './disturbances.js';
import type { Intent } from './intents.js';
import { POINTS, type Point, type Variant } from './points.js';
import { createRng, type Rng } from './rng.js';

export interface Send {
  readonly intent: Intent;
  /** Through the gateway that is to be struck, or through the other one. */
  readonly via: 'own' | 'other';
  readonly afterMs: number;
}

export interface Strike {
  readonly point: string;
  readonly variant: Variant;
}

export interface Step {
  readonly strike: Strike;
  /** Laid out beside the strike: whichever comes first. */
  readonly beside: Strike | null;
  readonly sends: readonly Send[];
  /** How long after SIGTERM the SIGKILL comes. */
  readonly drainMs: number;
}

export interface RoundPlan {
  readonly number: number;
  readonly weather: Weather;
  /** One list of steps for each gateway. */
  readonly lanes: readonly (readonly Step[])[];
  /** Laid out for those who look into doubts when the storm is over; null in a run that strikes elsewhere only. */
  readonly tail: Strike | null;
}

export interface Focus {
  readonly points?: readonly string[];
  readonly shapes?: readonly Shape[];
  readonly sources?: readonly SourceName[];
  readonly weather?: Weather;
  readonly steps?: number;
}

/** How a purchase is asked for. */
export type Shape = 'single' | 'raced' | 'rivals' | 'tenants' | 'other-payload';

const SHAPES: readonly Shape[] = ['single', 'single', 'raced', 'rivals', 'tenants', 'other-payload'];
const STEPS = 12;
export const LANES = 3;

const sendsOf = (rng: Rng, shape: Shape, first: Intent, nextKey: () => string): readonly Send[] => {
  const other = (change: Partial<Intent>, afterMs: number): Send => ({
    intent: { ...first, ...change },
    via: rng.chance(0.5) ? 'own' : 'other',
    afterMs,
  });
  const lead: Send = { intent: first, via: 'own', afterMs: 0 };
  switch (shape) {
    case 'single':
      return [lead];
    case 'raced':
      return [lead, other({}, rng.int(30)), other({}, rng.int(150))];
    case 'rivals':
      return [lead, other({ key: nextKey() }, rng.int(60))];
    case 'tenants':
      return [
        lead,
        other({ key: nextKey(), tenant: rng.pick(TENANTS.filter((tenant) => tenant !== first.tenant)) }, rng.int(60)),
      ];
    case 'other-payload':
      return [lead, other({ acceptOverage: !first.acceptOverage }, rng.int(200))];
  }
};

export interface Planner {
  next(): RoundPlan;
}

export const createPlanner = (seed: string, stock: (source: SourceName) => string, focus: Focus = {}): Planner => {
  const rng = createRng(seed);
  const points = focus.points ? POINTS.filter(({ name }) => focus.points?.includes(name)) : POINTS;
  const passive = points.filter((point) => point.passive);
  let bag: Point[] = [];
  let number = 0;
  let keys = 0;
  const nextKey = (): string => {
    keys += 1;
    return `intent-${seed}-${keys}`;
  };
  const draw = (): Strike => {
    if (bag.length === 0) bag = rng.shuffle(points);
    const point = bag.pop() as Point;
    return { point: point.name, variant: rng.pick(point.variants) };
  };
  const intent = (): Intent => {
    const source = rng.pick(focus.sources ?? VENDORS.map((vendor) => vendor.source));
    const { licenseType } = vendorOf(source);
    return {
      key: nextKey(),
      tenant: rng.pick(TENANTS),
      source,
      externalId: stock(source),
      licenseType,
      acceptOverage: rng.chance(0.3),
    };
  };
  const step = (): Step => {
    const strike = draw();
    const point = passive.length > 0 && rng.chance(0.4) ? rng.pick(passive) : undefined;
    const shapes = focus.shapes ?? SHAPES;
    const sends = Array.from({ length: 2 }, () => sendsOf(rng, rng.pick(shapes), intent(), nextKey)).flat();
    return {
      strike,
      beside: point ? { point: point.name, variant: rng.pick(point.variants) } : null,
      sends,
      drainMs: 30 + rng.int(1_200),
    };
  };
  return {
    next: () => {
      number += 1;
      const weather = focus.weather ?? planWeather(rng);
      const lanes = Array.from({ length: LANES }, () => Array.from({ length: focus.steps ?? STEPS }, step));
      const settler = points.find(({ name }) => name === 'settler-after-history');
      return { number, weather, lanes, tail: settler ? { point: settler.name, variant: rng.pick(settler.variants) } : null };
    },
  };
};
