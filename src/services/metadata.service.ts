/** Metadata at the sources: read with a version, changed only by those who saw the last one, and read back after each change. */
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource, MetadataChange, MetadataField } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetSource, SOURCE_LABELS } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, METADATA_WRITERS, READERS, requireRole } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { listLibraryPolicies } from '../store/library-policy.store.js';
import {
  findLastMetadataUpdate,
  findMetadataUpdate,
  insertMetadataUpdate,
  lockMetadata,
  type MetadataUpdate,
  settleMetadataUpdate,
} from '../store/metadata.store.js';
import { checkChanges, checkKnown, type MetadataCommand } from './metadata.checks.js';
import { KEY_CONFLICT } from './terms.service.js';

export interface AssetMetadata {
  /** Names what was read: any change of any field changes it. */
  readonly version: string;
  readonly fields: readonly MetadataField[];
}

type Refusal = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' | 'IdempotencyConflict' }>;
export type UpdateMetadataOutcome =
  | { readonly kind: 'MetadataUpdated'; readonly assetId: string; readonly metadata: AssetMetadata; readonly replayed: boolean }
  | { readonly kind: 'VersionConflict'; readonly current: AssetMetadata; readonly message: string }
  | {
      readonly kind: 'WriteNotConfirmed';
      readonly metadata: AssetMetadata | null;
      readonly message: string;
      readonly replayed: boolean;
    }
  | { readonly kind: 'UnsupportedBySource'; readonly source: AssetSource; readonly message: string }
  | Refusal;

/** Null: no such asset for this caller. Throws the source's fault. */
export type ReadAsset = (assetId: string) => Promise<Asset | null>;

export interface MetadataService {
  /** Null: the source has none that could be read field by field. Throws the source's fault. */
  read(actor: Actor, asset: Asset, call: Call): Promise<AssetMetadata | null>;
  update(actor: Actor, command: MetadataCommand, read: ReadAsset, call: Call): Promise<UpdateMetadataOutcome>;
}

export interface MetadataDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly now: () => number;
  readonly log: { warn(details: object, message: string): void };
}

const MUTATION = 'updateAssetMetadata';
/** How long a change may take until another one is let in. */
const LEASE_MS = 60_000;
const BUSY = 'A change of this metadata is under way. Read it again in a minute.';
const noSuchAsset: InputProblem = { path: 'assetId', code: 'NOT_FOUND', message: 'There is no such asset.' };

const versionOf = (fields: readonly MetadataField[]): string =>
  `v1:${payloadHashOf(fields.map(({ name, value }): JsonValue => [name, value]))
    .toString('hex')
    .slice(0, 32)}`;

const valueIn = (fields: readonly MetadataField[], name: string): string | null =>
  fields.find((field) => field.name === name)?.value ?? null;

/** The values of the fields that are changed. */
const pick = (fields: readonly MetadataField[], changes: readonly MetadataChange[]): Record<string, JsonValue> =>
  Object.fromEntries(changes.map(({ name }) => [name, valueIn(fields, name)]));

