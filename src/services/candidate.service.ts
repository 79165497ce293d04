/** The candidates of a request: added, looked at again, and taken back. */
import { v7 as uuidv7 } from 'uuid';
import { contentHashOf } from '../domain/approval.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Candidate, type LicenseRequest, OPEN_ITEM, REQUESTERS, type RequestItem } from '../domain/request.js';
import { type Actor, requireRole } from '../domain/roles.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { changeItem, findItems, findItemsOf, insertItem } from '../store/request.store.js';
import { auditItem } from './request.audit.js';
import { contentOfCandidate, type Desk, lookAt } from './request.candidates.js';
import { type CandidateCommand, checkCandidates, collect, problem, readId } from './request.checks.js';
import { answered, once, orUndone, Undone } from './request.keyed.js';
import { dropApproval, lockOwn, NO_REQUEST, payloadOf, type RequestOutcome } from './request.service.js';

export interface CandidateService {
  /** Asks for the quotes of all; all of them are added, or none. */
  add(
    actor: Actor,
    command: { readonly licenseRequestId: string; readonly items: readonly CandidateCommand[] },
    idempotencyKey: string,
    desk: Desk,
    requestId: string,
  ): Promise<RequestOutcome>;
  /** Doing it twice changes nothing. Its approval is void. */
  remove(actor: Actor, itemId: string, requestId: string): Promise<RequestOutcome>;
  /** A new look. If it came to something else, the approval is void and the item a candidate again. */
  refresh(actor: Actor, itemId: string, desk: Desk, requestId: string): Promise<RequestOutcome>;
}

const NO_ITEM = problem('itemId', 'NOT_FOUND', 'There is no such item. Pass an id exactly as this API returned it.');
const MOST_ITEMS = 500;

const frozenData = ({ frozen }: Candidate): Record<string, JsonValue> => ({
  fingerprint: frozen.fingerprint,
  termsHash: frozen.termsHash,
  price: 'price' in frozen.quote && frozen.quote.price ? { ...frozen.quote.price } : null,
});

/** Adds to a locked request; what stands in it already is left out, and returned. */
export const addItems = async (
  tx: TenantTx,
  actor: Actor,
  request: LicenseRequest,
  candidates: readonly Candidate[],
  told: { readonly at: Instant; readonly requestId: string },
): Promise<readonly number[]> => {
  const nameOf = ({ assetId, licenseType, again }: Candidate): string => [assetId, licenseType, String(again)].join('\n');
  const present = new Set(
    (await findItemsOf(tx, [request.uuid], told.at)).filter(({ state }) => state !== 'WITHDRAWN').map(nameOf),
  );
  const left: number[] = [];
  for (const [index, candidate] of candidates.entries()) {
    if (present.has(nameOf(candidate))) {
      left.push(index);
      continue;
    }
    present.add(nameOf(candidate));
    const item = { ...candidate, uuid: uuidv7(), requestUuid: request.uuid, addedBy: actor.subject, addedAt: told.at };
    await insertItem(tx, actor.tenantId, item);
    await auditItem(tx, actor.tenantId, item, {
      ...told,
      action: 'candidate.added',
      actor: actor.subject,
      data: frozenData(candidate),
    });
  }
  if (present.size > MOST_ITEMS) throw new Undone(problem('items', 'TOO_MANY', `A request holds at most ${MOST_ITEMS} items.`));
  return left;
};

