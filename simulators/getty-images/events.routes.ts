/** News events: by id and by search; they need the key alone. */
import type { Route } from '../kit/types.js';
import { allEvents, EVENT_COUNT, eventId, findEvent, type NewsEvent } from './event-data.js';
import { SIGNATURE } from './media.js';
import { dateParam, enumListParam, enumParam, listParam, pageOf } from './params.js';
import { SEGMENTS } from './reference.js';
import { ok, refuse } from './replies.js';
import type { Room } from './room.js';

const FIELDS = [
  'id',
  'child_event_count',
  'editorial_segments',
  'hero_image',
  'image_count',
  'location',
  'name',
  'start_date',
  'type',
] as const;
const DAY_MS = 86_400_000;
const LAST_PAGE = 50;

export const eventRoutes = (room: Room): readonly Route[] => {
  const { catalogue, guard, media, switched } = room;

  const counts = new Map<number, { count: number; hero: number }>();
  const imagesOf = (id: number) => {
    if (counts.size === 0) {
      for (let index = 0; index < EVENT_COUNT; index += 1) counts.set(eventId(index), { count: 0, hero: -1 });
      for (let k = 0; k < catalogue.size('image'); k += 1) {
        const asset = catalogue.at('image', k);
        const entry = asset === undefined ? undefined : counts.get(asset.eventIds[0] ?? -1);
        if (entry === undefined) continue;
        entry.count += 1;
        if (entry.hero < 0) entry.hero = k;
      }
    }
    return counts.get(id) ?? { count: 0, hero: -1 };
  };

  const hero = (event: NewsEvent) => {
    const asset = catalogue.at('image', imagesOf(event.id).hero);
    if (asset === undefined) return null;
    const text = JSON.stringify({ id: asset.id, display_sizes: [media.display(asset, 'thumb')] });
    return JSON.parse(text.replaceAll(SIGNATURE, media.sign())) as unknown;
  };

  const VALUES: Readonly<Record<(typeof FIELDS)[number], (event: NewsEvent) => unknown>> = {
    id: (event) => event.id,
    child_event_count: (event) => event.childCount,
    editorial_segments: (event) => event.segments,
    hero_image: hero,
    image_count: (event) => imagesOf(event.id).count,
    location: (event) => event.location,
    name: (event) => event.name,
    start_date: (event) => event.startDate,
    type: () => 'Standard',
  };

  const shaper = (query: URLSearchParams, extra: readonly 'keywords'[] = []) => {
    const asked = enumListParam(query, 'fields', [...FIELDS, ...extra]);
    const fields = FIELDS.filter((name) =>
      asked.length === 0 ? ['id', 'name', 'start_date'].includes(name) : asked.includes(name) || name === 'id',
    );
    return (event: NewsEvent) => Object.fromEntries(fields.map((name) => [name, VALUES[name](event)]));
  };

  const idOf = (text: string): number =>
    /^\d{1,15}$/.test(text) ? Number(text) : refuse(400, 'InvalidRequestParameters', 'Event ids are numbers.');

  const batch = guard({
    endpoint: 'events',
    method: 'GET',
    pattern: '/v3/events',
    token: 'optional',
    parameters: ['ids', 'fields'],
    handle: ({ query }) => {
      const ids = [...new Set(listParam(query, 'ids').map(idOf))];
      if (ids.length === 0) refuse(400, 'InvalidRequestParameters', 'At least one event id is needed.');
      const shape = shaper(query);
      const found = ids.map(findEvent).filter((event) => event !== undefined);
      if (found.length === 0 && switched('all-missing') === 404) refuse(404, 'EventNotFound', 'None of the events was found.');
      return ok({ events: found.map(shape), events_not_found: ids.filter((id) => findEvent(id) === undefined) });
    },
  });

  const single = guard({
    endpoint: 'event',
    method: 'GET',
    pattern: '/v3/events/{id}',
    token: 'optional',
    parameters: ['fields'],
    handle: (call) => {
      const event = findEvent(idOf(call.request.params.id ?? '')) ?? refuse(404, 'EventNotFound', 'No such event.');
      const shaped = shaper(call.query)(event);
      return ok(switched('single-event-envelope') === 'wrapped' ? { events: [shaped] } : shaped);
    },
  });

  const search = guard({
    endpoint: 'search-events',
    method: 'GET',
    pattern: '/v3/search/events',
    token: 'optional',
    parameters: ['editorial_segment', 'date_from', 'date_to', 'fields', 'page', 'page_size', 'phrase', 'sort_order'],
    handle: ({ query }) => {
      const words = (query.get('phrase') ?? '').toLowerCase().split(/\s+/);
      const segment = enumParam(query, 'editorial_segment', SEGMENTS);
      const from = dateParam(query, 'date_from') ?? Number.NEGATIVE_INFINITY;
      const to = (dateParam(query, 'date_to') ?? Number.POSITIVE_INFINITY) + DAY_MS;
      const oldestFirst = enumParam(query, 'sort_order', ['newest', 'oldest']) === 'oldest';
      const found = allEvents()
        .filter((event) => words.every((word) => event.name.toLowerCase().includes(word)))
        .filter((event) => segment === null || event.segments.includes(segment))
        .filter((event) => Date.parse(event.startDate) >= from && Date.parse(event.startDate) < to)
        .sort((a, b) => a.startDate.localeCompare(b.startDate) * (oldestFirst ? 1 : -1) || a.id - b.id);
      if (Number(query.get('page') ?? 1) > LAST_PAGE) refuse(400, 'InvalidPage', `The last page is ${LAST_PAGE}.`);
      const page = pageOf(query, found.length);
      return ok({ result_count: found.length, events: found.slice(page.from, page.to).map(shaper(query, ['keywords'])) });
    },
  });

  return [batch, single, search];
};
