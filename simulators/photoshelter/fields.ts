/** Custom metadata fields of the simulated organization: controlled vocabularies, and a few that take text. */

import { makeId } from './ids.js';

export interface CustomField {
  readonly id: string;
  readonly name: string;
  /** Empty: the field takes text. */
  readonly options: readonly { readonly id: string; readonly value: string }[];
}

const field = (name: string, ...values: readonly string[]): CustomField => ({
  id: makeId('CF000', name),
  name,
  options: values.map((value) => ({ id: makeId('CO000', `${name}:${value}`), value })),
});

const USAGE = field('Usage', 'Editorial only', 'Commercial', 'Social', 'Web', 'Print', 'Internal only');
const TERRITORY = field('Territory', 'Worldwide', 'Europe', 'DACH', 'North America', '日本');
const LICENCE_TYPE = field('Licence type', 'Rights managed', 'Royalty free', 'Owned', 'Rights ready', 'Commissioned');
const APPROVAL = field('Approval', 'Draft', 'In review', 'Approved', 'Rejected');
const LICENCE_START = field('Licence start');
const SOURCE_ASSET = field('Source asset id');
const CAMPAIGN = field('Campaign', 'Summer 2026', 'Città aperta', 'Зимний сезон', 'Always on');

export const FIELDS = { USAGE, TERRITORY, LICENCE_TYPE, APPROVAL, LICENCE_START, SOURCE_ASSET, CAMPAIGN } as const;

export const ALL_FIELDS: readonly CustomField[] = Object.values(FIELDS);

const byKey = new Map<string, CustomField>(
  ALL_FIELDS.flatMap((one) => [[one.id, one] as const, [one.name.toLowerCase(), one] as const]),
);

/** By id or by name, whatever its case. */
export const findField = (key: string): CustomField | undefined => byKey.get(key) ?? byKey.get(key.toLowerCase());

/** The text behind an option id or a text; undefined: the vocabulary has no such word. */
export const findValue = (of: CustomField, given: string): string | undefined =>
  of.options.length === 0 ? given : of.options.find((option) => option.id === given || option.value === given)?.value;
