/** The behaviours of Getty's API that no public source settles, each as a switch; the first value is the default. */
import type { SwitchSpec } from '../kit/types.js';

export const SWITCHES = {
  'key-state': { values: ['active', 'disabled'], about: 'disabled: the edge answers 403 Forbidden to everything with our key.' },
  'max-qps': {
    values: [0, 3, 5, 20, 50, 200],
    about: 'Requests per second and key, token calls included; 0 is no limit. Above it: 429 without Retry-After.',
  },
  'bad-token-reply': { values: ['edge', 'service'], about: 'Which envelope an expired or unknown bearer token gets.' },
  'unknown-parameters': {
    values: ['refuse', 'ignore'],
    about: 'Whether a query parameter that the operation does not know is a 400.',
  },
  'token-error-status': { values: [401, 400], about: 'Status of a refused token request (invalid_client).' },
  'user-token-required': { values: [false, true], about: 'Whether this key needs a user inside the token to download.' },
  'user-token-status': { values: [403, 401], about: 'Status of UserTokenRequired.' },
  'all-missing': { values: [404, 200], about: 'Status of a batch in which no id is known.' },
  'too-many-ids-code': { values: ['InvalidParameterValue', 'MalformedRequest'], about: 'Code of the 400 for more than 100 ids.' },
  'batch-order': { values: ['by-id', 'as-asked', 'reversed'], about: 'Order of a batch reply; duplicates are answered once.' },
  'comma-path': { values: ['not-found', 'batch'], about: 'What /images/1,2 means: one unknown id, or a batch.' },
  'download-fields-without-token': {
    values: ['refuse', 'omit'],
    about: 'download_sizes and its kin asked for by name without a bearer token: 401, or left out.',
  },
  'token-narrows-search': {
    values: [true, false],
    about: 'Whether a bearer token limits a search to what the account may download.',
  },
  'search-depth-cap': {
    values: [0, 300, 1000],
    about: 'Results beyond this many cannot be paged to (InvalidPage); 0 is no cap.',
  },
  'single-event-envelope': { values: ['bare', 'wrapped'], about: 'Whether one event by path comes bare or in an events array.' },
  'auto-download-status': { values: [303, 302], about: 'Status of the redirect that auto_download=true asks for.' },
  'limit-period-words': { values: ['noun', 'adverb'], about: 'Whether download_limit_duration says month or monthly.' },
  'ambiguous-product': {
    values: ['refuse', 'first'],
    about: 'A download that names no product while several fit: 400, or the first is charged.',
  },
  'outside-agreement-reply': { values: ['service', 'edge'], about: 'Which 401 envelope an asset outside the agreement gets.' },
  'project-code-required': { values: [false, true], about: 'Whether Premium Access asks for a project code.' },
  'requirement-check': {
    values: ['refuse', 'accept'],
    about: 'A required note or project code is missing: 400, or charged all the same.',
  },
  'redownload-counts': {
    values: [true, false],
    about: 'Whether a new POST for an asset already downloaded under the product consumes quota again.',
  },
  'history-notes': {
    values: ['returned', 'when-required', 'omitted'],
    about: 'Whether notes and project codes come back in the histories.',
  },
  'history-lag-ms': { values: [0, 400, 2000, 5000, 60000], about: 'How long a download stays invisible in the histories.' },
  'history-time-precision': {
    values: ['milliseconds', 'seconds'],
    about: 'How fine the histories write when a download was made.',
  },
  'downloads-max-window-days': { values: [0, 90, 365], about: 'Longest date window of /downloads (400 above); 0 is no limit.' },
  'company-downloads': {
    values: [true, false],
    about: 'Whether the account may see downloads of its colleagues; otherwise 403.',
  },
  'purchased-assets-access': { values: [true, false], about: 'Whether the key is enabled for purchased-assets; otherwise 403.' },
  'order-access': { values: [true, false], about: 'Whether the account may read orders; otherwise 403.' },
  'downloads-in-purchases': {
    values: [false, true],
    about: 'Whether downloads under a subscription also show up in purchased-assets.',
  },
  'extended-license-again': {
    values: ['charge', 'skip'],
    about: 'An extended license already held: paid again, or left out free of charge.',
  },
  'usage-reporting': { values: [true, false], about: 'Whether the account may report usage; otherwise 403.' },
  'usage-invalid-status': { values: [400, 200], about: 'Status of a usage batch refused for unknown asset ids.' },
  'usage-refused-id-reusable': { values: [true, false], about: 'Whether the id of a refused usage batch may be used again.' },
  'channel-key-casing': { values: ['pascal', 'snake', 'camel'], about: 'Spelling of the keys of asset-change channels.' },
  'media-lifetime-seconds': { values: [86400, 300, 5], about: 'How long the address of a display image works.' },
  'delivery-max-width': {
    values: [1600, 400, 8000],
    about: 'Delivered files are scaled down to this width, to spare the machine; the announced sizes are estimates anyway.',
  },
} as const satisfies Readonly<Record<string, SwitchSpec>>;

export type SwitchName = keyof typeof SWITCHES;
