/**
 * Calls to addresses that callers gave us. Every connection is checked against the guard on the address that it really goes to, redirects
 * are not followed, and a call ends with its deadline. Nothing is repeated here.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, buildConnector, request as undiciRequest } from 'undici';
import type { AddressGuard } from '../domain/outbound-address.js';

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** For the whole exchange: resolving, connecting, sending, the answer to its end. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export interface OutboundReply {
  readonly status: number;
  /** Lower-case names; of repeated headers the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** As much of the answer as we care to read. */
  readonly text: string;
}

export type OutboundFaultReason = 'refused_address' | 'timeout' | 'stopped' | 'network';

/** No answer came. The message is ours: it holds no text of the other side and no address. */
export class OutboundFault extends Error {
  readonly reason: OutboundFaultReason;
  constructor(reason: OutboundFaultReason, message: string) {
    super(message);
    this.name = 'OutboundFault';
    this.reason = reason;
  }
}

export interface OutboundHttp {
  /** Any answer is returned, whatever its status. Throws OutboundFault. */
  send(request: OutboundRequest): Promise<OutboundReply>;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;
const MAX_REPLY_BYTES = 64 * 1024;
const REFUSED = 'The address is not on the public internet, and OUTBOUND_ALLOW does not name it.';
const REFUSED_PLAIN = 'Without TLS only addresses that OUTBOUND_ALLOW names are called.';

const refused = (message: string): OutboundFault => new OutboundFault('refused_address', message);

/** Resolves as the system does, and refuses the name as a whole when one of its addresses is closed. */
const guardedLookup =
  (check: (address: string) => OutboundFault | undefined): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      const fault = error ?? found.map(({ address }) => check(address)).find((one) => one !== undefined);
      if (fault) return callback(fault, '', 0);
      if (options.all) return (callback as unknown as (e: null, all: LookupAddress[]) => void)(null, found);
      const [first] = found;
      return first ? callback(null, first.address, first.family) : callback(new Error('no address'), '', 0);
    });
  };

/** A literal address is never resolved, so it is looked at before the connection is made. */
const guardedConnector = (guard: AddressGuard): buildConnector.connector => {
  const checkFor = (protocol: string) => (address: string) => {
    if (!guard.mayReach(address)) return refused(REFUSED);
    return protocol === 'http:' && !guard.isNamed(address) ? refused(REFUSED_PLAIN) : undefined;
  };
  const connectors = Object.fromEntries(
    ['http:', 'https:'].map((protocol) => [
      protocol,
      buildConnector({ timeout: CONNECT_MS, lookup: guardedLookup(checkFor(protocol)) }),
    ]),
  );
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const fault = isIP(host) === 0 ? undefined : checkFor(options.protocol)(host);
    const connect = connectors[options.protocol];
    if (fault || !connect) return callback(fault ?? refused(REFUSED), null);
    return connect(options, (...result) => {
      const [, socket] = result;
      // Whatever way led there: the other end must be one that we may reach.
      const late = socket?.remoteAddress === undefined ? undefined : checkFor(options.protocol)(socket.remoteAddress);
      if (!late) return callback(...result);
      socket?.destroy();
      return callback(late, null);
    });
  };
};

const faultOf = (error: unknown, timedOut: boolean, stopped: boolean): OutboundFault => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof OutboundFault) return cause;
  if (stopped) return new OutboundFault('stopped', 'We stopped before an answer came.');
  if (timedOut) return new OutboundFault('timeout', 'No answer came in time.');
  const code = (error as { code?: string }).code;
  return new OutboundFault('network', `It could not be reached, or broke off${code ? ` (${code})` : ''}.`);
};

const textOf = async (body: AsyncIterable<Buffer> & { destroy(): void }): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_REPLY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_REPLY_BYTES).toString('utf8');
};

export const createOutboundHttp = (guard: AddressGuard): OutboundHttp => {
  const agent = new Agent({ connect: guardedConnector(guard), pipelining: 1, keepAliveTimeout: 10_000 });
  return {
    send: async ({ method, url, headers, body, timeoutMs, signal }) => {
      const problem = guard.problemWith(url);
      if (problem) throw refused(problem);
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const reply = await undiciRequest(url, {
          dispatcher: agent,
          method,
          ...(headers && { headers }),
          ...(body !== undefined && { body }),
          signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
        });
        const flat = Object.entries(reply.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
        return { status: reply.statusCode, headers: Object.fromEntries(flat), text: await textOf(reply.body) };
      } catch (error) {
        throw faultOf(error, deadline.aborted, signal?.aborted === true);
      }
    },
    close: () => agent.destroy(),
  };
};
