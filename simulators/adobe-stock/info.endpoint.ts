/** Content/Info: the license state of one asset for the caller's organisation. */

import type { SimReply, SimRequest } from '../kit/types.js';
import { zonelessDate } from './columns.js';
import { type Desk, isSwitched } from './desk.js';
import type { Caller } from './guard.js';
import { findHeld } from './holdings.js';
import { type Fields, memberFields } from './members.js';
import type { Purchase } from './purchases.js';
import { switchValue } from './switches.js';
import { readAsset, sendJson } from './verdict.js';

const PACIFIC_OFFSET_MS = 8 * 3_600_000;

/** Written without a zone; which one it is in is not documented. */
export const purchaseDate = (desk: Desk, atMs: number): string =>
  zonelessDate(isSwitched(desk, 'purchase-date-zone', 'pacific') ? atMs - PACIFIC_OFFSET_MS : atMs);

const findPurchase = (desk: Desk, organization: string, id: number, license: string | null): Purchase | undefined =>
  license === null || isSwitched(desk, 'info-license-scope', 'any-license')
    ? desk.purchases.held(organization, id).at(-1)
    : findHeld(desk, organization, id, license);

export const contentInfo = (desk: Desk, request: SimRequest, { profile }: Caller): SimReply => {
  const asset = readAsset(desk, request.query, profile);
  if ('status' in asset) return asset;
  const license = request.query.get('license');
  const purchase = findPurchase(desk, profile.organization, asset.id, license);
  const cancelled = desk.cancelled.get(`${profile.organization}:${asset.id}`);
  const held: Fields | undefined = purchase && {
    // A number here, a text below and in the answers to a purchase.
    content_id: asset.id,
    size: switchValue(desk.host, 'info-size'),
    purchase_details: { state: 'purchased', license: purchase.license, date: purchaseDate(desk, purchase.atMs) },
  };
  const notHeld: Fields = {
    content_id: String(asset.id),
    size: 'Comp',
    purchase_details:
      cancelled === undefined
        ? { state: 'not_purchased', stock_id: profile.memberId }
        : { state: 'cancelled', cancelled: purchaseDate(desk, cancelled) },
  };
  return sendJson(desk, { ...memberFields(desk, profile, 'member_id'), contents: { [asset.id]: held ?? notHeld } });
};
