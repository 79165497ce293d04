/** The behaviours that no public source of Smint.io settles, each with the answers it may have. */
import type { SwitchSpec } from '../kit/types.js';

export const switches = {
  'refresh-rotation': {
    values: ['on-first-use', 'at-once', 'none'],
    about:
      'When a replaced refresh token dies: when its successor is first used, at the exchange itself, or never (same token again).',
  },
  'refresh-token-in-reply': {
    values: ['always', 'every-second', 'never', 'null'],
    about: 'Whether the token reply carries a refresh token; where it is left out or null the old one stays good.',
  },
  'first-refresh-token': {
    values: ['rotates', 'stays'],
    about:
      'Whether the refresh token of the environment dies like any other, or is accepted for ever (several gateways on one simulator).',
  },
  'accept-earlier-refresh-tokens': {
    values: [true, false],
    about: 'Whether a refresh token issued by an earlier run of the simulator is accepted.',
  },
  'access-token-seconds': {
    values: [3600, 31_536_000, 60],
    about: 'Lifetime of an access token; the vendor speaks of about a year, its samples show an hour.',
  },
  'expired-token-status': { values: [401, 403], about: 'Status for a bearer that is missing, unknown or expired.' },
  'parameter-style': {
    values: ['both', 'camel', 'snake'],
    about:
      'Spelling of the feed parameter: continuationUuid, continuation_uuid or either; the other spelling is silently ignored.',
  },
  'max-limit': { values: [100, 10, 50, 1000], about: 'Largest page of the sync feed.' },
  'over-limit': { values: ['clamp', 'reject'], about: 'Whether a limit above the maximum is lowered or answered 400.' },
  'unknown-cursor': {
    values: ['reject', 'replay'],
    about: 'Whether a cursor that was never issued is answered 400 or starts the feed anew.',
  },
  'unsyncable-binaries': {
    values: ['empty', 'forbidden', 'served'],
    about: 'What the binaries call gives for a transaction that can not be synced or is not complete.',
  },
  'binary-url-minutes': { values: [60, 5, 1], about: 'How long a download address lives; one hour is documented.' },
  'dead-download-status': { values: [403, 410], about: 'Status of a download address after its end.' },
  'preview-hours': { values: [24, 1, 168], about: 'How long the preview addresses of a feed page live at least.' },
  'error-body': {
    values: ['object', 'empty', 'html'],
    about: 'Body of an API error: error_code, error_message and error_details, nothing, or a page of the load balancer.',
  },
} as const satisfies Readonly<Record<string, SwitchSpec>>;
