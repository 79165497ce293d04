/** Buying what a request came to: each item by the ordinary purchase, under a key that is written down before anything is bought. */
import pLimit from 'p-limit';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../datasources/datasource.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { Fault, SourceFault } from '../domain/faults.js';
import { nodeIdOf } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { LicenseOutcome } from '../domain/license-outcome.js';
import type { LicenseCommand, OperationFailure } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import type { ItemState, LicenseRequest, PlannedOrder, RequestItem } from '../domain/request.js';
import { type Actor, LICENSORS, requireRole } from '../domain/roles.js';
import { type Database, readInTenant } from '../store/database.js';
import {
  changeItem,
  findFulfilment,
  findItems,
  findItemsOf,
  findRequests,
  insertFulfilment,
  lockRequest,
} from '../store/request.store.js';
import type { LicensingService } from './licensing.service.js';
import { auditRequest } from './request.audit.js';
import { checkRequestKey, collect, problem, readId } from './request.checks.js';
import { once, type Refused, Undone } from './request.keyed.js';
import { NO_REQUEST } from './request.service.js';

export interface FulfilledItem {
  readonly item: RequestItem;
  /** Null when it could not be tried; then `error` says why. */
  readonly outcome: LicenseOutcome | null;
  readonly error: OperationFailure | null;
}

export type FulfilRequestOutcome =
  | {
      readonly kind: 'FulfilRequestPayload';
      readonly request: LicenseRequest;
      readonly items: readonly FulfilledItem[];
      readonly replayed: boolean;
    }
  | Refused;

export interface FulfilCommand {
  readonly licenseRequestId: string;
  /** Null: everything that can be bought now. */
  readonly itemIds: readonly string[] | null;
}

export interface FulfilmentService {
  /** The same call again makes the same orders under the same keys: nothing is bought twice. */
  fulfil(actor: Actor, command: FulfilCommand, idempotencyKey: string, call: Call): Promise<FulfilRequestOutcome>;
}

const BUYABLE: readonly ItemState[] = ['APPROVED', 'READY', 'FAILED'];
const TOGETHER = 8;

/** The order of an item, as it was approved; what needs no approval is held to the quote that was frozen. */
const orderOf = (request: LicenseRequest, item: RequestItem): LicenseCommand => {
  const { frozen, approvalUuid } = item;
  return {
    assetId: item.assetId,
    licenseType: item.licenseType,
    references: item.references,
    allocation: request.allocation,
    acceptOverage: frozen.quote.kind === 'QuoteOverage',
    ...(item.again && { reason: item.reason ?? request.title }),
    ...(approvalUuid === null ? { expectedQuote: frozen.fingerprint } : { approvalUuid }),
    ...(approvalUuid === null && request.channels.length > 0 && { channels: request.channels }),
  };
};

const failureOf = (error: unknown): OperationFailure => {
  if (error instanceof SourceFault) {
    const { code, message, retryable, retryAfterMs } = error;
    return { code, message, retryable, retryAfterMs };
  }
  if (error instanceof Fault) return { code: error.code, message: error.message, retryable: false, retryAfterMs: null };
  return { code: 'INTERNAL', message: 'The operation failed.', retryable: true, retryAfterMs: null };
};

