/** Imports of license histories: by schedule, or when somebody asks; one at a time in this process. */
import pLimit from 'p-limit';
import type { Call } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { type AssetSource, type ConnectionId, SOURCE_LABELS, type TenantId } from '../domain/ids.js';
import type { ImportLicenseHistoryOutcome } from '../domain/incident.js';
import { invalidRequest } from '../domain/license-outcome.js';
import { RECONCILERS } from '../domain/reconciliation.js';
import { type Actor, requireRole } from '../domain/roles.js';
import { readInTenant } from '../store/database.js';
import { listImports } from '../store/history-import.store.js';
import { type HistoryRunDeps, importHistory } from './history-run.js';
import type { HistorySource, HistorySourcesOf } from './history-source.js';

export interface HistoryImportService {
  /** Reads and records a connection's history; joins the run that is under way in this process. */
  run(tenantId: TenantId, connectionId: ConnectionId): Promise<void>;
  isRunning(): boolean;
  /** The same for a caller, who waits until the deadline of the call and no longer. */
  importLicenseHistory(actor: Actor, source: AssetSource, call: Call): Promise<ImportLicenseHistoryOutcome>;
}

export interface HistoryImportDeps extends HistoryRunDeps {
  readonly sourcesOf: HistorySourcesOf;
  readonly profiles: SourceRegistry['profiles'];
}

/** Time to write the answer. */
const MARGIN_MS = 500;

export const createHistoryImportService = (deps: HistoryImportDeps): HistoryImportService => {
  const underWay = new Map<ConnectionId, Promise<void>>();
  // A reading is held in memory as a whole: one at a time.
  const slot = pLimit(1);

  const join = (tenantId: TenantId, source: HistorySource): Promise<void> => {
    const { connectionId } = source;
    const running =
      underWay.get(connectionId) ??
      slot(() => importHistory(deps, tenantId, source)).finally(() => underWay.delete(connectionId));
    underWay.set(connectionId, running);
    return running;
  };

  const endsBefore = async (run: Promise<void>, deadlineAt: number): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), Math.max(0, deadlineAt - MARGIN_MS - deps.now()));
    });
    try {
      return await Promise.race([run.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    isRunning: () => underWay.size > 0,
    run: async (tenantId, connectionId) => {
      const source = deps.sourcesOf(tenantId).find((candidate) => candidate.connectionId === connectionId);
      if (source) await join(tenantId, source);
    },
    importLicenseHistory: async (actor, name, call) => {
      requireRole(actor, RECONCILERS, 'import license histories');
      const { tenantId } = actor;
      const source = deps.sourcesOf(tenantId).find((candidate) => candidate.source === name);
      if (!source && !('HISTORY' in deps.profiles[name].capabilities)) {
        return { kind: 'UnsupportedBySource', source: name, message: `${SOURCE_LABELS[name]} has no license history.` };
      }
      if (!source) {
        const message = `${SOURCE_LABELS[name]} is not configured.`;
        return invalidRequest({ path: 'source', code: 'NOT_CONFIGURED', message });
      }
      const running = join(tenantId, source);
      const finished = await endsBefore(running, call.deadlineAt);
      if (!finished) {
        // It goes on here. Should this process end before it does, the next turn of the schedule, or the next call, reads anew.
        running.catch((error: unknown) =>
          deps.log.warn({ err: error, source: name }, 'an import of a license history was cut short'),
        );
      }
      const imports = await readInTenant(deps.db, tenantId, (tx) => listImports(tx, [source.connectionId]));
      const own = imports.find((entry) => entry.source === name);
      if (!own) throw new Error(`The connection of ${name} is not on record.`);
      return { kind: 'ImportLicenseHistoryPayload', import: own, finished };
    },
  };
};
