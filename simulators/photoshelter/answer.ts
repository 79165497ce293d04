/** v4 answers: the data and meta envelope, paging with its links, and reading what a caller sent. */

import type { SimReply } from '../kit/types.js';
import { type Call, metaOf, V4 } from './call.js';
import { badRequest } from './refusal.js';

export const one = (call: Call, data: unknown): SimReply => ({
  status: 200,
  body: { data, meta: metaOf(call.setting, call.apiKey) },
});

/** An acknowledgement without data. */
export const done = (call: Call): SimReply => ({
  status: 200,
  body: { meta: metaOf(call.setting, call.apiKey, { status: 'OK' }) },
});

export const selfLink = (call: Call, path: string): { readonly self: string } => ({
  self: `${call.setting.host.baseUrl()}${V4}${path}`,
});

const listParam = (call: Call, name: string): readonly string[] =>
  (call.query(name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Names of `include`, in kebab case whichever way they came. */
export const includesOf = (call: Call): ReadonlySet<string> =>
  new Set(listParam(call, 'include').map((name) => name.replaceAll('_', '-')));

const wholeNumber = (call: Call, name: string): number | undefined => {
  const text = call.query(name);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(text)) throw badRequest(`${name} must be a whole number`);
  return Number(text);
};

export interface Page {
  readonly page: number;
  readonly perPage: number;
}

const LAST_PAGE = 999;

export const pageOf = (call: Call, maxSwitch: 'per-page-max' | 'children-per-page-max', fallback = 50): Page => {
  const { setting } = call;
  // Documented from 0, counted from 1: both mean the first page.
  const page = Math.max(1, wholeNumber(call, 'page') ?? 1);
  if (page > LAST_PAGE) throw badRequest(`page must not exceed ${LAST_PAGE}`, setting.number('deep-page-status'));
  const asked = wholeNumber(call, 'per_page');
  if (asked === undefined) return { page, perPage: fallback };
  const low = setting.number('per-page-min');
  const high = setting.number(maxSwitch);
  const perPage = Math.min(high, Math.max(low, asked));
  if (perPage !== asked && setting.is('per-page-outside', 'refuse')) throw badRequest(`per_page must be ${low} to ${high}`);
  return { page, perPage };
};

/** Scheme-less and with the API key in it, also when the key came by header. */
const pageLink = (call: Call, page: number): string => {
  const query = new URLSearchParams(call.request.query);
  query.set('api_key', call.apiKey);
  query.set('page', String(page));
  return `${call.setting.host.baseUrl().replace(/^https?:\/\//, '')}${call.request.path}?${query.toString()}`;
};

const pagingOf = (call: Call, { page, perPage }: Page, total: number): object => {
  const last = Math.max(1, Math.ceil(total / perPage));
  const { setting } = call;
  const none = setting.is('last-page-next', 'null') ? { next: null } : setting.is('last-page-next', 'empty') ? { next: '' } : {};
  return {
    total,
    page,
    first: pageLink(call, 1),
    last: pageLink(call, last),
    ...(page < last ? { next: pageLink(call, page + 1) } : none),
    ...(page > 1 ? { prev: pageLink(call, page - 1) } : {}),
  };
};

/** One page of `items`; `map` runs for that page only. */
export const list = <T>(call: Call, items: readonly T[], page: Page, map: (item: T, index: number) => unknown): SimReply => {
  const start = (page.page - 1) * page.perPage;
  const data = items.slice(start, start + page.perPage).map((item, i) => map(item, start + i));
  return { status: 200, body: { data, meta: metaOf(call.setting, call.apiKey, { paging: pagingOf(call, page, items.length) }) } };
};

/** A whole list without paging. */
export const unpaged = (call: Call, data: readonly unknown[]): SimReply => one(call, data);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body as a JSON object, or nothing. */
export const jsonBody = (call: Call): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value = call.request.json();
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Fields wherever the caller put them: query, form or JSON. */
export const anyFields = (call: Call): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>(call.request.query);
  if (call.request.body.length === 0) return fields;
  const json = jsonBody(call);
  if (json === undefined) for (const [name, value] of call.request.form()) fields.set(name, value);
  else
    for (const [name, value] of Object.entries(json))
      if (value !== null && typeof value !== 'object') fields.set(name, String(value));
  return fields;
};
