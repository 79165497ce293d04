/** Buying through the front door: the two sources that sell, assets that they do sell, and what their books and our tables hold afterwards. */
import { buildAsset } from '../../simulators/adobe-stock/asset.js';
import { buildImage } from '../../simulators/getty-images/image.js';
import type { LedgerEntry } from '../../simulators/kit/types.js';
import type { Gateway, GraphqlAnswer } from './gateway.js';
import type { Simulators } from './simulators.js';

export interface Vendor {
  readonly source: 'ADOBE_STOCK' | 'GETTY_IMAGES';
  readonly simulator: string;
  readonly licenseType: string;
  /** The endpoint that spends. */
  readonly spend: string;
  /** The read just before the spend. */
  readonly look: string;
  /** External ids that the account can buy at `licenseType`; each caller continues where the last one stopped. */
  readonly next: () => string;
}

const takeFrom = (start: number, idAt: (k: number) => string | undefined) => {
  let k = start;
  return (): string => {
    for (;;) {
      const id = idAt(k++);
      if (id !== undefined) return id;
    }
  };
};

export const ADOBE: Vendor = {
  source: 'ADOBE_STOCK',
  simulator: 'adobe-stock',
  licenseType: 'Standard',
  spend: 'content-license',
  look: 'member-profile',
  next: takeFrom(300, (k) => {
    const { kind, premium, id } = buildAsset(k);
    return kind === 'photo' && premium === 0 && k % 200 !== 150 ? String(id) : undefined;
  }),
};

export const GETTY: Vendor = {
  source: 'GETTY_IMAGES',
  simulator: 'getty-images',
  licenseType: 'premiumaccess',
  spend: 'download-image',
  look: 'products',
  next: takeFrom(300, (k) => {
    const image = buildImage(k, null);
    return image.productTypes.includes('premiumaccess') ? image.id : undefined;
  }),
};

export const VENDORS: readonly Vendor[] = [ADOBE, GETTY];

export interface BoughtAsset {
  readonly id: string;
  readonly externalId: string;
}

export const assetNamed = async (gateway: Gateway, source: string, externalId: string): Promise<BoughtAsset> => {
  const { data, errors } = await gateway.query(
    'licensor',
    'query($source: AssetSource!, $externalId: String!) { assetByExternalId(source: $source, externalId: $externalId) { id externalId } }',
    { source, externalId },
  );
  if (!data?.assetByExternalId) throw new Error(`no asset ${externalId} of ${source}: ${JSON.stringify(errors)}`);
  return data.assetByExternalId;
};

/** An asset that nobody holds yet. */
export const freshAsset = (gateway: Gateway, vendor: Vendor): Promise<BoughtAsset> =>
  assetNamed(gateway, vendor.source, vendor.next());

export const QUOTE = `__typename
  ... on QuoteWithinEntitlement { licenseType message units remaining requiredReferences { key label required } alreadyHeld { id } fingerprint quotedAt }
  ... on QuoteOverage { licenseType message price { amount currency } requiredReferences { key label required } fingerprint quotedAt }
  ... on QuoteCheckoutRequired { licenseType message url }
  ... on QuoteUnavailable { licenseType message reason }`;
const OPERATION = 'operation { id state idempotencyKey requestedBy settledAt failure { code retryable } }';
const LICENSE = 'license { id licenseType origin state chargedUnits licensedBy asset { id } supersedes { id } }';
export const OUTCOME = `__typename
  ... on LicenseGranted { replayed ${LICENSE} ${OPERATION} }
  ... on LicenseAlreadyHeld { replayed ${LICENSE} ${OPERATION} }
  ... on LicensePending { message retryAfterMs ${OPERATION} }
  ... on QuoteChanged { message current { ${QUOTE} } }
  ... on ApprovalRequired { approvalId state message }
  ... on BudgetExceeded { message costCenter measure availableAmount requestedAmount available { amount currency } requested { amount currency } }
  ... on OverageConfirmationRequired { message price { amount currency } }
  ... on CheckoutRequired { message url }
  ... on LicenseRefused { code message ${OPERATION} }
  ... on UnsupportedBySource { source message }
  ... on InvalidRequest { message problems { path code message } }
  ... on IdempotencyConflict { message }`;
const BUY = `mutation Buy($input: LicenseAssetInput!) { licenseAsset(input: $input) { ${OUTCOME} } }`;

export interface Order {
  readonly assetId: string;
  readonly idempotencyKey: string;
  readonly licenseType?: string;
  readonly acceptOverage?: boolean;
  readonly maxPrice?: { readonly amount: string; readonly currency: string };
  readonly expectedQuote?: string;
  readonly approvalId?: string;
  readonly references?: readonly { readonly key: string; readonly value: string }[];
  readonly allocation?: Readonly<Record<string, string>>;
}

const RELICENSE = `mutation Again($input: RelicenseAssetInput!) { relicenseAsset(input: $input) { ${OUTCOME} } }`;

export const order = (gateway: Gateway, input: Order, caller: string | null = 'licensor'): Promise<GraphqlAnswer> =>
  gateway.query(caller, BUY, { input });

/** The outcome; a thrown error is a failure of the test. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export const buy = async (gateway: Gateway, input: Order, caller = 'licensor'): Promise<any> => {
  const { data, errors } = await order(gateway, input, caller);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.licenseAsset;
};

export interface FurtherOrder extends Order {
  readonly reason: string;
  readonly supersedes?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export const buyAgain = async (gateway: Gateway, input: FurtherOrder, caller = 'licensor'): Promise<any> => {
  const { data, errors } = await gateway.query(caller, RELICENSE, { input });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.relicenseAsset;
};

/** What the source has booked for this asset. */
export const booked = async (
  simulators: Simulators,
  vendor: Pick<Vendor, 'simulator'>,
  externalId: string,
): Promise<readonly LedgerEntry[]> => (await simulators.ledger(vendor.simulator)).filter((entry) => entry.assetId === externalId);

/** Requests that reached the spending endpoint for this asset. */
export const spends = async (simulators: Simulators, vendor: Vendor, externalId: string): Promise<number> =>
  (await simulators.journal(vendor.simulator)).filter(
    ({ endpoint, path, query }) => endpoint === vendor.spend && `${path}?${query}`.includes(externalId),
  ).length;

export const operationRow = async (gateway: Gateway, key: string): Promise<Record<string, unknown>> =>
  (
    await gateway.database.query(
      'select * from license_operation where idempotency_key = $1 order by key_bound desc, created_at desc limit 1',
      [key],
    )
  )[0] ?? {};

/** The actions of the trail about one operation, oldest first. */
export const trailOf = async (gateway: Gateway, key: string): Promise<string[]> =>
  (
    await gateway.database.query(
      "select action from audit_event where data->>'idempotencyKey' = $1 order by occurred_at, event_id",
      [key],
    )
  ).map((row) => String(row.action));

export const licenseCount = async (gateway: Gateway, assetId: string): Promise<number> =>
  Number((await gateway.database.query('select count(*)::integer as n from license where asset_id = $1', [assetId]))[0]?.n);
