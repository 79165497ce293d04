/** The policies that come with the product: our reading of public pages. A row once released is never edited: see docs/policies.md. */
import type { Instant } from './instant.js';
import type { StatedTerms } from './stated-terms.js';
import type { Citation, EditorialScope, PolicyStatement } from './terms-policy.js';

export type DefaultPolicy = PolicyStatement & { readonly version: number; readonly recordedAt: Instant };

const FIRST_READING = '2026-11-23T00:00:00.000Z' as Instant;

const ADOBE_TERMS = 'https://stock.adobe.com/license-terms';
const ADOBE_HELP = 'https://helpx.adobe.com/stock/help/usage-licensing.html';
const GETTY_FAQ = 'https://www.gettyimages.co.nz/faq/licensing';
const GETTY_EULA = 'https://www.gettyimages.com/eula';

const cite = (title: string, url: string, supports: string): Citation => ({ title, url, supports });
const WHERE_AND_WHEN = cite('Adobe Stock license terms', ADOBE_TERMS, 'Licenses hold worldwide and do not expire, in all media.');
const NOT_EXCLUSIVE = cite(
  'Adobe Stock: usage and licensing',
  ADOBE_HELP,
  'Content is royalty-free, and no exclusive licenses are sold.',
);
const CAP = cite(
  'Adobe Stock license terms',
  ADOBE_TERMS,
  'A Standard license covers up to 500,000 copies or viewers; views of web pages are not counted.',
);
const NO_CAP = cite('Adobe Stock license terms', ADOBE_TERMS, 'Extended and Enhanced licenses have no such cap.');
const NO_GOODS = cite(
  'Adobe Stock license terms',
  ADOBE_TERMS,
  'Goods whose main value is the content need an Extended license.',
);
const GOODS = cite('Adobe Stock license terms', ADOBE_TERMS, 'An Extended license covers goods whose main value is the content.');
const CREDIT = cite(
  'Adobe Stock: content usage',
  'https://helpx.adobe.com/stock/contributor/help/content-usage.html',
  'A credit is asked for in editorial use, and not in general.',
);
const RELEASES = cite(
  'Adobe Stock: model and property releases',
  'https://helpx.adobe.com/stock/contributor/content-policies-guidelines/model-property-releases/upload-a-model-or-property-release.html',
  'Content for commercial use is taken in only with releases for recognisable people and for property that needs one.',
);
const EDITORIAL = cite(
  'Adobe Stock license terms',
  ADOBE_TERMS,
  'Editorial content is for news, articles, blogs, film and broadcast, and not for advertising or promotion.',
);

const GOODS_CHANNELS = ['packaging', 'merchandise', 'e_greeting'];
const ADVERTISING_CHANNELS = ['digital_advertising', 'print_advertising', 'tv_advertising', 'out_of_home'];
const EDITORIAL_CHANNELS = ['web', 'app', 'email', 'social', 'streaming', 'print', 'tv', 'cinema', 'festival'];
const INTERNAL_CHANNELS = ['intranet', 'presentation', 'training', 'closed_circuit', 'dam'];
const ALL_MEDIA = [...EDITORIAL_CHANNELS, ...ADVERTISING_CHANNELS, ...INTERNAL_CHANNELS];

const EVERYWHERE: StatedTerms = { territories: { allowed: ['WORLD'] }, termKind: 'PERPETUAL' };
const ADOBE_BASE: StatedTerms = { model: 'ROYALTY_FREE', exclusive: 'NO', ...EVERYWHERE };
const RELEASED: StatedTerms = { modelReleased: 'YES', propertyReleased: 'YES', attributionRequired: 'NO' };

const STANDARD: StatedTerms = {
  ...ADOBE_BASE,
  ...RELEASED,
  channels: { allowed: ALL_MEDIA, restricted: GOODS_CHANNELS },
  limits: [
    { unit: 'circulation', max: 500_000 },
    { unit: 'copies', max: 500_000 },
    { unit: 'viewers', max: 500_000 },
  ],
  restrictions: [
    'Standard license: copies and viewers together stay within 500,000, web pages aside. Each is counted by itself here.',
  ],
};
const ENHANCED: StatedTerms = {
  ...ADOBE_BASE,
  ...RELEASED,
  channels: { allowed: ALL_MEDIA, restricted: GOODS_CHANNELS },
  limits: [],
};
const EXTENDED: StatedTerms = {
  ...ADOBE_BASE,
  ...RELEASED,
  channels: { allowed: [...ALL_MEDIA, ...GOODS_CHANNELS] },
  limits: [],
};
const ADOBE_EDITORIAL: StatedTerms = {
  ...ADOBE_BASE,
  channels: { allowed: EDITORIAL_CHANNELS, restricted: [...ADVERTISING_CHANNELS, ...GOODS_CHANNELS] },
};

const adobe = (
  licenseType: string,
  version: number,
  editorial: EditorialScope,
  terms: StatedTerms,
  more: readonly Citation[],
  note: string | null = null,
): DefaultPolicy => ({
  source: 'ADOBE_STOCK',
  licenseType,
  version,
  editorial,
  model: null,
  terms,
  citations: [WHERE_AND_WHEN, NOT_EXCLUSIVE, ...more],
  note,
  recordedAt: FIRST_READING,
});

const adobeRows = (
  licenseType: string,
  terms: StatedTerms,
  more: readonly Citation[],
  note?: string,
): readonly DefaultPolicy[] => [
  adobe(licenseType, 1, 'NO', terms, [...more, CREDIT, RELEASES], note),
  adobe(licenseType, 2, 'YES', ADOBE_EDITORIAL, [EDITORIAL]),
  adobe(licenseType, 3, 'ANY', ADOBE_BASE, [], 'Where Adobe Stock does not say whether the asset is editorial.'),
];

const CAPPED = 'Premium images, 3D objects and templates have no cap under this name; contracts of enterprises often give more.';

const gettyRoyaltyFree = (licenseType: string): DefaultPolicy => ({
  source: 'GETTY_IMAGES',
  licenseType,
  version: 1,
  editorial: 'NO',
  model: 'ROYALTY_FREE',
  terms: EVERYWHERE,
  citations: [
    cite(
      'Getty Images help center: licensing',
      GETTY_FAQ,
      'Royalty-free licenses are bought once, for any number of uses, anywhere, without an end.',
    ),
  ],
  note: 'Within the content license agreement, which states limits and uses that are not taken over here.',
  recordedAt: FIRST_READING,
});

export const DEFAULT_POLICIES: readonly DefaultPolicy[] = [
  ...adobeRows('Standard', STANDARD, [CAP, NO_GOODS], CAPPED),
  ...adobeRows('Standard_M', STANDARD, [CAP, NO_GOODS], CAPPED),
  ...adobeRows('Extended', EXTENDED, [NO_CAP, GOODS]),
  ...adobeRows('Video_HD', ENHANCED, [NO_CAP, NO_GOODS]),
  ...adobeRows('Video_4K', ENHANCED, [NO_CAP, NO_GOODS]),
  ...['imagepack', 'royaltyfreesubscription', 'creditpack'].map(gettyRoyaltyFree),
  {
    source: 'GETTY_IMAGES',
    licenseType: '*',
    version: 1,
    editorial: 'YES',
    model: null,
    terms: { channels: { restricted: [...ADVERTISING_CHANNELS, ...GOODS_CHANNELS] } },
    citations: [
      cite(
        'Getty Images content license agreement',
        GETTY_EULA,
        'Editorial content may not be used to advertise, promote or sell.',
      ),
    ],
    note: null,
    recordedAt: FIRST_READING,
  },
];
