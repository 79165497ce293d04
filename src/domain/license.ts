/** A license as recorded here, whoever made the purchase. */
import type { AssetId, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { Money } from './money.js';

export type LicenseState = 'ACTIVE' | 'EXPIRED' | 'SUPERSEDED' | 'CANCELLED';
export type LicenseOrigin = 'PURCHASED' | 'ALREADY_OWNED' | 'IMPORTED' | 'RECORDED';

export interface Allocation {
  readonly costCenter: string | null;
  readonly department: string | null;
  readonly campaign: string | null;
  readonly project: string | null;
  readonly purchaseOrder: string | null;
}

export const NO_ALLOCATION: Allocation = {
  costCenter: null,
  department: null,
  campaign: null,
  project: null,
  purchaseOrder: null,
};

export interface HeldReference {
  readonly key: string;
  readonly label: string | null;
  readonly value: string;
}

export interface License {
  readonly kind: 'License';
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly source: AssetSource;
  readonly licenseType: string;
  /** EXPIRED is derived from the terms and the clock at each read: no sweep is needed for it to be true. */
  readonly state: LicenseState;
  readonly origin: LicenseOrigin;
  readonly operationUuid: string | null;
  readonly price: Money | null;
  readonly chargedUnits: number | null;
  readonly allocation: Allocation;
  readonly references: readonly HeldReference[];
  readonly sourceReference: string | null;
  readonly orderNumber: string | null;
  readonly licensedAt: Instant;
  readonly licensedBy: string;
  /** Of the term that runs at the time of the read, or ran last. */
  readonly validUntil: Instant | null;
  readonly supersedesUuid: string | null;
}

/** A license type without the product that a source may refine it by: `creditpack` of `creditpack:77`. */
export const baseTypeOf = (licenseType: string): string => licenseType.split(':')[0] as string;
