/** Reports of use: one batch under an id of ours, all of it or nothing, and what the vendor's answers to it mean. */
import type { UsageReply, UsageRow } from '../datasource.js';
import { parseJson } from '../http/json.js';
import type { HttpReply } from '../http/send.js';
import { badReply, codeOf, errorOf, faultOf, isJson } from './faults.js';

/** The vendor's cap on the rows of a batch. */
export const MOST_USAGE_ROWS = 1_000;

export const usageBody = (rows: readonly UsageRow[]): string =>
  JSON.stringify({
    asset_usages: rows.map(({ externalId, quantity, date }) => ({ asset_id: externalId, quantity, usage_date: date })),
  });

type Body = Readonly<Record<string, unknown>>;

const bodyOf = (reply: HttpReply): Body | null => {
  if (!isJson(reply)) return null;
  try {
    const json = parseJson(reply.text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Body) : null;
  } catch {
    return null;
  }
};

const withoutCase = (body: Body, name: string): unknown =>
  Object.entries(body).find(([key]) => key.toLowerCase().replaceAll('_', '') === name)?.[1];

const idIn = (value: unknown): string | null => {
  if (typeof value === 'object' && value !== null)
    return idIn(withoutCase(value as Body, 'assetid') ?? withoutCase(value as Body, 'id'));
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value).trim() : '';
  return text === '' ? null : text;
};

/** Which shape a refusal for unknown assets has is not documented: texts, numbers or objects, under any spelling of the name. Null: no list. */
const invalidIn = (body: Body): readonly string[] | null => {
  const listed = withoutCase(body, 'invalidassets');
  return Array.isArray(listed) ? listed.map(idIn).filter((id) => id !== null) : null;
};

const processedIn = (body: Body): number | null => {
  const count = withoutCase(body, 'totalassetusagesprocessed');
  return count === undefined || count === null || count === '' || Number.isNaN(Number(count)) ? null : Number(count);
};

/** Throws a SourceFault for what is neither a booking nor a refusal: its effect says whether anything can have been booked. */
export const readUsageReply = (reply: HttpReply, rows: readonly UsageRow[], now: number): UsageReply => {
  if (reply.status === 409 && codeOf(reply) === 'TransactionIdDuplicated') return { kind: 'booked_before' };
  const body = bodyOf(reply);
  const listed = body === null ? null : invalidIn(body);
  const invalid = new Set(listed ?? []);
  const good = rows.filter(({ externalId }) => !invalid.has(externalId)).length;
  const processed = body === null ? null : processedIn(body);
  const isSuccess = reply.status === 200 || reply.status === 201;
  if (isSuccess || (reply.status < 500 && invalid.size > 0)) {
    if (body === null) throw badReply('usage-batches');
    if (invalid.size === 0) {
      if (processed === rows.length || (processed === null && reply.status === 201)) return { kind: 'booked', invalid: [] };
      throw badReply('usage-batches');
    }
    if (processed === null ? !isSuccess : processed === 0)
      return { kind: 'refused', code: 'INVALID_ASSETS', invalid: good < rows.length ? [...invalid] : null };
    // All or nothing is what is documented; should the vendor ever book the rest, it must not be sent again.
    if (processed === good) return { kind: 'booked', invalid: [...invalid] };
    throw badReply('usage-batches');
  }
  if (reply.status === 400 && errorOf(reply)?.envelope === 'service')
    return { kind: 'refused', code: codeOf(reply) ?? 'INVALID_REQUEST', invalid: null };
  throw faultOf(reply, now);
};
