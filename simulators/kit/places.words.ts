/** Where pictures were taken: city, country, ISO 3166-1 alpha-3. */

import type { Scene } from './world.js';

const LINES = `
Reykjavik|Iceland|ISL
Bergen|Norway|NOR
Tromsø|Norway|NOR
Stockholm|Sweden|SWE
Göteborg|Sweden|SWE
Copenhagen|Denmark|DNK
Helsinki|Finland|FIN
Edinburgh|United Kingdom|GBR
Bristol|United Kingdom|GBR
Galway|Ireland|IRL
Ghent|Belgium|BEL
Utrecht|Netherlands|NLD
Hamburg|Germany|DEU
Leipzig|Germany|DEU
München|Germany|DEU
Vienna|Austria|AUT
Innsbruck|Austria|AUT
Zürich|Switzerland|CHE
Lausanne|Switzerland|CHE
Lyon|France|FRA
Marseille|France|FRA
Nantes|France|FRA
Bologna|Italy|ITA
Palermo|Italy|ITA
Trieste|Italy|ITA
Valencia|Spain|ESP
Sevilla|Spain|ESP
Porto|Portugal|PRT
Lisbon|Portugal|PRT
Kraków|Poland|POL
Gdańsk|Poland|POL
Brno|Czechia|CZE
Ljubljana|Slovenia|SVN
Split|Croatia|HRV
Thessaloniki|Greece|GRC
Chania|Greece|GRC
İzmir|Türkiye|TUR
Tbilisi|Georgia|GEO
Marrakesh|Morocco|MAR
Cape Town|South Africa|ZAF
Nairobi|Kenya|KEN
Accra|Ghana|GHA
Beirut|Lebanon|LBN
Amman|Jordan|JOR
Muscat|Oman|OMN
Jaipur|India|IND
Kochi|India|IND
Colombo|Sri Lanka|LKA
Hanoi|Viet Nam|VNM
Đà Nẵng|Viet Nam|VNM
Chiang Mai|Thailand|THA
Penang|Malaysia|MYS
Kyoto|Japan|JPN
Sapporo|Japan|JPN
Kanazawa|Japan|JPN
Busan|South Korea|KOR
Taipei|Taiwan|TWN
Melbourne|Australia|AUS
Hobart|Australia|AUS
Wellington|New Zealand|NZL
Queenstown|New Zealand|NZL
Vancouver|Canada|CAN
Montréal|Canada|CAN
Portland|United States|USA
Chicago|United States|USA
Santa Fe|United States|USA
Savannah|United States|USA
Oaxaca|Mexico|MEX
Mérida|Mexico|MEX
Medellín|Colombia|COL
Cusco|Peru|PER
Valparaíso|Chile|CHL
Montevideo|Uruguay|URY
São Paulo|Brazil|BRA
Florianópolis|Brazil|BRA
`;

export const PLACES: readonly Scene['place'][] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [city = '', country = '', countryIso = ''] = line.split('|');
    return { city, country, countryIso };
  });
