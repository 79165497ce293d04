/** The terms that are frozen with a license when it is made: the contract's, else the source's, else those of the policy for its type. */
import type { AssetSource } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import type { Rights } from '../domain/rights.js';
import { type StatedTerms, statedFields, withPolicy } from '../domain/stated-terms.js';
import { carriedOver, type StatedRights, type Statement, withStatements } from '../domain/statements.js';
import { choosePolicy, POLICY_SOURCES, policyName } from '../domain/terms-policy.js';
import { joined, LAST, type NewTerms, termsAt, termsWithin } from '../domain/terms-versions.js';
import type { TenantTx } from '../store/database.js';
import { lockTerms } from '../store/license-terms.store.js';
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

const statementsOf = (terms: StatedTerms = {}): readonly Statement[] =>
  statedFields(terms).length === 0 ? [] : [{ kind: 'STATED', from: null, terms }];

export const termsOfPurchase = async (tx: TenantTx, purchased: Purchased): Promise<StatedRights> =>
  withStatements(await withPolicyOf(tx, purchased), statementsOf(purchased.stated));

export interface FollowingTerms extends StatedRights {
  /** What is stated already to apply from some time on. */
  readonly later: readonly NewTerms[];
  readonly carriedOver: boolean;
}

/** The terms of a license that follows another: what is stated of that one holds on, unless the call states terms itself. */
export const termsOfFollowing = async (
  tx: TenantTx,
  purchased: Purchased,
  supersededUuid: string | null,
  at: Instant,
): Promise<FollowingTerms> => {
  const versions = (supersededUuid !== null && !purchased.stated && (await lockTerms(tx, supersededUuid))) || [];
  const applying = termsAt(versions, at, LAST);
  if (!applying) return { ...(await termsOfPurchase(tx, purchased)), later: [], carriedOver: false };
  const base = await withPolicyOf(tx, purchased);
  const { validUntil } = applying.rights;
  const ended = validUntil !== null && validUntil <= at;
  const [first, ...later] = joined(
    termsWithin(versions, LAST, { from: at, until: null }).map(({ from, until, stated }) => ({
      from,
      until,
      ...withStatements(base, carriedOver(stated, ended)),
    })),
  );
  const { rights, stated } = first ?? { rights: base, stated: [] };
  return { rights, stated, later, carriedOver: [stated, ...later.map((next) => next.stated)].some(({ length }) => length > 0) };
};
