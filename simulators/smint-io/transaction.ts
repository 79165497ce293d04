/** One license purchase transaction as JSON, without previews: the record that the feed sends and that actions change. */
import type { Traits } from './catalogue.js';
import { contentOf } from './content.js';
import { contentElement } from './content-element.js';
import type { JsonObject } from './json.js';
import { constraintsOf, countersOf, licenseeOf, licenseTextOf, offering, pricesOf } from './offering.js';
import { isoDate, localized } from './texts.js';

const DAY_MS = 86_400_000;
const PROJECTS: readonly string[] = ['Spring campaign', 'Annual report', 'Website relaunch', 'Trade fair', 'Employer brand'];
const BOARDS: readonly string[] = ['Shortlist', 'Key visuals', 'Teasers', 'Backgrounds', 'Social', 'Print', 'Archive'];

/** `startedAt` is when this run began: the only thing about a transaction that is not the same in every run. */
const termsOf = (traits: Traits, startedAt: number): readonly JsonObject[] => {
  const startDay = Math.floor(startedAt / DAY_MS) * DAY_MS;
  return traits.profile.terms({
    purchased: isoDate(Math.floor(traits.purchasedAt / DAY_MS) * DAY_MS),
    soon: isoDate(startDay + (2 + (traits.t % 27)) * DAY_MS),
  });
};

const projectOf = (t: number): JsonObject => {
  const name = PROJECTS[t % PROJECTS.length] ?? '';
  return { project_uuid: String(31 + (t % PROJECTS.length)), project_name: t % 18 === 5 ? [] : localized({ en: name }) };
};

const collectionOf = (t: number, purchasedAt: number): JsonObject =>
  t % 16 === 3
    ? { collection_uuid: null, collection_name: [] }
    : {
        collection_uuid: String(77 + (t % BOARDS.length)),
        collection_name: localized({ en: BOARDS[t % BOARDS.length] ?? '', de: `Tafel ${t % BOARDS.length}` }),
        collection_content_element_uuid: `CE${t}`,
        collection_content_element_created_at: isoDate(purchasedAt - DAY_MS),
        collection_content_element_created_by_user_uuid: String(800 + (t % 6)),
        collection_content_element_created_by_user_name: `Editor ${t % 6}`,
      };

const isRestrictive = (term: JsonObject): boolean =>
  Object.entries(term).some(([name, value]) => name.startsWith('restricted_') && Array.isArray(value) && value.length > 0);

export const transaction = (traits: Traits, startedAt: number): JsonObject => {
  const { t } = traits;
  const content = contentOf(traits.contentOf);
  const terms = termsOf(traits, startedAt);
  const isDone = traits.state === 'completed' || traits.state === 'cancelled';
  return {
    uuid: traits.uuid,
    cart_purchase_transaction_uuid: traits.cartUuid,
    reused_license_purchase_transaction_uuid: traits.reusedUuid,
    state: traits.state,
    ...projectOf(t),
    ...collectionOf(t, traits.purchasedAt),
    ...pricesOf(traits),
    content_element: contentElement(traits.contentOf, content),
    offering: offering(traits, content, terms),
    purchased_at: isoDate(traits.purchasedAt),
    completed_at: isDone ? isoDate(traits.purchasedAt + 45_000) : null,
    purchased_by_user_uuid: String(810 + (t % 5)),
    purchased_by_user_name: `Buyer ${t % 5}`,
    ...licenseeOf(t),
    license_text: licenseTextOf(traits),
    license_terms: terms,
    license_download_constraints: constraintsOf(t),
    has_potentially_restrictive_license_terms: t % 9 === 0 ? null : terms.some(isRestrictive),
    ...countersOf(t),
    ...(traits.canBeSynced === undefined ? {} : { can_be_synced: traits.canBeSynced }),
    version: traits.isUpdated ? 5 : 4,
    created_at: isoDate(traits.purchasedAt),
    last_updated_at: isoDate(traits.updatedAt),
  };
};
