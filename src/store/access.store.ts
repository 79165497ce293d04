/** Tenants, their API keys and their connections to sources. */
import { sql } from 'kysely';
import type { AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { isRole, type Role } from '../domain/roles.js';
import type { Database, TenantTx } from './database.js';

export interface KeyHolder {
  readonly keyUuid: string;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Outside a tenant's transaction: the tenant is what it finds out. */
export const findKeyHolder = async (db: Database, secretHash: Buffer): Promise<KeyHolder | undefined> => {
  const { rows } = await sql<{ api_key_id: string; tenant_id: string; name: string; roles: string[] }>`
    select * from find_api_key(${secretHash})`.execute(db);
  const row = rows[0];
  return row && { keyUuid: row.api_key_id, tenantId: row.tenant_id as TenantId, name: row.name, roles: row.roles.filter(isRole) };
};

/** Outside a tenant's transaction: start-up and jobs go through the tenants one by one. */
export const listTenants = async (db: Database): Promise<readonly TenantId[]> => {
  const { rows } = await sql<{ tenant_id: string }>`/* uncounted */ select * from list_tenants()`.execute(db);
  return rows.map((row) => row.tenant_id as TenantId);
};

export const ensureTenant = async (tx: TenantTx, tenantId: TenantId): Promise<void> => {
  await tx
    .insertInto('tenant')
    .values({ tenant_id: tenantId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

export interface NewApiKey {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly secretHash: Buffer;
  readonly origin: 'environment' | 'command';
}

/** The uuid of a key that is new or came back to life; a known key only has its name and roles brought up to date. */
export const upsertApiKey = async (tx: TenantTx, key: NewApiKey): Promise<string | undefined> => {
  const held = await tx
    .selectFrom('api_key')
    .select(['api_key_id', 'revoked_at'])
    .where('secret_hash', '=', key.secretHash)
    .executeTakeFirst();
  if (held) {
    await tx
      .updateTable('api_key')
      .set({ name: key.name, roles: [...key.roles], revoked_at: null })
      .where('api_key_id', '=', held.api_key_id)
      .execute();
    return held.revoked_at === null ? undefined : held.api_key_id;
  }
  const inserted = await tx
    .insertInto('api_key')
    .values({
      api_key_id: key.uuid,
      tenant_id: key.tenantId,
      name: key.name,
      roles: [...key.roles],
      secret_hash: key.secretHash,
      origin: key.origin,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('api_key_id')
    .executeTakeFirst();
  if (!inserted)
    throw new Error(`The secret of the key "${key.name}" belongs to a key of another tenant. Give it a secret of its own.`);
  return inserted.api_key_id;
};

/** Ends the keys that an earlier environment brought and this one no longer names. Returns their names by uuid. */
export const revokeAbsentEnvironmentKeys = async (
  tx: TenantTx,
  keep: readonly Buffer[],
  at: Instant,
): Promise<{ readonly uuid: string; readonly name: string }[]> => {
  let update = tx
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('origin', '=', 'environment')
    .where('revoked_at', 'is', null);
  if (keep.length > 0) update = update.where('secret_hash', 'not in', keep as Buffer[]);
  const rows = await update.returning(['api_key_id', 'name']).execute();
  return rows.map((row) => ({ uuid: row.api_key_id, name: row.name }));
};

/** True when the connection is new. */
export const ensureConnection = async (
  tx: TenantTx,
  tenantId: TenantId,
  connectionId: ConnectionId,
  source: AssetSource,
): Promise<boolean> => {
  const inserted = await tx
    .insertInto('source_connection')
    .values({ connection_id: connectionId, tenant_id: tenantId, source, name: 'environment', origin: 'environment' })
    .onConflict((conflict) => conflict.doNothing())
    .returning('connection_id')
    .executeTakeFirst();
  return inserted !== undefined;
};

/** The roles that this key brings; none when it has ended. */
export const findRolesOfKey = async (tx: TenantTx, keyUuid: string): Promise<readonly Role[]> => {
  const living = tx.selectFrom('api_key').select('roles').where('api_key_id', '=', keyUuid).where('revoked_at', 'is', null);
  return ((await living.executeTakeFirst())?.roles ?? []).filter(isRole);
};
