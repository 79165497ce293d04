/** v4 upload: the form of the answer is not public, so a switch decides whether it names the new id. */

import type { Route, SimReply } from '../kit/types.js';
import { done } from './answer.js';
import { type Call, metaOf, v4 } from './call.js';
import { mediaView } from './media.routes.js';
import type { Setting } from './setting.js';
import { upload } from './upload.js';

const create = (call: Call): SimReply => {
  const media = upload(call);
  if (call.setting.is('upload-reply', 'bare')) return done(call);
  return { status: 201, body: { data: mediaView(call, media, new Set()), meta: metaOf(call.setting, call.apiKey) } };
};

export const uploadRoutes = (setting: Setting): readonly Route[] => v4(setting, 'upload', 'POST', '/media', create);
