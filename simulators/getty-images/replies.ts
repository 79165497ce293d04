/** Getty's two error envelopes and its plain answers. */
import type { SimReply } from '../kit/types.js';

const json = 'application/json; charset=utf-8';

export const ok = (body: unknown, status = 200): SimReply => ({ status, headers: { 'content-type': json }, body });

/** Ready JSON bytes between two texts, so that the hot path never stringifies a whole reply. */
export const okBytes = (before: string, bytes: readonly Buffer[], after: string): SimReply => ({
  status: 200,
  headers: { 'content-type': json },
  body: Buffer.concat([Buffer.from(before), ...bytes, Buffer.from(after)]),
});

/** The services' own envelope: PascalCase, own content type. */
export const serviceError = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimReply => ({
  status,
  headers: { 'content-type': 'application/vnd.getty.error+json', ...headers },
  body: JSON.stringify({ ErrorCode: code, ErrorMessage: message }),
});

/** The envelope of the edge in front of the services: no code. */
export const edgeError = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): SimReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message }),
});

export const challenge = (description: string): Readonly<Record<string, string>> => ({
  'www-authenticate': `Bearer realm="Download",error="invalid_token",error_description="${description}"`,
});

/** Thrown anywhere below a route to end the request with this answer. */
export class Refusal extends Error {
  constructor(readonly reply: SimReply) {
    super(`refused with ${reply.status}`);
  }
}

export const refuse = (status: number, code: string, message: string): never => {
  throw new Refusal(serviceError(status, code, message));
};
