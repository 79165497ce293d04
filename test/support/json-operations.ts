/** Calls a named operation over HTTP as a tool would, with each body and answer held against the OpenAPI document. */
import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { Gateway } from './gateway.js';
import { createChecker, type OpenApiDocument } from './openapi-checker.js';
import { ADOBE } from './purchase.js';

const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as OpenApiDocument;
const checker = createChecker(document);

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
  readonly data: any;
  // biome-ignore lint/suspicious/noExplicitAny: the same.
  readonly errors: any[];
  readonly text: string;
}

export interface Sent {
  /** As for `Gateway.query`; null for a stranger. */
  readonly caller?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

/** Anything at all, as text; of the answer only what holds of all answers is checked. */
export const send = async (gateway: Gateway, name: string, body: string | null, sent: Sent = {}): Promise<JsonAnswer> => {
  const { caller = 'licensor', headers = {}, method = 'POST' } = sent;
  const response = await fetch(`${gateway.url}/operations/${name}`, {
    method,
    headers: { 'content-type': 'application/json', ...(caller !== null && { 'x-api-key': gateway.keyOf(caller) }), ...headers },
    body,
  });
  const text = await response.text();
  const answer = JSON.parse(text) as { data?: unknown; errors?: unknown[] };
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  if (response.status !== 200) {
    expect(checker.problems('Errors', answer)).toEqual([]);
    const documented = Object.values(document.paths).every(({ post }) => String(response.status) in post.responses);
    expect([response.status, documented]).toEqual([response.status, true]);
  }
  return { status: response.status, headers: response.headers, data: answer.data, errors: answer.errors ?? [], text };
};

export const fits = (name: string, kind: 'request' | 'response', value: unknown): readonly string[] =>
  checker.problems(`${name}.${kind}`, value);

/** A call whose body fits the document; so must its answer. */
export const call = async (gateway: Gateway, name: string, variables: object, sent: Sent = {}): Promise<JsonAnswer> => {
  expect([name, fits(name, 'request', variables)]).toEqual([name, []]);
  const answer = await send(gateway, name, JSON.stringify(variables), sent);
  if (answer.status === 200) expect([name, fits(name, 'response', JSON.parse(answer.text))]).toEqual([name, []]);
  return answer;
};

/** Variables of `license-asset`; without a key where the header brings it. */
export const purchase = (idempotencyKey: string | undefined, assetId: string) => ({
  input: { assetId, licenseType: ADOBE.licenseType, ...(idempotencyKey !== undefined && { idempotencyKey }) },
});
