/** What an organisation holds on an asset, as the endpoints ask for it. */
import { type Desk, isSwitched } from './desk.js';
import type { Purchase } from './purchases.js';

/** The license of the latest purchase; empty text when there is none. */
export const licensedName = (desk: Desk, organization: string, contentId: number): string =>
  desk.purchases.held(organization, contentId).at(-1)?.license ?? '';

/** The purchase that makes a further first purchase of this license needless. */
export const findHeld = (desk: Desk, organization: string, contentId: number, license: string): Purchase | undefined => {
  const held = desk.purchases.held(organization, contentId);
  const exact = held.findLast((purchase) => purchase.license === license);
  if (exact !== undefined || license !== 'Standard' || isSwitched(desk, 'extended-covers-standard', false)) return exact;
  return held.findLast((purchase) => purchase.license === 'Extended');
};
