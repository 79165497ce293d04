/** Policies: what a license allows whose source does not say, by source and license type, and which of several applies. */
import type { AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { Rights, RightsModel } from './rights.js';
import type { StatedTerms } from './stated-terms.js';

/** Sources that sell licenses without stating their terms; the others state them, or sell nothing. */
export const POLICY_SOURCES: readonly AssetSource[] = ['ADOBE_STOCK', 'GETTY_IMAGES'];

export const EDITORIAL_SCOPES = ['YES', 'NO', 'ANY'] as const;
/** Of which assets: editorial ones, those that are not, or all, also where it is not known. */
export type EditorialScope = (typeof EDITORIAL_SCOPES)[number];
/** Null: whatever the model is, also where it is not known. */
export type ModelScope = Exclude<RightsModel, 'UNKNOWN'> | null;

export const ALL_LICENSE_TYPES = '*';

/** A page that a policy rests on; `supports` in our own words. */
export interface Citation {
  readonly title: string;
  readonly url: string;
  readonly supports: string;
}

/** What versions of one policy have in common. */
export interface PolicyScope {
  readonly source: AssetSource;
  /** The base type, or `*`. */
  readonly licenseType: string;
  readonly editorial: EditorialScope;
  readonly model: ModelScope;
}

export interface PolicyStatement extends PolicyScope {
  /** Null: withdrawn. */
  readonly terms: StatedTerms | null;
  readonly citations: readonly Citation[];
  readonly note: string | null;
}

export interface TermsPolicy extends PolicyStatement {
  readonly uuid: string;
  /** It came with the product. */
  readonly isDefault: boolean;
  /** Counts for source and license type. */
  readonly version: number;
  readonly setBy: string;
  readonly recordedAt: Instant;
}

/** `adobe-stock/Standard@1`, of a tenant `tenant/adobe-stock/Standard@2`. */
export const policyName = (policy: Pick<TermsPolicy, 'isDefault' | 'source' | 'licenseType' | 'version'>): string =>
  `${policy.isDefault ? '' : 'tenant/'}${policy.source.toLowerCase().replaceAll('_', '-')}/${policy.licenseType}@${policy.version}`;

const scopeText = ({ isDefault, source, licenseType, editorial, model }: PolicyScope & { readonly isDefault: boolean }): string =>
  [isDefault, source, licenseType, editorial, model].join('\n');

/** The newest version of each, withdrawn ones as well. */
export const newestOf = (policies: readonly TermsPolicy[]): readonly TermsPolicy[] => {
  const newest = new Map<string, TermsPolicy>();
  for (const policy of policies) {
    const scope = scopeText(policy);
    if (policy.version > (newest.get(scope)?.version ?? 0)) newest.set(scope, policy);
  }
  return [...newest.values()];
};

/** Smaller goes first: the type before all types, the tenant's before the product's, then the narrower assets. */
const rankOf = ({ licenseType, isDefault, editorial, model }: TermsPolicy): number =>
  (licenseType === ALL_LICENSE_TYPES ? 8 : 0) + (isDefault ? 4 : 0) + (editorial === 'ANY' ? 2 : 0) + (model === null ? 1 : 0);

export type AppliedPolicy = TermsPolicy & { readonly terms: StatedTerms };

/** The policy for a license of this type on an asset with these rights, out of all versions that there are. */
export const choosePolicy = (
  policies: readonly TermsPolicy[],
  licenseType: string,
  rights: Pick<Rights, 'editorialOnly' | 'model'>,
): AppliedPolicy | undefined =>
  newestOf(policies)
    .filter((policy): policy is AppliedPolicy => policy.terms !== null)
    .filter((policy) => policy.licenseType === licenseType || policy.licenseType === ALL_LICENSE_TYPES)
    .filter(({ editorial }) => editorial === 'ANY' || editorial === rights.editorialOnly)
    .filter(({ model }) => model === null || model === rights.model)
    .sort((a, b) => rankOf(a) - rankOf(b))[0];
