/** Whether a caller may do a thing; what a caller may not do is thrown, never an outcome. */
import { Fault } from '../domain/faults.js';
import { type Actor, hasAnyRole, type Role } from '../domain/roles.js';

export const requireRole = (actor: Actor, roles: readonly Role[], what: string): void => {
  if (hasAnyRole(actor, roles)) return;
  throw new Fault('FORBIDDEN', `Your key may not ${what}: it needs one of the roles ${roles.join(', ')}.`);
};
