/** Query parameters and bodies as Getty reads them; what does not fit is refused with the vendor's codes. */
import type { SimRequest } from '../kit/types.js';
import { refuse } from './replies.js';

/** Comma-joined list in one parameter; blanks dropped, order kept. */
export const listParam = (query: URLSearchParams, name: string): readonly string[] =>
  (query.get(name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const intParam = (query: URLSearchParams, name: string, fallback: number): number => {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : refuse(400, 'InvalidRequest', `Parameter ${name} must be a whole number.`);
};

export const boolParam = (query: URLSearchParams, name: string, fallback: boolean): boolean => {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : refuse(400, 'InvalidParameterValue', `Parameter ${name} must be true or false.`);
};

export const enumParam = <T extends string>(query: URLSearchParams, name: string, values: readonly T[]): T | null => {
  const text = query.get(name);
  if (text === null || text === '') return null;
  return (
    values.find((value) => value === text) ?? refuse(400, 'InvalidParameterValue', `Parameter ${name} does not know ${text}.`)
  );
};

export const enumListParam = <T extends string>(query: URLSearchParams, name: string, values: readonly T[]): readonly T[] =>
  listParam(query, name).map(
    (text) =>
      values.find((value) => value === text) ?? refuse(400, 'InvalidParameterValue', `Parameter ${name} does not know ${text}.`),
  );

/** Milliseconds of an ISO date or date-time; null where absent. */
export const dateParam = (query: URLSearchParams, name: string): number | null => {
  const text = query.get(name);
  if (text === null || text === '') return null;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? refuse(400, 'InvalidParameterValue', `Parameter ${name} must be an ISO 8601 date.`) : at;
};

/** One page of `total` results: slice bounds, or the vendor's refusal, which names the real last page. */
export const pageOf = (
  query: URLSearchParams,
  total: number,
  options: { readonly size?: number; readonly cap?: number; readonly belowOne?: string } = {},
): { readonly from: number; readonly to: number } => {
  const page = intParam(query, 'page', 1);
  const size = intParam(query, 'page_size', options.size ?? 30);
  if (page < 1) refuse(400, options.belowOne ?? 'InvalidPage', 'Pages are counted from 1.');
  if (size < 1 || size > 100) refuse(400, 'InvalidPageSize', 'The page size must be between 1 and 100.');
  const reachable = options.cap ? Math.min(total, options.cap) : total;
  const last = Math.max(1, Math.ceil(reachable / size));
  if (page > last) refuse(400, 'InvalidPage', `Page ${page} does not exist; the last page is ${last}.`);
  return { from: (page - 1) * size, to: Math.min(page * size, reachable) };
};

/** The body as an object; empty and JSON null both mean no details, as the vendor's own client posts `null`. */
export const optionalBody = (request: SimRequest): Readonly<Record<string, unknown>> => {
  if (request.body.length === 0) return {};
  let value: unknown;
  try {
    value = request.json();
  } catch {
    return refuse(400, 'MalformedRequest', 'The body is not JSON.');
  }
  if (value === null) return {};
  return isRecord(value) ? value : refuse(400, 'MalformedRequest', 'The body must be a JSON object.');
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text of the body, null where absent; other types are refused. */
export const textOf = (body: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = body[name];
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : refuse(400, 'MalformedRequest', `${name} must be a string.`);
};
