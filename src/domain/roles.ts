/** Who may do what: the roles of a caller and the rights that each brings. */

import { Fault } from './faults.js';
import type { TenantId } from './ids.js';

export const ROLES = ['viewer', 'requester', 'approver', 'licensor', 'distributor', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Everybody with a key may look at assets, sources and licenses. */
export const READERS: readonly Role[] = [...ROLES];
/** Buying is for licensors; `admin` runs the gateway and may do everything. */
export const LICENSORS: readonly Role[] = ['licensor', 'admin'];
/** Whoever works with assets says what was done with them. */
export const USAGE_RECORDERS: readonly Role[] = ['requester', 'licensor', 'distributor', 'admin'];
/** Whoever keeps the records of assets, and whoever passes them on. */
export const METADATA_WRITERS: readonly Role[] = ['licensor', 'distributor', 'admin'];
/** Setting limits, prices and policies. */
export const ADMINS: readonly Role[] = ['admin'];
/** Whoever buys or passes on may have the licensed file itself. */
export const FILE_READERS: readonly Role[] = ['licensor', 'distributor', 'admin'];
/** Who may close an operation in review: a second person, and not the one who asked for it. */
export const RESOLVERS: readonly Role[] = ['approver', 'admin'];
/** The trail names people and money: those who act on it or check it may read it. */
export const TRAIL_READERS: readonly Role[] = ['licensor', 'approver', 'auditor', 'admin'];

/** Who calls, for whom. `subject` names the caller in the audit trail. */
export interface Actor {
  readonly tenantId: TenantId;
  readonly subject: string;
  /** The API key that was shown: a name can pass to another key, this never does. */
  readonly keyId?: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export const hasAnyRole = (actor: Actor, roles: readonly Role[]): boolean => actor.roles.some((role) => roles.includes(role));

/** What a caller may not do is thrown, never an outcome. */
export const requireRole = (actor: Actor, roles: readonly Role[], what: string): void => {
  if (hasAnyRole(actor, roles)) return;
  throw new Fault('FORBIDDEN', `Your key may not ${what}: it needs one of the roles ${roles.join(', ')}.`);
};
