/** Requests for licenses: made, submitted, spoken about and withdrawn. Their candidates are in the service beside this one. */
import { v7 as uuidv7 } from 'uuid';
import { contentHashOf } from '../domain/approval.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { Fault } from '../domain/faults.js';
import { nodeIdOf, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import {
  COMMENTERS,
  type ItemState,
  type LicenseRequest,
  type NewRequest,
  OPEN_ITEM,
  REQUEST_READERS,
  REQUESTERS,
  type RequestItem,
} from '../domain/request.js';
import { type Actor, hasAnyRole, requireRole } from '../domain/roles.js';
import { insertApproval, voidApproval } from '../store/approval.store.js';
import { findApprovalRules } from '../store/approval-rule.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import {
  changeItem,
  findItemsOf,
  findRequests,
  insertComment,
  insertRequest,
  listRequests,
  lockRequest,
  moveRequest,
  type RequestQuery,
} from '../store/request.store.js';
import { auditApproval, auditItem, auditRequest } from './request.audit.js';
import { askedFor } from './request.candidates.js';
import { checkNewRequest, checkRequestKey, checkText, collect, problem, readId } from './request.checks.js';
import { once, orUndone, type Refused, Undone } from './request.keyed.js';

export type RequestOutcome =
  | { readonly kind: 'LicenseRequestPayload'; readonly request: LicenseRequest; readonly replayed: boolean }
  | Refused;

export interface RequestService {
  create(actor: Actor, command: NewRequest, idempotencyKey: string, requestId: string): Promise<RequestOutcome>;
  /** Every candidate gets an approval, where a rule asks for one. */
  submit(actor: Actor, licenseRequestId: string, idempotencyKey: string, requestId: string): Promise<RequestOutcome>;
  comment(actor: Actor, command: CommentCommand, idempotencyKey: string, requestId: string): Promise<RequestOutcome>;
  /** Doing it twice changes nothing. */
  withdraw(actor: Actor, licenseRequestId: string, reason: string | null, requestId: string): Promise<RequestOutcome>;
  /** One more than asked. */
  list(actor: Actor, query: RequestQuery): Promise<readonly LicenseRequest[]>;
}

export interface CommentCommand {
  readonly licenseRequestId: string;
  readonly itemId: string | null;
  readonly text: string;
}

export const NO_REQUEST = problem(
  'requestId',
  'NOT_FOUND',
  'There is no such request. Pass an id exactly as this API returned it.',
);

/** The locked request, for whoever may change it: the one who asks, or an administrator. */
export const lockOwn = async (tx: TenantTx, actor: Actor, uuid: string): Promise<LicenseRequest> => {
  const request = await lockRequest(tx, uuid);
  if (!request) throw new Undone(NO_REQUEST);
  if (request.requestedBy !== actor.subject && !hasAnyRole(actor, ['admin']))
    throw new Fault('FORBIDDEN', 'This request is of somebody else: only they and administrators may change it.');
  return request;
};

/** What a changed request looks like now. */
export const payloadOf = async (db: Database, tenantId: TenantId, uuid: string, replayed: boolean): Promise<RequestOutcome> => {
  const [request] = await readInTenant(db, tenantId, (tx) => findRequests(tx, [uuid]));
  return request ? { kind: 'LicenseRequestPayload', request, replayed } : NO_REQUEST;
};

/** Items whose approval may be under way or stand. */
const STANDING: readonly ItemState[] = ['PENDING', 'APPROVED', 'EXPIRED', 'FAILED'];

/** The approval of an item ends, if it is under way or stands. False: a purchase has it. */
export const dropApproval = async (
  tx: TenantTx,
  actor: Actor,
  item: RequestItem,
  reason: string,
  told: { readonly at: Instant; readonly requestId: string },
): Promise<boolean> => {
  if (item.approvalUuid === null || !STANDING.includes(item.state)) return true;
  const dropped = await voidApproval(tx, item.approvalUuid, reason, told.at);
  if (!dropped) return false;
  await auditApproval(tx, actor.tenantId, dropped, {
    ...told,
    action: 'approval.voided',
    actor: actor.subject,
    data: { reason },
  });
  return true;
};

