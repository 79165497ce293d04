/** `npm run migrate`: brings the database in DATABASE_URL up to date and gives the application's role its rights. */
import { databaseAccess } from '../src/app-access.js';
import { ConfigurationError, readConfig } from '../src/config.js';
import { MigrationError, migrate } from '../src/store/migrate.js';

try {
  const config = readConfig({ ...process.env, CLEARANCE_API_KEYS: process.env.CLEARANCE_API_KEYS ?? 'migrate:admin:none' });
  if (config.databaseUrl === null)
    throw new ConfigurationError(['DATABASE_URL: needed here; the embedded server is migrated by npm start']);
  const { role } = await databaseAccess(config, config.databaseUrl);
  const applied = await migrate(config.databaseUrl, role);
  console.log(applied.length > 0 ? `Migrations applied: ${applied.join(', ')}.` : 'The database is up to date.');
} catch (error) {
  if (!(error instanceof ConfigurationError || error instanceof MigrationError)) throw error;
  console.error(error.message);
  process.exit(78);
}
