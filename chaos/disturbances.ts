/** Random faults of the sources for one round: what is likely to go wrong while purchases are made. */
import type { Fault } from '../simulators/kit/types.js';
import { VENDORS } from './assets.js';
import type { Rng } from './rng.js';
import { FREE_ROAD, type Road } from './slot.js';
import type { World } from './world.js';

export interface Disturbance {
  readonly simulator: string;
  readonly fault: Fault;
}

export interface Weather {
  readonly road?: Road;
  readonly disturbances: readonly Disturbance[];
  readonly switches: readonly { readonly simulator: string; readonly name: string; readonly value: string | number | boolean }[];
}

type Kind = Omit<Fault, 'endpoint' | 'probability'>;

export const SPEND_KINDS: readonly Kind[] = [
  { kind: 'latency', ms: 150 },
  { kind: 'status', status: 503, body: '{"error":"busy"}' },
  { kind: 'status', status: 502, body: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } },
  { kind: 'status', status: 429, body: '<html>Slow down</html>', headers: { 'content-type': 'text/html' } },
  { kind: 'status', status: 302, headers: { location: '/elsewhere' }, body: '' },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'truncate' },
  { kind: 'foreign' },
  { kind: 'never' },
  { kind: 'never-after' },
];

const READ_KINDS: readonly Kind[] = [
  { kind: 'latency', ms: 60 },
  { kind: 'status', status: 503, body: '{"error":"busy"}' },
  { kind: 'reset-before' },
  { kind: 'truncate' },
];

export const planWeather = (rng: Rng): Weather => {
  const disturbances: Disturbance[] = [];
  for (const { simulator, spend, reads } of VENDORS) {
    for (const kind of rng.shuffle(SPEND_KINDS).slice(0, 3)) {
      disturbances.push({ simulator, fault: { ...kind, endpoint: spend, probability: kind.kind === 'latency' ? 0.4 : 0.12 } });
    }
    for (const kind of rng.shuffle(READ_KINDS).slice(0, 2)) {
      disturbances.push({
        simulator,
        fault: { ...kind, endpoint: rng.pick(reads), probability: kind.kind === 'latency' ? 0.4 : 0.06 },
      });
    }
  }
  const late = { event: 'sql/result-commit/before' as const, ms: 150 };
  return {
    road: { badGateway: rng.pick([0, 0, 0.08]), late: rng.chance(0.3) ? late : null },
    disturbances,
    switches: [
      { simulator: 'adobe-stock', name: 'history-lag-ms', value: rng.pick([0, 400]) },
      { simulator: 'adobe-stock', name: 'first-license-race', value: rng.pick(['charge-once', 'charge-twice']) },
      { simulator: 'adobe-stock', name: 'second-license-state', value: rng.pick(['purchased', 'just_purchased']) },
      { simulator: 'getty-images', name: 'history-lag-ms', value: rng.pick([0, 400]) },
    ],
  };
};

export const setWeather = async ({ simulators, slots }: World, weather: Weather): Promise<void> => {
  for (const slot of slots) slot.setRoad(weather.road ?? FREE_ROAD);
  for (const { simulator, name, value } of weather.switches) await simulators.setSwitch(simulator, name, value);
  for (const { simulator, fault } of weather.disturbances) await simulators.addFault(simulator, fault);
};

export const calm = async ({ simulators, slots }: World): Promise<void> => {
  for (const slot of slots) slot.setRoad(FREE_ROAD);
  for (const { simulator } of VENDORS) await simulators.clearFaults(simulator);
};
