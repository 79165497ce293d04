/** Sends a SimReply, whole or spoilt by a fault. */

import type { ServerResponse } from 'node:http';
import type { DisturbingFault } from './faults.js';
import type { SimReply } from './types.js';

const DRIP_MS = 50;

/** What a hotel's network answers in the vendor's place. */
const CAPTIVE_PORTAL =
  '<!doctype html><html><head><title>Welcome</title></head><body><h1>Guest network</h1><p>Please accept the terms to go online.</p></body></html>';

interface Encoded {
  readonly contentType: string | undefined;
  readonly bytes: Buffer | string;
}

const encode = (body: unknown): Encoded => {
  if (body === undefined) return { contentType: undefined, bytes: '' };
  if (typeof body === 'string') return { contentType: 'text/plain; charset=utf-8', bytes: body };
  if (Buffer.isBuffer(body)) return { contentType: 'application/octet-stream', bytes: body };
  return { contentType: 'application/json', bytes: JSON.stringify(body) };
};

const lowerCased = (headers: Readonly<Record<string, string>> | undefined): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const name in headers) result[name.toLowerCase()] = headers[name] ?? '';
  return result;
};

/** Writes status and headers, and hands back the bytes that they announce. */
const writeHead = (response: ServerResponse, reply: SimReply): Buffer | string => {
  const { contentType, bytes } = encode(reply.body);
  const headers = lowerCased(reply.headers);
  if (contentType !== undefined) headers['content-type'] ??= contentType;
  if (reply.status !== 204 && reply.status !== 304) headers['content-length'] ??= String(Buffer.byteLength(bytes));
  response.writeHead(reply.status, headers);
  return bytes;
};

export const sendReply = (response: ServerResponse, reply: SimReply): void => {
  response.end(writeHead(response, reply));
};

const truncate = (response: ServerResponse, reply: SimReply): void => {
  const bytes = Buffer.from(writeHead(response, reply));
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
};

const drip = (response: ServerResponse, reply: SimReply, everyMs: number): void => {
  const bytes = Buffer.from(writeHead(response, reply));
  response.flushHeaders();
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed || sent >= bytes.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, everyMs);
};

/** Kinds that act instead of the work. */
export const actsBefore = (fault: DisturbingFault): boolean =>
  fault.kind === 'status' || fault.kind === 'reset-before' || fault.kind === 'never';

/** The reply of a `status` fault: HTML or JSON by what its body looks like, unless the headers say. */
export const statusReply = (fault: DisturbingFault): SimReply => {
  const body = fault.body ?? '';
  const contentType = body.startsWith('<') ? 'text/html; charset=utf-8' : 'application/json';
  return { status: fault.status ?? 503, headers: { 'content-type': contentType, ...lowerCased(fault.headers) }, body };
};

/** Gives the answer that the fault leaves of `reply`, and says which status went out, null for none. */
export const sendSpoilt = (response: ServerResponse, fault: DisturbingFault, reply: SimReply): number | null => {
  switch (fault.kind) {
    case 'status':
      sendReply(response, reply);
      return reply.status;
    case 'reset-before':
    case 'reset-after':
      // A reset, not a polite end of the stream: the client sees ECONNRESET.
      response.socket?.resetAndDestroy();
      return null;
    case 'never':
    case 'never-after':
      return null;
    case 'truncate':
      truncate(response, reply);
      return reply.status;
    case 'foreign':
      sendReply(response, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: CAPTIVE_PORTAL });
      return 200;
    case 'drip':
      drip(response, reply, fault.ms ?? DRIP_MS);
      return reply.status;
    default:
      return fault.kind satisfies never;
  }
};
