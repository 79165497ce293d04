/** What the control port can do to the tenant: people buy, change and cancel, tokens end, consent is given again. */
import type { Simulator } from '../kit/types.js';
import { contentOf } from './content.js';
import type { Feed } from './feed.js';
import { isObject, type JsonObject } from './json.js';
import type { Purchase, Purchases } from './purchases.js';
import type { Tokens } from './tokens.js';

const MAX_ADDED = 1000;

const asObject = (body: unknown): JsonObject => (isObject(body) ? body : {});

const changed = (purchase: Purchase | undefined): unknown =>
  purchase
    ? { uuid: purchase.traits.uuid, version: purchase.record().version, state: purchase.record().state }
    : { error: 'no such transaction' };

/** One line per transaction, so that a test finds the trap it needs without reading the feed. */
const summary = (purchase: Purchase): JsonObject => {
  const { traits } = purchase;
  const content = contentOf(traits.contentOf);
  const record = purchase.record();
  return {
    t: traits.t,
    uuid: traits.uuid,
    cartUuid: traits.cartUuid,
    profile: traits.profile.name,
    provider: content.provider,
    elementUuid: content.elementUuid,
    contentType: content.contentType,
    scene: content.scene.number,
    state: record.state,
    canBeSynced: record.can_be_synced,
    reusedUuid: traits.reusedUuid,
    binaryCount: traits.binaryCount,
    binaryVersion: purchase.binaryVersion,
    sequence: purchase.sequence,
  };
};

export const controlActions = (purchases: Purchases, tokens: Tokens, feed: Feed): NonNullable<Simulator['actions']> => ({
  catalogue: () => purchases.all().map(summary),
  /** `{ uuid, changes?, newBinary? }`: changes are merged into the transaction, which is sent again at the end of the feed. */
  update: (body) => {
    const { uuid, changes, newBinary } = asObject(body);
    return changed(purchases.change(String(uuid), asObject(changes), newBinary === true));
  },
  cancel: (body) => changed(purchases.change(String(asObject(body).uuid), { state: 'cancelled' }, false)),
  add: (body) => {
    const count = Number(asObject(body).count ?? 1);
    const added = Number.isInteger(count) && count > 0 ? purchases.add(Math.min(count, MAX_ADDED)) : [];
    return { uuids: added.map((purchase) => purchase.traits.uuid) };
  },
  'expire-tokens': () => ({ expired: tokens.expireAccess() }),
  'revoke-refresh': () => {
    tokens.revokeRefresh();
    return { revoked: true };
  },
  consent: () => ({ refreshToken: tokens.issueRefresh() }),
  'forget-cursors': () => {
    feed.forgetCursors();
    return { forgotten: true };
  },
});
