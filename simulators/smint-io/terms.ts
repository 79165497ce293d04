/** How one license term looks on the wire, and the instants that the simulated terms use. */
import type { Json, JsonObject } from './json.js';
import { isoDate, localized } from './texts.js';

const EMPTY_LISTS: JsonObject = {
  exclusivities: [],
  allowed_usages: [],
  restricted_usages: [],
  allowed_sizes: [],
  restricted_sizes: [],
  allowed_placements: [],
  restricted_placements: [],
  allowed_distributions: [],
  restricted_distributions: [],
  allowed_geographies: [],
  restricted_geographies: [],
  allowed_industries: [],
  restricted_industries: [],
  allowed_languages: [],
  restricted_languages: [],
  usage_limits: [],
};

/** An empty list states nothing; a field that is not given here is missing on the wire. */
export const term = (sequence: number | null, name: string, fields: Readonly<Record<string, Json>> = {}): JsonObject => ({
  sequence_number: sequence,
  name: localized({ en: name }),
  ...EMPTY_LISTS,
  ...fields,
});

export const ANYWHERE: Readonly<Record<string, Json>> = {
  allowed_usages: ['any'],
  allowed_sizes: ['any'],
  allowed_placements: ['any'],
  allowed_distributions: ['any'],
  allowed_geographies: ['any'],
  allowed_industries: ['any'],
  allowed_languages: ['any'],
};

export interface TermDates {
  /** Start of the purchase day. */
  readonly purchased: string;
  /** Within thirty days of the start of the simulator, different per transaction. */
  readonly soon: string;
}

export const day = (year: number, month: number, date: number): string => isoDate(Date.UTC(year, month - 1, date));
export const endOf = (year: number, month: number, date: number): string => isoDate(Date.UTC(year, month - 1, date, 23, 59, 59));
