/** Where our books and those of the sources stand, and closing what a person has looked into. */
import { v7 as uuidv7 } from 'uuid';
import { type AssetSource, nodeIdOf, parseGlobalId } from '../domain/ids.js';
import type { CloseIncidentOutcome, Incident, Reconciliation } from '../domain/incident.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import { RECONCILERS } from '../domain/reconciliation.js';
import { type Actor, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { countOpenDoubts, listImports } from '../store/history-import.store.js';
import { summarizeLag } from '../store/history-lag.store.js';
import { closeIncident, findIncident, type IncidentQuery, listIncidents } from '../store/incident.store.js';
import type { HistorySourcesOf } from './history-source.js';

export interface ReconciliationService {
  read(actor: Actor): Promise<Reconciliation>;
  /** Newest first; one more than asked, so that the caller sees whether there is a next page. */
  incidents(actor: Actor, query: IncidentQuery): Promise<readonly Incident[]>;
  closeIncident(actor: Actor, incidentId: string, note: string, requestId: string): Promise<CloseIncidentOutcome>;
}

export interface ReconciliationDeps {
  readonly db: Database;
  readonly sourcesOf: HistorySourcesOf;
  readonly horizonSecondsOf: (source: AssetSource) => number;
  readonly now: () => number;
}

const READ = 'read the reconciliation';
const LAG_DAYS_MS = 30 * 86_400_000;
const MAX_NOTE = 2_000;

const NOT_FOUND = {
  path: 'incidentId',
  code: 'NOT_FOUND',
  message: 'There is no such incident. Pass an id exactly as this API returned it.',
};
const ALREADY_CLOSED = {
  path: 'incidentId',
  code: 'ALREADY_CLOSED',
  message: 'The incident is closed already; its note stays as it is.',
};

const noteProblems = (note: string): readonly InputProblem[] => {
  if (note.trim() === '') return [{ path: 'note', code: 'REQUIRED', message: 'Say what was found.' }];
  if (note.length <= MAX_NOTE) return [];
  return [{ path: 'note', code: 'TOO_LONG', message: `A note has ${MAX_NOTE} characters at most.` }];
};

export const createReconciliationService = (deps: ReconciliationDeps): ReconciliationService => {
  const { db, now } = deps;

  const close = async (
    tx: TenantTx,
    actor: Actor,
    uuid: string,
    note: string,
    requestId: string,
  ): Promise<CloseIncidentOutcome> => {
    const incident = await findIncident(tx, uuid);
    if (!incident) return invalidRequest(NOT_FOUND);
    const at = instantOf(now());
    if (!(await closeIncident(tx, uuid, { closedAt: at, closedBy: actor.subject, note }))) return invalidRequest(ALREADY_CLOSED);
    await appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId: actor.tenantId,
      occurredAt: at,
      actor: actor.subject,
      action: 'incident.closed',
      subjectType: 'Incident',
      subjectId: nodeIdOf('Incident', uuid),
      assetId: incident.assetId,
      licenseUuid: incident.purchase?.licenseUuid ?? null,
      requestId,
      data: { kind: incident.incidentKind, source: incident.source, note },
    });
    return { kind: 'CloseIncidentPayload', incident: { ...incident, closedAt: at, closedBy: actor.subject, note } };
  };

  return {
    read: async (actor) => {
      requireRole(actor, TRAIL_READERS, READ);
      return readInTenant(db, actor.tenantId, async (tx) => {
        const lags = await summarizeLag(tx, instantOf(now() - LAG_DAYS_MS));
        return {
          asOf: instantOf(now()),
          ...(await countOpenDoubts(tx)),
          imports: await listImports(
            tx,
            deps.sourcesOf(actor.tenantId).map(({ connectionId }) => connectionId),
          ),
          historyLag: lags.map((lag) => {
            const horizonSeconds = deps.horizonSecondsOf(lag.source);
            return { ...lag, horizonSeconds, withinHorizon: lag.atMostMs !== null && lag.atLeastMs <= horizonSeconds * 1000 };
          }),
        };
      });
    },
    incidents: async (actor, query) => {
      requireRole(actor, TRAIL_READERS, READ);
      return readInTenant(db, actor.tenantId, (tx) => listIncidents(tx, { ...query, limit: query.limit + 1 }));
    },
    closeIncident: async (actor, incidentId, note, requestId) => {
      requireRole(actor, RECONCILERS, 'close incidents');
      const parsed = parseGlobalId(incidentId);
      const problems = [...(parsed?.type === 'Incident' ? [] : [NOT_FOUND]), ...noteProblems(note)];
      if (parsed?.type !== 'Incident' || problems.length > 0) return invalidRequest(...problems);
      return inTenant(db, actor.tenantId, (tx) => close(tx, actor, parsed.uuid, note.trim(), requestId));
    },
  };
};