export const createFulfilmentService = (deps: {
  readonly db: Database;
  readonly now: () => number;
  readonly licensing: LicensingService;
  readonly log: { error(details: object, message: string): void };
}): FulfilmentService => {
  const { db, now, licensing } = deps;

  const buy = async (actor: Actor, { key, command }: PlannedOrder, call: Call): Promise<Omit<FulfilledItem, 'item'>> => {
    const mutation = command.reason === undefined ? 'fulfilRequest' : 'fulfilRequestAgain';
    try {
      return { outcome: await licensing.license(actor, mutation, command, key, call), error: null };
    } catch (error) {
      if (!(error instanceof Fault)) deps.log.error({ err: error, requestId: call.requestId }, 'an item of a request failed');
      return { outcome: null, error: failureOf(error) };
    }
  };

  const carryOut = async (actor: Actor, uuid: string, call: Call, replayed: boolean): Promise<FulfilRequestOutcome> => {
    const { tenantId } = actor;
    const fulfilment = await readInTenant(db, tenantId, (tx) => findFulfilment(tx, uuid));
    if (!fulfilment) throw new Error(`There is no fulfilment ${uuid}.`);
    const slots = pLimit(TOGETHER);
    const results = await Promise.all(fulfilment.plan.map((order) => slots(() => buy(actor, order, call))));
    return readInTenant(db, tenantId, async (tx) => {
      const [request] = await findRequests(tx, [fulfilment.requestUuid]);
      const uuids = fulfilment.plan.map(({ itemUuid }) => itemUuid);
      const items = new Map((await findItems(tx, uuids, instantOf(now()))).map((item) => [item.uuid, item]));
      return {
        kind: 'FulfilRequestPayload' as const,
        request: request as LicenseRequest,
        items: results.map((result, index) => ({ item: items.get(uuids[index] as string) as RequestItem, ...result })),
        replayed,
      };
    });
  };

  const fulfil: FulfilmentService['fulfil'] = async (actor, command, idempotencyKey, call) => {
    requireRole(actor, LICENSORS, 'fulfil requests');
    const requests: string[] = [];
    const wanted: (string | undefined)[] = [];
    const wrong = collect((complain) => {
      checkRequestKey(idempotencyKey, complain);
      const uuid = readId(complain, 'requestId', command.licenseRequestId, 'LicenseRequest', 'request');
      if (uuid !== undefined) requests.push(uuid);
      for (const [index, id] of (command.itemIds ?? []).entries())
        wanted.push(readId(complain, `itemIds.${index}`, id, 'RequestItem', 'item'));
      if (command.itemIds !== null && new Set(command.itemIds).size < command.itemIds.length)
        complain('itemIds', 'DUPLICATE', 'An item is named twice.');
    });
    const [requestUuid] = requests;
    if (wrong || requestUuid === undefined) return wrong ?? NO_REQUEST;
    const { tenantId } = actor;
    const payload = { requestUuid, items: command.itemIds === null ? null : [...command.itemIds].sort() };
    const key = { tenantId, mutation: 'fulfilRequest', idempotencyKey, payloadHash: payloadHashOf(payload as JsonValue) };
    const uuid = uuidv7();
    const done = await once(deps, key, uuid, async (tx, at) => {
      const request = await lockRequest(tx, requestUuid);
      if (!request) throw new Undone(NO_REQUEST);
      if (request.state !== 'SUBMITTED')
        throw new Undone(
          problem('requestId', request.state, `This request is ${request.state}: there is nothing to buy for it.`),
        );
      const items = await findItemsOf(tx, [requestUuid], at);
      const refuse = (index: number, code: string, message: string) => new Undone(problem(`itemIds.${index}`, code, message));
      for (const [index, itemUuid] of wanted.entries()) {
        const item = items.find((one) => one.uuid === itemUuid);
        if (!item) throw refuse(index, 'NOT_FOUND', 'There is no such item in this request.');
        if (!BUYABLE.includes(item.state))
          throw refuse(index, item.state, `This item is ${item.state}: it cannot be bought now.`);
      }
      const chosen = items.filter(
        (item) => BUYABLE.includes(item.state) && (command.itemIds === null || wanted.includes(item.uuid)),
      );
      if (chosen.length === 0)
        throw new Undone(
          problem('requestId', 'NOTHING_TO_BUY', 'No item of this request can be bought now; their states say why.'),
        );
      const plan: PlannedOrder[] = [];
      for (const item of chosen) {
        // The purchase before it ended without a license: its key stands for that.
        const tries = item.operationUuid === null ? item.tries : item.tries + 1;
        const orderKey = `${item.uuid}/${item.approvalUuid ?? 'quote'}/${tries}`;
        plan.push({ itemUuid: item.uuid, key: orderKey, command: orderOf(request, item) });
        await changeItem(tx, item.uuid, { order: { key: orderKey, tries } });
      }
      await insertFulfilment(tx, tenantId, { uuid, requestUuid, plan, askedBy: actor.subject, askedAt: at });
      await auditRequest(tx, tenantId, request, {
        action: 'request.fulfilled',
        actor: actor.subject,
        at,
        requestId: call.requestId,
        data: {
          items: plan.map(({ itemUuid, key: orderKey }) => ({ itemId: nodeIdOf('RequestItem', itemUuid), key: orderKey })),
        },
      });
    });
    if ('kind' in done) return done;
    return 'made' in done ? carryOut(actor, uuid, call, false) : carryOut(actor, done.resultId, call, true);
  };

  return { fulfil };
};
