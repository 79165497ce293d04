/** The only reader of the environment: checks every variable once and complains about all of them together. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { ASSET_SOURCES, type AssetSource, isTenantId, OPERATOR, type TenantId } from './domain/ids.js';
import { parseRange } from './domain/outbound-address.js';
import { isRole, ROLES, type Role } from './domain/roles.js';

export interface BootstrapKey {
  readonly tenant: TenantId;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly secret: string;
}

/** Credentials and hosts by source; a source without credential is absent. Hosts unset mean the vendor's own. */
export interface SourceSettings {
  readonly ADOBE_STOCK?: {
    readonly apiUrl?: string;
    readonly imsUrl?: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly product: string;
  };
  readonly GETTY_IMAGES?: {
    readonly apiUrl?: string;
    readonly authUrl?: string;
    readonly apiKey: string;
    readonly apiSecret: string;
  };
  readonly PHOTOSHELTER?: {
    readonly apiUrl?: string;
    readonly v3Url?: string;
    readonly previewUrl?: string;
    readonly apiKey: string;
    readonly email: string;
    readonly password: string;
    readonly organizationId: string;
    readonly patchBody?: 'query' | 'flat' | 'json-api';
  };
  readonly SMINT_IO?: {
    readonly apiUrl?: string;
    readonly authUrl?: string;
    readonly metadataPath?: string;
    readonly feedPath?: string;
    readonly binariesPath?: string;
    readonly tenant: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly refreshToken: string;
  };
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** What callers put before our paths; null: what their request says. */
  readonly publicUrl: string | null;
  readonly databaseUrl: string | null;
  readonly databaseAppUrl: string | null;
  /** True when no source is configured: the simulators are started and used. */
  readonly sandbox: boolean;
  readonly mode: 'development' | 'hardened';
  readonly worker: 'on' | 'off' | 'only';
  readonly dataDir: string;
  readonly redisUrl: string | null;
  readonly secretKey: Buffer | null;
  readonly apiKeys: readonly BootstrapKey[];
  readonly assetCacheTtlSeconds: number;
  /** Requests per second and credential; null: the source's own default. */
  readonly maxRps: Readonly<Record<AssetSource, number | null>>;
  readonly searchDeadlineMs: number;
  readonly spendDeadlineMs: number;
  /** A process that has not moved its purchase this long after its deadline is taken for dead. */
  readonly leaseMarginMs: number;
  readonly recoveryIntervalMs: number;
  readonly termWatchIntervalMs: number;
  /** How long after the end of one look for changes at the sources the next begins. */
  readonly changePollIntervalMs: number;
  /** Addresses and ranges that may be called although they are not public. */
  readonly outboundAllow: readonly string[];
  /** How long a receiver of events may take to answer. */
  readonly eventTimeoutMs: number;
  /** 0: only on demand. */
  readonly historyImportMinutes: number;
  readonly settleHorizonSeconds: Readonly<Record<'ADOBE_STOCK' | 'GETTY_IMAGES', number>>;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly sources: SourceSettings;
}

