/** The prose in which rights arrive: nothing here is structured, as at the vendor; all sentences are invented. */
import type { Rng } from '../kit/rng.js';

interface AllowedUse {
  readonly how_can_i_use_it: string | null;
  readonly release_info: string | null;
  readonly usage_restrictions: readonly string[] | null;
}

const EDITORIAL_ONLY = 'EDITORIAL USE ONLY.';

/** Sentences that name countries, dates, channels and credits; a gateway must hand them on unaltered. */
const RESTRICTIONS = [
  'NO SALES IN NORWAY OR DENMARK.',
  'FOR USE IN GERMANY, AUSTRIA AND SWITZERLAND ONLY.',
  'NOT FOR BOOK COVERS OR MERCHANDISE.',
  'NO USE AFTER 30 JUNE 2027 WITHOUT A NEW AGREEMENT.',
  'MANDATORY CREDIT: the photographer and the collection must be named.',
  'No online use in live match reporting; at most six pictures per half.',
  'NO ARCHIVING. Single use within 14 days of the event.',
  'Call before any use on social media.',
  'À utiliser hors France uniquement.',
  '日本国内での使用不可。',
] as const;

const CREATIVE_RELEASES = [
  'No release needed.',
  'Model released.',
  'Property released.',
  'Model and property released.',
  'Model release on file for 2 of 3 people.',
] as const;

const EDITORIAL_RELEASES = ['Not released. Several releases may be needed for commercial use.', 'Not released.'] as const;

export const editorialUse = (random: Rng): AllowedUse => {
  const restrictions: string[] = random.chance(0.7) ? [EDITORIAL_ONLY] : [];
  while (random.chance(0.45) && restrictions.length < 4) {
    const sentence = random.pick(RESTRICTIONS);
    if (!restrictions.includes(sentence)) restrictions.push(sentence);
  }
  return {
    how_can_i_use_it: random.chance(0.1) ? null : 'Editorial uses as set out in our |License Terms|.',
    release_info: random.chance(0.1) ? null : random.pick(EDITORIAL_RELEASES),
    usage_restrictions: random.chance(0.03) ? null : restrictions,
  };
};

/** `editorialUseOnly`: creative pictures that may still not be used commercially. */
export const creativeUse = (random: Rng, editorialUseOnly: boolean): AllowedUse => {
  const restrictions: string[] = editorialUseOnly ? [EDITORIAL_ONLY] : [];
  if (random.chance(0.06)) restrictions.push(random.pick(RESTRICTIONS));
  return {
    how_can_i_use_it: random.chance(0.03) ? null : 'All uses that our |License Terms| permit.',
    release_info: random.chance(0.05) ? null : random.pick(CREATIVE_RELEASES),
    usage_restrictions: restrictions,
  };
};
