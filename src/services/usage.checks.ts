/** What can be said of a use that is to be recorded without asking anybody: all complaints together. */
import { type AssetSource, parseGlobalId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { InputProblem } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { checkUse } from '../domain/use-check.js';
import { checkKey, MAX_KEY } from './licensing.checks.js';
import type { CheckedUsage } from './usage.recording.js';

/** A row in the caller's words. */
export interface UsageWords {
  readonly licenseId: string;
  readonly use: Parameters<typeof checkUse>[0];
  readonly reference: string | null;
  readonly occurredAt: Instant | null;
  readonly idempotencyKey: string;
}

const MAX_REFERENCE = 500;
/** Clocks of those who report run ahead of ours a little. */
const AHEAD_MS = 5 * 60_000;
const EARLIEST = '1970-01-01T00:00:00.000Z';

export const LICENSE_NOT_FOUND: InputProblem = {
  path: 'licenseId',
  code: 'NOT_FOUND',
  message: 'There is no such license. Pass an id exactly as this API returned it.',
};

export const endsBeforeStart: InputProblem = {
  path: 'use.endsAt',
  code: 'INVALID',
  message: 'A use ends after it starts; without a start it starts when it occurred.',
};

const DUPLICATE_KEY: InputProblem = {
  path: 'idempotencyKey',
  code: 'DUPLICATE',
  message: 'This key stands in the list already. Give each use a key of its own.',
};

const timeProblem = (occurredAt: Instant | null, nowMs: number): InputProblem | undefined => {
  if (occurredAt === null) return undefined;
  const problem = (code: string, message: string): InputProblem => ({ path: 'occurredAt', code, message });
  if (occurredAt < EARLIEST) return problem('INVALID', 'Give a time from 1970 on.');
  return occurredAt > instantOf(nowMs + AHEAD_MS)
    ? problem('IN_THE_FUTURE', 'Record a use when it has happened; canUse answers for one that is planned.')
    : undefined;
};

const under = (path: string, problems: readonly InputProblem[]): InputProblem[] =>
  problems.map((problem) => ({
    ...problem,
    path: problem.path.startsWith(`${path}.`) ? problem.path : `${path}.${problem.path}`,
  }));

/** `seen`: the keys of the rows before it. */
export const checkUsage = (
  words: UsageWords,
  nowMs: number,
  seen: ReadonlySet<string> = new Set(),
): { readonly problems: readonly InputProblem[] } | { readonly row: CheckedUsage } => {
  const { licenseId, reference, occurredAt, idempotencyKey } = words;
  const problems: InputProblem[] = [];
  const parsed = parseGlobalId(licenseId);
  if (parsed?.type !== 'License') problems.push(LICENSE_NOT_FOUND);
  const checked = checkUse(words.use);
  if ('problems' in checked) problems.push(...under('use', checked.problems));
  else if (occurredAt && checked.use.startsAt === null && checked.use.endsAt !== null && checked.use.endsAt <= occurredAt)
    problems.push(endsBeforeStart);
  const time = timeProblem(occurredAt, nowMs);
  if (time) problems.push(time);
  if (reference !== null && reference.length > MAX_REFERENCE)
    problems.push({ path: 'reference', code: 'TOO_LONG', message: `At most ${MAX_REFERENCE} characters.` });
  checkKey(idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
  if (seen.has(idempotencyKey)) problems.push(DUPLICATE_KEY);
  if (parsed?.type !== 'License' || 'problems' in checked || problems.length > 0) return { problems };
  const { use } = checked;
  const payloadHash = payloadHashOf({ licenseId, use: { ...use }, reference, occurredAt });
  return { row: { licenseUuid: parsed.uuid, use, reference, occurredAt, idempotencyKey, payloadHash } };
};

/** What a report of uses is asked for. */
export interface ReportCommand {
  readonly source: AssetSource;
  readonly usageIds: readonly string[] | null;
  readonly recordedBefore: Instant | null;
  readonly idempotencyKey: string;
}

const usageNotFound = (index: number): InputProblem => ({
  path: `usageIds.${index}`,
  code: 'NOT_FOUND',
  message: 'There is no such use. Pass an id exactly as this API returned it.',
});

/** Uuids by the places of their ids; complaints about what is no id of a use. */
export const checkReport = ({ usageIds, recordedBefore, idempotencyKey }: ReportCommand) => {
  const problems: InputProblem[] = [];
  if ((usageIds === null) === (recordedBefore === null))
    problems.push({ path: 'usageIds', code: 'REQUIRED', message: 'Give either "usageIds" or "recordedBefore".' });
  else if (usageIds?.length === 0) problems.push({ path: 'usageIds', code: 'REQUIRED', message: 'Name at least one use.' });
  const uuids = (usageIds ?? []).map((id, index) => {
    const parsed = parseGlobalId(id);
    if (parsed?.type === 'Usage') return parsed.uuid;
    problems.push(usageNotFound(index));
    return '';
  });
  checkKey(idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
  return { problems, uuids };
};

/** Ids that name no use of the tenant, or one of another source. */
export const checkNamedUsages = (
  uuids: readonly string[],
  found: ReadonlyMap<string, AssetSource>,
  source: AssetSource,
): InputProblem[] =>
  uuids.flatMap((uuid, index) => {
    const of = found.get(uuid);
    if (of === undefined) return [usageNotFound(index)];
    if (of === source) return [];
    return [{ path: `usageIds.${index}`, code: 'OTHER_SOURCE', message: `This use is of a license of ${of}.` }];
  });
