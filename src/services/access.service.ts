/** Who calls: API keys looked up by the hash of their secret, and what the environment says about tenants, keys and connections. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction, SubjectType } from '../domain/audit-event.js';
import { type AssetSource, environmentConnectionId, OPERATOR, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Actor, Role } from '../domain/roles.js';
import {
  ensureConnection,
  ensureTenant,
  findKeyHolder,
  listTenants,
  revokeAbsentEnvironmentKeys,
  upsertApiKey,
} from '../store/access.store.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';

export interface AccessService {
  /** Undefined for a secret that belongs to no living key. */
  authenticate(secret: string): Promise<Actor | undefined>;
  /** Makes the store agree with the environment: tenants and connections exist, its keys live, keys that it no longer names end. */
  bootstrap(keys: readonly EnvironmentKey[], sources: readonly AssetSource[]): Promise<readonly TenantId[]>;
}

export interface EnvironmentKey {
  readonly tenant: TenantId;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly secret: string;
}

export interface AccessDeps {
  readonly db: Database;
  readonly now: () => number;
}

/** How long a key that was found is believed without asking again: the longest that a revoked key can still be used. */
const KEY_MEMORY_MS = 2_000;
const MAX_SECRET = 512;

/** Secrets are long and random, so one fast hash suffices; what is compared is the hash, by the index. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(`clearance api key\n${secret}`).digest();

export const createAccessService = (deps: AccessDeps): AccessService => {
  const { db, now } = deps;
  const remembered = new LRUCache<string, Actor>({ max: 10_000, ttl: KEY_MEMORY_MS });

  const audit = (
    tx: TenantTx,
    tenantId: TenantId,
    action: AuditAction,
    subjectType: SubjectType,
    subjectId: string,
    data: Record<string, string | string[]>,
  ) =>
    appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId,
      occurredAt: instantOf(now()),
      actor: 'system:environment',
      action,
      subjectType,
      subjectId,
      assetId: null,
      licenseUuid: null,
      requestId: null,
      data,
    });

  const bootstrapTenant = (tenantId: TenantId, keys: readonly EnvironmentKey[], sources: readonly AssetSource[]): Promise<void> =>
    inTenant(db, tenantId, async (tx) => {
      await ensureTenant(tx, tenantId);
      for (const source of sources) {
        const connectionId = environmentConnectionId(tenantId, source);
        if (await ensureConnection(tx, tenantId, connectionId, source))
          await audit(tx, tenantId, 'connection.created', 'Connection', connectionId, { source });
      }
      for (const key of keys) {
        const entry = {
          uuid: uuidv7(),
          tenantId,
          name: key.name,
          roles: key.roles,
          secretHash: hashSecret(key.secret),
          origin: 'environment' as const,
        };
        const begun = await upsertApiKey(tx, entry);
        if (begun) await audit(tx, tenantId, 'api_key.created', 'ApiKey', begun, { name: key.name, roles: [...key.roles] });
      }
      for (const { uuid, name } of await revokeAbsentEnvironmentKeys(
        tx,
        keys.map((key) => hashSecret(key.secret)),
        instantOf(now()),
      )) {
        await audit(tx, tenantId, 'api_key.revoked', 'ApiKey', uuid, { name });
      }
    });

  return {
    authenticate: async (secret) => {
      if (secret === '' || secret.length > MAX_SECRET) return undefined;
      const hash = hashSecret(secret);
      const memory = hash.toString('base64');
      const known = remembered.get(memory);
      if (known) return known;
      const holder = await findKeyHolder(db, hash);
      if (!holder) return undefined;
      const { tenantId, name, roles, keyUuid: keyId } = holder;
      const actor: Actor = { tenantId, subject: `key:${name}`, keyId, name, roles };
      remembered.set(memory, actor);
      return actor;
    },
    bootstrap: async (keys, sources) => {
      // Known tenants without a key in the environment any more are gone through as well: their keys end.
      const tenants = [...new Set([...keys.map((key) => key.tenant), ...(await listTenants(db))])].filter(
        (tenant) => tenant !== OPERATOR,
      );
      for (const tenant of tenants) {
        await bootstrapTenant(
          tenant,
          keys.filter((key) => key.tenant === tenant),
          sources,
        );
      }
      return tenants;
    },
  };
};
