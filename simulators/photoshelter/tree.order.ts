/** The order of media inside a gallery, as `sort_by` and `sort_direction` ask for it. */

import type { Call } from './call.js';
import type { Media } from './media.js';
import { badRequest } from './refusal.js';

const KEYS: Readonly<Record<string, (media: Media) => number | string>> = {
  creation_time: (media) => media.createdAt,
  modification_time: (media) => media.modifiedAt,
  added_at: (media) => media.createdAt,
  file_name: (media) => media.fileName,
  date_taken: (media) => media.takenAt ?? 0,
};

export const mediaOrder = (call: Call, media: readonly Media[]): readonly Media[] => {
  const by = call.query('sort_by');
  if (by === undefined) return media;
  const descending = call.query('sort_direction') === 'descending';
  if (by === 'display_order') return descending ? [...media].reverse() : media;
  const of = Object.hasOwn(KEYS, by) ? KEYS[by] : undefined;
  if (of === undefined) throw badRequest('sort_by is not known');
  const sorted = [...media].sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
  return descending ? sorted.reverse() : sorted;
};
