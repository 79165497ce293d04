/** A disk without room is an operator's matter: said at `error`, once for each fetch, and told to the caller as such. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AssetReader } from '../src/datasources/asset-reader.js';
import type { Datasource } from '../src/datasources/datasource.js';
import type { SourceRegistry } from '../src/datasources/registry.js';
import type { Asset } from '../src/domain/asset.js';
import { assetIdOf, environmentConnectionId, keyText, type TenantId } from '../src/domain/ids.js';
import type { License } from '../src/domain/license.js';
import { StorageFull } from '../src/domain/license-file.js';
import { createSealing } from '../src/domain/sealing.js';
import { createFileFetch } from '../src/services/license-file.fetch.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const TENANT = 'default' as TenantId;
const key = { connectionId: environmentConnectionId(TENANT, 'ADOBE_STOCK'), lane: 'v1', externalId: '1' };

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.appUrl, onError: () => undefined });
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});

it('is logged at error, without the address', async () => {
  const said: [string, object][] = [];
  const datasource = {
    profile: { source: 'ADOBE_STOCK', label: 'Adobe Stock' },
    openDownload: async () => ({ stream: Readable.from(['x']), mimeType: null, length: 1, fileName: null }),
  } as unknown as Datasource;
  const fetching = createFileFetch({
    db,
    registry: { of: () => ({ byConnection: () => datasource }) } as unknown as SourceRegistry,
    reader: {
      read: async () => ({ found: new Map([[keyText(key), {} as Asset]]), failed: new Map() }),
    } as unknown as AssetReader,
    sealing: createSealing(Buffer.alloc(32, 7)),
    copies: {
      find: async () => undefined,
      keep: async () => {
        throw new StorageFull(new Error('no space'));
      },
      sweep: async () => undefined,
    },
    now: Date.now,
    deadlineMs: 1_000,
    log: {
      debug: (details) => void said.push(['debug', details]),
      warn: (details) => void said.push(['warn', details]),
      error: (details) => void said.push(['error', details]),
    },
  });
  const license = { uuid: '0197d3a0-0000-7000-8000-000000000001', assetId: assetIdOf(key), source: 'ADOBE_STOCK' } as License;
  const order = { tenantId: TENANT, license, variant: 'original', actor: 'key:a', requestId: 'r-1' };
  await expect(fetching.obtain(order)).rejects.toThrow(StorageFull);
  expect(said).toEqual([['error', { source: 'ADOBE_STOCK', requestId: 'r-1' }]]);
});
