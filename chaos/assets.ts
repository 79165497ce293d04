/** Assets at the two selling sources that nobody has bought yet, in the order of their positions there. */
import { buildAsset } from '../simulators/adobe-stock/asset.js';
import { buildImage } from '../simulators/getty-images/image.js';

export type SourceName = 'ADOBE_STOCK' | 'GETTY_IMAGES';

export interface Vendor {
  readonly source: SourceName;
  readonly simulator: string;
  readonly licenseType: string;
  /** The endpoint that spends, by the simulator's name for it. */
  readonly spend: string;
  /** Endpoints read around a purchase. */
  readonly reads: readonly string[];
  idAt(position: number): string | undefined;
}

export const VENDORS: readonly Vendor[] = [
  {
    source: 'ADOBE_STOCK',
    simulator: 'adobe-stock',
    licenseType: 'Standard',
    spend: 'content-license',
    reads: ['member-profile', 'content-info', 'files', 'license-history'],
    idAt: (k) => {
      const { kind, premium, id } = buildAsset(k);
      return kind === 'photo' && premium === 0 && k % 200 !== 150 ? String(id) : undefined;
    },
  },
  {
    source: 'GETTY_IMAGES',
    simulator: 'getty-images',
    licenseType: 'premiumaccess',
    spend: 'download-image',
    reads: ['products', 'downloads'],
    idAt: (k) => {
      const image = buildImage(k, null);
      return image.productTypes.includes('premiumaccess') ? image.id : undefined;
    },
  },
];

export const vendorOf = (source: SourceName): Vendor => VENDORS.find((vendor) => vendor.source === source) as Vendor;

/** Gives a fresh external id of a source each time. */
export const createStock = (): ((source: SourceName) => string) => {
  const places = new Map<SourceName, number>();
  return (source) => {
    const vendor = vendorOf(source);
    for (let k = places.get(source) ?? 0; ; k += 1) {
      const id = vendor.idAt(k);
      if (id === undefined) continue;
      places.set(source, k + 1);
      return id;
    }
  };
};