export const createMetadataService = (deps: MetadataDeps): MetadataService => {
  const { db, registry, reader, now, log } = deps;

  const sourceOf = (actor: Actor, asset: Asset): Datasource | undefined =>
    registry.of(actor.tenantId).byConnection(asset.key.connectionId);

  /** The field that says whether an asset is approved is written by decisions alone. */
  const readFields = async (actor: Actor, asset: Asset, call: Call): Promise<AssetMetadata | null> => {
    const writing = sourceOf(actor, asset)?.metadata;
    const fields = await writing?.read(asset.externalId, call);
    if (!fields) return null;
    const policies = await readInTenant(db, actor.tenantId, listLibraryPolicies);
    const reserved = policies
      .find(({ source, approvedBy }) => source === asset.source && approvedBy === 'FIELD')
      ?.field?.toLowerCase();
    const shown = fields.map((field) => (field.name.toLowerCase() === reserved ? { ...field, writable: false } : field));
    return { version: versionOf(fields), fields: shown };
  };

  const isWritten = (actor: Actor, asset: Asset, changes: readonly MetadataChange[], metadata: AssetMetadata): boolean => {
    const writing = sourceOf(actor, asset)?.metadata;
    return changes.every(({ name, value }) => writing?.isSame(name, value, valueIn(metadata.fields, name)) ?? false);
  };

  const notConfirmed = (metadata: AssetMetadata | null, replayed: boolean): UpdateMetadataOutcome => ({
    kind: 'WriteNotConfirmed',
    metadata,
    message: 'What was written does not stand there. See what does, and decide; another try needs a key of its own.',
    replayed,
  });

  /** Says once, with what stands there now, what became of a change. */
  const settle = async (
    actor: Actor,
    asset: Asset,
    update: MetadataUpdate,
    metadata: AssetMetadata,
    requestId: string,
  ): Promise<UpdateMetadataOutcome> => {
    const updated = isWritten(actor, asset, update.changes, metadata);
    await inTenant(db, actor.tenantId, async (tx) => {
      const at = instantOf(now());
      const after = pick(metadata.fields, update.changes);
      if (!(await settleMetadataUpdate(tx, update.uuid, { state: updated ? 'UPDATED' : 'NOT_CONFIRMED', after }, at)) || !updated)
        return;
      await appendAuditEvent(tx, {
        kind: 'AuditEvent',
        uuid: uuidv7(),
        tenantId: actor.tenantId,
        occurredAt: at,
        actor: update.requestedBy,
        action: 'metadata.updated',
        subjectType: 'Asset',
        subjectId: asset.id,
        assetId: asset.id,
        licenseUuid: null,
        requestId,
        data: { source: asset.source, before: update.before as JsonValue, after },
      });
    });
    reader.forget(asset.key);
    return updated ? { kind: 'MetadataUpdated', assetId: asset.id, metadata, replayed: false } : notConfirmed(metadata, false);
  };

  /** The same answer as the first time, with what stands there now. A call that broke off is looked at, and never written again. */
  const replay = async (actor: Actor, asset: Asset, updateUuid: string, call: Call): Promise<UpdateMetadataOutcome> => {
    const update = await readInTenant(db, actor.tenantId, (tx) => findMetadataUpdate(tx, updateUuid));
    const metadata = await readFields(actor, asset, call);
    if (!update || !metadata) return notConfirmed(metadata, true);
    if (update.state === 'UPDATED') return { kind: 'MetadataUpdated', assetId: asset.id, metadata, replayed: true };
    if (update.state !== 'SENDING') return notConfirmed(metadata, true);
    if (Date.parse(update.leaseUntil) > now()) return { kind: 'VersionConflict', current: metadata, message: BUSY };
    const outcome = await settle(actor, asset, update, metadata, call.requestId);
    return 'replayed' in outcome ? { ...outcome, replayed: true } : outcome;
  };

  const update: MetadataService['update'] = async (actor, command, read, call) => {
    requireRole(actor, METADATA_WRITERS, 'change metadata');
    const { tenantId } = actor;
    const problems = checkChanges(command);
    if (problems.length > 0) return invalidRequest(...problems);
    const { assetId, expectedVersion, idempotencyKey } = command;
    const payloadHash = payloadHashOf({ assetId, expectedVersion, fields: command.fields.map((field) => ({ ...field })) });
    const key = { mutation: MUTATION, idempotencyKey, payloadHash };
    const bound = await readInTenant(db, tenantId, (tx) => findBinding(tx, key));
    if (bound?.kind === 'conflict') return KEY_CONFLICT;
    const asset = await read(assetId);
    if (!asset) return invalidRequest(noSuchAsset);
    if (bound) return replay(actor, asset, bound.resultId, call);
    const writing = sourceOf(actor, asset)?.metadata;
    if (!writing)
      return {
        kind: 'UnsupportedBySource',
        source: asset.source,
        message: `${SOURCE_LABELS[asset.source]} takes no changes of metadata.`,
      };
    const last = await readInTenant(db, tenantId, (tx) => findLastMetadataUpdate(tx, asset.id));
    const current = await readFields(actor, asset, call);
    if (!current) return invalidRequest(noSuchAsset);
    const { changes, problems: unknown } = checkKnown(command, current.fields);
    if (unknown.length > 0) return invalidRequest(...unknown);
    const conflict = (message: string): UpdateMetadataOutcome => ({ kind: 'VersionConflict', current, message });
    if (current.version !== expectedVersion)
      return conflict('The metadata has changed since you read it. Look at what stands there now.');
    const intent: MetadataUpdate = {
      uuid: uuidv7(),
      assetId: asset.id,
      changes,
      before: pick(current.fields, changes),
      state: 'SENDING',
      requestedBy: actor.subject,
      leaseUntil: instantOf(now() + LEASE_MS),
    };
    const begun = await inTenant(db, tenantId, (tx) => begin(tx, actor, intent, key, last));
    if (begun === 'conflict') return KEY_CONFLICT;
    if (begun === 'busy') return conflict(BUSY);
    if (begun !== 'new') return replay(actor, asset, begun, call);
    try {
      await writing.write(asset.externalId, changes, call);
    } catch (error) {
      log.warn(
        { err: error, asset: asset.id, requestId: call.requestId },
        'a change of metadata met a fault; what stands there decides',
      );
      if (!(error instanceof SourceFault)) throw error;
    }
    const metadata = await readFields(actor, asset, call);
    return metadata ? settle(actor, asset, intent, metadata, call.requestId) : notConfirmed(null, false);
  };

  /** Binds the key to the intent; one change of an asset at a time. */
  const begin = async (
    tx: TenantTx,
    { tenantId }: Actor,
    intent: MetadataUpdate,
    key: Parameters<typeof findBinding>[1],
    last: string | null,
  ): Promise<'new' | 'busy' | 'conflict' | string> => {
    const at = instantOf(now());
    const busy = await lockMetadata(tx, intent.assetId, at);
    const held = await findBinding(tx, key);
    if (held) return held.kind === 'conflict' ? 'conflict' : held.resultId;
    // What another one wrote since we read is not what the caller saw.
    if (busy || (await findLastMetadataUpdate(tx, intent.assetId)) !== last) return 'busy';
    const binding = await bindKey(tx, { tenantId, ...key, resultId: intent.uuid, at });
    if (binding.kind !== 'new') return binding.kind === 'conflict' ? 'conflict' : binding.resultId;
    await insertMetadataUpdate(tx, tenantId, intent, at);
    return 'new';
  };

  return {
    read: async (actor, asset, call) => {
      requireRole(actor, READERS, 'read metadata');
      return readFields(actor, asset, call);
    },
    update,
  };
};
