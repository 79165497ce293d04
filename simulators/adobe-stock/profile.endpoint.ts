/** Member/Profile: the balance, and whether one asset can be had under one license, at which price. */
import type { SimReply, SimRequest } from '../kit/types.js';
import { isConsumer, type Profile } from './accounts.js';
import type { Desk } from './desk.js';
import type { Caller } from './guard.js';
import { priceOf, readableLicense } from './licenses.js';
import { messagesFor } from './locales.js';
import { entitlement, type Fields, memberFields } from './members.js';
import { referenceFields } from './references.js';
import { allowedLicenses, judge, readWanted, sendJson, type Verdict, type Wanted } from './verdict.js';

const DOLLARS_PER_CREDIT = 9.99;

/** Prices are only ever texts in the caller's language. */
const message = (profile: Profile, verdict: Verdict, locale: string): string => {
  const texts = messagesFor(locale);
  if (verdict.state === 'possible') return texts.willUse(verdict.price, profile.quota);
  if (verdict.state === 'overage') return texts.overage((verdict.price * DOLLARS_PER_CREDIT).toFixed(2));
  if (verdict.why === 'not-covered') return texts.notCovered;
  return isConsumer(profile.kind) ? texts.checkout : texts.noCredits;
};

const options = (desk: Desk, profile: Profile, wanted: Wanted, verdict: Verdict, locale: string): Fields => {
  const checkout = verdict.state === 'not_possible' && verdict.why === 'no-credits';
  return {
    state: verdict.state,
    requires_checkout: checkout,
    license: wanted.license,
    message: message(profile, verdict, locale),
    ...(checkout && isConsumer(profile.kind) ? { url: `${desk.host.baseUrl()}/plans?content_id=${wanted.asset.id}` } : {}),
  };
};

const possibleLicenses = (desk: Desk, profile: Profile, { asset }: Wanted, locale: string): Fields => {
  if (profile.kind !== 'alt-license') return {};
  return {
    possible_licenses: allowedLicenses(desk, profile, asset).map((license) => ({
      license,
      license_label: readableLicense(license),
      price_with_unit: messagesFor(locale).credits(priceOf(asset, license)),
    })),
  };
};

const references = (profile: Profile): Fields => {
  const fields = referenceFields(profile);
  return fields.length === 0 ? {} : { cce_agency: fields };
};

export const memberProfile = (desk: Desk, request: SimRequest, { profile }: Caller): SimReply => {
  const locale = request.query.get('locale') ?? 'en_US';
  const member = memberFields(desk, profile, 'stock_id');
  if (!request.query.get('content_id')) {
    return sendJson(desk, { available_entitlement: entitlement(profile), ...member, ...references(profile) });
  }
  const wanted = readWanted(desk, request.query, profile);
  if ('status' in wanted) return wanted;
  const verdict = judge(profile, wanted);
  const blocked = verdict.state === 'not_possible' && verdict.why === 'not-covered';
  return sendJson(desk, {
    available_entitlement: blocked ? null : entitlement(profile),
    ...member,
    purchase_options: options(desk, profile, wanted, verdict, locale),
    ...possibleLicenses(desk, profile, wanted, locale),
    ...references(profile),
  });
};
