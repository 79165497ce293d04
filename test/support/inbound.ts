/** Another system that reports to the gateway, signing with the public reference library of the scheme. */
import { Webhook } from 'standardwebhooks';
import type { Gateway } from './gateway.js';

export interface Reporter {
  readonly id: string;
  readonly secret: string;
  /** The status of the answer. */
  send(body: unknown, options?: { readonly id?: string; readonly atMs?: number; readonly secret?: string }): Promise<number>;
}

let count = 0;
export const uniqueId = (): string => {
  count += 1;
  return `msg_${process.pid}_${count}`;
};

export const post = async (url: string, headers: Record<string, string>, body: string | Buffer): Promise<number> => {
  const response = await fetch(url, { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) });
  await response.arrayBuffer();
  return response.status;
};

export const signed = (secret: string, id: string, atMs: number, body: string): Record<string, string> => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(atMs / 1000)),
  'webhook-signature': new Webhook(secret).sign(id, new Date(atMs), body),
});

const CREATE = `mutation($input: CreateInboundConnectionInput!) { createInboundConnection(input: $input) { __typename
  ... on InboundConnectionPayload { secret connection { id } } ... on InvalidRequest { problems { path code } } } }`;

export const createReporter = async (
  gateway: Gateway,
  now: () => number,
  input: { readonly name: string; readonly kinds: readonly string[] },
  tenant = 'default',
): Promise<Reporter> => {
  const { data } = await gateway.query(`${tenant}/admin`, CREATE, { input: { ...input, system: 'procurement' } });
  const { secret, connection } = data.createInboundConnection;
  return {
    id: connection.id,
    secret,
    send: (body, options = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const headers = signed(options.secret ?? secret, options.id ?? uniqueId(), options.atMs ?? now(), text);
      return post(`${gateway.url}/webhooks/${connection.id}`, headers, text);
    },
  };
};
