/** What no public source settles about Adobe Stock, as switches: a gateway must survive each of the values. */
import type { SimHost, SwitchSpec } from '../kit/types.js';

export const switches = {
  'token-expires-in': {
    values: [86_399, 863_999, 86_399_998],
    about: 'What expires_in says: seconds; ten times too many; milliseconds. The token always dies by token-lifetime-s.',
  },
  'token-lifetime-s': { values: [86_399, 600, 60, 2], about: 'After how many seconds an issued token is refused.' },
  'ims-invalid-client-status': { values: [400, 401], about: 'HTTP status of an invalid_client refusal by the token endpoint.' },
  'rate-limit-per-second': { values: [0, 5, 20], about: 'Requests a second for each API key before 429050; 0 is no limit.' },
  'rate-limit-retry-after': { values: [true, false], about: 'Whether a 429 carries Retry-After.' },
  'escape-slashes': { values: [true, false], about: 'Whether JSON texts write / as \\/ and what is not ASCII as \\u….' },
  'premium-extra-rows': {
    values: [true, false],
    about: 'Whether a search without filters[premium] appends premium rows beyond its limit (and limit=0 gives 110 rows).',
  },
  'nb-results-drift': { values: [true, false], about: 'Whether the total of a search wanders from page to page.' },
  'limit-out-of-range': { values: ['clamp', 'refuse'], about: 'What a limit above 100 does: it is cut to 100, or 400 code 100.' },
  'column-is-editorial': { values: ['accepted', 'refused'], about: 'Whether is_editorial is still a column (refused: 603).' },
  'column-creation-date': { values: ['accepted', 'refused'], about: 'Whether creation_date is still a column (refused: 603).' },
  'files-order': { values: ['request', 'by-id'], about: 'Order of the bulk reply: as asked, or by id.' },
  'files-duplicates': { values: ['dedupe', 'repeat'], about: 'Whether an id named twice comes back once or twice.' },
  'unknown-content': {
    values: ['400-100', '404-100', '200-not-possible'],
    about: 'How Info, Profile and License answer for an id that does not exist.',
  },
  'missing-reference': {
    values: ['400-100', '200-not-possible'],
    about: 'How License answers when a mandatory reference is missing.',
  },
  'video-without-license': {
    values: ['refuse', 'video-hd'],
    about: 'A video asked for without a license value: 400 code 020, or taken as Video_HD.',
  },
  'audio-license': { values: ['refuse', 'standard'], about: 'Whether audio can be licensed at all, and then as Standard.' },
  'first-license-race': {
    values: ['charge-once', 'charge-twice'],
    about: 'Two first purchases of the same license at the same time: one of them pays, or both do.',
  },
  'second-license-state': {
    values: ['purchased', 'just_purchased'],
    about: 'State in the answer when a held license is asked for again without license_again.',
  },
  'extended-covers-standard': {
    values: [false, true],
    about: 'Whether somebody who holds Extended gets Standard without paying; otherwise each license is a purchase of its own.',
  },
  'order-outcome': { values: ['booked', 'cancelled'], about: 'Whether orders go through, or fail and end as cancelled, unpaid.' },
  'full-entitlement-quota': {
    values: ['stale', 'fresh', 'empty-array'],
    about: 'full_entitlement_quota right after a purchase: the value before it, the value after it, or [].',
  },
  'info-license-scope': {
    values: ['per-license', 'any-license'],
    about: 'Whether Info with a license answers for that license only or for any that is held.',
  },
  'info-size': { values: ['Comp', 'Original'], about: 'What size says in Info once the asset is held.' },
  'member-shape': {
    values: ['number', 'opaque', 'absent'],
    about: 'The member object: a number, an opaque text, or no member at all.',
  },
  'purchase-date-zone': { values: ['utc', 'pacific'], about: 'Zone in which the zone-less purchase_details.date is written.' },
  'history-lag-ms': {
    values: [0, 400, 5_000, 60_000],
    about: 'Milliseconds before a new purchase appears in LicenseHistory (Info and is_licensed know it at once).',
  },
  'history-date-space': {
    values: ['plain', 'narrow'],
    about: 'The space before AM/PM in license_date: an ordinary one, or U+202F.',
  },
  'history-download-token': { values: [true, false], about: 'Whether a download_url of the history needs ?token=.' },
  'download-header-auth': {
    values: ['breaks', 'accepted'],
    about: 'A download asked for with an Authorization header: refused with HTML, or taken like ?token=.',
  },
  'download-answer': {
    values: ['redirect', 'direct'],
    about: 'Downloads answer 302 to a signed address, or 200 with the bytes.',
  },
  'download-max-side': {
    values: [2_000, 10_000],
    about: 'Pixels of the longer side beyond which no download is drawn: a matter of speed here, not of the vendor.',
  },
  'download-error-status': { values: [404, 400, 403], about: 'HTTP status of the plain-text download errors.' },
} as const satisfies Readonly<Record<string, SwitchSpec>>;

export type SwitchName = keyof typeof switches;

/** A misspelt name does not compile. */
export const switchValue = (host: SimHost, name: SwitchName): string | number | boolean => host.switches.get(name);
