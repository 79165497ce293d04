/** Global ids: opaque to callers, stable for good, naming their type; an asset's id names connection, lane and external id. */
import { createHash } from 'node:crypto';

type Brand<T, B extends string> = T & { readonly __brand: B };
export type TenantId = Brand<string, 'TenantId'>;
export type ConnectionId = Brand<string, 'ConnectionId'>;
export type GlobalId = Brand<string, 'GlobalId'>;
export type AssetId = GlobalId & { readonly __asset: true };

export const ASSET_SOURCES = ['ADOBE_STOCK', 'GETTY_IMAGES', 'PHOTOSHELTER', 'SMINT_IO'] as const;
export type AssetSource = (typeof ASSET_SOURCES)[number];
/** For people. */
export const SOURCE_LABELS: Readonly<Record<AssetSource, string>> = {
  ADOBE_STOCK: 'Adobe Stock',
  GETTY_IMAGES: 'Getty Images',
  PHOTOSHELTER: 'PhotoShelter',
  SMINT_IO: 'Smint.io',
};

/** Node types other than Asset; their global id holds the type and the row's uuid. */
export const NODE_TYPES = [
  'License',
  'LicenseOperation',
  'AuditEvent',
  'Budget',
  'Incident',
  'Alert',
  'Usage',
  'UsageReport',
  'LicenseRequest',
  'RequestItem',
  'Approval',
  'Selection',
  'InboundConnection',
  'InboundEvent',
  'WriteBack',
  'EventEndpoint',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/**
 * Where an asset lives. The lane tells apart what one source keeps behind different endpoints (Getty: image, video), because an
 * external id alone does not reveal it; sources with one endpoint have one lane.
 */
export interface AssetKey {
  readonly connectionId: ConnectionId;
  readonly lane: string;
  readonly externalId: string;
}

export type ParsedId = { readonly type: 'Asset'; readonly key: AssetKey } | { readonly type: NodeType; readonly uuid: string };

const TENANT = /^[a-z0-9][a-z0-9_-]{0,62}$/;
export const isTenantId = (text: string): text is TenantId => TENANT.test(text);

/** Owns what belongs to the gateway's operator and not to one of the tenants: no caller belongs to it. */
export const OPERATOR = 'operator' as TenantId;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

export const assetIdOf = (key: AssetKey): AssetId => encode(`Asset:${key.connectionId}:${key.lane}:${key.externalId}`) as AssetId;

export const nodeIdOf = (type: NodeType, uuid: string): GlobalId => encode(`${type}:${uuid}`) as GlobalId;

/** Undefined for anything that this gateway did not make; only the one canonical spelling of an id is accepted. */
export const parseGlobalId = (id: string): ParsedId | undefined => {
  if (id.length === 0 || id.length > 512) return undefined;
  const text = Buffer.from(id, 'base64url').toString('utf8');
  if (encode(text) !== id) return undefined;
  const [type, ...rest] = text.split(':');
  if (type === 'Asset') {
    const [connectionId, lane, ...external] = rest;
    const externalId = external.join(':');
    if (!connectionId || !lane || !externalId) return undefined;
    return { type, key: { connectionId: connectionId as ConnectionId, lane, externalId } };
  }
  const known = NODE_TYPES.find((name) => name === type);
  const uuid = rest[0];
  if (!known || rest.length !== 1 || !uuid || !UUID.test(uuid)) return undefined;
  return { type: known, uuid };
};

/** One text per asset of a connection, for maps: lanes and external ids never contain a line break. */
export const keyText = (key: Pick<AssetKey, 'lane' | 'externalId'>): string => `${key.lane}\n${key.externalId}`;

/**
 * The connection that a tenant has to a source configured by the environment. Derived, so that ids survive a lost database,
 * and different for each tenant, so that one tenant's ids name nothing at another.
 */
export const environmentConnectionId = (tenant: TenantId, source: AssetSource): ConnectionId =>
  createHash('sha256')
    .update(`connection\n${tenant}\n${source}\nenvironment`)
    .digest('base64url')
    .replace(/[-_]/g, '')
    .slice(0, 12) as ConnectionId;
