/** What a license type is here: a product of the account, by its type and, where there are several, its id. */
import type { Asset } from '../../domain/asset.js';
import type { LicenseTypeOption } from '../datasource.js';

/** Best known first. AI generations are products of another kind: nothing that exists is licensed under them. */
export const PRODUCT_LABELS: Readonly<Record<string, string>> = {
  premiumaccess: 'Premium Access',
  easyaccess: 'Easy Access',
  editorialsubscription: 'Editorial subscription',
  imagepack: 'Image pack',
  royaltyfreesubscription: 'Royalty-free subscription',
  creditpack: 'iStock credits',
};

export interface ProductChoice {
  readonly productType: string;
  readonly productId: string | null;
}

/** `premiumaccess` or `premiumaccess:2726`. */
export const readLicenseType = (licenseType: string): ProductChoice | null => {
  const match = /^([a-z_]{1,40})(?::(\d{1,18}))?$/.exec(licenseType);
  return match?.[1] === undefined ? null : { productType: match[1], productId: match[2] ?? null };
};

const fits = (productType: string, { licensing }: Pick<Asset, 'licensing'>): boolean => {
  const { assetFamily, licenseModel, productTypes, standardCredits } = licensing;
  if (typeof productTypes === 'string' && productTypes !== '') return productTypes.split(',').includes(productType);
  switch (productType) {
    case 'premiumaccess':
      return true;
    case 'editorialsubscription':
      return assetFamily !== 'creative';
    case 'creditpack':
      return typeof standardCredits === 'number';
    default:
      return licenseModel !== 'rightsmanaged' && licenseModel !== 'rightsready';
  }
};

/** By type alone: a caller adds the id where an account has several. What is marked `call_for_image` is to be had from sales alone. */
export const licenseTypesFor = (
  asset: Pick<Asset, 'licensing'>,
  products: readonly string[] | undefined,
): readonly LicenseTypeOption[] => {
  if (asset.licensing.callForImage === true) return [];
  const offered = products?.map((licenseType) => readLicenseType(licenseType)?.productType ?? '') ?? Object.keys(PRODUCT_LABELS);
  return [...new Set(offered)].flatMap((licenseType) => {
    const label = Object.hasOwn(PRODUCT_LABELS, licenseType) ? PRODUCT_LABELS[licenseType] : undefined;
    return label === undefined || !fits(licenseType, asset) ? [] : [{ licenseType, label }];
  });
};
