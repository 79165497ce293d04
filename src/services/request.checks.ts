/** What can be said of the inputs of selections, requests and approvals without asking anybody: all complaints together. */
import { type AssetId, type NodeType, parseGlobalId } from '../domain/ids.js';
import type { HeldReference } from '../domain/license.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import type { NewRequest } from '../domain/request.js';
import { checkKey, checkOrder, MAX_KEY } from './licensing.checks.js';

const MAX_CANDIDATES = 100;
const MAX_SELECTED = 200;
const MAX_NAME = 200;
const MAX_TEXT = 4_000;
const MAX_REASON = 500;
const CHANNEL = /^[a-z][a-z0-9_]{0,63}$/;

export type Complain = (path: string, code: string, message: string) => void;
type InvalidRequest = ReturnType<typeof invalidRequest>;

/** Collects complaints; the outcome when there are any. */
export const collect = (check: (complain: Complain) => void): InvalidRequest | undefined => {
  const problems: InputProblem[] = [];
  check((path, code, message) => problems.push({ path, code, message }));
  return problems.length > 0 ? invalidRequest(...problems) : undefined;
};

export const problem = (path: string, code: string, message: string): InvalidRequest => invalidRequest({ path, code, message });

/** The uuid in an id of this type; undefined with a complaint. */
export const readId = (complain: Complain, path: string, id: string, type: NodeType, what: string): string | undefined => {
  const parsed = parseGlobalId(id);
  if (parsed?.type === type) return parsed.uuid;
  complain(path, 'NOT_FOUND', `There is no such ${what}. Pass an id exactly as this API returned it.`);
  return undefined;
};

export const checkRequestKey = (idempotencyKey: string, complain: Complain): void => checkKey(idempotencyKey, MAX_KEY, complain);

export const checkText = (complain: Complain, path: string, text: string, max = MAX_TEXT): void => {
  if (text.trim() === '') complain(path, 'REQUIRED', 'Say something here.');
  else if (text.length > max) complain(path, 'TOO_LONG', `At most ${max} characters.`);
};

export const checkName = (complain: Complain, path: string, name: string): void => checkText(complain, path, name, MAX_NAME);

export const checkChannels = (complain: Complain, path: string, channels: readonly string[]): void => {
  if (channels.length > 20) complain(path, 'TOO_MANY', 'At most 20 channels.');
  for (const [index, channel] of channels.entries())
    if (!CHANNEL.test(channel)) complain(`${path}.${index}`, 'INVALID', 'A channel is a word in lower_snake, e.g. paid_social.');
};

export const checkNewRequest = (request: NewRequest, idempotencyKey: string): InvalidRequest | undefined =>
  collect((complain) => {
    checkRequestKey(idempotencyKey, complain);
    checkName(complain, 'title', request.title);
    if (request.brief !== null && request.brief.length > MAX_TEXT)
      complain('brief', 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
    checkChannels(complain, 'channels', request.channels);
    checkOrder({ references: [], allocation: request.allocation }, complain);
  });

export interface CandidateCommand {
  readonly assetId: string;
  readonly licenseType: string | null;
  readonly references: readonly HeldReference[];
  readonly again: boolean;
  readonly reason: string | null;
}

const checkAssetIds = (complain: Complain, path: (index: number) => string, ids: readonly string[]): void => {
  for (const [index, id] of ids.entries())
    if (parseGlobalId(id)?.type !== 'Asset')
      complain(path(index), 'NOT_FOUND', 'There is no such asset. Pass an id exactly as this API returned it.');
};

export const checkCandidates = (items: readonly CandidateCommand[], idempotencyKey: string): InvalidRequest | undefined =>
  collect((complain) => {
    checkRequestKey(idempotencyKey, complain);
    if (items.length === 0) complain('items', 'REQUIRED', 'Name at least one asset.');
    if (items.length > MAX_CANDIDATES) complain('items', 'TOO_MANY', `At most ${MAX_CANDIDATES} items in one call.`);
    checkAssetIds(
      complain,
      (index) => `items.${index}.assetId`,
      items.map((item) => item.assetId),
    );
    for (const [index, item] of items.entries()) {
      const at = `items.${index}`;
      checkOrder({ references: item.references, allocation: NOBODY_PAYS }, (path, code, message) =>
        complain(`${at}.${path}`, code, message),
      );
      if ((item.licenseType?.length ?? 0) > 100) complain(`${at}.licenseType`, 'TOO_LONG', 'At most 100 characters.');
      if (item.again) checkText(complain, `${at}.reason`, item.reason ?? '', MAX_REASON);
    }
  });

const NOBODY_PAYS = { costCenter: null, department: null, campaign: null, project: null, purchaseOrder: null };

export interface SelectionCommand {
  readonly name: string;
  readonly assetIds: readonly string[];
}

export const checkSelection = ({ name, assetIds }: SelectionCommand, idempotencyKey: string): InvalidRequest | undefined =>
  collect((complain) => {
    checkRequestKey(idempotencyKey, complain);
    checkName(complain, 'name', name);
    if (assetIds.length === 0) complain('assetIds', 'REQUIRED', 'Name at least one asset.');
    if (assetIds.length > MAX_SELECTED) complain('assetIds', 'TOO_MANY', `At most ${MAX_SELECTED} assets.`);
    if (new Set(assetIds).size < assetIds.length) complain('assetIds', 'DUPLICATE', 'An asset is named twice.');
    checkAssetIds(complain, (index) => `assetIds.${index}`, assetIds);
  });

export const noAssets = (missing: readonly { readonly path: string; readonly id: AssetId | string }[]): InvalidRequest =>
  invalidRequest(...missing.map(({ path }) => ({ path, code: 'NOT_FOUND', message: 'There is no such asset.' })));
