/** Reference data of the simulated agency: collections, countries, people in the news. All invented, country codes aside. */

interface Collection {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly asset_family: 'creative' | 'editorial';
  readonly license_model: 'royaltyfree' | 'rightsmanaged' | 'rightsready';
  readonly product_types: readonly string[];
}

const collection = (
  id: number,
  code: string,
  name: string,
  family: Collection['asset_family'],
  model: Collection['license_model'],
  products: string,
): Collection => ({ id, code, name, asset_family: family, license_model: model, product_types: products.split(' ') });

export const CREATIVE_IMAGES = [
  collection(9101, 'XDV', 'Driftvision', 'creative', 'royaltyfree', 'premiumaccess easyaccess royaltyfreesubscription'),
  collection(9102, 'XSL', 'Stone Lantern', 'creative', 'royaltyfree', 'premiumaccess easyaccess'),
  collection(9103, 'XPH', 'Photoharbour RF', 'creative', 'royaltyfree', 'premiumaccess easyaccess royaltyfreesubscription'),
] as const;

/** The collection sold for credits, the only one with extended licenses. */
export const CREDIT_COLLECTION = collection(
  9104,
  'XSE',
  'Signal Essentials',
  'creative',
  'royaltyfree',
  'creditpack premiumaccess',
);

export const EDITORIAL_IMAGES = [
  collection(9201, 'XNE', 'Harbour News', 'editorial', 'rightsmanaged', 'premiumaccess editorialsubscription'),
  collection(9202, 'XTS', 'Touchline Sport', 'editorial', 'rightsmanaged', 'premiumaccess editorialsubscription'),
  collection(9203, 'XME', 'Marquee', 'editorial', 'rightsmanaged', 'premiumaccess editorialsubscription'),
  collection(9204, 'XLA', 'Lantern Archive', 'editorial', 'rightsmanaged', 'premiumaccess'),
  collection(9205, 'XCR', 'Civic Editorial RF', 'editorial', 'royaltyfree', 'premiumaccess easyaccess'),
] as const;

export const CREATIVE_VIDEOS = [
  collection(9301, 'XDM', 'Driftwood Motion', 'creative', 'royaltyfree', 'premiumaccess easyaccess'),
  collection(9302, 'XCF', 'Cinder Footage', 'creative', 'rightsready', 'premiumaccess'),
] as const;

export const EDITORIAL_VIDEOS = [
  collection(9303, 'XNV', 'Harbour News Motion', 'editorial', 'rightsready', 'premiumaccess editorialsubscription'),
] as const;

export const COLLECTIONS: readonly Collection[] = [
  ...CREATIVE_IMAGES,
  CREDIT_COLLECTION,
  ...EDITORIAL_IMAGES,
  ...CREATIVE_VIDEOS,
  ...EDITORIAL_VIDEOS,
];

export const SEGMENTS = ['archival', 'entertainment', 'news', 'publicity', 'royalty', 'sport'] as const;

export const PEOPLE = [
  'Ada Brenner',
  'Tomasz Wilk',
  'Ingrid Sollie',
  'Mbali Dlamini',
  'Joaquín Ferrer',
  'Zoë Lindqvist',
  '佐藤 美咲',
  'Ольга Лебедева',
  'Farid Rahmani',
  'Luca D’Amico',
] as const;

const country = (iso2: string, iso3: string, name: string) => ({ iso_alpha_2: iso2, iso_alpha_3: iso3, name });

export const COUNTRIES = [
  country('AT', 'AUT', 'Austria'),
  country('AU', 'AUS', 'Australia'),
  country('BE', 'BEL', 'Belgium'),
  country('BR', 'BRA', 'Brazil'),
  country('CA', 'CAN', 'Canada'),
  country('CH', 'CHE', 'Switzerland'),
  country('CI', 'CIV', 'Côte d’Ivoire'),
  country('CN', 'CHN', 'China'),
  country('DE', 'DEU', 'Germany'),
  country('DK', 'DNK', 'Denmark'),
  country('EG', 'EGY', 'Egypt'),
  country('ES', 'ESP', 'Spain'),
  country('FI', 'FIN', 'Finland'),
  country('FR', 'FRA', 'France'),
  country('GB', 'GBR', 'United Kingdom'),
  country('IN', 'IND', 'India'),
  country('IS', 'ISL', 'Iceland'),
  country('IT', 'ITA', 'Italy'),
  country('JP', 'JPN', 'Japan'),
  country('KR', 'KOR', 'South Korea'),
  country('MX', 'MEX', 'Mexico'),
  country('NL', 'NLD', 'Netherlands'),
  country('NO', 'NOR', 'Norway'),
  country('NZ', 'NZL', 'New Zealand'),
  country('PL', 'POL', 'Poland'),
  country('PT', 'PRT', 'Portugal'),
  country('SE', 'SWE', 'Sweden'),
  country('TR', 'TUR', 'Turkey'),
  country('US', 'USA', 'United States'),
  country('ZA', 'ZAF', 'South Africa'),
] as const;
