/** v3 workspaces: the list, the media of one, the review of one medium. */

import type { Route } from '../kit/types.js';
import { findMedia, requireStaff } from './access.js';
import { type Call, type Handler, v3 } from './call.js';
import { unknownId } from './refusal.js';
import type { Setting } from './setting.js';
import { ok, page } from './v3.answer.js';
import { extensions, hasWish, wishesOf } from './v3.extend.js';
import { inWorkspace, votesOn, WORKSPACES, type Workspace } from './workspaces.js';

const findWorkspace = (call: Call): Workspace => {
  requireStaff(call, 'Workspace');
  const found = WORKSPACES.find((workspace) => workspace.id === call.param('workspace'));
  if (found === undefined) throw unknownId('Workspace');
  return found;
};

const query: Handler = (call) => {
  requireStaff(call, 'Workspace');
  const counted = hasWish(wishesOf(call), 'MediaCount');
  return page(call, 'Workspace', WORKSPACES, (workspace) => ({
    workspace_id: workspace.id,
    name: workspace.name,
    ...(counted ? { MediaCount: { total: String(inWorkspace(call.setting.library, workspace).length) } } : {}),
  }));
};

const media: Handler = (call) => {
  const workspace = findWorkspace(call);
  const wishes = wishesOf(call);
  return page(call, 'WorkspaceMedia', inWorkspace(call.setting.library, workspace), (one) => ({
    WorkspaceImage: {
      workspace_id: workspace.id,
      media_id: one.id,
      ...extensions(call, one, wishes),
      ...(hasWish(wishes, 'CommentCount')
        ? { CommentCount: { total: String(votesOn(workspace, one).filter(({ comment }) => comment !== null).length) } }
        : {}),
    },
  }));
};

const review: Handler = (call) => {
  const workspace = findWorkspace(call);
  const one = findMedia(call, call.param('id'));
  if (!inWorkspace(call.setting.library, workspace).includes(one)) throw unknownId('Review');
  const votes = votesOn(workspace, one);
  const count = (wanted: 'up' | 'down'): string => String(votes.filter(({ vote }) => vote === wanted).length);
  return call.setting.is('review-shape', 'totals')
    ? ok({ Review: { thumbs_up: count('up'), thumbs_down: count('down') } })
    : ok({ Review: votes.map(({ userId, vote, comment }) => ({ user_id: userId, vote, comment })) });
};

export const v3WorkspaceRoutes = (setting: Setting): readonly Route[] =>
  ['', '/mem'].flatMap((mem) => [
    ...v3(setting, 'workspace-query', 'GET', `${mem}/workspace/query`, query),
    ...v3(setting, 'workspace-media', 'GET', `${mem}/workspace/{workspace}/media`, media),
    ...v3(setting, 'workspace-review', 'GET', `${mem}/workspace/{workspace}/media/{id}/review`, review),
  ]);