/** Asks for the approval of each candidate of a locked request, where a rule wants one. How many were candidates. */
export const submitCandidates = async (
  tx: TenantTx,
  actor: Actor,
  request: LicenseRequest,
  told: { readonly at: Instant; readonly requestId: string },
): Promise<number> => {
  const { at, requestId } = told;
  const { version, rules } = await findApprovalRules(tx);
  const candidates = (await findItemsOf(tx, [request.uuid], at)).filter(({ state }) => state === 'CANDIDATE');
  for (const item of candidates) {
    const asked = askedFor(rules, item, request);
    const approvalUuid = asked ? uuidv7() : null;
    if (asked && approvalUuid !== null) {
      const { rule, content } = asked;
      const approval = {
        uuid: approvalUuid,
        tenantId: actor.tenantId,
        requestUuid: request.uuid,
        itemUuid: item.uuid,
        content,
        contentHash: contentHashOf(content),
        rule,
        rulesVersion: version,
        askers: [...new Set([request.requestedBy, item.addedBy, actor.subject])],
        requestedAt: at,
      };
      await insertApproval(tx, approval);
      const { assetId, licenseType, uuid: itemUuid, requestUuid } = item;
      await auditApproval(
        tx,
        actor.tenantId,
        { uuid: approvalUuid, requestUuid, itemUuid, assetId, licenseType },
        {
          action: 'approval.requested',
          actor: actor.subject,
          at,
          requestId,
          data: {
            contentHash: approval.contentHash,
            price: content.price && { ...content.price },
            units: content.units,
            rule: rule.name,
            rulesVersion: version,
          },
        },
      );
    }
    await changeItem(tx, item.uuid, { state: 'SUBMITTED', approvalUuid });
  }
  return candidates.length;
};

