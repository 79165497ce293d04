/** Counts what callers are told when they buy, by source and outcome; a replay was counted when it happened. */
import type { SourceRegistry } from '../datasources/registry.js';
import { Fault } from '../domain/faults.js';
import { parseGlobalId, type TenantId } from '../domain/ids.js';
import type { LicensingService } from './licensing.service.js';

/** `source` is `none` for an order whose asset nobody has, `outcome` the type of the answer or the code of the fault. */
export type CountOutcome = (source: string, outcome: string) => void;

export const tallyPurchases = (licensing: LicensingService, registry: SourceRegistry, count: CountOutcome): LicensingService => {
  const sourceOf = (tenantId: TenantId, assetId: string): string => {
    const parsed = parseGlobalId(assetId);
    const datasource = parsed?.type === 'Asset' ? registry.of(tenantId).byConnection(parsed.key.connectionId) : undefined;
    return datasource?.profile.source ?? 'none';
  };
  return {
    ...licensing,
    license: async (...args) => {
      const [actor, , command] = args;
      const source = sourceOf(actor.tenantId, command.assetId);
      try {
        const outcome = await licensing.license(...args);
        if (!('replayed' in outcome && outcome.replayed)) count(source, outcome.kind);
        return outcome;
      } catch (error) {
        count(source, error instanceof Fault ? error.code : 'INTERNAL');
        throw error;
      }
    },
  };
};
