/** What a planted mistake is, and the weather in which it shows soon. */
import type { Patch } from './bundle.js';
import type { Weather } from './disturbances.js';
import type { Focus } from './plan.js';
import type { Shape } from './shapes.js';

export interface Bug {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** First licenses without budgets, unless it says otherwise. */
  readonly focus: Focus;
  /** The invariants that it breaks: others would be an accident and prove nothing. */
  readonly breaks: readonly string[];
  readonly rounds?: number;
}

/** First licenses alone. */
export const FIRST_LICENSES: readonly Shape[] = ['single', 'raced', 'rivals', 'tenants'];
export const FINE: Weather = { disturbances: [], switches: [] };
const SPENDS = [
  { simulator: 'adobe-stock', endpoint: 'content-license' },
  { simulator: 'getty-images', endpoint: 'download-image' },
] as const;

/** One kind of fault at both spending endpoints, half of the time. */
export const spoilt = (
  fault: Omit<Weather['disturbances'][number]['fault'], 'endpoint'>,
  switches: Weather['switches'] = [],
): Weather => ({
  disturbances: SPENDS.map(({ simulator, endpoint }) => ({ simulator, fault: { probability: 0.5, ...fault, endpoint } })),
  switches,
});

export const lagging = (value: number): Weather['switches'] => [
  { simulator: 'adobe-stock', name: 'history-lag-ms', value: value === 2_000 ? 400 : value },
  { simulator: 'getty-images', name: 'history-lag-ms', value },
];
export const PURCHASE = 'src/services/licensing.purchase.ts';
export const RESULTS = 'src/services/licensing.results.ts';
export const SERVICE = 'src/services/licensing.service.ts';
export const SETTLEMENT = 'src/services/settlement.service.ts';
