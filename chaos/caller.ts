/** Calls the gateway as its clients do, and keeps what was answered. */
import type { SourceName } from './assets.js';
import { post } from './caller.post.js';
import { BUY, FIND, idIn, inputOf, itemsOf, outcomeOf, RESOLVE, SET_BUDGET, SET_UNIT_PRICE } from './caller.queries.js';
import { type CallRecord, type Intent, keyOf, type Outcome, payloadOf } from './intents.js';
import type { Slot } from './slot.js';

export interface BudgetSetting {
  readonly tenant: string;
  /** Null: of the whole tenant. */
  readonly costCenter: string | null;
  readonly measure: 'MONEY' | 'UNITS' | 'PURCHASES';
  readonly amount: string;
}

export interface Resolution {
  readonly tenant: string;
  readonly operationId: string;
  readonly verdict: 'CONFIRMED' | 'REJECTED';
}

export interface Caller {
  readonly records: readonly CallRecord[];
  /** What was heard last about an intent. */
  latest(intent: Intent): CallRecord | undefined;
  /** One call. Never throws. */
  buy(intents: readonly Intent[], slot: Slot, onHead?: () => void): Promise<readonly CallRecord[]>;
  /** Learns how this tenant's assets of a source are named. */
  learn(tenant: string, source: SourceName, externalId: string, slot: Slot): Promise<void>;
  setBudget(setting: BudgetSetting, slot: Slot): Promise<void>;
  /** What a unit of anything is worth. */
  setUnitPrice(tenant: string, source: SourceName, amount: string, slot: Slot): Promise<void>;
  /** By another person than the one who asked. */
  resolve(resolution: Resolution, slot: Slot): Promise<void>;
}

export const TENANTS = ['north', 'south', 'west'] as const;
const ROLES = { buyer: 'licensor', boss: 'admin', second: 'approver' } as const;
type Person = keyof typeof ROLES;
const PERSONS: readonly Person[] = ['buyer', 'boss', 'second'];
const CURRENCY = 'EUR';

const secretOf = (tenant: string, person: Person): string => `chaos-key-of-${person}-at-${tenant}-0123456789`;
export const API_KEYS = TENANTS.flatMap((tenant) =>
  PERSONS.map((person) => `${tenant}/${person}:${ROLES[person]}:${secretOf(tenant, person)}`),
).join(',');

const latestOf = (intent: Intent): string => `${keyOf(intent)} ${payloadOf(intent)}`;

export const createCaller = (): Caller => {
  const records: CallRecord[] = [];
  const latest = new Map<string, CallRecord>();
  /** What stands in an asset's id before its external id. */
  const prefixes = new Map<string, string>();
  let calls = 0;

  const assetIdOf = ({ tenant, source, externalId }: Intent): string => {
    const prefix = prefixes.get(`${tenant}/${source}`);
    if (prefix === undefined) throw new Error(`no asset of ${source} was learnt for ${tenant}`);
    return Buffer.from(`${prefix}${externalId}`).toString('base64url');
  };

  const buy: Caller['buy'] = async (intents, slot, onHead) => {
    const [first] = intents;
    if (!first) return [];
    calls += 1;
    const requestId = `chaos-call-${String(calls).padStart(6, '0')}`;
    const sentAt = Date.now();
    const recordOf = (intent: Intent, outcome: Outcome | null, error: string | null): CallRecord => ({
      ...{ intent, requestId, slot: slot.name, sentAt, endedAt: Date.now(), outcome, error },
    });
    const keep = (record: CallRecord): CallRecord => {
      records.push(record);
      latest.set(latestOf(record.intent), record);
      return record;
    };
    const address = slot.address();
    if (address === undefined) return intents.map((intent) => recordOf(intent, null, 'down'));
    const { mutation, tenant } = first;
    const variables = { input: inputOf(intents, assetIdOf) };
    try {
      const reply = await post({
        address,
        secret: secretOf(tenant, 'buyer'),
        requestId,
        query: BUY[mutation],
        variables,
        onHead,
      });
      const result = reply.data?.result;
      const said = reply.errors?.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; ') ?? 'empty';
      if (!result) return intents.map((intent) => keep(recordOf(intent, null, said)));
      if (mutation !== 'licenseAssets') return [keep(recordOf(first, outcomeOf(result), null))];
      const items = itemsOf(result);
      return intents.map((intent) => {
        const item = items.find(({ assetId }) => assetId === assetIdOf(intent));
        return keep(recordOf(intent, item?.outcome ?? null, item ? item.error : 'its item is missing'));
      });
    } catch (error) {
      const message = `no answer: ${error instanceof Error ? error.message : String(error)}`;
      return intents.map((intent) => keep(recordOf(intent, null, message)));
    }
  };

  /** What must succeed for a run to make sense. */
  const tell = async (
    slot: Slot,
    [tenant, person]: readonly [string, Person],
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<unknown> => {
    const address = slot.address();
    if (address === undefined) throw new Error(`gateway ${slot.name} is not up`);
    const reply = await post({ address, secret: secretOf(tenant, person), requestId: 'chaos-tell', query, variables });
    const result = reply.data?.result;
    if (!result || reply.errors || result.__typename === 'InvalidRequest')
      throw new Error(`${query.slice(0, 60)} was answered ${JSON.stringify(reply)}`);
    return result;
  };

  return {
    records,
    latest: (intent) => latest.get(latestOf(intent)),
    buy,
    learn: async (tenant, source, externalId, slot) => {
      const id = idIn(await tell(slot, [tenant, 'buyer'], FIND, { source, externalId }));
      const text = id === null ? '' : Buffer.from(id, 'base64url').toString('utf8');
      if (!text.endsWith(externalId)) throw new Error(`asset ${externalId} of ${source} was not found`);
      prefixes.set(`${tenant}/${source}`, text.slice(0, -externalId.length));
    },
    setBudget: async ({ tenant, ...setting }, slot) => {
      const input = { ...setting, ...(setting.measure === 'MONEY' && { currency: CURRENCY }) };
      await tell(slot, [tenant, 'boss'], SET_BUDGET, { input });
    },
    setUnitPrice: async (tenant, source, amount, slot) => {
      await tell(slot, [tenant, 'boss'], SET_UNIT_PRICE, { input: { source, licenseType: '*', amount, currency: CURRENCY } });
    },
    resolve: async ({ tenant, operationId, verdict }, slot) => {
      const input = { operationId, resolution: verdict, reason: 'Seen in the books of the source' };
      await tell(slot, [tenant, 'second'], RESOLVE, { input });
    },
  };
};
