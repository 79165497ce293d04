/** Idempotency keys of mutations that make no operation: a key belongs to the first call that came to something. */
import type { TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { TenantTx } from './database.js';

export interface KeyEntry {
  readonly tenantId: TenantId;
  readonly mutation: string;
  readonly idempotencyKey: string;
  readonly payloadHash: Buffer;
  /** Of what this call is about to make. */
  readonly resultId: string;
  readonly at: Instant;
}

export type Binding =
  | { readonly kind: 'new' }
  | { readonly kind: 'replayed'; readonly resultId: string }
  | { readonly kind: 'conflict' };

/**
 * Binds a key in the transaction of the effect, and waits for another call that is binding it: `new`, have the effect; `replayed`, have
 * none and answer with what the first call made; `conflict`: the key belongs to a call with another payload. If the transaction is undone
 * the key is free again.
 */
export const bindKey = async (tx: TenantTx, entry: KeyEntry): Promise<Binding> => {
  const inserted = await tx
    .insertInto('bound_key')
    .values({
      tenant_id: entry.tenantId,
      mutation: entry.mutation,
      idempotency_key: entry.idempotencyKey,
      payload_hash: entry.payloadHash,
      result_id: entry.resultId,
      bound_at: entry.at,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'mutation', 'idempotency_key']).doNothing())
    .returning('result_id')
    .executeTakeFirst();
  if (inserted) return { kind: 'new' };
  return (await findBinding(tx, entry)) ?? { kind: 'conflict' };
};

/** What a key stands for already, without binding it; undefined: it is free. */
export const findBinding = async (
  tx: TenantTx,
  { mutation, idempotencyKey, payloadHash }: Pick<KeyEntry, 'mutation' | 'idempotencyKey' | 'payloadHash'>,
): Promise<Exclude<Binding, { kind: 'new' }> | undefined> => {
  const bound = await tx
    .selectFrom('bound_key')
    .select(['payload_hash', 'result_id'])
    .where('mutation', '=', mutation)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  if (!bound) return undefined;
  return bound.payload_hash.equals(payloadHash) ? { kind: 'replayed', resultId: bound.result_id } : { kind: 'conflict' };
};
