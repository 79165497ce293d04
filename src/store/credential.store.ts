/** Rotating upstream credentials, sealed; one replica at a time may renew one. */
import { sql } from 'kysely';
import type { TenantId } from '../domain/ids.js';
import type { TenantTx } from './database.js';

/** Keeps other replicas from renewing this credential until the transaction ends. */
export const lockCredential = async (tx: TenantTx, credential: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`credential/${credential}`}, 0))`.execute(tx);
};

export interface SealedCredential {
  readonly sealed: Buffer;
  readonly version: number;
}

export const findCredential = async (tx: TenantTx, credential: string): Promise<SealedCredential | undefined> =>
  tx.selectFrom('source_credential_state').select(['sealed', 'version']).where('credential', '=', credential).executeTakeFirst();

export const saveCredential = async (tx: TenantTx, tenantId: TenantId, credential: string, sealed: Buffer): Promise<void> => {
  await tx
    .insertInto('source_credential_state')
    .values({ tenant_id: tenantId, credential, sealed, version: 1 })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'credential']).doUpdateSet({
        sealed,
        version: (eb) => eb('source_credential_state.version', '+', 1),
        updated_at: sql<Date>`now()`,
      }),
    )
    .execute();
};
