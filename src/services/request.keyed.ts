/** Changes that a repeated call must not make twice: the key is bound, the change made and told, or nothing of it happens. */
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { LicenseOutcome } from '../domain/license-outcome.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';

export type Refused = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' | 'IdempotencyConflict' }>;

export const CONFLICT: Refused = {
  kind: 'IdempotencyConflict',
  message: 'This key belongs to a call with other arguments. Nothing was done; use a new key for a new intent.',
};

/** Undoes the transaction that it is thrown in, the bound key included. */
export class Undone extends Error {
  readonly outcome: Refused;
  constructor(outcome: Refused) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** The outcome of a transaction that was undone for a reason that the caller can act on. */
export const orUndone = async <T>(work: () => Promise<T>): Promise<T | Refused> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Undone) return error.outcome;
    throw error;
  }
};

export interface Key {
  readonly tenantId: TenantId;
  readonly mutation: string;
  readonly idempotencyKey: string;
  readonly payloadHash: Buffer;
}

/** What a key stands for already, before anybody is asked: the id of what was made, or the conflict. */
export const answered = (db: Database, key: Key): Promise<{ readonly resultId: string } | Refused | undefined> =>
  readInTenant(db, key.tenantId, async (tx) => {
    const bound = await findBinding(tx, key);
    return bound?.kind === 'replayed' ? { resultId: bound.resultId } : bound && CONFLICT;
  });

/** Binds the key and makes the change; `resultId` of an earlier call in place of it when the key was bound already. */
export const once = <T>(
  deps: { readonly db: Database; readonly now: () => number },
  key: Key,
  resultId: string,
  change: (tx: TenantTx, at: Instant) => Promise<T>,
): Promise<{ readonly made: T } | { readonly resultId: string } | Refused> =>
  orUndone(() =>
    inTenant(deps.db, key.tenantId, async (tx) => {
      const at = instantOf(deps.now());
      const bound = await bindKey(tx, { ...key, resultId, at });
      if (bound.kind === 'conflict') throw new Undone(CONFLICT);
      return bound.kind === 'replayed' ? { resultId: bound.resultId } : { made: await change(tx, at) };
    }),
  );
