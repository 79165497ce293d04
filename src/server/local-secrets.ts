/** Secrets that are made once and kept in the data folder when the environment brings none. */
import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { TenantId } from '../domain/ids.js';
import { ROLES, type Role } from '../domain/roles.js';
import type { EnvironmentKey } from '../services/access.service.js';

/** The first of two starters wins; both read what it wrote. */
const readOrCreate = async (file: string, make: () => string): Promise<{ readonly text: string; readonly made: boolean }> => {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    return { text: await fs.readFile(file, 'utf8'), made: false };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  }
  await fs.writeFile(draft, make(), { mode: 0o600, flush: true });
  try {
    await fs.link(draft, file);
    return { text: await fs.readFile(file, 'utf8'), made: true };
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    return { text: await fs.readFile(file, 'utf8'), made: false };
  } finally {
    await fs.rm(draft, { force: true });
  }
};

export const loadSecretKey = async (dataDir: string): Promise<{ readonly key: Buffer; readonly made: boolean }> => {
  const { text, made } = await readOrCreate(path.join(dataDir, 'secret.key'), () => randomBytes(32).toString('base64'));
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32)
    throw new Error(
      `${path.join(dataDir, 'secret.key')} does not hold 32 bytes in base64. Restore it, or set CLEARANCE_SECRET_KEY.`,
    );
  return { key, made };
};

export const newSecret = (): string => randomBytes(24).toString('base64url');

/** One key per role for the sandbox, the same at every start. */
export const loadSandboxKeys = async (dataDir: string): Promise<readonly EnvironmentKey[]> => {
  const { text } = await readOrCreate(path.join(dataDir, 'sandbox-keys.json'), () =>
    JSON.stringify(Object.fromEntries(ROLES.map((role) => [role, newSecret()])), null, 2),
  );
  const secrets = JSON.parse(text) as Record<Role, string>;
  return ROLES.map((role) => ({ tenant: 'default' as TenantId, name: role, roles: [role], secret: secrets[role] }));
};
