/** Reading licenses. */

import { instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import type { License } from '../domain/license.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import { type Database, readInTenant } from '../store/database.js';
import { type LicenseQuery, listLicenses } from '../store/license.store.js';
import { fillPage } from './library-approval.js';

export interface LicenseService {
  /** One more than asked, so that the caller sees whether there is a next page. */
  list(actor: Actor, query: LicenseQuery): Promise<readonly License[]>;
}

export const createLicenseService = (deps: {
  readonly db: Database;
  readonly now: () => number;
  readonly visibilityOf: (actor: Actor) => Visibility;
}): LicenseService => ({
  list: async (actor, query) => {
    requireRole(actor, READERS, 'read licenses');
    const visibility = deps.visibilityOf(actor);
    return fillPage(
      query,
      (page) => readInTenant(deps.db, actor.tenantId, (tx) => listLicenses(tx, page, instantOf(deps.now()))),
      ({ licensedAt, uuid }) => ({ licensedAt, uuid }),
      (rows) => visibility.visible(rows, ({ assetId }) => [assetId]),
    );
  },
});
