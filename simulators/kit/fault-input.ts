/** Reads a Fault from a control request; every complaint says what is expected. */

import type { Fault } from './types.js';

export class BadInput extends Error {}

const KINDS = [
  'latency',
  'status',
  'reset-before',
  'reset-after',
  'truncate',
  'foreign',
  'drip',
  'never',
  'never-after',
] as const satisfies readonly Fault['kind'][];

const FIELDS = ['endpoint', 'kind', 'times', 'probability', 'ms', 'status', 'headers', 'body'];

export const parseObject = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadInput(`${what} must be a JSON object`);
  return value as Readonly<Record<string, unknown>>;
};

const parseNumber = (
  input: Readonly<Record<string, unknown>>,
  field: string,
  min: number,
  max: number,
  whole: boolean,
): number | undefined => {
  const value = input[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
    throw new BadInput(`${field} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
  }
  return value;
};

const parseHeaders = (value: unknown): Readonly<Record<string, string>> | undefined => {
  if (value === undefined) return undefined;
  const headers = parseObject(value, 'headers');
  if (Object.values(headers).some((text) => typeof text !== 'string')) throw new BadInput('headers must have text values');
  return headers as Readonly<Record<string, string>>;
};

export const parseFault = (value: unknown, endpoints: readonly string[]): Fault => {
  const input = parseObject(value, 'a fault');
  const { endpoint, body } = input;
  const stray = Object.keys(input).find((field) => !FIELDS.includes(field));
  if (stray !== undefined) throw new BadInput(`a fault has no field ${stray}; its fields: ${FIELDS.join(', ')}`);
  if (typeof endpoint !== 'string' || (endpoint !== '*' && !endpoints.includes(endpoint))) {
    throw new BadInput(`endpoint must be * or one of: ${endpoints.join(', ')}`);
  }
  const kind = KINDS.find((candidate) => candidate === input.kind);
  if (kind === undefined) throw new BadInput(`kind must be one of: ${KINDS.join(', ')}`);
  if (body !== undefined && typeof body !== 'string') throw new BadInput('body must be text');
  const times = parseNumber(input, 'times', 1, 1_000_000, true);
  const probability = parseNumber(input, 'probability', 0, 1, false);
  const ms = parseNumber(input, 'ms', 0, 3_600_000, false);
  const status = parseNumber(input, 'status', 200, 599, true);
  const headers = parseHeaders(input.headers);
  if (kind === 'status' && status === undefined) throw new BadInput('kind status needs a status');
  if (kind === 'latency' && ms === undefined) throw new BadInput('kind latency needs ms');
  return {
    endpoint,
    kind,
    ...(times !== undefined && { times }),
    ...(probability !== undefined && { probability }),
    ...(ms !== undefined && { ms }),
    ...(status !== undefined && { status }),
    ...(headers !== undefined && { headers }),
    ...(body !== undefined && { body }),
  };
};
