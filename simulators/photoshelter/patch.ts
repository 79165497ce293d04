/** Reads what a metadata PATCH wants to write; no public source settles the form of the body, so a switch decides which one counts. */

import { isRecord, jsonBody } from './answer.js';
import type { Call } from './call.js';
import { findField, findValue } from './fields.js';
import { IPTC_NAMES, type Media } from './media.js';
import { badRequest } from './refusal.js';

export type Wanted = Readonly<Record<string, unknown>>;

/** Parameters of every request, which are no metadata. */
const RESERVED = new Set(['api_key', 'auth_token', 'include', 'collection_id']);

const fromQuery = (call: Call): Wanted | undefined => {
  const fields = Object.fromEntries([...call.request.query].filter(([name]) => !RESERVED.has(name)));
  return Object.keys(fields).length === 0 ? undefined : fields;
};

const fromJsonApi = (call: Call): Wanted | undefined => {
  const data = jsonBody(call)?.data;
  return isRecord(data) && isRecord(data.attributes) ? data.attributes : undefined;
};

const fromFlat = (call: Call): Wanted | undefined => {
  if (call.request.body.length === 0) return undefined;
  const json = jsonBody(call);
  if (json !== undefined) return 'data' in json ? undefined : json;
  const form = /x-www-form-urlencoded/.test(call.request.headers['content-type'] ?? '');
  return form ? Object.fromEntries(call.request.form()) : undefined;
};

export const patchFields = (call: Call): Wanted => {
  const { setting } = call;
  const takes = (form: string): boolean => setting.is('patch-body', 'any') || setting.is('patch-body', form);
  const found =
    (takes('json-api') ? fromJsonApi(call) : undefined) ??
    (takes('flat') ? fromFlat(call) : undefined) ??
    (takes('query') ? fromQuery(call) : undefined);
  if (found === undefined) throw badRequest('Nothing to update was found in the request');
  return found;
};

const unknownName = (call: Call, name: string): void => {
  if (call.setting.is('patch-unknown-name', 'refuse')) throw badRequest(`Unknown field: ${name}`);
};

const textOf = (name: string, value: unknown): string => {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'object') throw badRequest(`${name} must be a text`);
  return String(value);
};

/** IPTC with the wanted values in place; an empty text or null takes a value away. */
export const iptcChange = (call: Call, media: Media, wanted: Wanted): Partial<Media> => {
  const iptc: Record<string, string> = { ...media.iptc };
  for (const [name, value] of Object.entries(wanted)) {
    if (!IPTC_NAMES.includes(name)) {
      unknownName(call, name);
      continue;
    }
    const text = textOf(name, value);
    if (text === '') delete iptc[name];
    else iptc[name] = text;
  }
  return { iptc };
};

/** Pairs of field and value from a map, or from a list of items under `custom_metadata`. */
const customPairs = (wanted: Wanted): readonly (readonly [string, unknown])[] => {
  const inner = wanted.custom_metadata;
  if (isRecord(inner)) return Object.entries(inner);
  if (!Array.isArray(inner)) return Object.entries(wanted);
  return inner
    .filter(isRecord)
    .map((item) => [String(item.field_id ?? item.id ?? item.name ?? ''), item.option_id ?? item.value ?? null] as const);
};

/** One tag per field: a new one replaces the old one; words outside a vocabulary are refused. */
export const customChange = (call: Call, media: Media, wanted: Wanted): Partial<Media> => {
  const custom: Record<string, string> = { ...media.custom };
  for (const [key, value] of customPairs(wanted)) {
    const field = findField(key);
    if (field === undefined) {
      unknownName(call, key);
      continue;
    }
    const text = textOf(key, value);
    const known = findValue(field, text);
    if (text === '') delete custom[field.id];
    else if (known === undefined) throw badRequest(`${field.name} has no value ${text}`);
    else custom[field.id] = known;
  }
  return { custom };
};
