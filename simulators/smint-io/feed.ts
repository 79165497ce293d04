/** The sync feed: pages of purchases by last change, a cursor that only the simulator can read, full replay without one. */
import { randomBytes } from 'node:crypto';
import type { SimHost, SimReply, SimRequest } from '../kit/types.js';
import { BASE_COUNT } from './catalogue.js';
import type { Purchases } from './purchases.js';
import { refusal } from './replies.js';
import { mac } from './signing.js';

const DEFAULT_LIMIT = 10;
const CURSOR_FORM = /^([0-9a-z]{6})-([0-9a-z]+)-([0-9a-f]{8})$/;

export interface Feed {
  page(request: SimRequest): SimReply;
  /** Cursors given out so far stop working, as after a purge of the vendor's change log. */
  forgetCursors(): void;
}

export const createFeed = (host: SimHost, purchases: Purchases): Feed => {
  const run = randomBytes(3).toString('hex');
  let generation = 0;
  let oldestGeneration = 0;

  const proof = (text: string): string => mac(`cursor|${text}`).slice(0, 8);

  const cursorAt = (sequence: number): string => {
    const place = (sequence * 100 + generation).toString(36);
    return Buffer.from(`${run}-${place}-${proof(`${run}-${place}`)}`).toString('base64url');
  };

  /** Changes made by an earlier run are gone: its cursor points into the base transactions at most. */
  const parseCursor = (cursor: string): number | null => {
    const [, cursorRun, place, given] = CURSOR_FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
    if (cursorRun === undefined || place === undefined || given !== proof(`${cursorRun}-${place}`)) return null;
    const number = Number.parseInt(place, 36);
    const sequence = Math.floor(number / 100);
    if (cursorRun !== run) return oldestGeneration > 0 ? null : Math.min(sequence, BASE_COUNT);
    return number % 100 < oldestGeneration ? null : sequence;
  };

  const cursorParameter = (query: URLSearchParams): string | null => {
    const style = host.switches.get('parameter-style');
    const camel = style === 'snake' ? null : query.get('continuationUuid');
    const snake = style === 'camel' ? null : query.get('continuation_uuid');
    return camel ?? snake;
  };

  const parseLimit = (text: string | null): number | null => {
    if (text === null || text === '') return DEFAULT_LIMIT;
    if (!/^\d{1,9}$/.test(text) || Number(text) < 1) return null;
    const max = Number(host.switches.get('max-limit'));
    if (Number(text) > max && host.switches.get('over-limit') === 'reject') return null;
    return Math.min(Number(text), max);
  };

  return {
    page(request) {
      const limit = parseLimit(request.query.get('limit'));
      if (limit === null) return refusal(host, 400, 'invalid_parameter', 'limit is not valid');
      const cursor = cursorParameter(request.query);
      let from = cursor === null || cursor === '' ? 0 : parseCursor(cursor);
      if (from === null) {
        if (host.switches.get('unknown-cursor') === 'reject') {
          return refusal(host, 400, 'continuation_uuid_too_old', 'The continuation uuid is unknown or too old', cursor);
        }
        from = 0;
      }
      const found = purchases.after(from, limit);
      const next = cursorAt(found.at(-1)?.sequence ?? from);
      // Each purchase is kept as text, so a page costs no serialising.
      const rows = found.map((purchase) => purchases.textOf(purchase)).join(',');
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: `{"count":${found.length},"continuation_uuid":"${next}","license_purchase_transactions":[${rows}]}`,
      };
    },
    forgetCursors() {
      generation += 1;
      oldestGeneration = generation;
    },
  };
};
