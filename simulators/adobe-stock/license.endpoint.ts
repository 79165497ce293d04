/** Content/License: the one endpoint that spends money, as a GET or as a POST with references. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SimReply, SimRequest } from '../kit/types.js';
import type { Asset } from './asset.js';
import { type Desk, isSwitched } from './desk.js';
import type { Caller } from './guard.js';
import { findHeld } from './holdings.js';
import { purchaseDate } from './info.endpoint.js';
import { fileNumber } from './licenses.js';
import { entitlementAfter, type Fields, memberFields } from './members.js';
import type { Purchase } from './purchases.js';
import { lacksReference, type Reference, readReferences } from './references.js';
import { serviceError } from './replies.js';
import { switchValue } from './switches.js';
import { judge, readWanted, refusal, sendJson, type Wanted } from './verdict.js';

/** How long two first purchases stay blind to each other when both are to be charged. */
const RACE_WINDOW_MS = 40;

const videoFields = (asset: Asset): Fields =>
  asset.kind === 'video' ? { framerate: asset.fps, duration: asset.durationMs } : {};

const answer = (desk: Desk, caller: Caller, asset: Asset, details: Fields, quotaBefore: number): SimReply => {
  const contentId = String(asset.id);
  return sendJson(desk, {
    available_entitlement: entitlementAfter(desk, caller.profile, quotaBefore),
    ...memberFields(desk, caller.profile, 'stock_id'),
    // The size says Comp even right after a purchase.
    contents: { [contentId]: { content_id: contentId, size: 'Comp', purchase_details: details } },
  });
};

const bought = (desk: Desk, asset: Asset, purchase: Purchase, state: unknown): Fields => ({
  state,
  license: purchase.license,
  date: purchaseDate(desk, purchase.atMs),
  url: `${desk.host.baseUrl()}/Rest/Libraries/Download/${asset.id}/${fileNumber(asset, purchase.license)}`,
  content_type: asset.contentType,
  width: asset.width,
  height: asset.height,
  ...videoFields(asset),
});

const cancel = (desk: Desk, caller: Caller, { asset, license }: Wanted): SimReply => {
  const nowMs = desk.host.now();
  desk.cancelled.set(`${caller.profile.organization}:${asset.id}`, nowMs);
  return answer(desk, caller, asset, { state: 'cancelled', license, cancelled: purchaseDate(desk, nowMs) }, caller.profile.quota);
};

/** Judges and books in one synchronous step. */
const buy = (desk: Desk, caller: Caller, wanted: Wanted, again: boolean, references: readonly Reference[]): SimReply => {
  const { profile, requestId } = caller;
  const { asset, license } = wanted;
  const verdict = judge(profile, wanted);
  if (verdict.state === 'not_possible') return refusal(desk, profile, String(asset.id));
  if (isSwitched(desk, 'order-outcome', 'cancelled')) return cancel(desk, caller, wanted);
  const quotaBefore = profile.quota;
  const purchase = desk.purchases.book({
    profile,
    contentId: asset.id,
    license,
    units: verdict.price,
    billing: verdict.state === 'overage' ? 'overage' : 'credits',
    again,
    detail: { via: 'api', requestId, references },
  });
  return answer(desk, caller, asset, bought(desk, asset, purchase, 'just_purchased'), quotaBefore);
};

export const contentLicense = async (desk: Desk, request: SimRequest, caller: Caller): Promise<SimReply> => {
  const { profile } = caller;
  const wanted = readWanted(desk, request.query, profile);
  if ('status' in wanted) return wanted;
  const { asset, license } = wanted;
  const again = ['true', '1'].includes(request.query.get('license_again') ?? '');
  const references = request.method === 'POST' ? readReferences(request) : [];
  if (references === undefined) return serviceError(400, '100', 'Invalid body');

  const held = again ? undefined : findHeld(desk, profile.organization, asset.id, license);
  if (held !== undefined) {
    const state = switchValue(desk.host, 'second-license-state');
    return answer(desk, caller, asset, bought(desk, asset, held, state), profile.quota);
  }
  if (desk.catalogue.isRemoved(asset.k)) return refusal(desk, profile, String(asset.id));
  if (lacksReference(profile, references)) {
    if (isSwitched(desk, 'missing-reference', '200-not-possible')) return refusal(desk, profile, String(asset.id));
    return serviceError(400, '100', 'A mandatory reference is missing');
  }
  if (!again && isSwitched(desk, 'first-license-race', 'charge-twice')) await sleep(RACE_WINDOW_MS);
  return buy(desk, caller, wanted, again, references);
};
