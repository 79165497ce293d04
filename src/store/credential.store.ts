/** Rotating upstream credentials, sealed; one replica at a time may renew one. */
import { sql } from 'kysely';
import type { TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { Database, TenantTx } from './database.js';

/** Keeps other replicas from renewing this credential meanwhile, on a connection of its own and without a transaction. */
export const withCredentialLock = <T>(db: Database, credential: string, work: () => Promise<T>): Promise<T> =>
  db.connection().execute(async (connection) => {
    const name = `credential/${credential}`;
    await sql`select pg_advisory_lock(hashtextextended(${name}, 0))`.execute(connection);
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(connection);
    }
  });

export interface SealedCredential {
  readonly sealed: Buffer;
  readonly version: number;
}

export const findCredential = async (tx: TenantTx, credential: string): Promise<SealedCredential | undefined> =>
  tx.selectFrom('source_credential_state').select(['sealed', 'version']).where('credential', '=', credential).executeTakeFirst();

export const saveCredential = async (
  tx: TenantTx,
  tenantId: TenantId,
  credential: string,
  sealed: Buffer,
  at: Instant,
): Promise<void> => {
  await tx
    .insertInto('source_credential_state')
    .values({ tenant_id: tenantId, credential, sealed, version: 1, updated_at: at })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'credential']).doUpdateSet({
        sealed,
        version: (eb) => eb('source_credential_state.version', '+', 1),
        updated_at: at,
      }),
    )
    .execute();
};
