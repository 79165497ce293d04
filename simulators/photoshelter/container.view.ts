/** Galleries and collections as v4 shows them, with what `include` nests inside each. */

import { mayEnter } from './access.js';
import { selfLink } from './answer.js';
import type { Call } from './call.js';
import { containerDate } from './dates.js';
import { makeId } from './ids.js';
import { childrenOf } from './library.js';
import { previewUrl } from './preview.js';
import { type Container, effectiveMode, type Permission } from './tree.js';

type View = Readonly<Record<string, unknown>>;

const pathSegment = (one: Container): string => (one.type === 'gallery' ? 'galleries' : 'collections');

export const parentsOf = (call: Call, one: Container): readonly Container[] =>
  one.parents.flatMap((id) => call.setting.library.tree.containers.get(id) ?? []);

/** The parent of the access context: the named one when it is one, else the first. */
export const parentOf = (call: Call, one: Container): Container | undefined => {
  const parents = parentsOf(call, one);
  return parents.find((parent) => parent.id === call.query('collection_id')) ?? parents[0];
};

/** Leaf first. */
export const pathOf = (call: Call, one: Container): readonly Container[] => {
  const parent = parentOf(call, one);
  return parent === undefined ? [one] : [one, ...pathOf(call, parent)];
};

/** Strangers see which rights exist, without the credentials. */
const permissionView = (call: Call, permission: Permission): View => ({
  id: permission.id,
  type: permission.type,
  attributes: {
    expires: permission.expires === null ? null : containerDate(permission.expires),
    max_downloads: permission.maxDownloads,
    download_image_filetype: permission.imageFiletype,
    download_image_size: permission.imageSize,
    download_image_embed: true,
    download_video_filetype: 'mp4',
    download_video_format: 'hd1080',
    download_audio_filetype: null,
    download_doc_filetype: null,
    contact_id: null,
    group_id: permission.type === 'group' ? makeId('CTG00', permission.id) : null,
    access_level: null,
    password: call.staff ? permission.password : null,
    token: call.staff ? permission.token : null,
  },
});

/** `mode` and its kin: with the collection that names the context. */
export const permissionsView = (call: Call, one: Container): View => ({
  id: one.id,
  type: 'permissions',
  attributes: {
    mode: effectiveMode(call.setting.library.tree, one, call.query('collection_id')),
    native_mode: one.nativeMode,
    native: one.permissions.map((permission) => permissionView(call, permission)),
    inherited: parentsOf(call, one).map((parent) => ({
      mode: effectiveMode(call.setting.library.tree, parent),
      native_mode: parent.nativeMode,
      collection_id: parent.id,
      permissions: parent.permissions.map((permission) => permissionView(call, permission)),
    })),
  },
});

/** Galleries count media by kind, collections count what is directly inside. */
export const childCount = (call: Call, one: Container): View => {
  const { library } = call.setting;
  if (one.type === 'collection') {
    const children = childrenOf(library.tree, one.id);
    const galleries = children.filter((child) => child.type === 'gallery').length;
    return { total: children.length, galleries, collections: children.length - galleries };
  }
  const members = library.inGallery(one.id);
  const count = (kind: string): number => members.filter((media) => media.kind === kind).length;
  return {
    total: members.length,
    images: count('image'),
    videos: count('video'),
    audio: count('audio'),
    documents: count('document'),
  };
};

/** The picture that stands for a gallery; null for an empty one. */
export const keyImage = (call: Call, one: Container): View | null => {
  const gallery =
    one.type === 'gallery' ? one : childrenOf(call.setting.library.tree, one.id).find((child) => child.type === 'gallery');
  const image = gallery && call.setting.library.inGallery(gallery.id).find((media) => media.kind === 'image');
  if (gallery === undefined || image === undefined) return null;
  const link = previewUrl(call.setting, image, 'fit=1000x750');
  return {
    id: makeId('GI000', gallery.id),
    type: 'gallery-image',
    attributes: { gallery_id: gallery.id, image_id: image.id, link },
  };
};

const nested = (call: Call, one: Container, includes: ReadonlySet<string>): View => {
  const parent = parentOf(call, one);
  const makers: Readonly<Record<string, () => unknown>> = {
    parent: () => ({ data: parent === undefined ? null : containerView(call, parent) }),
    parents: () => ({ data: parentsOf(call, one).map((other) => containerView(call, other)) }),
    path: () => ({ data: pathOf(call, one).map((other) => containerView(call, other)) }),
    permissions: () => ({ data: one.permissions.map((permission) => permissionView(call, permission)) }),
    access: () => ({ data: { id: makeId('A0000', one.id), type: 'access', attributes: { mode: one.nativeMode } } }),
    'child-count': () => ({ data: { attributes: childCount(call, one) } }),
    'key-image': () => ({ data: keyImage(call, one) }),
    children: () => ({
      data: childrenOf(call.setting.library.tree, one.id)
        .filter((child) => mayEnter(call, child))
        .map((child) => containerView(call, child)),
    }),
  };
  return Object.fromEntries(Object.entries(makers).flatMap(([name, make]) => (includes.has(name) ? [[name, make()]] : [])));
};

export const containerView = (call: Call, one: Container, includes: ReadonlySet<string> = new Set()): View => ({
  id: one.id,
  type: one.type,
  attributes: {
    name: one.name,
    description: one.description,
    display_order: one.displayOrder,
    access_id: call.staff ? makeId('A0000', one.id) : null,
    is_listed: one.isListed,
    created_at: containerDate(one.createdAt),
    modified_at: containerDate(one.modifiedAt),
    mode: one.nativeMode,
    effective_mode: effectiveMode(call.setting.library.tree, one, call.query('collection_id')),
    access_inherit: one.inherits,
  },
  links: selfLink(call, `/${pathSegment(one)}/${one.id}`),
  ...(includes.size === 0 ? {} : { includes: nested(call, one, includes) }),
});
