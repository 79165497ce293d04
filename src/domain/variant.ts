/** Variants of an asset by market, language and campaign: the order in which they are looked for, and whether terms keep one out of a market. */
import type { Asset } from './asset.js';
import type { AssetId } from './ids.js';
import type { Role } from './roles.js';
import { type Decision, type Use, type UseVerdict, worstOf } from './use.js';

/** Whoever buys or passes on says which asset goes where. */
export const VARIANT_SETTERS: readonly Role[] = ['licensor', 'distributor', 'admin'];
export const MAX_VARIANTS = 100;
export const WORLD = 'WORLD';

/** Null: named for every language, or for every campaign. */
export interface Variant {
  readonly assetId: AssetId;
  /** ISO 3166-1 alpha-2, or WORLD. */
  readonly market: string;
  /** BCP 47, in its canonical spelling. */
  readonly language: string | null;
  readonly campaign: string | null;
}

export const VARIANT_STEPS = [
  'MARKET_LANGUAGE_CAMPAIGN',
  'MARKET_LANGUAGE',
  'MARKET_CAMPAIGN',
  'MARKET',
  'WORLD_LANGUAGE_CAMPAIGN',
  'WORLD_LANGUAGE',
  'WORLD_CAMPAIGN',
  'WORLD',
  'BASE',
] as const;
export type VariantStepKind = (typeof VARIANT_STEPS)[number];

export interface VariantQuestion {
  readonly market: string;
  readonly language: string | null;
  readonly campaign: string | null;
}

/** One look: which variant would do here. Market null: the asset itself. */
export interface VariantLook {
  readonly step: VariantStepKind;
  readonly market: string | null;
  readonly language: string | null;
  readonly campaign: string | null;
}

export interface VariantStep extends VariantLook {
  /** The variant that is named for it, or the asset itself; null: there is none. */
  readonly assetId: AssetId | null;
  readonly matched: boolean;
  readonly why: string;
}

export interface VariantChoice {
  /** Null: nothing may be used there. */
  readonly asset: Asset | null;
  /** What of the question the variant was named for. */
  readonly matched: readonly string[];
  /** In the order tried; the last one is the choice, if there is one. */
  readonly fallback: readonly VariantStep[];
  readonly message: string;
}

/** `de-AT` → `de-AT`, `de`; a part of one character is dropped with the one behind it (RFC 4647, lookup). */
export const languagesFrom = (tag: string): string[] => {
  const ranges: string[] = [];
  for (let parts = tag.split('-'); parts.length > 0; parts = parts.slice(0, -1)) {
    if ((parts.at(-1) as string).length > 1) ranges.push(parts.join('-'));
  }
  return ranges;
};

/** All looks for a question, in their order. */
export const looksFor = ({ market, language, campaign }: VariantQuestion): VariantLook[] => {
  const languages = language === null ? [] : languagesFrom(language);
  const within = (prefix: 'MARKET' | 'WORLD', place: string): VariantLook[] => [
    ...(campaign === null
      ? []
      : languages.map((tag) => ({ step: `${prefix}_LANGUAGE_CAMPAIGN` as const, market: place, language: tag, campaign }))),
    ...languages.map((tag) => ({ step: `${prefix}_LANGUAGE` as const, market: place, language: tag, campaign: null })),
    ...(campaign === null ? [] : [{ step: `${prefix}_CAMPAIGN` as const, market: place, language: null, campaign }]),
    { step: prefix, market: place, language: null, campaign: null },
  ];
  return [
    ...(market === WORLD ? [] : within('MARKET', market)),
    ...within('WORLD', WORLD),
    { step: 'BASE', market: null, language: null, campaign: null },
  ];
};

/** The variant that is named for exactly this. */
export const variantAt = (variants: readonly Variant[], look: VariantLook): Variant | undefined =>
  variants.find(
    ({ market, language, campaign }) => market === look.market && language === look.language && campaign === look.campaign,
  );

/** What of the question a look takes up. */
export const matchedBy = ({ step, language, campaign }: VariantLook): string[] => [
  ...(step.startsWith('MARKET') ? ['market'] : step === 'BASE' ? [] : ['world']),
  ...(language === null ? [] : ['language']),
  ...(campaign === null ? [] : ['campaign']),
];

/** The use that a market stands for: only what its answer says of territories counts. */
export const marketUse = (market: string): Use => ({
  channel: 'web',
  purpose: 'EDITORIAL',
  usage: null,
  placement: null,
  size: null,
  territories: [market],
  industry: null,
  language: null,
  startsAt: null,
  endsAt: null,
  unit: null,
  units: 1,
});

/** Whether a decision on that use keeps the asset out of the market. Only what is on record forbids; whether a use is allowed, `canUse` answers. */
export const marketVerdict = ({ reasons }: Decision): UseVerdict =>
  worstOf(reasons.filter(({ field }) => field === 'territories').map(({ effect }) => effect));
