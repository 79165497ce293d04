/** The feed of asset changes: one unconfirmed change-set per channel, repeated until it is deleted. */
import type { Route } from '../kit/types.js';
import type { Media } from './asset.js';
import { intParam } from './params.js';
import { ok, refuse } from './replies.js';
import type { Room } from './room.js';

export type Lifecycle = 'New' | 'Update' | 'Delete';

export interface ChangeFeed {
  readonly routes: readonly Route[];
  announce(media: Media, assetId: string, lifecycle: Lifecycle): void;
}

interface Change {
  readonly media: Media;
  readonly assetId: string;
  readonly lifecycle: Lifecycle;
  readonly at: number;
}

interface Channel {
  readonly id: number;
  readonly media: Media;
  queue: Change[];
  open: { readonly id: string; readonly changes: readonly Change[] } | null;
}

const LARGEST_SET = 2200;
const KEPT_MS = 60 * 86_400_000;
const FOUNDED = '2024-05-02T09:00:00Z';

const spelled = (name: string, casing: string): string => {
  if (casing === 'pascal') return name;
  if (casing === 'camel') return name.charAt(0).toLowerCase() + name.slice(1);
  return name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase();
};

export const createChangeFeed = (room: Pick<Room, 'guard' | 'host' | 'switched'>): ChangeFeed => {
  const { guard, host, switched } = room;
  const channels: readonly Channel[] = [
    { id: 401, media: 'image', queue: [], open: null },
    { id: 402, media: 'video', queue: [], open: null },
  ];
  let sets = 0;

  const wire = (change: Change) => ({
    id: change.assetId,
    // A deletion may not say what it was.
    asset_type: change.lifecycle === 'Delete' ? null : change.media === 'image' ? 'Image' : 'Film',
    asset_lifecycle: change.lifecycle,
    asset_changed_utc_datetime: new Date(change.at).toISOString(),
    uri: change.lifecycle === 'New' ? `${host.baseUrl()}/v3/downloads/${change.media}s/${change.assetId}` : null,
  });

  const list = guard({
    endpoint: 'change-channels',
    method: 'GET',
    pattern: '/v3/asset-changes/channels',
    token: 'required',
    parameters: [],
    handle: () =>
      ok(
        channels.map((channel) => {
          const oldest = channel.queue[0]?.at ?? host.now();
          const entries = Object.entries({
            ChannelId: channel.id,
            AssetFamily: 'Both',
            AssetType: channel.media === 'image' ? 'Image' : 'Film',
            AssetChangeType: null,
            CreateDateUtc: FOUNDED,
            NotificationCount: channel.queue.length + (channel.open?.changes.length ?? 0),
            OldestChangeNotificationDateUtc: new Date(oldest).toISOString(),
            Metadata: null,
          });
          return Object.fromEntries(
            entries.map(([name, value]) => [spelled(name, String(switched('channel-key-casing'))), value]),
          );
        }),
      ),
  });

  const take = guard({
    endpoint: 'change-sets',
    method: 'PUT',
    pattern: '/v3/asset-changes/change-sets',
    token: 'required',
    parameters: ['channel_id', 'batch_size'],
    handle: ({ query }) => {
      if (!/^\d+$/.test(query.get('channel_id') ?? '')) refuse(400, 'InvalidChannelIdException', 'channel_id must be a number.');
      const size = intParam(query, 'batch_size', LARGEST_SET);
      if (size < 1 || size > LARGEST_SET)
        refuse(400, 'InvalidParameterValue', `batch_size must be between 1 and ${LARGEST_SET}.`);
      const channel =
        channels.find((c) => c.id === Number(query.get('channel_id'))) ?? refuse(404, 'ChannelsNotFound', 'No such channel.');
      const answer = (status: number) =>
        ok({ change_set_id: channel.open?.id, changed_assets: channel.open?.changes.map(wire) }, status);
      if (channel.open !== null) return answer(200);
      const fresh = channel.queue.filter((change) => change.at > host.now() - KEPT_MS);
      channel.queue = fresh.slice(size);
      if (fresh.length === 0) return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
      sets += 1;
      channel.open = { id: `${channel.id}${String(sets).padStart(6, '0')}`, changes: fresh.slice(0, size) };
      return answer(201);
    },
  });

  const confirm = guard({
    endpoint: 'change-set-confirm',
    method: 'DELETE',
    pattern: '/v3/asset-changes/change-sets/{id}',
    token: 'required',
    parameters: [],
    handle: (call) => {
      const id = call.request.params.id ?? '';
      if (!/^\d+$/.test(id)) refuse(400, 'InvalidChangeSetId', 'The id of a change-set is a number.');
      const channel = channels.find((c) => c.open?.id === id) ?? refuse(404, 'ChangeSetNotFound', 'No such open change-set.');
      channel.open = null;
      return { status: 200, body: '' };
    },
  });

  return {
    routes: [list, take, confirm],
    announce: (media, assetId, lifecycle) => {
      channels.find((c) => c.media === media)?.queue.push({ media, assetId, lifecycle, at: host.now() });
    },
  };
};
