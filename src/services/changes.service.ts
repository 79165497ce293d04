/** The stream for callers: page by page for those who poll, one by one for those who stay. */
import { type EventFilter, isWantedType, mayHearOf, positionOf, type StreamEvent } from '../domain/event.js';
import { type ChangeKind, EVENT_TYPES } from '../domain/event-catalogue.js';
import { Fault } from '../domain/faults.js';
import type { Visibility } from '../domain/library-approval.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import type { EventFeed, EventPage } from './event-feed.js';

export interface ChangesService {
  /** `after` is a cursor of an earlier page; null: from the beginning. */
  since(
    actor: Actor,
    query: { readonly after: string | null; readonly kinds: readonly ChangeKind[] | null; readonly first: number },
  ): Promise<EventPage>;
  /** Goes on until `ended`. `after`: from that event on; null: what comes from now on. */
  follow(actor: Actor, query: EventFilter & { readonly after: string | null }, ended: AbortSignal): AsyncGenerator<StreamEvent>;
}

const PAGE = 200;

const placeOf = (after: string | null): number | null => {
  if (after === null) return null;
  const position = positionOf(after);
  if (position === undefined)
    throw new Fault('BAD_USER_INPUT', 'The cursor in "after" is none of this stream. Start again without it.');
  return position;
};

/** Undefined when each names at least one type. */
export const strangeType = (types: readonly string[]): string | undefined =>
  types.find((wanted) => !EVENT_TYPES.some((type) => isWantedType(type, [wanted])));

/** What the event says in any of its parts. */
const textsOf = (event: StreamEvent) => [event.assetId, event.subjectId, JSON.stringify(event.data)];

export const createChangesService = ({
  feed,
  visibilityOf,
}: {
  readonly feed: EventFeed;
  readonly visibilityOf: (actor: Actor) => Visibility;
}): ChangesService => {
  /** Asked anew for each page: what a library approves or withdraws meanwhile counts. */
  const heard = (actor: Actor, events: readonly StreamEvent[]): Promise<readonly StreamEvent[]> =>
    visibilityOf(actor).visible(
      events.filter((event) => mayHearOf(actor, event)),
      textsOf,
    );

  async function* events(
    actor: Actor,
    filter: EventFilter,
    after: number | null,
    ended: AbortSignal,
  ): AsyncGenerator<StreamEvent> {
    const { tenantId } = actor;
    let position = after ?? (await feed.head(tenantId));
    while (!ended.aborted) {
      // Pulled page by page from the store: a reader who is slow makes nothing pile up here.
      const page = await feed.page(tenantId, { ...filter, after: position, limit: PAGE });
      for (const event of await heard(actor, page.events)) {
        if (ended.aborted) return;
        yield event;
      }
      position = page.upTo;
      if (!page.hasMore) await feed.laterHead(tenantId);
    }
  }

  return {
    since: async (actor, { after, kinds, first }) => {
      requireRole(actor, READERS, 'read changes');
      const query = { types: [], sources: [], ...(kinds && { kinds }), after: placeOf(after) ?? 0, limit: first };
      const page = await feed.page(actor.tenantId, query);
      return { ...page, events: await heard(actor, page.events) };
    },
    follow: (actor, { types, sources, after }, ended) => {
      requireRole(actor, READERS, 'follow events');
      const strange = strangeType(types);
      if (strange !== undefined)
        throw new Fault('BAD_USER_INPUT', `No event has the type "${strange}". See the catalogue of events.`);
      return events(actor, { types, sources }, placeOf(after), ended);
    },
  };
};
