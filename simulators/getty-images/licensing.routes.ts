/** Extended licenses, bought for credits on top of a standard license already held. */
import type { Route, SimReply } from '../kit/types.js';
import type { Call } from './guard.js';
import { optionalBody } from './params.js';
import { CREDIT_PACK } from './products.js';
import { ok, refuse } from './replies.js';
import type { Room } from './room.js';

const EXTENDED = ['multiseat', 'unlimited', 'resale', 'indemnification'] as const;
type Extended = (typeof EXTENDED)[number];

const wantedOf = (value: unknown): readonly Extended[] => {
  const bad = (): never => refuse(400, 'InvalidRequestParameters', 'extended_licenses must name licenses to acquire.');
  if (!Array.isArray(value) || value.length === 0) return bad();
  return [...new Set(value.map((name) => EXTENDED.find((known) => known === name) ?? bad()))];
};

export const licensingRoutes = (room: Room): readonly Route[] => {
  const { account, bookings, catalogue, guard, switched } = room;

  const acquire = (call: Call): SimReply => {
    const body = optionalBody(call.request);
    const wanted = wantedOf(body.extended_licenses);
    const team = body.use_team_credits === true;
    const id = call.request.params.assetId ?? '';
    const asset = catalogue.find('image', id) ?? catalogue.find('video', id);
    const held = asset === undefined ? [] : bookings.of(asset.media, asset.id);
    if (asset === undefined || !held.some((b) => b.kind === 'download' && b.productType === 'creditpack')) {
      return refuse(404, 'StandardLicenseNotFound', 'The standard license of this asset is not held.');
    }
    const owned = new Set(held.flatMap((b) => b.extendedLicenses));
    const licenses = switched('extended-license-again') === 'skip' ? wanted.filter((name) => !owned.has(name)) : wanted;
    const priceOf = (name: Extended): number =>
      asset.creditPrices.find((p) => p.license_type.toLowerCase() === name)?.credits ?? 0;
    const credits = licenses.reduce((sum, name) => sum + priceOf(name), 0);
    if (licenses.length === 0) return ok({ credits_used: 0, acquired_licenses: [] });
    const product = account.find(CREDIT_PACK);
    if (product === undefined || product.status !== 'active' || account.charge(product, credits, team) === null) {
      return refuse(402, 'NotEnoughCreditsForPurchase', 'There are not enough credits.');
    }
    bookings.book(asset, `extended:${licenses.join('+')}`, credits, {
      kind: 'extended',
      productId: product.id,
      productType: product.type,
      agreementName: product.agreement_name,
      chargedTo: 'credits',
      credits,
      teamCredits: team,
      extendedLicenses: licenses,
    });
    return ok({ credits_used: credits, acquired_licenses: licenses });
  };

  return [
    guard({
      endpoint: 'asset-licensing',
      method: 'POST',
      pattern: '/v3/asset-licensing/{assetId}',
      token: 'required',
      parameters: [],
      handle: acquire,
    }),
  ];
};
