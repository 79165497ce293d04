/** Reading the audit trail. */
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import { type Actor, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { type AuditQuery, listAuditEvents } from '../store/audit.store.js';
import { type Database, readInTenant } from '../store/database.js';

export type { AuditQuery };

export interface AuditService {
  /** One more than asked, so that the caller sees whether there is a next page. */
  list(actor: Actor, query: AuditQuery): Promise<readonly RecordedAuditEvent[]>;
}

export const createAuditService = (deps: { readonly db: Database }): AuditService => ({
  list: async (actor, query) => {
    requireRole(actor, TRAIL_READERS, 'read the audit trail');
    return readInTenant(deps.db, actor.tenantId, (tx) => listAuditEvents(tx, { ...query, limit: query.limit + 1 }));
  },
});
