/** All transactions of the tenant in the order of their last change: what the feed reads and the control actions write. */
import type { SimHost } from '../kit/types.js';
import { baseOrder, type Traits, traitsOf } from './catalogue.js';
import { isObject, type JsonObject, merge } from './json.js';
import { previewRows, previewWindow } from './previews.js';
import { isoDate } from './texts.js';
import { transaction } from './transaction.js';

/** A change puts the purchase at the end of the order with a new sequence; its old place stays empty. */
export interface Purchase {
  readonly traits: Traits;
  sequence: number;
  binaryVersion: number;
  record(): JsonObject;
}

interface Stored extends Purchase {
  built: JsonObject | null;
  sent: { readonly window: string; readonly text: string } | null;
}

export interface Purchases {
  find(uuid: string): Purchase | undefined;
  all(): readonly Purchase[];
  /** The next `limit` purchases after a sequence, in order. */
  after(sequence: number, limit: number): readonly Purchase[];
  /** The purchase as the feed sends it, already JSON. */
  textOf(purchase: Purchase): string;
  change(uuid: string, changes: JsonObject, hasNewBinary: boolean): Purchase | undefined;
  add(count: number): readonly Purchase[];
}

export const createPurchases = (host: SimHost): Purchases => {
  const startedAt = host.now();
  const byUuid = new Map<string, Stored>();
  /** Position i holds sequence i + 1. */
  const order: (Stored | null)[] = [];

  const enter = (traits: Traits): Stored => {
    const stored: Stored = {
      traits,
      sequence: order.length + 1,
      binaryVersion: traits.isUpdated ? 2 : 1,
      built: null,
      sent: null,
      record() {
        stored.built ??= transaction(traits, startedAt);
        return stored.built;
      },
    };
    order.push(stored);
    byUuid.set(traits.uuid, stored);
    return stored;
  };

  for (const [position, t] of baseOrder().entries()) enter(traitsOf(t, position, null));

  const withPreviews = (stored: Stored): JsonObject => {
    const record = stored.record();
    const element = record.content_element;
    if (!isObject(element) || element.previews !== undefined) return record;
    return { ...record, content_element: { ...element, previews: previewRows(host, stored.traits.contentOf) } };
  };

  return {
    find: (uuid) => byUuid.get(uuid),
    all: () => order.filter((entry) => entry !== null),
    after(sequence, limit) {
      const found: Stored[] = [];
      for (let i = sequence; i < order.length && found.length < limit; i += 1) {
        const entry = order[i];
        if (entry) found.push(entry);
      }
      return found;
    },
    textOf(purchase) {
      const stored = byUuid.get(purchase.traits.uuid);
      if (!stored) return '';
      const window = `${previewWindow(host.now())}|${host.switches.get('preview-hours')}`;
      if (stored.sent?.window !== window) stored.sent = { window, text: JSON.stringify(withPreviews(stored)) };
      return stored.sent.text;
    },
    change(uuid, changes, hasNewBinary) {
      const stored = byUuid.get(uuid);
      if (!stored) return undefined;
      const version = Number(stored.record().version ?? 0) + 1;
      const merged = merge(stored.record(), changes);
      stored.built = { ...merged, uuid, version, last_updated_at: isoDate(host.now()) };
      stored.sent = null;
      if (hasNewBinary) stored.binaryVersion += 1;
      order[stored.sequence - 1] = null;
      order.push(stored);
      stored.sequence = order.length;
      return stored;
    },
    add(count) {
      return Array.from({ length: count }, () => {
        const t = byUuid.size;
        return enter(traitsOf(t, order.length, host.now()));
      });
    },
  };
};
