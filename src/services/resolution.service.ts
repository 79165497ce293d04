/** What a person decides where no look at the source can: whether an operation in review was charged, and what becomes of such ones by rule. */

import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { Fault } from '../domain/faults.js';
import { type AssetSource, keyText, parseGlobalId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem, Operation } from '../domain/operation.js';
import { UNKNOWN_RIGHTS } from '../domain/rights.js';
import { type Actor, ADMINS, RESOLVERS, requireRole } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { inTenant, readInTenant } from '../store/database.js';
import { findOperations } from '../store/operation.store.js';
import { findSettlePolicy, type NotFoundPolicy, saveSettlePolicy } from '../store/settle-policy.store.js';
import { type ResultDeps, recordEnding, recordLicense } from './licensing.results.js';

const MAX_TEXT = 500;

export interface ResolveCommand {
  readonly operationUuid: string;
  readonly resolution: 'CONFIRMED' | 'REJECTED';
  readonly reason: string;
  /** As the source's books have it. CONFIRMED only. */
  readonly licensedAt: Instant | null;
  readonly sourceReference: string | null;
}

type Invalid = LicenseOutcome & { readonly kind: 'InvalidRequest' };
export type ResolveOutcome = { readonly kind: 'ResolveOperationPayload'; readonly operation: Operation } | Invalid;
export interface SettlePolicy {
  readonly source: AssetSource;
  readonly notFound: NotFoundPolicy;
}

export interface ResolutionService {
  /** Throws FORBIDDEN for the one who asked for the purchase, and the source's fault when the asset cannot be read. */
  resolve(actor: Actor, command: ResolveCommand, call: Call): Promise<ResolveOutcome>;
  setSettlePolicy(actor: Actor, policy: SettlePolicy): Promise<SettlePolicy>;
}

export interface ResolutionDeps extends ResultDeps {
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
}

const problemsOf = (
  { reason, resolution, licensedAt, sourceReference }: ResolveCommand,
  now: Instant,
): readonly InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, code: string, message: string) => problems.push({ path, code, message });
  if (reason.trim() === '') complain('reason', 'REQUIRED', 'Say what you found, so that others can follow it.');
  else if (reason.length > MAX_TEXT) complain('reason', 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  if ((sourceReference?.length ?? 0) > MAX_TEXT) complain('sourceReference', 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  if (resolution === 'REJECTED' && (licensedAt !== null || sourceReference !== null))
    complain('resolution', 'CONTRADICTION', 'What was not bought has neither a date nor a reference.');
  if (licensedAt !== null && licensedAt > now) complain('licensedAt', 'IN_FUTURE', 'The purchase lies in the past.');
  return problems;
};

export const createResolutionService = (deps: ResolutionDeps): ResolutionService => {
  const { db, registry, reader, now } = deps;

  /** Terms as the source has them now. An asset that it no longer has was bought all the same: its terms are unknown. */
  const readAsset = async (actor: Actor, operation: Operation, call: Call): Promise<Pick<Asset, 'key' | 'rights'>> => {
    const parsed = parseGlobalId(operation.assetId);
    const datasource = parsed?.type === 'Asset' ? registry.of(actor.tenantId).byConnection(parsed.key.connectionId) : undefined;
    if (!datasource || parsed?.type !== 'Asset')
      throw new Fault('SOURCE_UNAVAILABLE', 'The source of this operation is not configured.');
    const batch = await reader.read(datasource, [parsed.key], call);
    const fault = batch.failed.get(keyText(parsed.key));
    if (fault) throw fault;
    return batch.found.get(keyText(parsed.key)) ?? { key: parsed.key, rights: UNKNOWN_RIGHTS };
  };

  return {
    resolve: async (actor, command, call) => {
      requireRole(actor, RESOLVERS, 'close operations in review');
      const problems = problemsOf(command, instantOf(now()));
      if (problems.length > 0) return invalidRequest(...problems);
      const { operationUuid, resolution: verdict, reason } = command;
      const [operation] = await readInTenant(db, actor.tenantId, (tx) => findOperations(tx, [operationUuid]));
      if (!operation) return invalidRequest({ path: 'operationId', code: 'NOT_FOUND', message: 'There is no such operation.' });
      if (operation.requestedBy === actor.subject)
        throw new Fault('FORBIDDEN', 'A second person must decide: this operation is your own.');
      if (operation.state === verdict && operation.resolvedBy === actor.subject)
        return { kind: 'ResolveOperationPayload', operation };
      const notOpen = (state: string) =>
        invalidRequest({
          path: 'operationId',
          code: 'NOT_IN_REVIEW',
          message: `Only an operation in review can be closed; this one is ${state}.`,
        });
      if (operation.state !== 'NEEDS_REVIEW') return notOpen(operation.state);
      const resolution = { actor: actor.subject, reason };
      const asset = verdict === 'CONFIRMED' ? await readAsset(actor, operation, call) : undefined;
      const { licensedAt, sourceReference } = command;
      const closed = asset
        ? await recordLicense(
            deps,
            actor.tenantId,
            operationUuid,
            asset,
            'PURCHASED',
            {
              licenseType: operation.licenseType,
              licensedAt: licensedAt ?? operation.sendingAt,
              sourceReference,
              price: null,
              units: null,
            },
            resolution,
          )
        : await recordEnding(deps, actor.tenantId, operationUuid, 'NEEDS_REVIEW', {
            state: 'REJECTED',
            action: 'license.resolved',
            failure: {
              code: 'NOT_CHARGED',
              message: 'A person found that this was not charged.',
              retryable: true,
              retryAfterMs: null,
            },
            resolution,
          });
      // Somebody else, or the source's history, was faster.
      return closed.resolvedBy === actor.subject && closed.state === verdict
        ? { kind: 'ResolveOperationPayload', operation: closed }
        : notOpen(closed.state);
    },

    setSettlePolicy: async (actor, { source, notFound }) => {
      requireRole(actor, ADMINS, 'set how unclear purchases are settled');
      const at = instantOf(now());
      await inTenant(db, actor.tenantId, async (tx) => {
        const before = await findSettlePolicy(tx, source);
        await saveSettlePolicy(tx, { tenantId: actor.tenantId, source, notFound, setBy: actor.subject, setAt: at });
        await appendAuditEvent(tx, {
          kind: 'AuditEvent',
          uuid: uuidv7(),
          tenantId: actor.tenantId,
          occurredAt: at,
          actor: actor.subject,
          action: 'settle_policy.set',
          subjectType: 'SettlePolicy',
          subjectId: source,
          assetId: null,
          licenseUuid: null,
          requestId: null,
          data: { before, after: notFound },
        });
      });
      return { source, notFound };
    },
  };
};
