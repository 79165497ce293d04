/** Smint.io's territory keys as ISO 3166-1 codes, for the countries that its vocabulary is known to name. Pure. */

/** By the part after the continent: two countries are listed under two continents each. */
const COUNTRIES: Readonly<Record<string, string>> = {
  algeria: 'DZ',
  andorra: 'AD',
  angola: 'AO',
  argentina: 'AR',
  australia: 'AU',
  austria: 'AT',
  belgium: 'BE',
  brazil: 'BR',
  canada: 'CA',
  chile: 'CL',
  china: 'CN',
  colombia: 'CO',
  denmark: 'DK',
  egypt: 'EG',
  estonia: 'EE',
  ethiopia: 'ET',
  finland: 'FI',
  france: 'FR',
  germany: 'DE',
  india: 'IN',
  indonesia: 'ID',
  iran: 'IR',
  ireland: 'IE',
  italy: 'IT',
  japan: 'JP',
  kenya: 'KE',
  latvia: 'LV',
  liechtenstein: 'LI',
  lithuania: 'LT',
  luxembourg: 'LU',
  mexico: 'MX',
  morocco: 'MA',
  netherlands: 'NL',
  new_zealand: 'NZ',
  nigeria: 'NG',
  norway: 'NO',
  peru: 'PE',
  poland: 'PL',
  portugal: 'PT',
  russia: 'RU',
  saudi_arabia: 'SA',
  south_africa: 'ZA',
  south_korea: 'KR',
  spain: 'ES',
  sudan: 'SD',
  sweden: 'SE',
  switzerland: 'CH',
  tanzania: 'TZ',
  thailand: 'TH',
  tunisia: 'TN',
  turkey: 'TR',
  united_arab_emirates: 'AE',
  united_kingdom: 'GB',
  united_states: 'US',
  venezuela: 'VE',
};

const CONTINENT = /^(?:africa|antarctica|asia|australia|europe|north_america|south_america)_(.+)$/;

/** `any` is the world; a whole continent stays the source's key in lower case; an unknown key stays as it came. */
export const isoTerritory = (key: string): string => {
  const lower = key.toLowerCase();
  if (lower === 'any') return 'WORLD';
  const place = CONTINENT.exec(lower)?.[1];
  if (place === undefined) return key;
  if (place === 'any') return lower;
  return (Object.hasOwn(COUNTRIES, place) ? COUNTRIES[place] : undefined) ?? key;
};
