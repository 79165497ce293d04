/** Configuration: read once, checked as a whole, with every complaint at the same time and no secret in any of them. */
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, configuredSources, readConfig } from '../src/config.js';

const SECRET = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ';
const ADOBE = { ADOBE_STOCK_CLIENT_ID: 'id', ADOBE_STOCK_CLIENT_SECRET: SECRET } as const;
const GETTY = { GETTY_IMAGES_API_KEY: 'key', GETTY_IMAGES_API_SECRET: SECRET } as const;
const PHOTOSHELTER = {
  PHOTOSHELTER_API_KEY: 'key',
  PHOTOSHELTER_EMAIL: 'a@b.example',
  PHOTOSHELTER_PASSWORD: SECRET,
  PHOTOSHELTER_ORGANIZATION_ID: 'O1',
} as const;
const SMINTIO = {
  SMINTIO_TENANT: 'acme',
  SMINTIO_CLIENT_ID: 'id',
  SMINTIO_CLIENT_SECRET: SECRET,
  SMINTIO_REFRESH_TOKEN: SECRET,
} as const;
const KEYS = { CLEARANCE_API_KEYS: `ops:admin:${SECRET}` } as const;

const complaintsOf = (...args: Parameters<typeof readConfig>): readonly string[] => {
  try {
    readConfig(...args);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.complaints;
    throw error;
  }
  return [];
};

describe('an empty environment', () => {
  it('is a sandbox for development with every default', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      publicUrl: null,
      databaseUrl: null,
      databaseAppUrl: null,
      sandbox: true,
      mode: 'development',
      worker: 'on',
      dataDir: path.resolve('.clearance'),
      redisUrl: null,
      secretKey: null,
      apiKeys: [],
      assetCacheTtlSeconds: 60,
      maxRps: { ADOBE_STOCK: null, GETTY_IMAGES: null, PHOTOSHELTER: null, SMINT_IO: null },
      searchDeadlineMs: 8_000,
      spendDeadlineMs: 30_000,
      leaseMarginMs: 15_000,
      recoveryIntervalMs: 15_000,
      termWatchIntervalMs: 3_600_000,
      changePollIntervalMs: 60_000,
      eventTimeoutMs: 15_000,
      outboundAllow: [],
      historyImportMinutes: 60,
      settleHorizonSeconds: { ADOBE_STOCK: 600, GETTY_IMAGES: 600 },
      logLevel: 'info',
      sources: {},
    });
  });

  it('is what empty variables mean too, as templates leave them', () => {
    const empty = Object.fromEntries(
      [...Object.keys({ ...ADOBE, ...GETTY, ...KEYS }), 'PORT', 'DATABASE_URL'].map((name) => [name, '']),
    );
    expect(readConfig({ ...empty, UNRELATED: 'x', PATH: undefined })).toEqual(readConfig({}));
  });
});

