/** Getty Images' feed of asset changes: the sets that wait in each channel of the account, which come again until they are confirmed. */
import { type AssetKey, type ConnectionId } from '../../domain/ids.js';
import { type Instant, parseInstant } from '../../domain/instant.js';
import type { Call, ChangeFeed, ChangeSet, SourceChange } from '../datasource.js';
import { parseJson } from '../http/json.js';
import type { HttpReply } from '../http/send.js';
import { EXTERNAL_ID, type GettyImagesClient, LANES, type Lane } from './client.js';
import { badReply, codeOf, faultOf } from './faults.js';

type Row = Readonly<Record<string, unknown>>;
const record = (value: unknown): Row | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null;
const word = (value: unknown): string | null =>
  typeof value === 'number' && Number.isSafeInteger(value)
    ? String(value)
    : typeof value === 'string' && value !== ''
      ? value
      : null;

/** The vendor's own papers spell these keys in three ways. */
const member = (row: Row, name: string): unknown => {
  const plain = name.replaceAll('_', '');
  const found = Object.keys(row).find((key) => key.replaceAll('_', '').toLowerCase() === plain);
  return found === undefined ? undefined : row[found];
};

const LANE_OF: Readonly<Partial<Record<string, Lane>>> = { image: 'image', film: 'video', video: 'video' };
const laneOf = (value: unknown): Lane | undefined => (typeof value === 'string' ? LANE_OF[value.toLowerCase()] : undefined);

const CHANGE_OF: Readonly<Partial<Record<string, SourceChange['change']>>> = { new: 'NEW', update: 'UPDATED', delete: 'DELETED' };

interface Channel {
  readonly id: string;
  readonly lane: Lane | undefined;
  readonly isEmpty: boolean;
}

const readChannels = (json: unknown): readonly Channel[] | null => {
  if (!Array.isArray(json)) return null;
  return json.flatMap((entry): Channel[] => {
    const row = record(entry);
    const id = row && word(member(row, 'channel_id'));
    if (!row || !id) return [];
    return [{ id, lane: laneOf(member(row, 'asset_type')), isEmpty: member(row, 'notification_count') === 0 }];
  });
};

const readChange = (entry: unknown, channelLane: Lane | undefined, connectionId: ConnectionId): SourceChange | undefined => {
  const row = record(entry);
  const externalId = word(row?.id);
  if (row === null || externalId === null || !EXTERNAL_ID.test(externalId)) return undefined;
  const said = word(member(row, 'asset_lifecycle'));
  // What is no New and no Delete has changed in some way.
  const change = CHANGE_OF[said?.toLowerCase() ?? ''] ?? 'UPDATED';
  const lane = laneOf(member(row, 'asset_type')) ?? channelLane;
  const keys = (lane === undefined ? LANES : [lane]).map((one): AssetKey => ({ connectionId, lane: one, externalId }));
  const at: Instant | null = parseInstant(member(row, 'asset_changed_utc_datetime'));
  return { keys, change, word: said ?? 'changed', at };
};

const readSet = (json: unknown, channel: Channel, connectionId: ConnectionId): ChangeSet | null => {
  const row = record(json);
  const id = row && word(member(row, 'change_set_id'));
  const changes = row && member(row, 'changed_assets');
  if (!id || !Array.isArray(changes)) return null;
  return { id, changes: changes.flatMap((entry) => readChange(entry, channel.lane, connectionId) ?? []) };
};

const jsonOf = (endpoint: string, reply: HttpReply): unknown => {
  try {
    return parseJson(reply.text);
  } catch {
    throw badReply(endpoint);
  }
};

export const createChangeFeed = (
  connectionId: ConnectionId,
  { client, now }: { readonly client: GettyImagesClient; readonly now: () => number },
): ChangeFeed => ({
  take: async (call: Call) => {
    const listed = await client.changeChannels(call);
    if (listed.status !== 200) throw faultOf(listed, now());
    const channels = readChannels(jsonOf('change-channels', listed));
    if (channels === null) throw badReply('change-channels');
    const sets: ChangeSet[] = [];
    for (const channel of channels) {
      if (channel.isEmpty) continue;
      const reply = await client.takeChangeSet(channel.id, call);
      if (reply.status !== 200 && reply.status !== 201) throw faultOf(reply, now());
      // Nothing to tell is an empty body.
      if (reply.text.trim() === '') continue;
      const set = readSet(jsonOf('change-sets', reply), channel, connectionId);
      if (set === null) throw badReply('change-sets');
      sets.push(set);
    }
    return sets;
  },
  confirm: async (changeSetId, call) => {
    const reply = await client.confirmChangeSet(changeSetId, call);
    if (reply.status >= 300 && !(reply.status === 404 && codeOf(reply) === 'ChangeSetNotFound')) throw faultOf(reply, now());
  },
});
