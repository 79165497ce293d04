/** Reading the audit trail. */
import { type RecordedAuditEvent, textsOfEvent } from '../domain/audit-event.js';
import type { Visibility } from '../domain/library-approval.js';
import { type Actor, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { type AuditQuery, listAuditEvents } from '../store/audit.store.js';
import { type Database, readInTenant } from '../store/database.js';
import { fillPage } from './library-approval.js';

export type { AuditQuery };

export interface AuditService {
  /** One more than asked, so that the caller sees whether there is a next page. */
  list(actor: Actor, query: AuditQuery): Promise<readonly RecordedAuditEvent[]>;
}

export const createAuditService = (deps: {
  readonly db: Database;
  readonly visibilityOf: (actor: Actor) => Visibility;
}): AuditService => ({
  list: async (actor, query) => {
    requireRole(actor, TRAIL_READERS, 'read the audit trail');
    const visibility = deps.visibilityOf(actor);
    return fillPage(
      query,
      (page) => readInTenant(deps.db, actor.tenantId, (tx) => listAuditEvents(tx, page)),
      ({ occurredAt, uuid }) => ({ occurredAt, uuid }),
      (rows) => visibility.visible(rows, textsOfEvent),
    );
  },
});
