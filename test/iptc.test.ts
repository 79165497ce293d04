/** Rights fields of an asset for picture files and for search engines: the same terms, and nothing that is not known. */
import { describe, expect, it } from '@jest/globals';
import type { Asset } from '../src/domain/asset.js';
import type { AssetId, ConnectionId } from '../src/domain/ids.js';
import type { Instant } from '../src/domain/instant.js';
import { iptcOf } from '../src/domain/iptc.js';
import { jsonLdOf } from '../src/domain/json-ld.js';
import { policyUidOf } from '../src/domain/odrl-vocabulary.js';
import { type Rights, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { termsHash } from '../src/domain/terms-hash.js';

const BARE: Asset = {
  id: 'x' as AssetId,
  key: { connectionId: 'c' as ConnectionId, lane: 'content', externalId: '7' },
  source: 'ADOBE_STOCK',
  externalId: '7',
  kind: 'PHOTO',
  title: null,
  caption: null,
  keywords: [],
  contributor: null,
  creditLine: null,
  copyrightNotice: null,
  collection: null,
  width: null,
  height: null,
  durationSeconds: null,
  mimeType: null,
  capturedAt: null,
  capturedAtText: null,
  updatedAt: null,
  aiGenerated: 'UNKNOWN',
  renditions: [],
  rights: UNKNOWN_RIGHTS,
  sourceLicense: null,
  stockOrigin: null,
  licenseTermsUrl: null,
  acquireLicenseUrl: null,
  licensing: {},
};
const RIGHTS: Rights = {
  ...UNKNOWN_RIGHTS,
  editorialOnly: 'YES',
  validFrom: '2026-01-01T00:00:00.000Z' as Instant,
  validUntil: '2027-01-01T00:00:00.000Z' as Instant,
  attributionRequired: 'NO',
  attributionText: 'Photo: A. Person',
  modelReleased: 'NO',
  propertyReleased: 'NO',
  restrictions: ['Not in Exampleland.', 'No crops.'],
  origin: 'SOURCE',
};
const FULL: Asset = {
  ...BARE,
  contributor: { externalId: '1', name: 'A. Person' },
  creditLine: '© A. Person',
  aiGenerated: 'YES',
  rights: RIGHTS,
  licenseTermsUrl: 'https://example.com/terms',
  acquireLicenseUrl: 'https://example.com/7',
};

describe('IPTC and PLUS', () => {
  it('have every field that is known', () => {
    expect(iptcOf(FULL)).toEqual({
      'photoshop:Credit': 'Photo: A. Person',
      'dc:rights': '© A. Person',
      'dc:creator': ['A. Person'],
      'xmpRights:WebStatement': 'https://example.com/terms',
      'xmpRights:UsageTerms': 'Not in Exampleland.\nNo crops.',
      'plus:Licensor': [{ 'plus:LicensorName': 'Adobe Stock', 'plus:LicensorURL': 'https://example.com/7' }],
      'plus:ImageSupplierImageID': '7',
      'plus:ModelReleaseStatus': 'http://ns.useplus.org/ldf/vocab/MR-NON',
      'plus:PropertyReleaseStatus': 'http://ns.useplus.org/ldf/vocab/PR-NON',
      'plus:CreditLineRequired': 'http://ns.useplus.org/ldf/vocab/CR-NRQ',
      'plus:OtherConstraints': 'For editorial use only.',
      'plus:LicenseStartDate': '2026-01-01T00:00:00.000Z',
      'plus:LicenseEndDate': '2027-01-01T00:00:00.000Z',
      'Iptc4xmpExt:DigitalSourceType': 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
    });
  });

  it('leave out what is not known', () => {
    expect(iptcOf(BARE)).toEqual({ 'plus:ImageSupplierImageID': '7' });
  });

  it('do not call a release unlimited because there is one', () => {
    const rights: Rights = { ...RIGHTS, modelReleased: 'YES', propertyReleased: 'YES', attributionRequired: 'YES' };
    const fields = Object.keys(iptcOf({ ...FULL, rights }) as object);
    for (const name of ['plus:ModelReleaseStatus', 'plus:PropertyReleaseStatus', 'plus:CreditLineRequired'])
      expect(fields).not.toContain(name);
  });

  it('name no licensor of a library’s own pictures', () => {
    expect(iptcOf({ ...FULL, source: 'PHOTOSHELTER' })).toMatchObject({
      'plus:Licensor': [{ 'plus:LicensorURL': 'https://example.com/7' }],
    });
  });
});

describe('schema.org', () => {
  it('says the same terms', () => {
    expect(jsonLdOf(FULL, null)).toMatchObject({
      license: 'https://example.com/terms',
      acquireLicensePage: 'https://example.com/7',
      creditText: 'Photo: A. Person',
      copyrightNotice: '© A. Person',
      creator: { '@type': 'Person', name: 'A. Person' },
      usageInfo: { '@type': 'CreativeWork', identifier: policyUidOf(termsHash(RIGHTS)), text: 'Not in Exampleland.\nNo crops.' },
      expires: '2027-01-01T00:00:00.000Z',
      digitalSourceType: 'https://schema.org/TrainedAlgorithmicMediaDigitalSource',
    });
  });

  it('leaves out what is not known', () => {
    const known = Object.keys(jsonLdOf(BARE, null) as object);
    expect(known).toEqual(['@context', '@type', 'identifier']);
  });
});
