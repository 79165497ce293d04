/** Who the application is at the database: the role in DATABASE_APP_URL, or one of ours with a password derived from the secret key. */
import type { Config } from './config.js';
import { createSealing } from './domain/sealing.js';
import { loadSecretKey } from './server/local-secrets.js';
import type { AppRole } from './store/migrate.js';

export interface DatabaseAccess {
  readonly appUrl: string;
  readonly role: AppRole;
  readonly secretKey: Buffer;
  /** True when the secret key was made just now. */
  readonly secretKeyMade: boolean;
}

const OWN_ROLE = 'clearance_app';

export const databaseAccess = async (config: Config, ownerUrl: string): Promise<DatabaseAccess> => {
  const { key: secretKey, made: secretKeyMade } = config.secretKey
    ? { key: config.secretKey, made: false }
    : await loadSecretKey(config.dataDir);
  const secret = { secretKey, secretKeyMade };
  if (config.databaseAppUrl !== null) {
    const name = decodeURIComponent(new URL(config.databaseAppUrl).username);
    return { appUrl: config.databaseAppUrl, role: { name, password: null }, ...secret };
  }
  const password = createSealing(secretKey).derivePassword('database/clearance_app');
  const url = new URL(ownerUrl);
  url.username = OWN_ROLE;
  url.password = password;
  return { appUrl: url.toString(), role: { name: OWN_ROLE, password }, ...secret };
};
