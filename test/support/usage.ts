/** Licenses to use: made as the gateway makes them, with the terms that a test wants, and the calls that record what was done with them. */
import { v7 as uuidv7 } from 'uuid';
import {
  type AssetId,
  type AssetSource,
  assetIdOf,
  environmentConnectionId,
  nodeIdOf,
  type TenantId,
} from '../../src/domain/ids.js';
import { type Instant, instantOf } from '../../src/domain/instant.js';
import { NO_ALLOCATION } from '../../src/domain/license.js';
import { type Rights, UNKNOWN_RIGHTS } from '../../src/domain/rights.js';
import { type Database, inTenant, openDatabase } from '../../src/store/database.js';
import { insertLicense } from '../../src/store/license.store.js';
import type { Gateway } from './gateway.js';

/** Allows the web anywhere, for good, to everybody; what a test cares for is added. */
export const WEB_ANYWHERE: Rights = {
  ...UNKNOWN_RIGHTS,
  model: 'RIGHTS_MANAGED',
  editorialOnly: 'NO',
  channels: { allowed: ['web'], restricted: [], known: true },
  territories: { allowed: ['WORLD'], restricted: [], known: true },
  termKind: 'PERPETUAL',
  attributionRequired: 'NO',
  modelReleased: 'YES',
  propertyReleased: 'YES',
  limitsComplete: true,
  origin: 'CONTRACT',
};

const LANES: Readonly<Record<AssetSource, string>> = {
  ADOBE_STOCK: 'content',
  GETTY_IMAGES: 'image',
  PHOTOSHELTER: 'media',
  SMINT_IO: 'content',
};

export interface LicenseWish {
  readonly tenant?: string;
  readonly source?: AssetSource;
  readonly externalId: string;
  readonly rights?: Partial<Rights>;
  readonly cancelled?: boolean;
  readonly licensedAt?: Instant;
}

export interface UsableLicense {
  readonly id: string;
  readonly uuid: string;
  readonly assetId: AssetId;
}

export interface Shelf {
  license(wish: LicenseWish): Promise<UsableLicense>;
  close(): Promise<void>;
}

export const openShelf = (gateway: Gateway, now: () => number = Date.now): Shelf => {
  const db: Database = openDatabase({ url: gateway.database.appUrl, maxConnections: 2, onError: () => undefined });
  return {
    license: async (wish) => {
      const tenantId = (wish.tenant ?? 'default') as TenantId;
      const source = wish.source ?? 'GETTY_IMAGES';
      const connectionId = environmentConnectionId(tenantId, source);
      const assetId = assetIdOf({ connectionId, lane: LANES[source], externalId: wish.externalId });
      const uuid = uuidv7();
      const at = instantOf(now());
      await inTenant(db, tenantId, (tx) =>
        insertLicense(tx, {
          license: {
            uuid,
            assetId,
            source,
            licenseType: 'premiumaccess',
            origin: 'RECORDED',
            operationUuid: null,
            price: null,
            chargedUnits: null,
            allocation: NO_ALLOCATION,
            references: [],
            sourceReference: null,
            orderNumber: null,
            licensedAt: wish.licensedAt ?? ('2020-01-01T00:00:00.000Z' as Instant),
            licensedBy: 'key:licensor',
            validUntil: null,
            supersedesUuid: null,
          },
          tenantId,
          connectionId,
          rights: { ...WEB_ANYWHERE, ...wish.rights },
          recordedAt: at,
          state: wish.cancelled ? 'CANCELLED' : 'ACTIVE',
          importKey: null,
        }),
      );
      return { id: nodeIdOf('License', uuid), uuid, assetId };
    },
    close: () => db.destroy(),
  };
};

const USE = 'use { channel purpose territories startsAt endsAt unit units }';
export const USAGE = `id reference occurredAt recordedAt verdict violation reasons { code effect } license { id } ${USE}`;
export const RECORDED = `__typename
  ... on RecordUsagePayload { replayed usage { ${USAGE} } }
  ... on InvalidRequest { message problems { path code message } }
  ... on IdempotencyConflict { message }`;
const RECORD = `mutation($input: RecordUsageInput!) { recordUsage(input: $input) { ${RECORDED} } }`;
const RECORD_ALL = `mutation($input: RecordUsagesInput!) { recordUsages(input: $input) { __typename
  ... on InvalidRequest { problems { path code message } }
  ... on RecordUsagesPayload { results { idempotencyKey error { code message } outcome { ${RECORDED} } } } } }`;

/** On the web, in one country. */
export const ON_THE_WEB = { channel: 'web', territories: ['DE'] };

export type Input = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export const record = async (gateway: Gateway, input: Input, caller = 'licensor'): Promise<any> => {
  const { data, errors } = await gateway.query(caller, RECORD, { input });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.recordUsage;
};

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export const recordAll = async (gateway: Gateway, rows: readonly Input[], caller = 'licensor'): Promise<any> => {
  const { data, errors } = await gateway.query(caller, RECORD_ALL, { input: { rows } });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.recordUsages;
};
