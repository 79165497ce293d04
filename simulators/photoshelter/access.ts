/** Who may look at what: staff at everything, others at what a container shows to everyone or to the bearer of a credential. */

import type { Call } from './call.js';
import { isContainerId, isMediaId } from './ids.js';
import type { Media } from './media.js';
import { badRequest, denied, unknownId } from './refusal.js';
import { type Container, effectiveMode, type Permission } from './tree.js';

const malformed = (call: Call, resource: string): Error => {
  const status = call.setting.number('malformed-id-status');
  return status === 400 ? badRequest(`Invalid ${resource} id`) : unknownId(resource);
};

/** The permission that a `token` or `password` of the query opens, while it lasts. */
export const openedBy = (call: Call, container: Container): Permission | undefined => {
  const token = call.query('token');
  const password = call.query('password');
  const now = call.setting.host.now();
  return container.permissions.find(
    (permission) =>
      ((token !== undefined && permission.token === token) || (password !== undefined && permission.password === password)) &&
      (permission.expires === null || permission.expires > now),
  );
};

export const mayEnter = (call: Call, container: Container): boolean =>
  call.staff ||
  effectiveMode(call.setting.library.tree, container, call.query('collection_id')) === 'everyone' ||
  openedBy(call, container) !== undefined;

/** The container behind an id, whoever asks. */
export const findContainer = (call: Call, id: string, type: Container['type']): Container => {
  const resource = type === 'gallery' ? 'Gallery' : 'Collection';
  if (!isContainerId(id, type === 'gallery' ? 'G' : 'C')) throw malformed(call, resource);
  const found = call.setting.library.tree.containers.get(id);
  if (found === undefined) throw unknownId(resource);
  return found;
};

export const enter = (call: Call, id: string, type: Container['type']): Container => {
  const found = findContainer(call, id, type);
  if (!mayEnter(call, found)) throw denied(type === 'gallery' ? 'Gallery' : 'Collection');
  return found;
};

export const findMedia = (call: Call, id: string): Media => {
  if (!isMediaId(id)) throw malformed(call, 'Media');
  const found = call.setting.library.find(id);
  if (found === undefined) throw unknownId('Media');
  return found;
};

/** Public media are readable with the API key alone. */
export const lookAt = (call: Call, id: string): Media => {
  const found = findMedia(call, id);
  if (!call.staff && !call.setting.library.isPublic(found)) throw denied('Media');
  return found;
};

export const requireStaff = (call: Call, resource: string): void => {
  if (!call.staff) throw denied(resource);
};

/** A medium that only the organization may read or change. */
export const ownMedia = (call: Call, id: string): Media => {
  requireStaff(call, 'Media');
  return findMedia(call, id);
};
