/** The plan of a round, drawn from the seed alone: who buys what, where the hammer strikes, what weather it is, what there is to spend. */
import { type SourceName, VENDORS } from './assets.js';
import { type BudgetSetting, TENANTS } from './caller.js';
import { planWeather, type Weather } from './disturbances.js';
import type { Intent } from './intents.js';
import { POINTS, type Point, type Variant } from './points.js';
import { createRng } from './rng.js';
import { type Held, intentOf, type Material, type Send, SHAPES, type Shape, sendsOf } from './shapes.js';

export interface Strike {
  readonly point: string;
  readonly variant: Variant;
}

export interface Step {
  /** Null in a scenario that needs no strike. */
  readonly strike: Strike | null;
  /** Laid out beside the strike: whichever comes first. */
  readonly beside: Strike | null;
  /** Each list is sent at once, but for what waits its turn. */
  readonly sends: readonly (readonly Send[])[];
  /** How long after SIGTERM the SIGKILL comes. */
  readonly drainMs: number;
}

export interface RoundPlan {
  readonly number: number;
  readonly budgets: readonly BudgetSetting[];
  /** Bought in calm before the storm, to be licensed again in it: calls of `licenseAssets`. */
  readonly prelude: readonly (readonly Intent[])[];
  readonly weather: Weather;
  /** One list of steps for each gateway. */
  readonly lanes: readonly (readonly Step[])[];
  /** Laid out for those who look into doubts when the storm is over. */
  readonly tail: Strike | null;
  /** Bought by a colleague past the gateway, when all is over. */
  readonly outside: readonly { readonly source: SourceName; readonly externalId: string }[];
  /** Whether what is in review is resolved, drawn for each. */
  readonly resolves: () => boolean;
}

export interface Focus {
  /** None: nothing is struck. */
  readonly points?: readonly string[];
  readonly shapes?: readonly Shape[];
  readonly sources?: readonly SourceName[];
  readonly weather?: Weather;
  readonly steps?: number;
  /** Gateways that are struck; the others stay up. */
  readonly lanes?: number;
  /** How many intents have a cost center. */
  readonly allocated?: number;
}

const STEPS = 15;
const LANES = 3;
const SHAPES_IN_STEP = 2;
/** For each tenant and source in the first round, and in each later one. */
const HELD_AT_FIRST = 5;
const HELD_LATER = 1;
/** Some histories tell the minute only: what a colleague buys stays apart from ours for as long. */
const ROUNDS_ABROAD = 4;

export interface Planner {
  next(): RoundPlan;
}

export const createPlanner = (seed: string, stock: (source: SourceName) => string, focus: Focus = {}): Planner => {
  const rng = createRng(seed);
  const points = focus.points ? POINTS.filter(({ name }) => focus.points?.includes(name)) : POINTS;
  const active = points.filter((point) => !point.late);
  const passive = active.filter((point) => point.passive);
  const late = points.filter((point) => point.late);
  const sources = focus.sources ?? VENDORS.map((vendor) => vendor.source);
  const shapes = focus.shapes ?? SHAPES;
  const allocated = focus.allocated ?? 0.4;
  let bag: Point[] = [];
  let number = 0;
  let keys = 0;
  let pool: Held[] = [];
  let next = 0;
  /** Bought by a colleague of late. */
  const abroad: Held[][] = [];

  const nextKey = (): string => {
    keys += 1;
    return `intent-${seed}-${keys}`;
  };
  const costCentersOf = (tenant: string): readonly string[] => ['p', 'u', 'm'].map((kind) => `${tenant}-${number}-${kind}`);
  const material: Material = {
    rng,
    nextKey,
    fresh: () => {
      const source = rng.pick(sources);
      return { source, externalId: stock(source) };
    },
    // In turn, so that what is in doubt is not wanted again at once.
    held: () => {
      next += 1;
      return pool[next % pool.length] as Held;
    },
    costCenterOf: (tenant) => (rng.chance(allocated) ? rng.pick(costCentersOf(tenant)) : null),
  };
  const strikeAt = (point: Point): Strike => ({ point: point.name, variant: rng.pick(point.variants) });
  const draw = (): Strike | null => {
    if (active.length === 0) return null;
    if (bag.length === 0) bag = rng.shuffle(active);
    return strikeAt(bag.pop() as Point);
  };
  const step = (): Step => ({
    strike: draw(),
    beside: passive.length > 0 && rng.chance(0.4) ? strikeAt(rng.pick(passive)) : null,
    sends: Array.from({ length: SHAPES_IN_STEP }, () => sendsOf(rng.pick(shapes), material)),
    drainMs: 30 + rng.int(800),
  });
  const budgetsOf = (tenant: string): readonly BudgetSetting[] => {
    const [purchases, units, money] = costCentersOf(tenant);
    const room = (): number => 2 + rng.int(5);
    const whole = tenant === 'west' ? [{ costCenter: null, measure: 'PURCHASES' as const, amount: String(number * 30) }] : [];
    const settings: readonly Omit<BudgetSetting, 'tenant'>[] = [
      { costCenter: purchases ?? null, measure: 'PURCHASES', amount: String(room()) },
      { costCenter: units ?? null, measure: 'UNITS', amount: String(room()) },
      { costCenter: money ?? null, measure: 'MONEY', amount: `${room() * 2}.60` },
      ...whole,
    ];
    return settings.map((setting) => ({ tenant, ...setting }));
  };
  const preludeOf = (tenant: string): readonly Intent[] => {
    const key = nextKey();
    const each = number === 1 ? HELD_AT_FIRST : HELD_LATER;
    return sources.flatMap((source) =>
      Array.from({ length: each }, () => {
        const held: Held = { tenant, source, externalId: stock(source) };
        pool.push(held);
        return { ...intentOf(material, 'licenseAssets', held), key, costCenter: null };
      }),
    );
  };
  const outside = (): RoundPlan['outside'] => {
    if (pool.length === 0) return [];
    const known = pool.pop() as Held;
    const bought = [known, { ...material.fresh(), tenant: rng.pick(TENANTS) }];
    abroad.push(bought);
    if (abroad.length > ROUNDS_ABROAD) pool.push(...(abroad.shift() ?? []));
    return bought;
  };
  return {
    next: () => {
      number += 1;
      const wantsHeld = shapes.some((shape) => /^(again|other-quote)/.test(shape));
      const prelude = wantsHeld ? TENANTS.map(preludeOf) : [];
      pool = rng.shuffle(pool);
      return {
        number,
        budgets: allocated > 0 ? TENANTS.flatMap(budgetsOf) : [],
        prelude,
        weather: focus.weather ?? planWeather(rng),
        lanes: Array.from({ length: focus.lanes ?? LANES }, () => Array.from({ length: focus.steps ?? STEPS }, step)),
        // One for each round: who looks into a doubt comes always before who sends again.
        tail: late.length > 0 ? strikeAt(late[number % late.length] as Point) : null,
        outside: focus.points ? [] : outside(),
        resolves: () => rng.chance(0.85),
      };
    },
  };
};
