/** Which license rights were read from: its limits show what is used up of them. Rights are plain values and do not say it themselves. */
import type { Rights } from '../domain/rights.js';

const holders = new WeakMap<Rights, string>();

/** A copy, because the same terms may be those of another license or of no license at all. */
export const rightsOfLicense = (licenseUuid: string, rights: Rights): Rights => {
  const held = { ...rights };
  holders.set(held, licenseUuid);
  return held;
};

/** Undefined: the rights of an asset. */
export const licenseOfRights = (rights: Rights): string | undefined => holders.get(rights);
