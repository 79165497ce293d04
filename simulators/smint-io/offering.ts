/** The `offering` that a transaction bought, and the parts that the transaction repeats from it. */
import type { Traits } from './catalogue.js';
import type { Content } from './content.js';
import type { JsonObject } from './json.js';
import { elementRow, localized } from './texts.js';

const LICENSEES: readonly string[] = ['Nordlicht Reisen GmbH', 'Alpenquell AG', 'Harbour & Field Ltd', 'Maison Clairval SAS'];

export const licenseeOf = (t: number): JsonObject =>
  t % 21 === 20 ? {} : { licensee_uuid: String(11 + (t % LICENSEES.length)), licensee_name: LICENSEES[t % LICENSEES.length] };

const cents = (amount: number): number => Math.round(amount * 100) / 100;

/** Whole numbers, fractions, nothing paid (a reuse) and no statement. */
export const pricesOf = (traits: Traits): JsonObject => {
  if (traits.reusedUuid !== null) return { total_price_eur: 0, total_price_usd: 0 };
  if (traits.t % 31 === 30) return { total_price_eur: null, total_price_usd: null };
  const eur = traits.t % 5 === 0 ? 50 + traits.t : cents(9.9 + ((traits.t * 37) % 480) * 1.15);
  return { total_price_eur: eur, total_price_usd: cents(eur * 1.08) };
};

/** Nothing stated, a cap, a cap that is used up, unlimited (zero or less) and unknown. */
export const constraintsOf = (t: number): JsonObject => {
  switch (t % 7) {
    case 1:
      return { effective_max_users: 10 };
    case 2:
      return { effective_max_downloads: 5, effective_max_users: 3, effective_max_reuses: 1 };
    case 3:
      return { effective_max_downloads: -1, effective_max_users: 0 };
    case 4:
      return { effective_max_downloads: null, effective_max_reuses: null };
    default:
      return {};
  }
};

export const countersOf = (t: number): JsonObject => ({
  current_downloads: t % 7 === 2 ? 5 : t % 4,
  current_users: t % 7 === 2 ? 2 : 1,
  current_reuses: t % 14 === 2 ? 1 : 0,
});

export const licenseTextOf = (traits: Traits): JsonObject => ({
  effective_text: localized({
    en: `License "${traits.profile.name}" for transaction ${traits.uuid}.`,
    ...(traits.t % 4 === 1 ? {} : { de: `Lizenz "${traits.profile.name}" zur Transaktion ${traits.uuid}.` }),
  }),
  effective_text_is_safe_html: traits.t % 10 === 6,
});

/** The template of a term has no purchase date. */
const templateOf = ({ valid_from: _start, ...rest }: JsonObject): JsonObject => rest;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  image: 'image/jpeg',
  video: 'video/quicktime',
  audio: 'audio/wav',
  document: 'application/pdf',
  '3d': 'model/gltf-binary',
  template: 'application/zip',
};

export const mediaTypeOf = (contentType: string): string => MEDIA_TYPES[contentType] ?? 'application/octet-stream';

export const offering = (traits: Traits, content: Content, terms: readonly JsonObject[]): JsonObject => ({
  license_uuid: `L${traits.t % 40}`,
  provider_configuration_uuid: String(500 + content.providerNumber),
  provider_configuration_name: localized({ en: `${content.provider} contract` }),
  provider_configuration_contact_person: {},
  contract_uuid: String(700 + content.providerNumber),
  contract_name: localized({ en: `Frame contract ${content.provider}`, de: `Rahmenvertrag ${content.provider}` }),
  contract_description: [],
  offering_uuid: `O${traits.t}`,
  offering_name: localized({ en: traits.t % 3 === 0 ? 'Large' : 'Medium' }),
  offering_label: [],
  has_options: false,
  options: [],
  ...(traits.profile.licenseType === undefined ? {} : { license_type: traits.profile.licenseType }),
  media_type: mediaTypeOf(content.contentType),
  size: traits.t % 3 === 0 ? 'large' : 'medium',
  format: content.contentType === 'image' ? 'jpg' : content.contentType,
  resolution: content.width * content.height,
  is_premium: traits.t % 13 === 0,
  is_editorial_use: null,
  is_editorial: traits.t % 7 === 4,
  image_details: {
    width: content.width,
    height: content.height,
    resolution_megapixels: Math.round((content.width * content.height) / 10_000) / 100,
  },
  ...pricesOf(traits),
  ...licenseeOf(traits.t),
  license_text: licenseTextOf(traits),
  license_terms: terms.map(templateOf),
  license_download_constraints: constraintsOf(traits.t),
  license_urls: [
    elementRow('en', { name: 'Terms', url: `https://${content.provider}.example/terms` }),
    elementRow('de', { name: 'Bedingungen', url: `https://${content.provider}.example/de/bedingungen` }),
  ],
  has_layout_file: traits.t % 9 === 0,
});
