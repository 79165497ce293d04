/** Reads which asset and license a request means, and decides whether the profile may have it and for how much. */

import type { SimReply } from '../kit/types.js';
import type { Profile } from './accounts.js';
import type { Asset } from './asset.js';
import { type Desk, isSwitched } from './desk.js';
import { licensesOf, planCovers, priceOf, readableLicense } from './licenses.js';
import { memberFields } from './members.js';
import { wholeNumber } from './params.js';
import { jsonReply, jsonText, serviceError } from './replies.js';
import { switchValue } from './switches.js';

export interface Wanted {
  readonly asset: Asset;
  readonly license: string;
}

export type Verdict =
  | { readonly state: 'possible'; readonly price: number }
  | { readonly state: 'overage'; readonly price: number }
  | { readonly state: 'not_possible'; readonly price: number; readonly why: 'not-covered' | 'no-credits' };

export const sendJson = (desk: Desk, value: unknown): SimReply =>
  jsonReply(jsonText(value, isSwitched(desk, 'escape-slashes', true)));

/** A refusal is HTTP 200: only the state says so. */
export const refusal = (desk: Desk, profile: Profile, contentId: string): SimReply =>
  sendJson(desk, {
    ...memberFields(desk, profile, 'stock_id'),
    available_entitlement: null,
    contents: { [contentId]: { content_id: contentId, size: 'Comp', purchase_details: { state: 'not_possible', message: '' } } },
  });

const unknownContent = (desk: Desk, profile: Profile, contentId: string): SimReply => {
  const how = switchValue(desk.host, 'unknown-content');
  if (how === '200-not-possible') return refusal(desk, profile, contentId);
  return serviceError(how === '404-100' ? 404 : 400, '100', 'Invalid content_id');
};

/** Withdrawn assets exist only for an organisation that holds them. */
export const readAsset = (desk: Desk, query: URLSearchParams, profile: Profile): Asset | SimReply => {
  const text = query.get('content_id') ?? '';
  const id = wholeNumber(text);
  if (id === undefined) return serviceError(400, '100', 'Invalid content_id');
  const k = desk.catalogue.positionOf(id);
  const known = k >= 0 && (!desk.catalogue.isRemoved(k) || desk.purchases.held(profile.organization, id).length > 0);
  return known ? desk.catalogue.at(k) : unknownContent(desk, profile, String(id));
};

export const allowedLicenses = (desk: Desk, profile: Profile, asset: Asset): readonly string[] =>
  licensesOf(asset, profile.kind, isSwitched(desk, 'audio-license', 'standard'));

export const readWanted = (desk: Desk, query: URLSearchParams, profile: Profile): Wanted | SimReply => {
  const asset = readAsset(desk, query, profile);
  if ('status' in asset) return asset;
  const hdByDefault = asset.kind === 'video' && isSwitched(desk, 'video-without-license', 'video-hd');
  const license = query.get('license') || (hdByDefault ? 'Video_HD' : 'Standard');
  if (!allowedLicenses(desk, profile, asset).includes(license)) {
    const shown = readableLicense(license).slice(0, 40);
    return serviceError(400, '020', `The license "${shown}" does not match type of content #${asset.id}`);
  }
  return { asset, license };
};

export const judge = (profile: Profile, { asset, license }: Wanted): Verdict => {
  const price = priceOf(asset, license);
  if (!planCovers(asset, profile.kind)) return { state: 'not_possible', price, why: 'not-covered' };
  if (profile.quota >= price) return { state: 'possible', price };
  // Only consumers are billed beyond their plan; an enterprise never is.
  if (profile.kind === 'consumer-overage') return { state: 'overage', price };
  return { state: 'not_possible', price, why: 'no-credits' };
};