/** Thrown with every complaint at once; the process ends with exit code 78 (configuration error). */
export class ConfigurationError extends Error {
  readonly complaints: readonly string[];
  constructor(complaints: readonly string[]) {
    super(
      `The configuration has ${complaints.length === 1 ? 'a problem' : `${complaints.length} problems`}:\n${complaints.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
    this.complaints = complaints;
  }
}

const integer = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${low} to ${high}`)
    .transform(Number)
    .refine((value) => value >= low && value <= high, `must be a whole number from ${low} to ${high}`);
const address = (...protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
const http = () => address('http:', 'https:').transform((text) => text.replace(/\/+$/, ''));
const rate = () =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be requests per second, 0 for no limit')
    .transform(Number);
const path = () => z.string().regex(/^\/\S*$/, 'must be a path starting with /');

const VARIABLES = z.object({
  PORT: integer(0, 65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  CLEARANCE_PUBLIC_URL: http().optional(),
  DATABASE_URL: address('postgres:', 'postgresql:').optional(),
  DATABASE_APP_URL: address('postgres:', 'postgresql:').optional(),
  CLEARANCE_MODE: z.enum(['development', 'hardened']).optional(),
  WORKER: z.enum(['on', 'off', 'only']).default('on'),
  CLEARANCE_DATA_DIR: z.string().default('./.clearance'),
  REDIS_URL: address('redis:', 'rediss:').optional(),
  CLEARANCE_SECRET_KEY: z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64')
    .optional(),
  OUTBOUND_ALLOW: z
    .string()
    .transform((text) => text.split(',').map((range) => range.trim()))
    .refine((ranges) => ranges.every(parseRange), 'must be addresses or ranges such as 10.1.0.0/16, separated by commas')
    .default([]),
  EVENT_TIMEOUT_MS: integer(100, 60_000).default(15_000),
  CLEARANCE_API_KEYS: z.string().optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_JWKS_URL: z.string().optional(),
  ASSET_CACHE_TTL_SECONDS: integer(0, 86_400).default(60),
  ADOBE_STOCK_MAX_RPS: rate().optional(),
  GETTY_IMAGES_MAX_RPS: rate().optional(),
  PHOTOSHELTER_MAX_RPS: rate().optional(),
  SMINTIO_MAX_RPS: rate().optional(),
  SEARCH_DEADLINE_MS: integer(1, 600_000).default(8_000),
  SPEND_DEADLINE_MS: integer(1, 600_000).default(30_000),
  SPEND_LEASE_MARGIN_MS: integer(100, 600_000).default(15_000),
  RECOVERY_INTERVAL_MS: integer(100, 600_000).default(15_000),
  TERM_WATCH_INTERVAL_MS: integer(100, 86_400_000).default(3_600_000),
  CHANGE_POLL_INTERVAL_MS: integer(100, 86_400_000).default(60_000),
  HISTORY_IMPORT_MINUTES: integer(0, 1_440).default(60),
  SETTLE_HORIZON_SECONDS: integer(1, 604_800).default(600),
  ADOBE_STOCK_SETTLE_HORIZON_SECONDS: integer(1, 604_800).optional(),
  GETTY_IMAGES_SETTLE_HORIZON_SECONDS: integer(1, 604_800).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  ADOBE_STOCK_API_URL: http().optional(),
  ADOBE_STOCK_IMS_URL: http().optional(),
  ADOBE_STOCK_CLIENT_ID: z.string().optional(),
  ADOBE_STOCK_CLIENT_SECRET: z.string().optional(),
  ADOBE_STOCK_PRODUCT: z.string().optional(),
  GETTY_IMAGES_API_URL: http().optional(),
  GETTY_IMAGES_AUTH_URL: http().optional(),
  GETTY_IMAGES_API_KEY: z.string().optional(),
  GETTY_IMAGES_API_SECRET: z.string().optional(),
  PHOTOSHELTER_API_URL: http().optional(),
  PHOTOSHELTER_V3_URL: http().optional(),
  PHOTOSHELTER_PREVIEW_URL: http().optional(),
  PHOTOSHELTER_API_KEY: z.string().optional(),
  PHOTOSHELTER_EMAIL: z.string().optional(),
  PHOTOSHELTER_PASSWORD: z.string().optional(),
  PHOTOSHELTER_ORGANIZATION_ID: z.string().optional(),
  PHOTOSHELTER_PATCH_BODY: z.enum(['query', 'flat', 'json-api']).optional(),
  SMINTIO_API_URL: http().optional(),
  SMINTIO_AUTH_URL: http().optional(),
  SMINTIO_METADATA_PATH: path().optional(),
  SMINTIO_FEED_PATH: path().optional(),
  SMINTIO_BINARIES_PATH: path().optional(),
  SMINTIO_TENANT: z.string().optional(),
  SMINTIO_CLIENT_ID: z.string().optional(),
  SMINTIO_CLIENT_SECRET: z.string().optional(),
  SMINTIO_REFRESH_TOKEN: z.string().optional(),
});
type Variables = z.infer<typeof VARIABLES>;

/** The variables that make a credential: all of them or none. */
const CREDENTIALS = {
  ADOBE_STOCK: ['ADOBE_STOCK_CLIENT_ID', 'ADOBE_STOCK_CLIENT_SECRET'],
  GETTY_IMAGES: ['GETTY_IMAGES_API_KEY', 'GETTY_IMAGES_API_SECRET'],
  PHOTOSHELTER: ['PHOTOSHELTER_API_KEY', 'PHOTOSHELTER_EMAIL', 'PHOTOSHELTER_PASSWORD', 'PHOTOSHELTER_ORGANIZATION_ID'],
  SMINT_IO: ['SMINTIO_TENANT', 'SMINTIO_CLIENT_ID', 'SMINTIO_CLIENT_SECRET', 'SMINTIO_REFRESH_TOKEN'],
} as const satisfies Record<AssetSource, readonly (keyof Variables)[]>;

const parseApiKeys = (text: string | undefined, complaints: string[]): BootstrapKey[] => {
  const keys: BootstrapKey[] = [];
  for (const [index, entry] of (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .entries()) {
    if (entry === '') continue;
    // The entry itself is never repeated in a complaint: it holds a secret.
    const at = `CLEARANCE_API_KEYS: entry ${index + 1}`;
    const match = /^(?:([^/:]+)\/)?([^/:]+):([^:]+):([A-Za-z0-9_-]+)$/.exec(entry);
    if (!match) {
      complaints.push(`${at} must be [tenant/]name:role[+role]:secret, the secret in letters, digits, - and _`);
      continue;
    }
    const [, tenant = 'default', name = '', roleText = '', secret = ''] = match;
    const roles = roleText.split('+');
    const unknown = roles.filter((role) => !isRole(role));
    if (tenant === OPERATOR) complaints.push(`${at}: the tenant name ${OPERATOR} is reserved`);
    else if (!isTenantId(tenant)) complaints.push(`${at}: the tenant must be lower-case letters, digits, - and _, at most 63`);
    else if (unknown.length > 0) complaints.push(`${at}: unknown role ${unknown.join(', ')}; roles are ${ROLES.join(', ')}`);
    else if (keys.some((key) => key.tenant === tenant && key.name === name))
      complaints.push(`${at}: another key of the tenant ${tenant} has this name; the audit trail could not tell them apart`);
    else keys.push({ tenant, name, roles: roles.filter(isRole), secret });
  }
  if (new Set(keys.map((key) => key.secret)).size < keys.length)
    complaints.push('CLEARANCE_API_KEYS: two entries have the same secret');
  return keys;
};

const sourceSettings = (v: Variables, complaints: string[]): SourceSettings => {
  const complete = (source: AssetSource): boolean => {
    const names = CREDENTIALS[source];
    const absent = names.filter((name) => v[name] === undefined);
    if (absent.length > 0 && absent.length < names.length)
      complaints.push(`${absent.join(', ')}: missing, while ${names.filter((n) => !absent.includes(n)).join(', ')} is set`);
    return absent.length === 0;
  };
  const given = <T extends Record<string, string | undefined>>(record: T) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
      [K in keyof T]: Exclude<T[K], undefined>;
    };
  return {
    ...(complete('ADOBE_STOCK') && {
      ADOBE_STOCK: given({
        apiUrl: v.ADOBE_STOCK_API_URL,
        imsUrl: v.ADOBE_STOCK_IMS_URL,
        clientId: v.ADOBE_STOCK_CLIENT_ID as string,
        clientSecret: v.ADOBE_STOCK_CLIENT_SECRET as string,
        product: v.ADOBE_STOCK_PRODUCT ?? 'Clearance/1.0',
      }),
    }),
    ...(complete('GETTY_IMAGES') && {
      GETTY_IMAGES: given({
        apiUrl: v.GETTY_IMAGES_API_URL,
        authUrl: v.GETTY_IMAGES_AUTH_URL,
        apiKey: v.GETTY_IMAGES_API_KEY as string,
        apiSecret: v.GETTY_IMAGES_API_SECRET as string,
      }),
    }),
    ...(complete('PHOTOSHELTER') && {
      PHOTOSHELTER: given({
        apiUrl: v.PHOTOSHELTER_API_URL,
        v3Url: v.PHOTOSHELTER_V3_URL,
        previewUrl: v.PHOTOSHELTER_PREVIEW_URL,
        apiKey: v.PHOTOSHELTER_API_KEY as string,
        email: v.PHOTOSHELTER_EMAIL as string,
        password: v.PHOTOSHELTER_PASSWORD as string,
        organizationId: v.PHOTOSHELTER_ORGANIZATION_ID as string,
        patchBody: v.PHOTOSHELTER_PATCH_BODY,
      }),
    }),
    ...(complete('SMINT_IO') && {
      SMINT_IO: given({
        apiUrl: v.SMINTIO_API_URL,
        authUrl: v.SMINTIO_AUTH_URL,
        metadataPath: v.SMINTIO_METADATA_PATH,
        feedPath: v.SMINTIO_FEED_PATH,
        binariesPath: v.SMINTIO_BINARIES_PATH,
        tenant: v.SMINTIO_TENANT as string,
        clientId: v.SMINTIO_CLIENT_ID as string,
        clientSecret: v.SMINTIO_CLIENT_SECRET as string,
        refreshToken: v.SMINTIO_REFRESH_TOKEN as string,
      }),
    }),
  };
};

/**
 * Reads and checks everything. `simulated` holds the variables that the simulators gave: then the sources are theirs and the mode stays
 * sandbox. Throws ConfigurationError.
 */
export const readConfig = (
  environment: Readonly<Record<string, string | undefined>>,
  simulated: Readonly<Record<string, string>> = {},
): Config => {
  // An empty variable is an unset one, as compose files and .env templates leave them.
  const entries = Object.entries({ ...environment, ...simulated }).filter(([, value]) => value !== undefined && value !== '');
  const complaints: string[] = [];
  const first = VARIABLES.safeParse(Object.fromEntries(entries));
  const wrong = new Set(first.success ? [] : first.error.issues.map((issue) => String(issue.path[0])));
  if (!first.success) complaints.push(...first.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  // What is wrong is set aside, so that the rest can be complained about in the same breath.
  const v = first.success ? first.data : VARIABLES.parse(Object.fromEntries(entries.filter(([name]) => !wrong.has(name))));
  const apiKeys = parseApiKeys(v.CLEARANCE_API_KEYS, complaints);
  const sources = sourceSettings(v, complaints);
  const sandbox = Object.keys(simulated).length > 0 || Object.keys(sources).length === 0;
  if (v.AUTH_ISSUER ?? v.AUTH_JWKS_URL ?? v.AUTH_AUDIENCE)
    complaints.push('AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL: access tokens are not supported yet; use CLEARANCE_API_KEYS');
  if (v.REDIS_URL)
    complaints.push('REDIS_URL: a shared cache is not supported yet; unset it (cache and limits are kept in the process)');
  if (v.DATABASE_APP_URL && !v.DATABASE_URL) complaints.push('DATABASE_APP_URL: needs DATABASE_URL, the owner who migrates');
  if (!sandbox && apiKeys.length === 0)
    complaints.push(
      'CLEARANCE_API_KEYS: sources are configured but nobody could call: give at least one key, as [tenant/]name:role[+role]:secret',
    );
  if (complaints.length > 0) throw new ConfigurationError(complaints);
  const horizon = v.SETTLE_HORIZON_SECONDS;
  return {
    host: v.HOST,
    port: v.PORT,
    publicUrl: v.CLEARANCE_PUBLIC_URL ?? null,
    databaseUrl: v.DATABASE_URL ?? null,
    databaseAppUrl: v.DATABASE_APP_URL ?? null,
    sandbox,
    mode: v.CLEARANCE_MODE ?? (sandbox ? 'development' : 'hardened'),
    worker: v.WORKER,
    dataDir: resolve(v.CLEARANCE_DATA_DIR),
    redisUrl: v.REDIS_URL ?? null,
    secretKey: v.CLEARANCE_SECRET_KEY ?? null,
    apiKeys,
    assetCacheTtlSeconds: v.ASSET_CACHE_TTL_SECONDS,
    maxRps: {
      ADOBE_STOCK: v.ADOBE_STOCK_MAX_RPS ?? null,
      GETTY_IMAGES: v.GETTY_IMAGES_MAX_RPS ?? null,
      PHOTOSHELTER: v.PHOTOSHELTER_MAX_RPS ?? null,
      SMINT_IO: v.SMINTIO_MAX_RPS ?? null,
    },
    searchDeadlineMs: v.SEARCH_DEADLINE_MS,
    spendDeadlineMs: v.SPEND_DEADLINE_MS,
    leaseMarginMs: v.SPEND_LEASE_MARGIN_MS,
    recoveryIntervalMs: v.RECOVERY_INTERVAL_MS,
    termWatchIntervalMs: v.TERM_WATCH_INTERVAL_MS,
    changePollIntervalMs: v.CHANGE_POLL_INTERVAL_MS,
    outboundAllow: v.OUTBOUND_ALLOW,
    eventTimeoutMs: v.EVENT_TIMEOUT_MS,
    historyImportMinutes: v.HISTORY_IMPORT_MINUTES,
    settleHorizonSeconds: {
      ADOBE_STOCK: v.ADOBE_STOCK_SETTLE_HORIZON_SECONDS ?? horizon,
      GETTY_IMAGES: v.GETTY_IMAGES_SETTLE_HORIZON_SECONDS ?? horizon,
    },
    logLevel: v.LOG_LEVEL,
    sources,
  };
};

export const configuredSources = (config: Config): readonly AssetSource[] =>
  ASSET_SOURCES.filter((source) => config.sources[source] !== undefined);
