/** The shapes in which this vendor answers: JSON with escaped slashes, two kinds of JSON errors, plain text and HTML. */
import { createHash } from 'node:crypto';
import type { SimReply } from '../kit/types.js';

const toEscape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * The backend writes / as \/ : valid JSON that surprises text comparisons. Whatever is not ASCII is written as \u…, which the
 * same backends do by default, and which keeps long replies cheap to send.
 */
export const jsonText = (value: unknown, escaped: boolean): string => {
  const text = JSON.stringify(value);
  return escaped ? text.replaceAll('/', '\\/').replaceAll(/[^\0-\x7f]/g, toEscape) : text;
};

export const jsonReply = (text: string, status = 200): SimReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: text,
});

/** Refusals of the gateway in front of the service: six digits as text. */
export const gatewayError = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error_code: code, message }),
});

let cases = 0;

/** Refusals of the service itself: the code is a text, sometimes zero padded; `case` is for the vendor's support. */
export const serviceError = (status: number, code: string, error: string): SimReply => {
  cases += 1;
  return jsonReply(JSON.stringify({ error, code, case: createHash('md5').update(`${code}:${cases}`).digest('hex') }), status);
};

export const textReply = (status: number, text: string): SimReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: text,
});

/** What the edge in front of everything answers when it dislikes a request. */
export const edgeRefusal = (): SimReply => ({
  status: 403,
  headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '0' },
  body: '<!DOCTYPE html><html><head><title>403 Refused</title></head><body><h1>Refused at the edge</h1></body></html>',
});
