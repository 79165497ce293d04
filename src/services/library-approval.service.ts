/** Setting which libraries need approval, deciding on their assets, and reading what is written back. */
import { v7 as uuidv7 } from 'uuid';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type AssetSource, SOURCE_LABELS } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { LibraryPolicy, LibraryState, Visibility } from '../domain/library-approval.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, ADMINS, RESOLVERS, type Role, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { listLibraryPolicies, lockLibraryPolicy, saveLibraryPolicy } from '../store/library-policy.store.js';
import { findWriteBackOf, listWriteBacks, type WriteBack, type WriteBackQuery } from '../store/write-back.store.js';
import { checkPolicy, type LibraryPolicyCommand } from './library-approval.checks.js';
import { fillPage, libraryStates, recordLibraryDecision } from './library-approval.js';
import { checkKey, MAX_KEY } from './licensing.checks.js';
import { KEY_CONFLICT } from './terms.service.js';

export type { WriteBack };

type InvalidRequest = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' }>;
type IdempotencyConflict = Extract<LicenseOutcome, { readonly kind: 'IdempotencyConflict' }>;
export type SetLibraryPolicyOutcome =
  | { readonly kind: 'SetLibraryPolicyPayload'; readonly policy: LibraryPolicy }
  | InvalidRequest;
export type DecideLibraryAssetOutcome =
  | {
      readonly kind: 'DecideLibraryAssetPayload';
      readonly assetId: string;
      readonly state: LibraryState;
      readonly writeBack: WriteBack | null;
      readonly replayed: boolean;
    }
  | InvalidRequest
  | IdempotencyConflict;

export interface DecideCommand {
  readonly assetId: string;
  readonly decision: 'APPROVE' | 'REJECT';
  readonly note: string | null;
  readonly idempotencyKey: string;
}

/** Null: no such asset for this caller. Throws the source's fault. */
export type ReadAsset = (assetId: string) => Promise<Asset | null>;

export interface LibraryApprovalService {
  setPolicy(actor: Actor, command: LibraryPolicyCommand, requestId: string): Promise<SetLibraryPolicyOutcome>;
  policies(actor: Actor): Promise<readonly LibraryPolicy[]>;
  decide(actor: Actor, command: DecideCommand, read: ReadAsset, requestId: string): Promise<DecideLibraryAssetOutcome>;
  /** Newest first; one more than asked, so that the caller sees whether there is a next page. */
  writeBacks(actor: Actor, query: WriteBackQuery, visibility: Visibility): Promise<readonly WriteBack[]>;
}

const MUTATION = 'decideLibraryAsset';
const MAX_NOTE = 2_000;
const noSuchAsset: InputProblem = { path: 'assetId', code: 'NOT_FOUND', message: 'There is no such asset.' };

const shown = ({ setBy: _by, setAt: _at, ...policy }: LibraryPolicy): JsonValue =>
  ({ ...policy, seenBy: [...policy.seenBy] }) as unknown as JsonValue;

