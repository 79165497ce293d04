/** One GraphQL call over HTTP, on a connection of its own, as a client makes it. */
import { type IncomingMessage, request } from 'node:http';

export interface Post {
  readonly address: string;
  readonly secret: string;
  readonly requestId: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Called when the head of the answer has come. */
  readonly onHead?: (() => void) | undefined;
}

export interface Reply {
  readonly data?: { readonly result?: Readonly<Record<string, unknown>> | null } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Longer than any deadline of the gateway in a run. */
const PATIENCE_MS = 8_000;

export const post = ({ address, secret, requestId, query, variables, onHead }: Post): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(JSON.stringify({ query, variables }));
    const headers = {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'x-api-key': secret,
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
