/** The vendor's errors: what it refuses, and how the body of a refusal looks in v4 and in v3. */

import type { SimReply } from '../kit/types.js';
import type { Setting } from './setting.js';

/** Thrown by a handler, turned into an answer in one place. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly id: string,
    readonly title: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(title);
  }
}

/** Denial is 401 here, whether nobody is signed in or the one who is may not; 403 is about the API key alone. */
export const denied = (resource: string): Refusal =>
  new Refusal(401, 'AcsPermissionException', `Invalid access to resource: ${resource}`, { 'www-authenticate': 'Bearer' });
export const unknownId = (resource: string): Refusal => new Refusal(404, 'ResourceNotFoundException', `${resource} not found`);
export const badRequest = (title: string, status = 400): Refusal => new Refusal(status, 'BadRequestException', title);
export const badApiKey = (): Refusal => new Refusal(403, 'ApiKeyInvalidException', 'The API key is missing or not valid');
export const tooMany = (retryAfterSeconds: number): Refusal =>
  new Refusal(429, 'TooManyRequestsException', 'Rate limit exceeded', { 'retry-after': String(retryAfterSeconds) });
export const badGateway = (): Refusal => new Refusal(502, 'html', 'Bad gateway');

const html = (status: number, title: string): SimReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`,
});

export const v4Refusal = (setting: Setting, refusal: Refusal, meta: unknown): SimReply => {
  const { status, id, title, headers } = refusal;
  if (id === 'html' || status === 502) return html(502, 'Bad Gateway');
  if (status === 404 && setting.is('not-found-body', 'html')) return html(404, 'Not Found');
  if (status === 404 && setting.is('not-found-body', 'empty')) return { status: 404 };
  // The status in the body is a string.
  const error = { id, title, status: String(status), detail: title, links: { about: 'https://www.photoshelter.com/developer' } };
  const shape = setting.is('error-shape', 'array')
    ? { errors: [error] }
    : setting.is('error-shape', 'object')
      ? { errors: error }
      : { error };
  return { status, headers, body: { ...shape, meta } };
};

export const v3Refusal = (setting: Setting, refusal: Refusal): SimReply => {
  const { id, title, headers } = refusal;
  // Key and rate are checked in front of the application, which alone may hide its status.
  const front = refusal.status === 403 || refusal.status === 429;
  const status = !front && setting.is('v3-error-status', 'always-200') ? 200 : refusal.status;
  return { status, headers, body: { status: 'error', error: { class: id, msg: title } } };
};