export const createRequestService = (deps: { readonly db: Database; readonly now: () => number }): RequestService => {
  const { db, now } = deps;
  const hashOf = (payload: object): Buffer => payloadHashOf(payload as JsonValue);

  const create: RequestService['create'] = async (actor, command, idempotencyKey, requestId) => {
    requireRole(actor, REQUESTERS, 'ask for licenses');
    const wrong = checkNewRequest(command, idempotencyKey);
    if (wrong) return wrong;
    const { tenantId } = actor;
    const uuid = uuidv7();
    const key = { tenantId, mutation: 'createRequest', idempotencyKey, payloadHash: hashOf(command) };
    const done = await once(deps, key, uuid, async (tx, at) => {
      const request = {
        ...command,
        uuid,
        origin: 'PERSON' as const,
        requestedBy: actor.subject,
        createdAt: at,
        submittedAt: null,
      };
      await insertRequest(tx, tenantId, request);
      await auditRequest(tx, tenantId, request, {
        action: 'request.created',
        actor: actor.subject,
        at,
        requestId,
        data: {
          title: command.title,
          allocation: { ...command.allocation },
          channels: [...command.channels],
          dueAt: command.dueAt,
          origin: 'PERSON',
        },
      });
    });
    if ('kind' in done) return done;
    return 'made' in done ? payloadOf(db, tenantId, uuid, false) : payloadOf(db, tenantId, done.resultId, true);
  };

  const submit: RequestService['submit'] = async (actor, licenseRequestId, idempotencyKey, requestId) => {
    requireRole(actor, REQUESTERS, 'submit requests');
    let uuid: string | undefined;
    const wrong = collect((complain) => {
      checkRequestKey(idempotencyKey, complain);
      uuid = readId(complain, 'requestId', licenseRequestId, 'LicenseRequest', 'request');
    });
    if (wrong || uuid === undefined) return wrong ?? NO_REQUEST;
    const { tenantId } = actor;
    const requestUuid = uuid;
    const key = { tenantId, mutation: 'submitRequest', idempotencyKey, payloadHash: hashOf({ requestUuid }) };
    const done = await once(deps, key, requestUuid, async (tx, at) => {
      const request = await lockOwn(tx, actor, requestUuid);
      if (request.state === 'WITHDRAWN') throw new Undone(problem('requestId', 'WITHDRAWN', 'This request was withdrawn.'));
      const submitted = await submitCandidates(tx, actor, request, { at, requestId });
      if (submitted === 0)
        throw new Undone(
          problem(
            'requestId',
            'NOTHING_TO_SUBMIT',
            'There is no candidate: add one, or look at one again with refreshCandidate.',
          ),
        );
      if (request.state === 'DRAFT') await moveRequest(tx, requestUuid, { state: 'SUBMITTED', at });
      const data = { candidates: submitted };
      await auditRequest(tx, tenantId, request, { action: 'request.submitted', actor: actor.subject, at, requestId, data });
    });
    if ('kind' in done) return done;
    return payloadOf(db, tenantId, requestUuid, !('made' in done));
  };

  const comment: RequestService['comment'] = async (actor, command, idempotencyKey, requestId) => {
    requireRole(actor, COMMENTERS, 'comment on requests');
    let requestUuid: string | undefined;
    let itemUuid: string | undefined;
    const wrong = collect((complain) => {
      checkRequestKey(idempotencyKey, complain);
      checkText(complain, 'text', command.text);
      requestUuid = readId(complain, 'requestId', command.licenseRequestId, 'LicenseRequest', 'request');
      if (command.itemId !== null) itemUuid = readId(complain, 'itemId', command.itemId, 'RequestItem', 'item');
    });
    if (wrong || requestUuid === undefined) return wrong ?? NO_REQUEST;
    const { tenantId } = actor;
    const uuid = requestUuid;
    const payloadHash = hashOf({ uuid, item: itemUuid ?? null, text: command.text });
    const key = { tenantId, mutation: 'commentOnRequest', idempotencyKey, payloadHash };
    const done = await once(deps, key, uuid, async (tx, at) => {
      const request = await lockRequest(tx, uuid);
      if (!request) throw new Undone(NO_REQUEST);
      const items = itemUuid === undefined ? [] : await findItemsOf(tx, [uuid], at);
      if (itemUuid !== undefined && !items.some((item) => item.uuid === itemUuid))
        throw new Undone(problem('itemId', 'NOT_FOUND', 'There is no such item in this request.'));
      const commentUuid = uuidv7();
      const written = { author: actor.subject, text: command.text, writtenAt: at };
      await insertComment(tx, tenantId, { uuid: commentUuid, requestUuid: uuid, itemUuid: itemUuid ?? null, ...written });
      const data = { commentId: commentUuid, itemId: itemUuid === undefined ? null : nodeIdOf('RequestItem', itemUuid) };
      await auditRequest(tx, tenantId, request, { action: 'request.commented', actor: actor.subject, at, requestId, data });
    });
    if ('kind' in done) return done;
    return payloadOf(db, tenantId, uuid, !('made' in done));
  };

  const withdraw: RequestService['withdraw'] = async (actor, licenseRequestId, reason, requestId) => {
    requireRole(actor, REQUESTERS, 'withdraw requests');
    let uuid: string | undefined;
    const wrong = collect((complain) => {
      uuid = readId(complain, 'requestId', licenseRequestId, 'LicenseRequest', 'request');
      if (reason !== null) checkText(complain, 'reason', reason, 500);
    });
    if (wrong || uuid === undefined) return wrong ?? NO_REQUEST;
    const requestUuid = uuid;
    const done = await orUndone(() =>
      inTenant(db, actor.tenantId, async (tx) => {
        const request = await lockOwn(tx, actor, requestUuid);
        if (request.state === 'WITHDRAWN') return { changed: false };
        if (request.state === 'CLOSED')
          throw new Undone(problem('requestId', 'CLOSED', 'Everything in this request has ended; there is nothing to withdraw.'));
        const at = instantOf(now());
        const told = { at, requestId };
        for (const item of await findItemsOf(tx, [requestUuid], at)) {
          if (!OPEN_ITEM.includes(item.state)) continue;
          // What a purchase has taken goes on: it cannot be called back.
          if (!(await dropApproval(tx, actor, item, 'The request was withdrawn.', told))) continue;
          await changeItem(tx, item.uuid, { state: 'WITHDRAWN' });
          await auditItem(tx, actor.tenantId, item, {
            ...told,
            action: 'candidate.removed',
            actor: actor.subject,
            data: { with: 'request' },
          });
        }
        await moveRequest(tx, requestUuid, { state: 'WITHDRAWN', at });
        await auditRequest(tx, actor.tenantId, request, {
          ...told,
          action: 'request.withdrawn',
          actor: actor.subject,
          data: { reason },
        });
        return { changed: true };
      }),
    );
    return 'kind' in done ? done : payloadOf(db, actor.tenantId, requestUuid, !done.changed);
  };

  return {
    create,
    submit,
    comment,
    withdraw,
    list: async (actor, query) => {
      requireRole(actor, REQUEST_READERS, 'read requests');
      return readInTenant(db, actor.tenantId, (tx) => listRequests(tx, { ...query, limit: query.limit + 1 }));
    },
  };
};
