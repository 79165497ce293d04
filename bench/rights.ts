/** What a use decision costs: ten thousand of them, beside a bare pass over the same terms in the same run. */

import { adobeId } from '../simulators/kit/world.js';
import { instantOf } from '../src/domain/instant.js';
import { type Rights, type TermList, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import type { Use, UseQuestion } from '../src/domain/use.js';
import { decide } from '../src/domain/use-decision.js';
import { replayDecisions } from '../src/services/rights-replay.service.js';
import { openDatabase } from '../src/store/database.js';
import { startGateway, synchronised } from '../test/support/gateway.js';
import { startSimulators } from '../test/support/simulators.js';
import { atMost, equal, type Goal, say } from './support/report.js';

const PAIRS = 10_000;
const ASSETS = 200;
const ROUNDS = 15;
const QUICK_ROUNDS = 5;
/** Times the bare pass, which understands and explains nothing. */
const GOAL = 20;

const list = (allowed: readonly string[], restricted: readonly string[] = []): TermList => ({ allowed, restricted, known: true });

/** Terms of the length that Smint.io's have, no two alike. */
const rightsOf = (n: number): Rights => ({
  ...UNKNOWN_RIGHTS,
  model: 'RIGHTS_MANAGED',
  editorialOnly: n % 7 === 0 ? 'YES' : 'NO',
  channels: list(n % 3 === 0 ? ['channel_web', 'channel_print', 'social_media_any'] : ['any'], n % 4 === 0 ? ['channel_tv'] : []),
  usages: list(['advertising_any', 'digital_media_any', 'publishing_editorial_any'], ['retail_product_packaging_any']),
  territories: list(n % 2 === 0 ? ['DE', 'AT', 'CH', 'europe_any'] : ['WORLD'], n % 5 === 0 ? ['RU', 'asia_any'] : []),
  industries: list(['any'], ['industry_tobacco', 'industry_weapons']),
  languages: list(['de', 'en', 'fr']),
  termKind: 'FIXED',
  validFrom: instantOf(Date.UTC(2026, 0, 1 + (n % 28))),
  validUntil: instantOf(Date.UTC(2027, 0, 1 + (n % 28))),
  limits: [{ unit: 'circulation', max: 100_000 + n }],
  limitsComplete: true,
  modelReleased: n % 6 === 0 ? 'UNKNOWN' : 'YES',
  propertyReleased: 'YES',
  attributionRequired: 'YES',
  attributionText: `Photographer ${n}`,
  origin: 'SOURCE',
});

const TERRITORIES = ['DE', 'AT', 'US', 'RU', 'FR', 'JP'] as const;
const CHANNELS = ['web', 'print', 'tv', 'social', 'email', 'hologram'] as const;

const numberedUse = (n: number): Use => ({
  channel: CHANNELS[n % CHANNELS.length] as string,
  purpose: n % 5 === 0 ? 'EDITORIAL' : 'COMMERCIAL',
  usage: n % 11 === 0 ? null : 'digital_media_app',
  placement: null,
  size: null,
  territories: [TERRITORIES[n % TERRITORIES.length] as string, TERRITORIES[(n + 2) % TERRITORIES.length] as string],
  industry: n % 4 === 0 ? 'industry_tobacco' : 'industry_travel',
  language: n % 10 === 0 ? null : 'de-AT',
  startsAt: null,
  endsAt: n % 9 === 0 ? instantOf(Date.UTC(2027, 5, 1)) : null,
  unit: n % 8 === 0 ? 'circulation' : null,
  units: 1 + (n % 1000),
});

const questions = (): readonly UseQuestion[] => {
  const terms = Array.from({ length: ASSETS }, (_, n) => [{ from: null, until: null, rights: rightsOf(n) }]);
  const at = instantOf(Date.UTC(2026, 10, 23));
  return Array.from({ length: PAIRS }, (_, n) => ({
    use: numberedUse(n),
    at,
    holding: 'LICENSE' as const,
    licensedAt: instantOf(Date.UTC(2026, 0, 1)),
    terms: terms[n % ASSETS] as UseQuestion['terms'],
    used: { circulation: n },
    firstUsedAt: null,
  }));
};

/** The reference: looks at each word of each list and at each date once, understands none, and explains nothing. */
const barePass = ({ use, terms, at, used }: UseQuestion): boolean => {
  const { rights } = terms[0] as UseQuestion['terms'][number];
  const names = (words: readonly string[], value: string | null): boolean => value !== null && words.includes(value);
  const outside = ({ allowed, restricted }: TermList, value: string | null): boolean =>
    names(restricted, value) || (value !== null && allowed.length > 0 && !allowed.includes(value) && !allowed.includes('any'));
  let fine = rights.editorialOnly === 'NO' || use.purpose !== 'COMMERCIAL';
  fine = !outside(rights.channels, use.channel) && fine;
  fine = !outside(rights.usages, use.usage) && fine;
  fine = !outside(rights.placements, use.placement) && fine;
  fine = !outside(rights.sizes, use.size) && fine;
  fine = !outside(rights.industries, use.industry) && fine;
  fine = !outside(rights.languages, use.language) && fine;
  for (const territory of use.territories ?? []) fine = !outside(rights.territories, territory) && fine;
  fine = (rights.validFrom === null || rights.validFrom <= at) && (rights.validUntil === null || rights.validUntil > at) && fine;
  for (const { unit, max } of rights.limits) fine = (unit !== use.unit || (used[unit] ?? 0) + use.units <= max) && fine;
  return fine && rights.modelReleased === 'YES';
};

/** Microseconds for each call, and how many came out true. */
const time = (
  all: readonly UseQuestion[],
  work: (question: UseQuestion) => boolean,
): { readonly us: number; readonly yes: number } => {
  const begun = performance.now();
  let yes = 0;
  for (const question of all) if (work(question)) yes += 1;
  return { us: ((performance.now() - begun) * 1000) / all.length, yes };
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

export const runRights = (quick: boolean): readonly Goal[] => {
  say(`## Use decisions: ${PAIRS} pairs of ${ASSETS} sets of terms and a use`);
  const all = questions();
  const allowed = (question: UseQuestion): boolean => decide(question).verdict === 'ALLOWED';
  const verdicts = new Map<string, number>();
  for (const question of all) {
    const { verdict } = decide(question);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  time(all, barePass);
  const rounds = Array.from({ length: quick ? QUICK_ROUNDS : ROUNDS }, () => ({
    bare: time(all, barePass).us,
    decided: time(all, allowed).us,
  }));
  const bare = median(rounds.map((round) => round.bare));
  const decided = median(rounds.map((round) => round.decided));
  const ratio = median(rounds.map((round) => round.decided / round.bare));
  say(`${[...verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')}`);
  say(`a decision ${decided.toFixed(2)} µs, a bare pass ${bare.toFixed(2)} µs: ${ratio.toFixed(1)} times as long`);
  say();
  return [atMost('a use decision beside a bare pass over the same terms', ratio, GOAL)];
};

const PAGE = 'query($ids: [ID!]!, $use: UseInput!) { assets(ids: $ids) { canUse(use: $use) { verdict } } }';
const BY_NUMBER = 'query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id } }';

/** Asks for 10,000 uses through the front door, which puts them on record, and decides them all again from the record. */
export const runReplay = async (): Promise<readonly Goal[]> => {
  say(`Replay: ${PAIRS} decisions asked for in pages of ${ASSETS}, then decided again from the record`);
  const simulators = await startSimulators();
  const gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' } });
  await synchronised(gateway);
  const licensed = await gateway.database.query(
    "select external_id from stored_asset where tenant_id = 'default' and asset->'key'->>'lane' = 'transaction' order by 1 limit 100",
  );
  const refs = [
    ...licensed.map((row) => ({ source: 'SMINT_IO', externalId: String(row.external_id) })),
    ...Array.from({ length: 2 * ASSETS }, (_, k) => k)
      .filter((k) => k % 200 !== 150)
      .slice(0, ASSETS - licensed.length)
      .map((k) => ({ source: 'ADOBE_STOCK', externalId: String(adobeId(k)) })),
  ];
  const { data } = await gateway.query('viewer', BY_NUMBER, { refs });
  const ids = (data as { assetsByExternalId: { id: string }[] }).assetsByExternalId.map(({ id }) => id);
  for (let n = 0; n < PAIRS / ASSETS; n += 1) {
    const { startsAt: _now, ...use } = { ...numberedUse(n), units: n + 1 };
    const { errors } = await gateway.query('viewer', PAGE, { ids, use });
    if (errors.length > 0) throw new Error(JSON.stringify(errors).slice(0, 500));
  }
  const db = openDatabase({ url: gateway.database.appUrl, onError: () => {} });
  const begun = performance.now();
  const { replayed, otherRules, differences } = await replayDecisions(db, PAIRS);
  const seconds = (performance.now() - begun) / 1000;
  await db.destroy();
  await gateway.stop();
  await simulators.stop();
  say(`${replayed} decided again in ${seconds.toFixed(1)} s, ${differences.length} differences`);
  say();
  return [equal('decisions replayed, of other rules, different', [replayed, otherRules, differences.length], [PAIRS, 0, 0])];
};
