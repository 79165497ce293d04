/** An asset as schema.org JSON-LD, with the fields that search engines read for picture licenses. Only what is known is said. */
import type { Asset, AssetKind } from './asset.js';
import type { JsonValue } from './canonical-json.js';
import { policyUidOf } from './odrl-vocabulary.js';
import { termsHash } from './terms-hash.js';

const TYPE_OF: Readonly<Record<AssetKind, string>> = {
  PHOTO: 'ImageObject',
  ILLUSTRATION: 'ImageObject',
  VECTOR: 'ImageObject',
  VIDEO: 'VideoObject',
  AUDIO: 'AudioObject',
  TEMPLATE: 'DigitalDocument',
  THREE_D: '3DModel',
  DOCUMENT: 'DigitalDocument',
  OTHER: 'MediaObject',
};

const pixels = (value: number): JsonValue => ({ '@type': 'QuantitativeValue', value, unitCode: 'E37' });

/** The credit that the terms ask for goes before the line that the source shows. */
export const creditOf = ({ rights, creditLine }: Pick<Asset, 'rights' | 'creditLine'>): string | null =>
  rights.attributionText ?? creditLine;

/** Where a source states a credit alone that is a copyright notice, it is one. */
export const copyrightOf = ({ copyrightNotice, creditLine }: Pick<Asset, 'copyrightNotice' | 'creditLine'>): string | null =>
  copyrightNotice ?? (creditLine?.startsWith('©') ? creditLine : null);

/** Names the terms like the ODRL policy that says them, with the source's own words. */
const usageInfoOf = ({ rights }: Asset): JsonValue | null =>
  rights.origin === 'UNKNOWN'
    ? null
    : {
        '@type': 'CreativeWork',
        identifier: policyUidOf(termsHash(rights)),
        ...(rights.restrictions.length > 0 && { text: rights.restrictions.join('\n') }),
      };

/** `thumbnailUrl` is an address of ours, since those of sources never leave. */
export const jsonLdOf = (asset: Asset, thumbnailUrl: string | null): JsonValue => {
  const members: Record<string, JsonValue | null | undefined> = {
    '@context': 'https://schema.org',
    '@type': TYPE_OF[asset.kind],
    identifier: { '@type': 'PropertyValue', propertyID: asset.source, value: asset.externalId },
    name: asset.title,
    description: asset.caption,
    keywords: asset.keywords.length > 0 ? asset.keywords.join(', ') : null,
    creator: asset.contributor?.name ? { '@type': 'Person', name: asset.contributor.name } : null,
    creditText: creditOf(asset),
    copyrightNotice: copyrightOf(asset),
    license: asset.licenseTermsUrl,
    acquireLicensePage: asset.acquireLicenseUrl,
    usageInfo: usageInfoOf(asset),
    expires: asset.rights.validUntil,
    digitalSourceType: asset.aiGenerated === 'YES' ? 'https://schema.org/TrainedAlgorithmicMediaDigitalSource' : null,
    encodingFormat: asset.mimeType,
    width: asset.width === null ? null : pixels(asset.width),
    height: asset.height === null ? null : pixels(asset.height),
    duration: asset.durationSeconds === null ? null : `PT${asset.durationSeconds}S`,
    dateCreated: asset.capturedAt,
    dateModified: asset.updatedAt,
    thumbnailUrl,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined)) as Record<
    string,
    JsonValue
  >;
};
