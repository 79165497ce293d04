/** The news events that editorial pictures belong to. */
import { rng } from '../kit/rng.js';
import { scene } from '../kit/scene.js';
import { gettyImageScene } from '../kit/world.js';
import { SEGMENTS } from './reference.js';

export interface NewsEvent {
  readonly id: number;
  readonly name: string;
  readonly startDate: string;
  readonly childCount: number;
  readonly segments: readonly string[];
  readonly location: {
    readonly city: string;
    readonly country: string;
    readonly state_province: string | null;
    readonly venue: string | null;
  };
}

export const EVENT_COUNT = 60;
const NAMES = [
  'Harbour Regatta',
  'City Marathon',
  'Film Night',
  'Budget Debate',
  'Spring Fashion Show',
  'Cup Final',
  'Jubilee Parade',
];

/** Every twentieth id does not fit into 32 bits. */
export const eventId = (index: number): number => (index % 20 === 19 ? 5_000_000_000 + index : 775_000_001 + index * 11);

const made = new Map<number, NewsEvent>();
const indexById = new Map(Array.from({ length: EVENT_COUNT }, (_, index) => [eventId(index), index]));

export const eventAt = (index: number): NewsEvent => {
  const known = made.get(index);
  if (known !== undefined) return known;
  const random = rng(`getty:event:${index}`);
  const shown = scene(gettyImageScene(index * 7));
  const event: NewsEvent = {
    id: eventId(index),
    name: `${random.pick(NAMES)} ${shown.place.city}`,
    startDate: `${shown.takenAt.slice(0, 10)}T00:00:00Z`,
    childCount: random.int(4),
    segments: [random.pick(SEGMENTS)],
    location: {
      city: shown.place.city,
      country: shown.place.country,
      state_province: random.chance(0.5) ? 'Northern Province' : null,
      venue: random.chance(0.3) ? null : 'Old Customs Hall',
    },
  };
  made.set(index, event);
  return event;
};

export const findEvent = (id: number): NewsEvent | undefined => {
  const index = indexById.get(id);
  return index === undefined ? undefined : eventAt(index);
};

export const allEvents = (): readonly NewsEvent[] => Array.from({ length: EVENT_COUNT }, (_, index) => eventAt(index));