describe('values', () => {
  it('are taken over in the form that the program needs', () => {
    const config = readConfig({
      ...KEYS,
      ...ADOBE,
      PORT: '0',
      HOST: '0.0.0.0',
      CLEARANCE_PUBLIC_URL: 'https://assets.example/gateway/',
      DATABASE_URL: 'postgres://owner:pw@db:5432/clearance',
      DATABASE_APP_URL: 'postgresql://app:pw@db:5432/clearance',
      CLEARANCE_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
      CLEARANCE_DATA_DIR: '/var/lib/clearance',
      ASSET_CACHE_TTL_SECONDS: '0',
      ADOBE_STOCK_MAX_RPS: '2.5',
      SETTLE_HORIZON_SECONDS: '60',
      GETTY_IMAGES_SETTLE_HORIZON_SECONDS: '90',
      WORKER: 'only',
      ADOBE_STOCK_API_URL: 'http://localhost:1234/',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      publicUrl: 'https://assets.example/gateway',
      dataDir: '/var/lib/clearance',
      secretKey: Buffer.alloc(32, 1),
      assetCacheTtlSeconds: 0,
      maxRps: { ADOBE_STOCK: 2.5, GETTY_IMAGES: null },
      settleHorizonSeconds: { ADOBE_STOCK: 60, GETTY_IMAGES: 90 },
      worker: 'only',
      sources: { ADOBE_STOCK: { clientId: 'id', clientSecret: SECRET, apiUrl: 'http://localhost:1234' } },
    });
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', '80a'],
    ['PORT', '1e3'],
    ['ASSET_CACHE_TTL_SECONDS', '-5'],
    ['ASSET_CACHE_TTL_SECONDS', '1.5'],
    ['SEARCH_DEADLINE_MS', '0'],
    ['SPEND_DEADLINE_MS', 'soon'],
    ['SETTLE_HORIZON_SECONDS', '0'],
    ['GETTY_IMAGES_MAX_RPS', '-1'],
    ['WORKER', 'yes'],
    ['CLEARANCE_MODE', 'production'],
    ['LOG_LEVEL', 'verbose'],
    ['DATABASE_URL', 'mysql://db/clearance'],
    ['DATABASE_URL', 'localhost'],
    ['CLEARANCE_SECRET_KEY', 'short'],
    ['CLEARANCE_SECRET_KEY', Buffer.alloc(31).toString('base64')],
    ['CLEARANCE_PUBLIC_URL', 'ftp://x'],
    ['ADOBE_STOCK_API_URL', 'stock.adobe.io'],
    ['SMINTIO_FEED_PATH', 'feed'],
  ])('%s=%s is refused by its name', (name, value) => {
    const complaints = complaintsOf({ [name]: value });
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(new RegExp(`^${name}: `));
  });
});

describe('complaints', () => {
  it('come all together, from the values, the credentials and the keys alike', () => {
    const complaints = complaintsOf({
      PORT: 'x',
      WORKER: 'maybe',
      CLEARANCE_SECRET_KEY: 'short',
      ADOBE_STOCK_CLIENT_ID: 'id',
      CLEARANCE_API_KEYS: 'nonsense',
      DATABASE_APP_URL: 'postgres://app@db/x',
    });
    const all = complaints.join('\n');
    for (const name of [
      'PORT',
      'WORKER',
      'CLEARANCE_SECRET_KEY',
      'ADOBE_STOCK_CLIENT_SECRET',
      'CLEARANCE_API_KEYS',
      'DATABASE_APP_URL',
    ])
      expect(all).toContain(name);
  });

  it('repeat no secret', () => {
    const secrets = {
      CLEARANCE_SECRET_KEY: `!${SECRET}`,
      CLEARANCE_API_KEYS: `ops:admin:${SECRET},ops:king:${SECRET}2,a b c ${SECRET},x/y/z:admin:${SECRET}3,two:viewer:${SECRET}`,
      DATABASE_URL: `mysql://owner:${SECRET}@db/x`,
      REDIS_URL: `http://:${SECRET}@cache`,
      ADOBE_STOCK_CLIENT_SECRET: SECRET,
      PHOTOSHELTER_PASSWORD: SECRET,
      SMINTIO_REFRESH_TOKEN: SECRET,
    };
    const complaints = complaintsOf(secrets);
    expect(complaints.length).toBeGreaterThan(2);
    for (const [name, value] of Object.entries(secrets)) {
      const alone = complaintsOf({ [name]: value });
      expect(alone.length).toBeGreaterThan(0);
      expect(new ConfigurationError([...complaints, ...alone]).message).not.toContain(SECRET);
    }
  });

  it.each([
    ['ADOBE_STOCK', ADOBE],
    ['GETTY_IMAGES', GETTY],
    ['PHOTOSHELTER', PHOTOSHELTER],
    ['SMINT_IO', SMINTIO],
  ])('name what is missing of half a credential of %s, and nothing is started without it', (_source, credential) => {
    const names = Object.keys(credential);
    for (const absent of names) {
      const { [absent]: _, ...rest } = credential as Record<string, string>;
      expect(complaintsOf({ ...KEYS, ...rest }).join('\n')).toContain(`${absent}: missing`);
    }
    expect(complaintsOf({ ...KEYS, ...credential })).toEqual([]);
  });
});

