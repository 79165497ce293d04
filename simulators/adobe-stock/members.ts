/** The member and entitlement objects, whose types and fields vary as the real ones do. */

import type { Profile } from './accounts.js';
import { isConsumer } from './accounts.js';
import { type Desk, isSwitched } from './desk.js';
import { switchValue } from './switches.js';

export type Fields = Readonly<Record<string, unknown>>;

/** `{ member: … }`, or nothing at all. */
export const memberFields = (desk: Desk, profile: Profile, name: 'stock_id' | 'member_id'): Fields => {
  if (isSwitched(desk, 'member-shape', 'absent')) return {};
  const opaque = isSwitched(desk, 'member-shape', 'opaque');
  return { member: { [name]: opaque ? `F00D${profile.memberId}C0FFEE@member.example` : profile.memberId } };
};

const quotaName = ({ kind }: Profile): string =>
  isConsumer(kind) ? 'image_quota' : kind === 'enterprise-standard' ? 'standard_credits_quota' : 'universal_credits_quota';

const licenseType = ({ kind }: Profile): number => (isConsumer(kind) ? 1 : kind === 'enterprise-standard' ? 42 : 43);

const shortEntitlement = (profile: Profile): Fields => ({
  quota: profile.quota,
  license_type_id: licenseType(profile),
  has_credit_model: false,
  has_agency_model: !isConsumer(profile.kind),
  is_cce: !isConsumer(profile.kind),
});

export const entitlement = (profile: Profile): Fields => ({
  ...shortEntitlement(profile),
  full_entitlement_quota: { [quotaName(profile)]: profile.quota },
  quota_ids: { [quotaName(profile)]: 'credits' },
  user_has_ccpro: false,
  organization_has_ccpro: false,
});

/** After a purchase: the quota is the new one, the full quota may lag behind by it. */
export const entitlementAfter = (desk: Desk, profile: Profile, quotaBefore: number): Fields => {
  const how = switchValue(desk.host, 'full-entitlement-quota');
  const full = how === 'empty-array' ? [] : { [quotaName(profile)]: how === 'stale' ? quotaBefore : profile.quota };
  return { ...shortEntitlement(profile), full_entitlement_quota: full };
};
