/** Mistakes that are planted on purpose, to see that the checks find them; and the shorter pauses that every run has. */
import type { Patch } from '../bundle.js';

/** As shipped the second repeat would come after minutes; and the other side fails so often that one may be given up. */
export const SHORT_PAUSES: Patch = {
  file: 'src/domain/event-endpoint.ts',
  find: '  5 * SECOND,\n  5 * MINUTE,\n  30 * MINUTE,\n  2 * HOUR,',
  put: '  100,\n  150,\n  200,\n  250,\n  300,\n  300,\n  300,\n  300,\n  300,\n  300,\n  300,\n  300,',
};

export const EVENT_BUGS: Readonly<Record<string, Patch>> = {
  'deaths-count-as-refusals': {
    file: 'src/store/event-delivery.store.ts',
    find: '::timestamptz\n    from due',
    put: '::timestamptz, attempts = attempts + 12\n    from due',
  },
  'followers-overtake': {
    file: 'src/store/event-delivery.store.ts',
    find: 'and first.delivery_no < d.delivery_no)',
    put: 'and first.delivery_no < 0)',
  },
  'delivered-before-it-was-sent': {
    file: 'src/store/event-delivery.store.ts',
    find: '::timestamptz\n    from due',
    put: "::timestamptz, state = 'DELIVERED', ended_at = now()\n    from due",
  },
  'a-new-id-for-each-try': {
    file: 'src/domain/event.ts',
    find: '    id: event.uuid,\n    source:',
    put: '    id: crypto.randomUUID(),\n    source:',
  },
  'numbered-by-begin': {
    file: 'src/store/outbox.store.ts',
    find: 'row_number() over (order by insert_order) as n',
    put: 'row_number() over (order by insert_order desc) as n',
  },
};
