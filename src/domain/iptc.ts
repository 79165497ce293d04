/** The rights fields of IPTC Photo Metadata and PLUS, by their XMP names, from the same terms as everything else. Only what is known is said. */
import type { Asset } from './asset.js';
import type { JsonValue } from './canonical-json.js';
import { SOURCE_LABELS } from './ids.js';
import { copyrightOf, creditOf } from './json-ld.js';
import { POLICY_SOURCES } from './terms-policy.js';

const PLUS = 'http://ns.useplus.org/ldf/vocab/';
const AI_MADE = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** Of sources that sell; who licenses the pictures of a library is not known here. */
const licensorOf = ({ source, acquireLicenseUrl }: Asset): JsonValue | null =>
  acquireLicenseUrl === null
    ? null
    : [
        {
          ...(POLICY_SOURCES.includes(source) && { 'plus:LicensorName': SOURCE_LABELS[source] }),
          'plus:LicensorURL': acquireLicenseUrl,
        },
      ];

/**
 * A release that is there is not told: PLUS wants to know whether it is unlimited, or none was needed, and our YES says neither. That there is
 * none can be said.
 */
export const iptcOf = (asset: Asset): JsonValue => {
  const { rights } = asset;
  const fields: Readonly<Record<string, JsonValue | null>> = {
    'photoshop:Credit': creditOf(asset),
    'dc:rights': copyrightOf(asset),
    'dc:creator': asset.contributor?.name ? [asset.contributor.name] : null,
    'xmpRights:WebStatement': asset.licenseTermsUrl,
    'xmpRights:UsageTerms': rights.restrictions.length > 0 ? rights.restrictions.join('\n') : null,
    'plus:Licensor': licensorOf(asset),
    'plus:ImageSupplierImageID': asset.externalId,
    'plus:ModelReleaseStatus': rights.modelReleased === 'NO' ? `${PLUS}MR-NON` : null,
    'plus:PropertyReleaseStatus': rights.propertyReleased === 'NO' ? `${PLUS}PR-NON` : null,
    'plus:CreditLineRequired': rights.attributionRequired === 'NO' ? `${PLUS}CR-NRQ` : null,
    'plus:OtherConstraints': rights.editorialOnly === 'YES' ? 'For editorial use only.' : null,
    'plus:LicenseStartDate': rights.validFrom,
    'plus:LicenseEndDate': rights.validUntil,
    'Iptc4xmpExt:DigitalSourceType': asset.aiGenerated === 'YES' ? AI_MADE : null,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Record<string, JsonValue>;
};
