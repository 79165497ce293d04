/** A page of the audit trail below an asset or a license: only for those who may read the trail. */
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import { requireRole, TRAIL_READERS } from '../domain/roles.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';

export const trailOf = async (
  context: RequestContext,
  subject: 'asset_id' | 'license_id',
  id: string,
  page: { readonly first: number | null; readonly after: string | null | undefined },
): Promise<Connection<RecordedAuditEvent>> => {
  const { actor, loaders } = sessionOf(context);
  requireRole(actor, TRAIL_READERS, 'read the audit trail');
  const [limit, place] = [firstOf(page.first, 20, 500), placeOf(page.after)];
  const before = place && { occurredAt: place.at, uuid: place.uuid };
  const rows = await loaders.auditEvents.load({ subject, id, first: limit, before });
  return connectionOf(rows, limit, !!place, (row) => ({ at: row.occurredAt, uuid: row.uuid }), null);
};
