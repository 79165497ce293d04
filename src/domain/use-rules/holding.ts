/** Whether there is a license at all. It rests on no field of the terms. */
import type { Holding, UseReason, UseVerdict } from '../use.js';

const reason = (effect: UseVerdict, code: string, message: string): UseReason => ({
  code,
  effect,
  message,
  field: null,
  origin: null,
});

const REASONS: Readonly<Record<Holding, UseReason | undefined>> = {
  LICENSE: undefined,
  NOT_NEEDED: undefined,
  SUPERSEDED: reason('DENIED', 'LICENSE_SUPERSEDED', 'Another license has followed this one: the use belongs under that.'),
  CANCELLED: reason('DENIED', 'LICENSE_CANCELLED', 'The license was cancelled, and there is no other.'),
  NOT_LICENSED: reason('DENIED', 'NOT_LICENSED', 'The asset is not licensed.'),
  NOT_KNOWN: reason('UNKNOWN', 'NO_LICENSE_KNOWN', 'No license of the asset is on record here.'),
};

export const holdingReason = (holding: Holding): UseReason | undefined => REASONS[holding];