export const createLibraryApprovalService = (deps: {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly now: () => number;
}): LibraryApprovalService => {
  const { db, registry, now } = deps;

  const replayed = async (tx: TenantTx, assetId: string, decisionUuid: string): Promise<DecideLibraryAssetOutcome> => ({
    kind: 'DecideLibraryAssetPayload',
    assetId,
    state: (await libraryStates(tx, [assetId])).get(assetId) ?? 'NOT_REQUIRED',
    writeBack: (await findWriteBackOf(tx, decisionUuid)) ?? null,
    replayed: true,
  });

  return {
    setPolicy: async (actor, command, requestId) => {
      requireRole(actor, ADMINS, 'set which libraries need approval');
      const { tenantId } = actor;
      const source: AssetSource = command.source;
      const library = registry.of(tenantId).bySource(source);
      const problems = checkPolicy(command);
      if (!registry.profiles[source].ownLibrary)
        problems.push({ path: 'source', code: 'UNSUPPORTED', message: `${SOURCE_LABELS[source]} is no library of your own.` });
      else if (command.approvedBy === 'GALLERY' && library && !library.galleries)
        problems.push({ path: 'approvedBy', code: 'UNSUPPORTED', message: `${SOURCE_LABELS[source]} has no galleries here.` });
      if (problems.length > 0) return invalidRequest(...problems);
      return inTenant(db, tenantId, async (tx) => {
        const before = await lockLibraryPolicy(tx, tenantId, source);
        const at = instantOf(now());
        const isField = command.approvedBy === 'FIELD';
        // Whoever sets the rule must be able to see what it hides.
        const seenBy = [...new Set<Role>([...command.seenBy, 'admin'])];
        const policy: LibraryPolicy = {
          source,
          approvedBy: command.approvedBy,
          field: isField ? (command.field?.trim() ?? null) : null,
          approvedValues: isField ? command.approvedValues : [],
          rejectedValues: isField ? command.rejectedValues : [],
          galleryId: command.approvedBy === 'GALLERY' ? command.galleryId : null,
          seenBy,
          writeBack: command.approvedBy !== 'NONE' && command.writeBack,
          setBy: actor.subject,
          setAt: at,
        };
        await saveLibraryPolicy(tx, tenantId, policy);
        await appendAuditEvent(tx, {
          kind: 'AuditEvent',
          uuid: uuidv7(),
          tenantId,
          occurredAt: at,
          actor: actor.subject,
          action: 'library_policy.set',
          subjectType: 'LibraryPolicy',
          subjectId: source,
          assetId: null,
          licenseUuid: null,
          requestId,
          data: { source, before: before && shown(before), after: shown(policy) },
        });
        return { kind: 'SetLibraryPolicyPayload', policy };
      });
    },

    policies: async (actor) => {
      requireRole(actor, TRAIL_READERS, 'read which libraries need approval');
      return readInTenant(db, actor.tenantId, listLibraryPolicies);
    },

    decide: async (actor, command, read, requestId) => {
      requireRole(actor, RESOLVERS, 'decide on assets of libraries');
      const problems: InputProblem[] = [];
      checkKey(command.idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
      if ((command.note?.length ?? 0) > MAX_NOTE)
        problems.push({ path: 'note', code: 'TOO_LONG', message: `At most ${MAX_NOTE} characters.` });
      if (problems.length > 0) return invalidRequest(...problems);
      const { tenantId } = actor;
      const { assetId, decision, idempotencyKey } = command;
      const note = command.note?.trim() || null;
      const key = { mutation: MUTATION, idempotencyKey, payloadHash: payloadHashOf({ assetId, decision, note }) };
      const bound = await readInTenant(db, tenantId, (tx) => findBinding(tx, key));
      if (bound?.kind === 'conflict') return KEY_CONFLICT;
      const asset = await read(assetId);
      if (!asset) return invalidRequest(noSuchAsset);
      return inTenant(db, tenantId, async (tx) => {
        const [uuid, at] = [uuidv7(), instantOf(now())];
        const binding = await bindKey(tx, { tenantId, ...key, resultId: uuid, at });
        if (binding.kind === 'conflict') return KEY_CONFLICT;
        if (binding.kind === 'replayed') return replayed(tx, asset.id, binding.resultId);
        const recorded = await recordLibraryDecision(tx, {
          uuid,
          tenantId,
          decidedBy: actor.subject,
          assetId: asset.id,
          verdict: decision === 'APPROVE' ? 'APPROVED' : 'REJECTED',
          note,
          reference: null,
          at,
          requestId,
        });
        if (!recorded) throw new NoApprovalNeeded();
        const { state, writeBack } = recorded;
        return { kind: 'DecideLibraryAssetPayload' as const, assetId: asset.id, state, writeBack, replayed: false };
      }).catch((error: unknown) => {
        // The key is free again: nothing came of the call.
        if (error instanceof NoApprovalNeeded)
          return invalidRequest({
            path: 'assetId',
            code: 'NOT_REQUIRED',
            message: 'This asset belongs to no library that needs approval; see setLibraryPolicy.',
          });
        throw error;
      });
    },

    writeBacks: async (actor, query, visibility) => {
      requireRole(actor, TRAIL_READERS, 'read what is written back');
      return fillPage(
        query,
        (page) => readInTenant(db, actor.tenantId, (tx) => listWriteBacks(tx, page)),
        ({ createdAt, uuid }) => ({ createdAt, uuid }),
        (rows) => visibility.visible(rows, ({ assetId }) => [assetId]),
      );
    },
  };
};

class NoApprovalNeeded extends Error {}
