/** How a source has been doing: from recent exchanges alone, with the moment of the last one kept. */
import { expect, it } from '@jest/globals';
import { createHealth } from '../src/datasources/http/health.js';

it('forgets old failures, and never when it last looked', () => {
  let now = 1_000;
  const health = createHealth(() => now);
  expect(health.read()).toEqual({ state: 'OK', checkedAt: null });
  health.observe({ status: 500 });
  expect(health.read()).toEqual({ state: 'DOWN', checkedAt: 1_000 });
  now += 300_000;
  for (let reads = 0; reads < 3; reads += 1) expect(health.read()).toEqual({ state: 'OK', checkedAt: 1_000 });
});
