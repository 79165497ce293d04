/** Licensed files through the front door: a license that was just bought, the field that gives the link, and following it. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Gateway, GraphqlAnswer } from './gateway.js';
import { type BoughtAsset, buy, freshAsset, type Vendor } from './purchase.js';

export interface Bought extends BoughtAsset {
  readonly licenseId: string;
  readonly licenseUuid: string;
}

let purchases = 0;

export const bought = async (gateway: Gateway, vendor: Vendor, asset?: BoughtAsset): Promise<Bought> => {
  const wanted = asset ?? (await freshAsset(gateway, vendor));
  purchases += 1;
  const outcome = await buy(gateway, {
    assetId: wanted.id,
    licenseType: vendor.licenseType,
    idempotencyKey: `file-${process.pid}-${purchases}`,
  });
  if (!outcome.license) throw new Error(JSON.stringify(outcome));
  const licenseId = String(outcome.license.id);
  return { ...wanted, licenseId, licenseUuid: Buffer.from(licenseId, 'base64url').toString().split(':')[1] as string };
};

const DOWNLOAD = `query($id: ID!, $size: Int, $format: String) { license(id: $id) { id
  download(size: $size, format: $format) { available reason url expiresAt mimeType length fileName contentHash } } }`;

export interface Form {
  readonly size?: number;
  readonly format?: string;
}

export const askFor = (gateway: Gateway, licenseId: string, form: Form = {}, caller = 'licensor'): Promise<GraphqlAnswer> =>
  gateway.query(caller, DOWNLOAD, { id: licenseId, ...form });

/** What the field says. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export const offered = async (gateway: Gateway, licenseId: string, form: Form = {}, caller = 'licensor'): Promise<any> => {
  const { data, errors } = await askFor(gateway, licenseId, form, caller);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.license.download;
};

export interface Followed {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** `sha256:<hex>` of the bytes. */
  readonly hash: string;
  /** Of a refusal. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

interface Refusal {
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}
const refusal = ({ errors }: Refusal): Followed['error'] => {
  const [first] = errors ?? [];
  return first && { code: first.extensions.code, message: first.message };
};

export const follow = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Followed> => {
  const response = await fetch(url, { headers, redirect: 'manual' });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    error: isJson ? refusal(JSON.parse(bytes.toString())) : undefined,
  };
};

/** Names of whole copies and of partial ones. */
export const copiesIn = async (dataDir: string): Promise<{ readonly whole: string[]; readonly partial: string[] }> => {
  const list = (folder: string) => readdir(folder).catch(() => [] as string[]);
  const folder = path.join(dataDir, 'files');
  return {
    whole: (await list(folder)).filter((name) => name !== 'partial').sort(),
    partial: await list(path.join(folder, 'partial')),
  };
};

export const fileRow = async (gateway: Gateway, licenseUuid: string, variant = 'original') =>
  (await gateway.database.query('select * from license_file where license_id = $1 and variant = $2', [licenseUuid, variant]))[0];

/** Who did it, and what the trail keeps of it, oldest first. */
export const fileEvents = async (gateway: Gateway, licenseUuid: string, action: 'file.fetched' | 'file.downloaded') =>
  (await gateway.database.query(
    'select actor, asset_id, request_id, data from audit_event where license_id = $1 and action = $2 order by occurred_at, event_id',
    [licenseUuid, action],
  )) as { readonly actor: string; readonly asset_id: string; readonly data: Record<string, unknown> }[];