describe('real sources', () => {
  it('are hardened unless told otherwise, and each stands on its own', () => {
    const config = readConfig({ ...KEYS, ...GETTY });
    expect(config).toMatchObject({ sandbox: false, mode: 'hardened' });
    expect(configuredSources(config)).toEqual(['GETTY_IMAGES']);
    expect(configuredSources(readConfig({ ...KEYS, ...SMINTIO, ...PHOTOSHELTER, ...GETTY, ...ADOBE }))).toEqual([
      'ADOBE_STOCK',
      'GETTY_IMAGES',
      'PHOTOSHELTER',
      'SMINT_IO',
    ]);
    expect(readConfig({ ...KEYS, ...GETTY, CLEARANCE_MODE: 'development' }).mode).toBe('development');
  });

  it('want somebody who may call', () => {
    expect(complaintsOf(ADOBE).join('\n')).toMatch(/CLEARANCE_API_KEYS/);
  });

  it('are never mixed with the simulators: what those give wins, and stays a sandbox', () => {
    const simulated = {
      ADOBE_STOCK_CLIENT_ID: 'sim',
      ADOBE_STOCK_CLIENT_SECRET: 'sim',
      ADOBE_STOCK_API_URL: 'http://127.0.0.1:1',
    };
    const config = readConfig({}, simulated);
    expect(config).toMatchObject({ sandbox: true, mode: 'development', sources: { ADOBE_STOCK: { clientId: 'sim' } } });
    expect(readConfig({ CLEARANCE_MODE: 'hardened' }, simulated).mode).toBe('hardened');
  });
});

describe('keys', () => {
  it('have a name, roles and a secret, and a tenant if one is named', () => {
    const { apiKeys } = readConfig({ CLEARANCE_API_KEYS: ` ops:admin:${SECRET} , acme/desk:viewer+licensor:${SECRET}_2-x,` });
    expect(apiKeys).toEqual([
      { tenant: 'default', name: 'ops', roles: ['admin'], secret: SECRET },
      { tenant: 'acme', name: 'desk', roles: ['viewer', 'licensor'], secret: `${SECRET}_2-x` },
    ]);
  });

  it.each([
    ['without a secret', 'ops:admin'],
    ['with an empty secret', 'ops:admin:'],
    ['with an unknown role', `ops:king:${SECRET}`],
    ['with no role', `ops::${SECRET}`],
    ['with a tenant in capitals', `ACME/ops:admin:${SECRET}`],
    ['with a secret of other letters', 'ops:admin:geheim!'],
  ])('%s are refused by their place in the list', (_what, entry) => {
    expect(complaintsOf({ CLEARANCE_API_KEYS: `first:viewer:${SECRET}1,${entry}` })).toEqual([
      expect.stringMatching(/^CLEARANCE_API_KEYS: entry 2/),
    ]);
  });

  it('of two callers are never the same secret', () => {
    expect(complaintsOf({ CLEARANCE_API_KEYS: `a:viewer:${SECRET},acme/b:viewer:${SECRET}` })).toEqual([
      expect.stringMatching(/same secret/),
    ]);
  });

  it('of one tenant never share a name; those of two tenants may', () => {
    const keys = (...entries: string[]) => ({
      CLEARANCE_API_KEYS: entries.map((entry, at) => `${entry}:viewer:${SECRET}${at}`).join(','),
    });
    expect(complaintsOf(keys('a', 'default/a', 'b', 'acme/a'))).toEqual([expect.stringMatching(/entry 2.*another key.*name/)]);
    expect(complaintsOf(keys('a', 'acme/a'))).toEqual([]);
  });
});
