/** Metadata by id: /images, /images/{id}, /videos, /videos/{id}. The hot path of the whole simulator. */
import type { Route, SimReply } from '../kit/types.js';
import type { GettyAsset, Media } from './asset.js';
import type { FieldPlan } from './fields.js';
import { type Call, missingToken } from './guard.js';
import { listParam } from './params.js';
import { okBytes, Refusal, refuse, serviceError } from './replies.js';
import type { Room } from './room.js';

const MOST_IDS = 100;
const NOT_FOUND: Readonly<Record<Media, string>> = { image: 'ImageNotFound', video: 'VideosNotFound' };
const NO_IDS: Readonly<Record<Media, string>> = { image: 'ImageIdMustBeSpecified', video: 'MissingRequiredQueryParameters' };

export const batchRoutes = (room: Room): readonly Route[] => {
  const { catalogue, guard, renderer, fieldPlan, switched } = room;

  const planOf = (call: Call, media: Media): FieldPlan => {
    const plan = fieldPlan(`${media}-detail`, call.query);
    if (plan.needsToken && !call.hasToken && switched('download-fields-without-token') === 'refuse')
      throw new Refusal(missingToken());
    return plan;
  };

  const ordered = (assets: GettyAsset[]): readonly GettyAsset[] => {
    const order = switched('batch-order');
    if (order === 'reversed') return assets.reverse();
    return order === 'by-id' ? assets.sort((a, b) => a.k - b.k) : assets;
  };

  const batch = (call: Call, media: Media, asked: readonly string[]): SimReply => {
    const ids = [...new Set(asked)];
    if (ids.length === 0) refuse(400, NO_IDS[media], 'At least one id is needed.');
    if (asked.length > MOST_IDS) refuse(400, String(switched('too-many-ids-code')), `At most ${MOST_IDS} ids.`);
    const plan = planOf(call, media);
    const found: GettyAsset[] = [];
    const missing: string[] = [];
    for (const id of ids) {
      const asset = catalogue.find(media, id);
      if (asset === undefined) missing.push(id);
      else found.push(asset);
    }
    if (found.length === 0 && switched('all-missing') === 404) {
      return serviceError(404, NOT_FOUND[media], `None of the ids was found: ${missing.join(', ')}`);
    }
    const rendered = renderer.render(ordered(found), plan, call.hasToken);
    return okBytes(`{"${media}s":[`, rendered, `],"${media}s_not_found":${JSON.stringify(missing)}}`);
  };

  const single = (call: Call, media: Media): SimReply => {
    const id = call.request.params.id ?? '';
    if (id.includes(',') && switched('comma-path') === 'batch') return batch(call, media, id.split(','));
    const plan = planOf(call, media);
    const asset = catalogue.find(media, id) ?? refuse(404, NOT_FOUND[media], `Not found: ${id}`);
    const rendered = renderer.render([asset], plan, call.hasToken);
    // One image still comes in an array; one clip comes bare.
    return media === 'image' ? okBytes('{"images":[', rendered, '],"images_not_found":[]}') : okBytes('', rendered, '');
  };

  const pair = (media: Media): readonly Route[] => [
    guard({
      endpoint: `${media}s`,
      method: 'GET',
      pattern: `/v3/${media}s`,
      token: 'optional',
      parameters: ['ids', 'fields'],
      handle: (call) => batch(call, media, listParam(call.query, 'ids')),
    }),
    guard({
      endpoint: media,
      method: 'GET',
      pattern: `/v3/${media}s/{id}`,
      token: 'optional',
      parameters: ['fields'],
      handle: (call) => single(call, media),
    }),
  ];

  return [...pair('image'), ...pair('video')];
};
