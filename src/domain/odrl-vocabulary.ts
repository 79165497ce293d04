/** The words that terms have in ODRL 2.2, and those of our own profile where ODRL has none: see docs/odrl.md. */
import { LIST_FIELDS } from './stated-terms.js';

/** Who does not know this profile must stop reading the policy (ODRL Information Model, profiles). */
export const ODRL_PROFILE = 'urn:clearance:odrl:1';
const OWN = `${ODRL_PROFILE}#`;
const ODRL = 'http://www.w3.org/ns/odrl/2/';
export const ODRL_CONTEXT = ['http://www.w3.org/ns/odrl.jsonld', { clr: OWN }] as const;

/** What the terms belong to, where the policy names nothing: the asset, or the asset of the license, at which they were read. */
export const BEARER = `${OWN}bearer`;
/** The policy that says the same as terms of this hash. */
export const policyUidOf = (termsHash: string): string => `urn:clearance:terms:${termsHash}`;

/** A policy of its own for each license that has these terms: between the source and the tenant, for one asset. */
export const licenseSubject = (
  license: { readonly id: string; readonly assetId: string; readonly source: string; readonly tenantId: string },
  termsHash: string,
) => ({
  uid: `urn:clearance:license:${license.id}:${termsHash}`,
  target: `urn:clearance:asset:${license.assetId}`,
  assigner: `urn:clearance:source:${license.source}`,
  assignee: `urn:clearance:tenant:${license.tenantId}`,
});

/** What a use may be for, as in docs/rights.md. */
export type OdrlPurpose = 'clr:editorial' | 'clr:internal' | 'clr:commercial';

export type ListField = (typeof LIST_FIELDS)[number];
/** ODRL's published context spells `industry` wrongly: it is written with its prefix. */
export const OPERAND_OF: Readonly<Record<ListField, string>> = {
  usages: 'clr:usage',
  channels: 'deliveryChannel',
  placements: 'clr:placement',
  sizes: 'clr:size',
  territories: 'spatial',
  industries: 'odrl:industry',
  languages: 'language',
};

/** One spelling for the short, the prefixed and the full form of a term: ODRL's bare, ours with `clr:`. */
export const termOf = (text: string): string => {
  if (text.startsWith(ODRL)) return text.slice(ODRL.length);
  if (text.startsWith('odrl:')) return text.slice('odrl:'.length);
  return text.startsWith(OWN) ? `clr:${text.slice(OWN.length)}` : text;
};

const FIELD_OF = new Map(LIST_FIELDS.map((field) => [termOf(OPERAND_OF[field]), field]));
export const listFieldOf = (operand: string): ListField | undefined => FIELD_OF.get(operand);

const UNIT = `${OWN}unit/`;
/** Units are open words; text that is no Unicode loses what is wrong with it. */
export const unitIriOf = (unit: string): string => `${UNIT}${encodeURIComponent(Buffer.from(unit, 'utf8').toString('utf8'))}`;
export const unitOf = (iri: string): string | undefined => {
  if (!iri.startsWith(UNIT)) return undefined;
  try {
    return decodeURIComponent(iri.slice(UNIT.length));
  } catch {
    return undefined;
  }
};