export const createCandidateService = (deps: { readonly db: Database; readonly now: () => number }): CandidateService => {
  const { db, now } = deps;
  const instant = (): Instant => instantOf(now());

  const add: CandidateService['add'] = async (actor, { licenseRequestId, items }, idempotencyKey, desk, requestId) => {
    requireRole(actor, REQUESTERS, 'add candidates to requests');
    const uuids: string[] = [];
    const wrong = collect((complain) => {
      const uuid = readId(complain, 'requestId', licenseRequestId, 'LicenseRequest', 'request');
      if (uuid !== undefined) uuids.push(uuid);
      for (const { path, code, message } of checkCandidates(items, idempotencyKey)?.problems ?? []) complain(path, code, message);
    });
    const [requestUuid] = uuids;
    if (wrong || requestUuid === undefined) return wrong ?? NO_REQUEST;
    const { tenantId } = actor;
    const payload = { requestUuid, items } as unknown as JsonValue;
    const key = { tenantId, mutation: 'addCandidates', idempotencyKey, payloadHash: payloadHashOf(payload) };
    const before = await answered(db, key);
    if (before) return 'kind' in before ? before : payloadOf(db, tenantId, requestUuid, true);
    const { candidates, problems } = await lookAt(desk, items, instant);
    if (problems.length > 0) return invalidRequest(...problems);
    const done = await once(deps, key, requestUuid, async (tx, at) => {
      const request = await lockOwn(tx, actor, requestUuid);
      if (request.state === 'WITHDRAWN' || request.state === 'CLOSED')
        throw new Undone(problem('requestId', request.state, 'This request has ended; make another one.'));
      const present = await addItems(tx, actor, request, candidates, { at, requestId });
      if (present.length > 0)
        throw new Undone(
          invalidRequest(
            ...present.map((index) => ({
              path: `items.${index}`,
              code: 'DUPLICATE',
              message: 'This asset and license type stand in the request already.',
            })),
          ),
        );
    });
    if ('kind' in done) return done;
    return payloadOf(db, tenantId, requestUuid, !('made' in done));
  };

  /** The item of an id, and the request that holds it. */
  const find = async (actor: Actor, itemId: string): Promise<RequestItem | undefined> => {
    let item: RequestItem | undefined;
    const uuid = readId(() => undefined, 'itemId', itemId, 'RequestItem', 'item');
    if (uuid !== undefined) [item] = await readInTenant(db, actor.tenantId, (tx) => findItems(tx, [uuid], instant()));
    return item;
  };

  /** The item of a request that is locked, in a state in which it can be taken back or looked at again. */
  const lockItem = async (tx: TenantTx, actor: Actor, { requestUuid, uuid }: RequestItem) => {
    const request = await lockOwn(tx, actor, requestUuid);
    const [item] = await findItems(tx, [uuid], instant());
    if (!item) throw new Undone(NO_ITEM);
    return { request, item };
  };
  const tooLate = (item: RequestItem): Undone =>
    new Undone(problem('itemId', item.state, `This item is ${item.state}: nothing of it can be changed any more.`));

  const remove: CandidateService['remove'] = async (actor, itemId, requestId) => {
    requireRole(actor, REQUESTERS, 'take candidates back');
    const known = await find(actor, itemId);
    if (!known) return NO_ITEM;
    const done = await orUndone(() =>
      inTenant(db, actor.tenantId, async (tx) => {
        const { item } = await lockItem(tx, actor, known);
        if (item.state === 'WITHDRAWN') return { changed: false };
        const told = { at: instant(), requestId };
        if (!OPEN_ITEM.includes(item.state) || !(await dropApproval(tx, actor, item, 'The candidate was taken back.', told)))
          throw tooLate(item);
        await changeItem(tx, item.uuid, { state: 'WITHDRAWN' });
        await auditItem(tx, actor.tenantId, item, { ...told, action: 'candidate.removed', actor: actor.subject, data: {} });
        return { changed: true };
      }),
    );
    return 'kind' in done ? done : payloadOf(db, actor.tenantId, known.requestUuid, !done.changed);
  };

  const refresh: CandidateService['refresh'] = async (actor, itemId, desk, requestId) => {
    requireRole(actor, REQUESTERS, 'look at candidates again');
    const known = await find(actor, itemId);
    if (!known) return NO_ITEM;
    const { candidates, problems } = await lookAt(desk, [known], instant, () => 'item');
    const [seen] = candidates;
    if (!seen) return invalidRequest(...problems);
    const done = await orUndone(() =>
      inTenant(db, actor.tenantId, async (tx) => {
        const { request, item } = await lockItem(tx, actor, known);
        if (!OPEN_ITEM.includes(item.state) || request.state === 'WITHDRAWN') throw tooLate(item);
        const told = { at: instant(), requestId };
        const hashes = [item, seen].map((one) => {
          const content = contentOfCandidate(one, request.allocation);
          return content ? contentHashOf(content) : null;
        });
        const same = hashes[0] === hashes[1];
        const stands = same && item.state !== 'VOID' && item.state !== 'EXPIRED';
        const reason = 'The candidate was looked at again and is not what was submitted any more.';
        if (!stands && !(await dropApproval(tx, actor, item, reason, told))) throw tooLate(item);
        await changeItem(tx, item.uuid, {
          frozen: seen.frozen,
          ...(!stands && { state: 'CANDIDATE' as const, approvalUuid: null }),
        });
        const data = { ...frozenData(seen), before: item.frozen.fingerprint, changed: !same };
        await auditItem(tx, actor.tenantId, item, { ...told, action: 'candidate.refreshed', actor: actor.subject, data });
        return { changed: true };
      }),
    );
    return 'kind' in done ? done : payloadOf(db, actor.tenantId, known.requestUuid, false);
  };

  return { add, remove, refresh };
};
