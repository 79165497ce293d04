/** Turns what node received into a SimRequest; nothing is parsed before a handler asks for it. */

import type { IncomingMessage } from 'node:http';
import type { SimRequest } from './types.js';

/** Far above anything a gateway sends; keeps a runaway test from filling the memory. */
export const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

export interface RequestTarget {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

export const splitTarget = (url: string): RequestTarget => {
  const mark = url.indexOf('?');
  return mark === -1 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
};

/** Null: larger than the limit. Rejects when the client goes away in the middle. */
export const readBody = (message: IncomingMessage): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > BODY_LIMIT_BYTES) {
        message.removeAllListeners('data').resume();
        resolve(null);
      } else chunks.push(chunk);
    });
    message.on('end', () => resolve(chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, length)));
    message.on('error', reject);
  });

export const hasBody = (message: IncomingMessage): boolean =>
  message.headers['transfer-encoding'] !== undefined || (message.headers['content-length'] ?? '0') !== '0';

export const createRequest = (
  message: IncomingMessage,
  target: RequestTarget,
  params: Readonly<Record<string, string>>,
  body: Buffer = EMPTY,
): SimRequest => {
  let query: URLSearchParams | undefined;
  return {
    method: message.method ?? 'GET',
    path: target.path,
    get query() {
      query ??= new URLSearchParams(target.query);
      return query;
    },
    // Node joins repeated headers to one string; only set-cookie, which no client sends, stays a list.
    headers: message.headers as Readonly<Record<string, string>>,
    params,
    body,
    json: () => JSON.parse(body.toString('utf8')) as unknown,
    form: () => new URLSearchParams(body.toString('utf8')),
  };
};
