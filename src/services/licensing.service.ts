/**
 * Licensing: intent, one spend, settled result. Every step is durable before the next begins, so that a call that is repeated, cut off or
 * raced finds out what happened instead of doing it again.
 */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { canonicalJson, type JsonValue } from '../domain/canonical-json.js';
import { keyText, parseGlobalId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { LicenseCommand, Operation } from '../domain/operation.js';
import { type Actor, LICENSORS, READERS, requireRole } from '../domain/roles.js';
import { type Database, readInTenant } from '../store/database.js';
import { findLicenses } from '../store/license.store.js';
import { findOperationByKey, isSpendOpen } from '../store/operation.store.js';
import { checkCommand } from './licensing.checks.js';
import { createPurchase, LEASE_MARGIN_MS } from './licensing.purchase.js';
import { ABANDONED, LOST, recordEnding, recordIntent, WAITED } from './licensing.steps.js';

export interface LicensingService {
  /** Throws Fault (FORBIDDEN, or the source's fault when nothing was sent); everything else is an outcome. */
  licenseAsset(actor: Actor, command: LicenseCommand, idempotencyKey: string, call: Call): Promise<LicenseOutcome>;
  /** The operation bound to a key of `licenseAsset`, if any. */
  findByKey(actor: Actor, idempotencyKey: string): Promise<Operation | null>;
  /** What the caller of this operation got, or would have got by now. */
  outcomeOf(actor: Actor, operation: Operation, replayed: boolean): Promise<LicenseOutcome>;
}

export interface LicensingDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly now: () => number;
  readonly log: { error(details: object, message: string): void };
}

const MUTATION = 'licenseAsset';
const RETRY_AFTER_MS = 2_000;
const payloadHash = (command: LicenseCommand): Buffer =>
  createHash('sha256')
    .update(canonicalJson(command as unknown as JsonValue))
    .digest();

const PENDING_MESSAGE: Partial<Record<Operation['state'], string>> = {
  RECEIVED:
    'The purchase is being prepared, or waits for another purchase of the same asset and license type. Call again with the same key.',
  SENDING: 'The purchase has been sent; its answer is awaited.',
  UNKNOWN: 'The source did not answer clearly. Whether it charged is being found out; nothing is sent again.',
  NEEDS_REVIEW: 'Whether the source charged could not be found out. A person must look at it; nothing is sent again.',
};
const notFound = (path: string): LicenseOutcome =>
  invalidRequest({ path, code: 'NOT_FOUND', message: 'There is no such asset.' });

const pending = (operation: Operation, message: string): LicenseOutcome => ({
  kind: 'LicensePending',
  operation,
  message,
  retryAfterMs: RETRY_AFTER_MS,
});

