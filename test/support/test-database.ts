/** A database of one test file: a clone of the migrated template, as the owner and as the application see it. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  /** A query as the owner (a superuser): sees every tenant. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

const withDatabase = (url: string, name: string, user?: { readonly name: string; readonly password: string }): string => {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  if (user) {
    parsed.username = user.name;
    parsed.password = user.password;
  }
  return parsed.toString();
};

const admin = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** An empty database without our schema: for tests of the migrations themselves. */
export const createEmptyDatabase = async (): Promise<TestDatabase> => createFrom('template0');

export const createTestDatabase = async (): Promise<TestDatabase> => createFrom('clearance_template');

const createFrom = async (template: string): Promise<TestDatabase> => {
  const url = process.env.CLEARANCE_TEST_OWNER_URL as string;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin(url, `create database ${name} template ${template}`);
  const ownerUrl = withDatabase(url, name);
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  pool.on('error', () => undefined);
  return {
    ownerUrl,
    appUrl: withDatabase(url, name, { name: 'clearance_app', password: process.env.CLEARANCE_TEST_APP_PASSWORD as string }),
    query: async (text, values) => (await pool.query(text, values as unknown[])).rows as Record<string, unknown>[],
    drop: async () => {
      await pool.end();
      await admin(url, `drop database ${name} with (force)`);
    },
  };
};
