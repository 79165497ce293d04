/** v4: galleries, collections, the roots of library and portal, and what belongs to a container: path, counts, rights, cover. */

import type { Route, SimReply } from '../kit/types.js';
import { enter, findContainer, mayEnter, requireStaff } from './access.js';
import { includesOf, list, one, pageOf, unpaged } from './answer.js';
import { type Call, metaOf, v4 } from './call.js';
import { childCount, containerView, keyImage, parentOf, parentsOf, pathOf, permissionsView } from './container.view.js';
import { childrenOf } from './library.js';
import { badGateway, badRequest, unknownId } from './refusal.js';
import type { Setting } from './setting.js';
import { type Container, effectiveMode } from './tree.js';

type Type = Container['type'];

const byName = (call: Call, containers: readonly Container[], type: Type): readonly Container[] => {
  const name = call.query('name')?.toLowerCase();
  if (name === undefined) return containers;
  // Collections match whole names unless told otherwise, galleries match parts.
  const exact = type === 'collection' && call.query('match') !== 'false';
  return containers.filter((one) => (exact ? one.name.toLowerCase() === name : one.name.toLowerCase().includes(name)));
};

const listed = (call: Call, type: Type, containers: readonly Container[]): SimReply => {
  const includes = includesOf(call);
  if (includes.size > 1 && call.setting.is('heavy-include', '502')) throw badGateway();
  // Collections are paged when both parameters are given, and come whole when either is missing.
  const whole = type === 'collection' && (call.query('page') === undefined || call.query('per_page') === undefined);
  if (whole)
    return unpaged(
      call,
      containers.map((container) => containerView(call, container, includes)),
    );
  return list(call, containers, pageOf(call, 'per-page-max'), (container) => containerView(call, container, includes));
};

const order = (call: Call, containers: readonly Container[]): readonly Container[] => {
  const by = call.query('sort_by');
  const of = (one: Container): number | string =>
    by === 'name'
      ? one.name
      : by === 'creation_time'
        ? one.createdAt
        : by === 'modification_time'
          ? one.modifiedAt
          : one.displayOrder;
  const sorted = [...containers].sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));
  // A direction without a field is ignored.
  return by !== undefined && call.query('sort_direction') === 'descending' ? sorted.reverse() : sorted;
};

const all =
  (type: Type) =>
  (call: Call): SimReply => {
    requireStaff(call, type === 'gallery' ? 'Gallery' : 'Collection');
    const { collections, galleries } = call.setting.library.tree;
    const parent = call.request.query.get('parent');
    const some = (type === 'gallery' ? galleries : collections).filter(
      (container) => parent === null || (parent === '' ? container.parents.length === 0 : container.parents.includes(parent)),
    );
    return listed(call, type, order(call, byName(call, some, type)));
  };

const read =
  (type: Type) =>
  (call: Call): SimReply =>
    one(call, containerView(call, enter(call, call.param('id'), type), includesOf(call)));

const collectionChildren = (call: Call): SimReply => {
  const parent = enter(call, call.param('id'), 'collection');
  return listed(
    call,
    'collection',
    order(
      call,
      childrenOf(call.setting.library.tree, parent.id).filter((child) => mayEnter(call, child)),
    ),
  );
};

/** Only a meta block: the counts are no data. */
const count =
  (type: Type) =>
  (call: Call): SimReply => ({
    status: 200,
    body: { meta: metaOf(call.setting, call.apiKey, { children_count: childCount(call, enter(call, call.param('id'), type)) }) },
  });

const path =
  (type: Type) =>
  (call: Call): SimReply =>
    unpaged(
      call,
      pathOf(call, enter(call, call.param('id'), type)).map((container) => containerView(call, container)),
    );

const parents = (call: Call): SimReply =>
  unpaged(
    call,
    parentsOf(call, enter(call, call.param('id'), 'gallery')).map((container) => containerView(call, container)),
  );

const parent = (call: Call): SimReply => {
  const found = parentOf(call, enter(call, call.param('id'), 'collection'));
  return one(call, found === undefined ? null : containerView(call, found));
};

/** Needs no right at all. */
const cover =
  (type: Type) =>
  (call: Call): SimReply => {
    const found = keyImage(call, findContainer(call, call.param('id'), type));
    if (found === null) throw unknownId('KeyImage');
    return one(call, found);
  };

const link =
  (type: Type) =>
  (call: Call): SimReply => {
    const { id } = findContainer(call, call.param('id'), type);
    return one(call, { id, type: 'link', attributes: { url: `${call.setting.host.baseUrl()}/${type}/${id}` } });
  };

const rights =
  (type: Type) =>
  (call: Call): SimReply =>
    one(call, permissionsView(call, findContainer(call, call.param('id'), type)));

const library = (call: Call): SimReply => {
  requireStaff(call, 'Library');
  const listedOnly = call.query('is_listed');
  const { setting } = call;
  const roots = order(call, childrenOf(setting.library.tree)).filter(
    (root) => listedOnly === undefined || String(root.isListed) === listedOnly,
  );
  const views = (type?: Type): readonly object[] =>
    roots.filter((root) => type === undefined || root.type === type).map((root) => containerView(call, root));
  if (setting.is('library-shape', 'bare')) return { status: 200, body: views() };
  if (setting.is('library-shape', 'data')) return unpaged(call, views());
  return {
    status: 200,
    body: { collections: views('collection'), galleries: views('gallery'), meta: metaOf(setting, call.apiKey) },
  };
};

/** What the public site shows at its root; for anyone with an API key. */
const portal = (call: Call): SimReply => {
  if (call.query('org_id') === undefined && call.query('user_id') === undefined)
    throw badRequest('org_id or user_id is required');
  const shown = childrenOf(call.setting.library.tree).filter(
    (root) => root.isListed && effectiveMode(call.setting.library.tree, root) === 'everyone',
  );
  return list(call, order(call, shown), pageOf(call, 'per-page-max', 20), (root) => containerView(call, root));
};

export const treeRoutes = (setting: Setting): readonly Route[] => [
  ...(['gallery', 'collection'] as const).flatMap((type) => {
    const base = type === 'gallery' ? '/galleries' : '/collections';
    return [
      ...v4(setting, type === 'gallery' ? 'galleries' : 'collections', 'GET', base, all(type)),
      ...v4(setting, type, 'GET', `${base}/{id}`, read(type)),
      ...v4(setting, `${type}-child-count`, 'GET', `${base}/{id}/child-count`, count(type)),
      ...v4(setting, `${type}-path`, 'GET', `${base}/{id}/path`, path(type)),
      ...v4(setting, `${type}-permissions`, 'GET', `${base}/{id}/permissions`, rights(type)),
      ...v4(setting, `${type}-key-image`, 'GET', `${base}/{id}/key-image`, cover(type)),
      ...v4(setting, `${type}-link`, 'GET', `${base}/{id}/link`, link(type)),
    ];
  }),
  ...v4(setting, 'collection-children', 'GET', '/collections/{id}/children', collectionChildren),
  ...v4(setting, 'gallery-parents', 'GET', '/galleries/{id}/parents', parents),
  ...v4(setting, 'gallery-cover', 'GET', '/galleries/{id}/cover', cover('gallery')),
  ...v4(setting, 'collection-parent', 'GET', '/collections/{id}/parent', parent),
  ...v4(setting, 'library', 'GET', '/library', library),
  ...v4(setting, 'portal', 'GET', '/portal', portal),
];
