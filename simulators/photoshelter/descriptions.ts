/** What is written about a medium: IPTC and custom metadata, drawn from its picture and from where it came. */

import { type rng } from '../kit/rng.js';
import { adobeId, gettyImageId, type Scene } from '../kit/world.js';
import { FIELDS } from './fields.js';
import type { MediaKind } from './ids.js';
import type { Iptc } from './media.js';

export interface Origin {
  readonly source: 'adobe' | 'getty';
  readonly k: number;
}

type Chance = ReturnType<typeof rng>;
type OriginPlace = 'custom' | 'trans_ref' | 'source' | 'nowhere';

const originName = (origin: Origin): string =>
  origin.source === 'adobe' ? `adobestock:${adobeId(origin.k)}` : `gettyimages:${gettyImageId(origin.k)}`;

/** Most copies of stock pictures say which one they are, in one of three places; some do not. */
const originPlace = (j: number, kind: MediaKind): OriginPlace => {
  const place =
    (['custom', 'trans_ref', 'custom', 'source', 'custom', 'trans_ref', 'custom', 'nowhere'] as const)[Math.floor(j / 9) % 8] ??
    'custom';
  return kind === 'image' || place === 'nowhere' ? place : 'custom';
};

const RIGHTS = [
  'Editorial use only. No advertising.',
  'Cleared for all company channels, worldwide, until the licence end.',
  'Nur für interne Präsentationen.',
  'Licensed for web and social media in Europe; print needs a new licence.',
  'Использование только с указанием автора.',
] as const;
const INSTRUCTIONS = [
  'Do not crop the logo.',
  'Mandatory credit.',
  'Embargo until the official announcement.',
  'No use after the licence end date.',
] as const;

/** Comma-joined as a rule; now and then the traps of keyword strings: semicolons, doubled words, empty ones. */
const keywordText = (scene: Scene, j: number): string =>
  j % 29 === 11
    ? `${scene.keywords.join('; ')};`
    : j % 31 === 12
      ? [...scene.keywords, '', scene.keywords[0] ?? ''].join(', ')
      : scene.keywords.join(', ');

const withoutBlanks = (fields: Readonly<Record<string, string | null>>): Iptc =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''));

export const describe = (j: number, kind: MediaKind, scene: Scene, origin: Origin | null, chance: Chance): Iptc => {
  const place = origin === null ? 'nowhere' : originPlace(j, kind);
  const name = origin === null ? '' : originName(origin);
  const agency = origin === null ? 'Acme Photo' : origin.source === 'adobe' ? 'Adobe Stock' : 'Getty Images';
  const maybe = (p: number, text: string): string | null => (chance.chance(p) ? text : null);
  return withoutBlanks({
    title: j % 10 === 3 ? null : scene.title,
    headline: maybe(0.6, scene.title.toUpperCase()),
    caption: maybe(0.92, scene.caption),
    caption_writer: maybe(0.2, 'mk/desk'),
    keywords: keywordText(scene, j),
    author: maybe(0.9, scene.contributor),
    position: maybe(0.3, 'Staff'),
    credit: maybe(0.78, origin === null ? `${scene.contributor}/Acme` : `${scene.contributor}/${agency}`),
    source: place === 'source' ? name : maybe(0.5, agency),
    copyright: maybe(0.75, `© ${scene.takenAt.slice(0, 4)} ${origin === null ? 'Acme Corporation' : scene.contributor}`),
    rights: maybe(0.55, chance.pick(RIGHTS)),
    instructions: maybe(0.35, chance.pick(INSTRUCTIONS)),
    category: maybe(0.4, chance.pick(['SPO', 'ACE', 'EBF', 'LIF'])),
    urgency: maybe(0.2, String(1 + chance.int(8))),
    edit_status: maybe(0.2, chance.pick(['final', 'draft', 'retouch'])),
    location: maybe(0.3, chance.pick(['Main stand', 'Hall 4', 'Rooftop'])),
    city: scene.place.city,
    country: scene.place.country,
    country_iso: scene.place.countryIso,
    // The job identifier: the contract's file name in the practice the vendor advises, or the stock picture's id.
    trans_ref: place === 'trans_ref' ? name : maybe(0.15, `contract-${String(1 + (j % 12)).padStart(3, '0')}.pdf`),
    genre: maybe(0.2, 'Documentary'),
    web_statement: maybe(0.25, 'https://acme.example/rights'),
    ci_email: maybe(0.2, 'pictures@acme.example'),
    ci_country: maybe(0.2, 'Germany'),
  });
};

/** The approved share is high enough for a page of usable pictures, low enough that a gateway that does not look is caught. */
export const tag = (j: number, kind: MediaKind, origin: Origin | null, chance: Chance): Readonly<Record<string, string>> => {
  if (j % 14 === 5 && origin === null) return {};
  const { USAGE, TERRITORY, LICENCE_TYPE, APPROVAL, LICENCE_START, SOURCE_ASSET, CAMPAIGN } = FIELDS;
  const tags: Record<string, string> = {};
  const put = (field: { readonly id: string }, p: number, value: string): void => {
    if (chance.chance(p)) tags[field.id] = value;
  };
  const of = (field: typeof USAGE): string => chance.pick(field.options).value;
  put(USAGE, 0.75, of(USAGE));
  put(TERRITORY, 0.6, of(TERRITORY));
  put(LICENCE_TYPE, 0.7, origin === null ? chance.pick(['Owned', 'Commissioned', 'Rights managed']) : of(LICENCE_TYPE));
  put(APPROVAL, 0.85, chance.pick(['Approved', 'Approved', 'Approved', 'In review', 'Draft', 'Rejected']));
  put(LICENCE_START, 0.2, `${2022 + chance.int(4)}-0${1 + chance.int(9)}-01`);
  put(CAMPAIGN, 0.3, of(CAMPAIGN));
  if (origin !== null && originPlace(j, kind) === 'custom') tags[SOURCE_ASSET.id] = originName(origin);
  return tags;
};
