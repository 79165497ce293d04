/** Where a search or a history goes on from: written by this adapter alone, and anything else is refused. */
import { notOffered } from './faults.js';

export const readPlace = <T>(place: string, isPlace: (value: unknown) => value is T): T => {
  try {
    const parsed: unknown = JSON.parse(place);
    if (isPlace(parsed)) return parsed;
  } catch {
    // Refused below.
  }
  throw notOffered('cannot go on from this place; start again from the beginning.');
};
