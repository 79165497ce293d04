/** The terms that are frozen with a license when it is made: the contract's, else the source's, else those of the policy for its type. */
import type { AssetSource } from '../domain/ids.js';
import { baseTypeOf } from '../domain/license.js';
import type { Rights } from '../domain/rights.js';
import { type StatedTerms, withPolicy, withStatedTerms } from '../domain/stated-terms.js';
import { choosePolicy, POLICY_SOURCES, policyName } from '../domain/terms-policy.js';
import type { TenantTx } from '../store/database.js';
import { findPolicies } from '../store/terms-policy.store.js';

export interface Purchased {
  /** As the source states them of the asset. */
  readonly rights: Rights;
  readonly source: AssetSource;
  readonly licenseType: string;
  readonly stated: StatedTerms | undefined;
}

/** Read when the license is made, and never again: a policy that changes later changes no license. */
const withPolicyOf = async (tx: TenantTx, { rights, source, licenseType }: Purchased): Promise<Rights> => {
  if (!POLICY_SOURCES.includes(source)) return rights;
  const type = baseTypeOf(licenseType);
  const policy = choosePolicy(await findPolicies(tx, source, type), type, rights);
  return policy ? withPolicy(rights, policy.terms, policyName(policy)) : rights;
};

export const termsOfPurchase = async (tx: TenantTx, purchased: Purchased): Promise<Rights> =>
  withStatedTerms(await withPolicyOf(tx, purchased), purchased.stated ?? {});