export const createLicensingService = (deps: LicensingDeps): LicensingService => {
  const { db, registry, reader, now } = deps;
  const purchase = createPurchase(deps);

  const outcomeOf: LicensingService['outcomeOf'] = async (actor, operation, replayed) => {
    const { outcome, licenseUuid } = operation;
    switch (outcome?.kind) {
      case 'LicenseGranted':
      case 'LicenseAlreadyHeld': {
        const [license] = await readInTenant(db, actor.tenantId, (tx) =>
          findLicenses(tx, [licenseUuid as string], instantOf(now())),
        );
        if (!license) throw new Error(`Operation ${operation.uuid} is confirmed and has no license.`);
        return { kind: outcome.kind, license, operation, replayed };
      }
      case 'LicenseRefused':
        return { kind: outcome.kind, code: outcome.code, message: outcome.message, operation };
      case 'OverageConfirmationRequired':
      case 'CheckoutRequired':
      case 'InvalidRequest':
        return outcome;
      default:
        if (operation.state === 'REJECTED') {
          const failure = operation.failure ?? { code: 'ABANDONED', message: 'The operation ended before anything was sent.' };
          return { kind: 'LicenseRefused', code: failure.code, message: failure.message, operation };
        }
        return pending(operation, PENDING_MESSAGE[operation.state] ?? 'The purchase is under way.');
    }
  };

  /** What an operation that holds the key already means for this call; undefined when the key turned out to be free. */
  const replay = async (actor: Actor, idempotencyKey: string, hash: Buffer): Promise<LicenseOutcome | undefined> => {
    const keyed = await readInTenant(db, actor.tenantId, (tx) => findOperationByKey(tx, MUTATION, idempotencyKey));
    if (!keyed) return undefined;
    if (!keyed.payloadHash.equals(hash)) {
      return {
        kind: 'IdempotencyConflict',
        message: 'This idempotency key belongs to a call with other arguments. Nothing was done; use a new key.',
      };
    }
    const { operation } = keyed;
    const lapsed = operation.leaseUntil !== null && operation.leaseUntil < instantOf(now());
    const waiting = operation.state === 'RECEIVED' && operation.leaseUntil === null;
    if (waiting && (await readInTenant(db, actor.tenantId, (tx) => isSpendOpen(tx, operation))))
      return outcomeOf(actor, operation, true);
    if (waiting || (operation.state === 'RECEIVED' && lapsed)) {
      await recordEnding(deps, actor.tenantId, operation.uuid, 'RECEIVED', waiting ? WAITED : ABANDONED);
      return undefined;
    }
    if (operation.state === 'SENDING' && lapsed) {
      return outcomeOf(actor, await recordEnding(deps, actor.tenantId, operation.uuid, 'SENDING', LOST), true);
    }
    return outcomeOf(actor, operation, true);
  };

  const loadAsset = async (
    actor: Actor,
    assetId: string,
    call: Call,
  ): Promise<{ datasource: Datasource; asset: Asset } | undefined> => {
    const parsed = parseGlobalId(assetId);
    const datasource = parsed?.type === 'Asset' ? registry.of(actor.tenantId).byConnection(parsed.key.connectionId) : undefined;
    if (!datasource || parsed?.type !== 'Asset') return undefined;
    const { lane, externalId } = parsed.key;
    if (!datasource.profile.lanes.includes(lane) || !datasource.profile.externalId.test(externalId)) return undefined;
    const batch = await reader.read(datasource, [parsed.key], call);
    const fault = batch.failed.get(keyText(parsed.key));
    if (fault) throw fault;
    const asset = batch.found.get(keyText(parsed.key));
    return asset && { datasource, asset };
  };

  const licenseAsset: LicensingService['licenseAsset'] = async (actor, command, idempotencyKey, call) => {
    requireRole(actor, LICENSORS, 'license assets');
    const problems = checkCommand(command, idempotencyKey);
    if (problems.length > 0) return invalidRequest(...problems);
    const hash = payloadHash(command);
    const before = await replay(actor, idempotencyKey, hash);
    if (before) return before;

    const loaded = await loadAsset(actor, command.assetId, call);
    if (!loaded) return notFound('assetId');
    const { datasource, asset } = loaded;
    const { licensing, profile } = datasource;
    const types = licensing?.typesFor(asset) ?? [];
    const [preferred] = types;
    if (!licensing || !preferred)
      return {
        kind: 'UnsupportedBySource',
        source: profile.source,
        message: `${profile.label} does not license this asset by API.`,
      };
    const licenseType = command.licenseType ?? preferred.licenseType;
    const [type, product, ...rest] = licenseType.split(':');
    const known = types.some((option) => option.licenseType === type) && rest.length === 0;
    if (!known || (product !== undefined && !licensing.product?.test(product))) {
      const offered = types.map((type) => type.licenseType).join(', ');
      return invalidRequest({
        path: 'licenseType',
        code: 'UNKNOWN_LICENSE_TYPE',
        message: `This asset can be licensed as ${offered}.`,
      });
    }
    const uuid = uuidv7();
    const bound = await recordIntent(deps, {
      uuid,
      tenantId: actor.tenantId,
      connectionId: asset.key.connectionId,
      mutation: MUTATION,
      idempotencyKey,
      payloadHash: hash,
      operationKind: 'LICENSE',
      source: profile.source,
      account: registry.accountName(profile.source) as string,
      accountAsset: `${asset.key.lane}/${asset.key.externalId}`,
      assetId: asset.id,
      licenseType,
      command,
      requestedBy: actor.subject,
      requestId: call.requestId,
      createdAt: instantOf(now()),
      leaseUntil: instantOf(call.deadlineAt + LEASE_MARGIN_MS),
    });
    const keyed = await readInTenant(db, actor.tenantId, (tx) => findOperationByKey(tx, MUTATION, idempotencyKey));
    if (!bound || keyed?.operation.uuid !== uuid) {
      return (await replay(actor, idempotencyKey, hash)) ?? licenseAsset(actor, command, idempotencyKey, call);
    }
    return outcomeOf(actor, await purchase(actor, keyed.operation, datasource, licensing, asset, call), false);
  };

  return {
    licenseAsset,
    outcomeOf,
    findByKey: async (actor, idempotencyKey) => {
      requireRole(actor, READERS, 'read operations');
      const keyed = await readInTenant(db, actor.tenantId, (tx) => findOperationByKey(tx, MUTATION, idempotencyKey));
      return keyed?.operation ?? null;
    },
  };
};
