/** `npm run rights:replay -- [--sample N]`: decides recorded decisions again from recorded terms; ends with 1 when one comes out differently. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../src/config.js';
import { replayDecisions } from '../src/services/rights-replay.service.js';
import { withDatabase } from './database.js';

const USAGE = 'usage: npm run rights:replay -- [--sample N]   (default: 10000 decisions, of all tenants together)';
const SHOWN = 20;

const sampleOrLeave = (): number => {
  try {
    const { values } = parseArgs({ options: { sample: { type: 'string', default: '10000' } } });
    if (/^[1-9]\d{0,8}$/.test(values.sample)) return Number(values.sample);
  } catch {
    // Told below, like a number that is none.
  }
  console.error(USAGE);
  return process.exit(64);
};

const sample = sampleOrLeave();
try {
  const { replayed, otherRules, differences } = await withDatabase((db) => replayDecisions(db, sample));
  for (const { tenantId, uuid, what } of differences.slice(0, SHOWN)) console.log(`${tenantId} ${uuid}: ${what}`);
  if (differences.length > SHOWN) console.log(`… and ${differences.length - SHOWN} more.`);
  if (otherRules > 0) console.log(`${otherRules} were decided under other rules and need the release that has them.`);
  console.log(`${replayed} decisions replayed, ${differences.length} differences.`);
  process.exitCode = differences.length > 0 || otherRules > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(78);
}
