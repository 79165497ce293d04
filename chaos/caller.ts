/** Calls the gateway as its clients do, over HTTP, and keeps what was answered. */
import { type IncomingMessage, request } from 'node:http';
import type { SourceName } from './assets.js';
import type { CallRecord, Intent, Outcome } from './intents.js';
import type { Slot } from './slot.js';

export interface Caller {
  readonly records: readonly CallRecord[];
  /** Never throws. `onHead` is called when the head of the answer has come. */
  license(intent: Intent, slot: Slot, onHead?: () => void): Promise<CallRecord>;
  /** Learns how this tenant's assets of a source are named. */
  learn(tenant: string, source: SourceName, externalId: string, slot: Slot): Promise<void>;
}

/** Longer than any deadline of the gateway in a run. */
const PATIENCE_MS = 15_000;

export const TENANTS = ['north', 'south', 'west'] as const;
const secretOf = (tenant: string): string => `chaos-key-of-${tenant}-0123456789`;
export const API_KEYS = TENANTS.map((tenant) => `${tenant}/buyer:licensor:${secretOf(tenant)}`).join(',');

const OPERATION = 'operation { id state failure { code } }';
const LICENSE = `mutation Buy($input: LicenseAssetInput!) { result: licenseAsset(input: $input) { __typename
  ... on LicenseGranted { replayed license { id } ${OPERATION} }
  ... on LicenseAlreadyHeld { replayed license { id } ${OPERATION} }
  ... on LicensePending { ${OPERATION} }
  ... on LicenseRefused { code ${OPERATION} } } }`;
const FIND =
  'query($source: AssetSource!, $externalId: String!) { result: assetByExternalId(source: $source, externalId: $externalId) { id } }';

interface Reply {
  readonly data?: { readonly result?: Readonly<Record<string, unknown>> | null } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

const post = (
  address: string,
  tenant: string,
  requestId: string,
  body: object,
  onHead: (() => void) | undefined,
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'x-api-key': secretOf(tenant),
      'x-request-id': requestId,
    };
    const outgoing = request(`${address}/graphql`, { method: 'POST', headers, agent: false, timeout: PATIENCE_MS });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('error', reject);
    outgoing.on('response', (incoming: IncomingMessage) => {
      onHead?.();
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('error', reject);
      incoming.on('end', () => {
        try {
          resolve(JSON.parse(text) as Reply);
        } catch {
          reject(new Error(`status ${incoming.statusCode}: no JSON`));
        }
      });
    });
    outgoing.end(bytes);
  });

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const memberOf = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];

const outcomeOf = (result: Readonly<Record<string, unknown>>): Outcome => {
  const operation = result.operation;
  return {
    kind: String(result.__typename),
    replayed: typeof result.replayed === 'boolean' ? result.replayed : null,
    operationId: textOf(memberOf(operation, 'id')),
    operationState: textOf(memberOf(operation, 'state')),
    licenseId: textOf(memberOf(result.license, 'id')),
    code: textOf(result.code) ?? textOf(memberOf(memberOf(operation, 'failure'), 'code')),
  };
};

export const createCaller = (): Caller => {
  const records: CallRecord[] = [];
  /** What stands in an asset's id before its external id. */
  const prefixes = new Map<string, string>();
  let calls = 0;

  const assetIdOf = ({ tenant, source, externalId }: Intent): string => {
    const prefix = prefixes.get(`${tenant}/${source}`);
    if (prefix === undefined) throw new Error(`no asset of ${source} was learnt for ${tenant}`);
    return Buffer.from(`${prefix}${externalId}`).toString('base64url');
  };

  const license: Caller['license'] = async (intent, slot, onHead) => {
    calls += 1;
    const requestId = `chaos-call-${String(calls).padStart(6, '0')}`;
    const sentAt = Date.now();
    const keep = (outcome: Outcome | null, error: string | null): CallRecord => {
      const record = { intent, requestId, slot: slot.name, sentAt, endedAt: Date.now(), outcome, error };
      records.push(record);
      return record;
    };
    const address = slot.address();
    if (address === undefined)
      return { intent, requestId, slot: slot.name, sentAt, endedAt: sentAt, outcome: null, error: 'down' };
    const { key, licenseType, acceptOverage } = intent;
    const input = { assetId: assetIdOf(intent), licenseType, acceptOverage, idempotencyKey: key };
    try {
      const reply = await post(address, intent.tenant, requestId, { query: LICENSE, variables: { input } }, onHead);
      const result = reply.data?.result;
      if (result) return keep(outcomeOf(result), null);
      return keep(null, reply.errors?.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; ') ?? 'empty');
    } catch (error) {
      return keep(null, `no answer: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  const learn: Caller['learn'] = async (tenant, source, externalId, slot) => {
    const address = slot.address();
    if (address === undefined) throw new Error(`gateway ${slot.name} is not up`);
    const body = { query: FIND, variables: { source, externalId } };
    const reply = await post(address, tenant, 'chaos-learn', body, undefined);
    const id = textOf(reply.data?.result?.id);
    const text = id === null ? '' : Buffer.from(id, 'base64url').toString('utf8');
    if (!text.endsWith(externalId)) throw new Error(`asset ${externalId} of ${source} was not found: ${JSON.stringify(reply)}`);
    prefixes.set(`${tenant}/${source}`, text.slice(0, -externalId.length));
  };

  return { records, license, learn };
};
