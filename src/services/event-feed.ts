/** The stream of a tenant as everybody reads it: endpoints, subscriptions, changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventFilter, StreamEvent } from '../domain/event.js';
import { isWanted, isWantedType, streamEventOf } from '../domain/event.js';
import { type ChangeKind, eventTypeOf, kindOf, SENT_ACTIONS } from '../domain/event-catalogue.js';
import { Fault } from '../domain/faults.js';
import type { TenantId } from '../domain/ids.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import {
  findLastPosition,
  findStreamRows,
  hasUnnumbered,
  listConnectionSources,
  listStream,
  numberEvents,
} from '../store/outbox.store.js';

export interface PageQuery extends EventFilter {
  /** Absent: all. */
  readonly kinds?: readonly ChangeKind[];
  readonly after: number;
  readonly limit: number;
}

export interface EventPage {
  readonly events: readonly StreamEvent[];
  /** How far the stream has been looked through; go on from here. */
  readonly upTo: number;
  readonly hasMore: boolean;
}

export interface EventFeed {
  /** How long the stream is now, with all that was committed before the call. */
  head(tenantId: TenantId): Promise<number>;
  /** The same when some time has passed; all who wait for one tenant share the look. */
  laterHead(tenantId: TenantId): Promise<number>;
  page(tenantId: TenantId, query: PageQuery): Promise<EventPage>;
  find(tenantId: TenantId, uuids: readonly string[]): Promise<ReadonlyMap<string, StreamEvent>>;
}

/** How often the stream is looked at while somebody waits for it. Looking costs one small index; a notification would make commits wait for each other. */
const LOOK_EVERY_MS = 250;

export const createEventFeed = ({ db }: { readonly db: Database }): EventFeed => {
  const looks = new Map<TenantId, Promise<number>>();

  const head: EventFeed['head'] = async (tenantId) => {
    const [waits, last] = await readInTenant(
      db,
      tenantId,
      async (tx) => [await hasUnnumbered(tx), await findLastPosition(tx, tenantId)] as const,
    );
    if (!waits) return last;
    while (await inTenant(db, tenantId, (tx) => numberEvents(tx, tenantId)));
    return readInTenant(db, tenantId, (tx) => findLastPosition(tx, tenantId));
  };

  const actionsFor = ({ types, kinds }: PageQuery): readonly string[] =>
    SENT_ACTIONS.filter(
      (action) => isWantedType(eventTypeOf(action), types) && (kinds === undefined || kinds.includes(kindOf(action))),
    );

  return {
    head,
    laterHead: (tenantId) => {
      let look = looks.get(tenantId);
      if (!look) {
        look = sleep(LOOK_EVERY_MS)
          .then(() => head(tenantId))
          .finally(() => looks.delete(tenantId));
        looks.set(tenantId, look);
      }
      return look;
    },
    page: async (tenantId, query) => {
      const upTo = await head(tenantId);
      if (query.after > upTo)
        throw new Fault('BAD_USER_INPUT', 'The cursor in "after" is none of this stream. Start again without it.');
      if (query.after === upTo) return { events: [], upTo, hasMore: false };
      const { rows, sources } = await readInTenant(db, tenantId, async (tx) => ({
        rows: await listStream(tx, { tenantId, after: query.after, upTo, actions: actionsFor(query), limit: query.limit }),
        sources: await listConnectionSources(tx),
      }));
      const events = rows
        .map(({ event, position }) => streamEventOf(event, position, sources))
        .filter((event) => event !== undefined)
        .filter((event) => isWanted(event, query));
      const cut = rows.length === query.limit;
      const reached = cut ? (rows.at(-1)?.position ?? upTo) : upTo;
      return { events, upTo: reached, hasMore: reached < upTo };
    },
    find: async (tenantId, uuids) => {
      const { rows, sources } = await readInTenant(db, tenantId, async (tx) => ({
        rows: await findStreamRows(tx, uuids),
        sources: await listConnectionSources(tx),
      }));
      const events = rows.map(({ event, position }) => streamEventOf(event, position, sources));
      return new Map(events.filter((event) => event !== undefined).map((event) => [event.uuid, event]));
    },
  };
};
