/** A refresh token that changes at each use: kept sealed in the store, renewed by one replica at a time. */
import type { RotateToken, RotatingToken } from '../datasources/datasource.js';
import { OPERATOR } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Sealing } from '../domain/sealing.js';
import { ensureTenant } from '../store/access.store.js';
import { findCredential, saveCredential, withCredentialLock } from '../store/credential.store.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';

export interface RotatingCredentialDeps {
  readonly db: Database;
  readonly sealing: Sealing;
  readonly now: () => number;
  /** Names the credential; part of what it is sealed to. */
  readonly credential: string;
  /** From the environment: used until the store holds a successor. */
  readonly firstRefreshToken: string;
}

const MARGIN_MS = 5_000;

export const createRotateToken = (deps: RotatingCredentialDeps): RotateToken => {
  const { db, sealing, now, credential } = deps;
  const context = `${OPERATOR}/${credential}`;
  let unsaved: RotatingToken | undefined;

  const stored = async (): Promise<RotatingToken | undefined> => {
    const row = await readInTenant(db, OPERATOR, (tx) => findCredential(tx, credential));
    if (!row) return undefined;
    try {
      return JSON.parse(sealing.open(row.sealed, context)) as RotatingToken;
    } catch {
      // Sealed with another secret key: the token of the environment is all that is left to try.
      return undefined;
    }
  };
  const isFresh = (token: RotatingToken, refused: string | null): boolean =>
    token.accessToken !== refused && token.expiresAt - now() > MARGIN_MS;

  return async (refused, renew) => {
    const before = await stored();
    if (before && isFresh(before, refused)) return before;
    // The lock is no transaction: none may be open while a source is asked.
    return withCredentialLock(db, credential, async () => {
      const current = await stored();
      if (current && isFresh(current, refused)) return current;
      // The old refresh token is dead from here on: what came for it is kept in hand until the store has it.
      unsaved =
        unsaved && isFresh(unsaved, refused)
          ? unsaved
          : await renew((unsaved ?? current)?.refreshToken ?? deps.firstRefreshToken);
      const renewed = unsaved;
      const sealed = sealing.seal(JSON.stringify(renewed), context);
      await inTenant(db, OPERATOR, async (tx) => {
        await ensureTenant(tx, OPERATOR);
        await saveCredential(tx, OPERATOR, credential, sealed, instantOf(now()));
      });
      unsaved = undefined;
      return renewed;
    });
  };
};
