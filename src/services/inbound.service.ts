/** Connections of other systems, taking in what they report, and reading what became of it. */
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../domain/audit-event.js';
import { nodeIdOf, parseGlobalId } from '../domain/ids.js';
import {
  type InboundConnection,
  type InboundDoor,
  type InboundEvent,
  type InboundKind,
  PREVIOUS_SECRET_MS,
} from '../domain/inbound.js';
import { isSignedBy, newSecret, type SignedHeaders } from '../domain/inbound-signature.js';
import { instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import { type Actor, ADMINS, requireRole, TRAIL_READERS } from '../domain/roles.js';
import type { Sealing } from '../domain/sealing.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import {
  appendInboundEvent,
  disableInboundConnection,
  findInboundConnections,
  findInboundDoor,
  type InboundQuery,
  insertInboundConnection,
  listInboundEvents,
  lockInboundConnection,
  rotateInboundSecret,
} from '../store/inbound.store.js';
import { enqueueJob } from '../store/jobs.store.js';
import { fillPage } from './library-approval.js';

type InvalidRequest = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' }>;
export type InboundConnectionOutcome =
  | {
      readonly kind: 'InboundConnectionPayload';
      readonly connection: InboundConnection;
      /** Shown once. */
      readonly secret: string | null;
    }
  | InvalidRequest;

export interface InboundCommand {
  readonly name: string;
  readonly system: string;
  readonly kinds: readonly InboundKind[];
}

/** A call at the door whose connection is known. */
export interface InboundCall {
  readonly door: InboundDoor;
  readonly headers: SignedHeaders;
  readonly body: Buffer;
  readonly requestId: string;
}
export type Reception = 'received' | 'repeated' | 'not_signed' | 'not_json';

export interface InboundService {
  create(actor: Actor, command: InboundCommand, requestId: string): Promise<InboundConnectionOutcome>;
  /** Both secrets are good for a day. */
  rotate(actor: Actor, connectionId: string, requestId: string): Promise<InboundConnectionOutcome>;
  /** For good. Twice changes nothing. */
  disable(actor: Actor, connectionId: string, requestId: string): Promise<InboundConnectionOutcome>;
  connections(actor: Actor): Promise<readonly InboundConnection[]>;
  connectionsOf(actor: Actor, uuids: readonly string[]): Promise<readonly InboundConnection[]>;
  /** Newest first; one more than asked, so that the caller sees whether there is a next page. */
  events(actor: Actor, query: InboundQuery, visibility: Visibility): Promise<readonly InboundEvent[]>;
  /** By the id in the address. Reads one row, or none. */
  findDoor(connectionId: string): Promise<InboundDoor | undefined>;
  /** Once this returns `received` the report is durable. */
  receive(call: InboundCall): Promise<Reception>;
}

export interface InboundDeps {
  readonly db: Database;
  readonly sealing: Sealing;
  readonly now: () => number;
}

const MAX_NAME = 100;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u;
const contextOf = (uuid: string): string => `inbound_connection/${uuid}`;
const NOT_FOUND: InputProblem = {
  path: 'connectionId',
  code: 'NOT_FOUND',
  message: 'There is no such connection. Pass an id exactly as this API returned it.',
};
const DISABLED: InputProblem = {
  path: 'connectionId',
  code: 'DISABLED',
  message: 'This connection is disabled; create a new one.',
};

const checkCommand = ({ name, system, kinds }: InboundCommand): InputProblem[] => {
  const problems: InputProblem[] = [];
  for (const [path, text] of [
    ['name', name],
    ['system', system],
  ] as const) {
    if (text.length > MAX_NAME || !NAME.test(text))
      problems.push({ path, code: 'INVALID', message: `1 to ${MAX_NAME} letters, digits, spaces, dots, - and _.` });
  }
  if (kinds.length === 0) problems.push({ path: 'kinds', code: 'REQUIRED', message: 'Say what the system may report.' });
  return problems;
};

/** Strict UTF-8, and JSON. */
const isJson = (body: Buffer): boolean => {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
};

export const createInboundService = (deps: InboundDeps): InboundService => {
  const { db, sealing, now } = deps;

  const audit = (
    tx: TenantTx,
    actor: Actor,
    action: AuditAction,
    { uuid, name, system, kinds }: Pick<InboundConnection, 'uuid' | 'name' | 'system' | 'kinds'>,
    requestId: string,
  ): Promise<void> =>
    appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId: actor.tenantId,
      occurredAt: instantOf(now()),
      actor: actor.subject,
      action,
      subjectType: 'InboundConnection',
      subjectId: nodeIdOf('InboundConnection', uuid),
      assetId: null,
      licenseUuid: null,
      requestId,
      data: { name, system, kinds: [...kinds] },
    });

  /** Changes a connection that stands, under its lock. */
  const change = (
    actor: Actor,
    connectionId: string,
    work: (
      tx: TenantTx,
      held: { readonly connection: InboundConnection; readonly sealedSecret: Buffer },
    ) => Promise<InboundConnectionOutcome>,
  ): Promise<InboundConnectionOutcome> => {
    const parsed = parseGlobalId(connectionId);
    if (parsed?.type !== 'InboundConnection') return Promise.resolve(invalidRequest(NOT_FOUND));
    return inTenant(db, actor.tenantId, async (tx) => {
      const held = await lockInboundConnection(tx, parsed.uuid);
      return held ? work(tx, held) : invalidRequest(NOT_FOUND);
    });
  };

  const secretsOf = (door: InboundDoor): readonly string[] => {
    const open = (sealed: Buffer): string => sealing.open(sealed, contextOf(door.uuid));
    const previous =
      door.sealedPrevious !== null && door.previousUntil !== null && Date.parse(door.previousUntil) > now()
        ? [open(door.sealedPrevious)]
        : [];
    return [open(door.sealedSecret), ...previous];
  };

  return {
    create: async (actor, command, requestId) => {
      requireRole(actor, ADMINS, 'create inbound connections');
      const trimmed = { name: command.name.trim(), system: command.system.trim(), kinds: [...new Set(command.kinds)] };
      const problems = checkCommand(trimmed);
      if (problems.length > 0) return invalidRequest(...problems);
      const [uuid, secret, at] = [uuidv7(), newSecret(), instantOf(now())];
      return inTenant(db, actor.tenantId, async (tx) => {
        const made = { uuid, ...trimmed, createdBy: actor.subject, createdAt: at };
        if (!(await insertInboundConnection(tx, actor.tenantId, made, sealing.seal(secret, contextOf(uuid)))))
          return invalidRequest({
            path: 'name',
            code: 'TAKEN',
            message: 'Another connection has this name; the trail could not tell them apart.',
          });
        await audit(tx, actor, 'inbound_connection.created', made, requestId);
        const connection = { ...made, enabled: true, rotatedAt: null, disabledAt: null };
        return { kind: 'InboundConnectionPayload', connection, secret };
      });
    },

    rotate: async (actor, connectionId, requestId) => {
      requireRole(actor, ADMINS, 'rotate secrets of inbound connections');
      return change(actor, connectionId, async (tx, { connection, sealedSecret }) => {
        if (!connection.enabled) return invalidRequest(DISABLED);
        const [secret, at] = [newSecret(), instantOf(now())];
        const sealed = sealing.seal(secret, contextOf(connection.uuid));
        const previousUntil = instantOf(now() + PREVIOUS_SECRET_MS);
        await rotateInboundSecret(tx, connection.uuid, { sealed, previous: sealedSecret, previousUntil }, at);
        await audit(tx, actor, 'inbound_connection.rotated', connection, requestId);
        return { kind: 'InboundConnectionPayload', connection: { ...connection, rotatedAt: at }, secret };
      });
    },

    disable: async (actor, connectionId, requestId) => {
      requireRole(actor, ADMINS, 'disable inbound connections');
      return change(actor, connectionId, async (tx, { connection }) => {
        if (!connection.enabled) return { kind: 'InboundConnectionPayload', connection, secret: null };
        const at = instantOf(now());
        await disableInboundConnection(tx, connection.uuid, actor.subject, at);
        await audit(tx, actor, 'inbound_connection.disabled', connection, requestId);
        return { kind: 'InboundConnectionPayload', connection: { ...connection, enabled: false, disabledAt: at }, secret: null };
      });
    },

    connections: async (actor) => {
      requireRole(actor, TRAIL_READERS, 'read inbound connections');
      return readInTenant(db, actor.tenantId, (tx) => findInboundConnections(tx));
    },

    connectionsOf: async (actor, uuids) => {
      requireRole(actor, TRAIL_READERS, 'read inbound connections');
      return readInTenant(db, actor.tenantId, (tx) => findInboundConnections(tx, uuids));
    },

    events: async (actor, query, visibility) => {
      requireRole(actor, TRAIL_READERS, 'read what other systems reported');
      return fillPage(
        query,
        (page) => readInTenant(db, actor.tenantId, (tx) => listInboundEvents(tx, page)),
        ({ receivedAt, uuid }) => ({ receivedAt, uuid }),
        (rows) => visibility.visible(rows, ({ assetId, body }) => [assetId, body.toString('utf8')]),
      );
    },

    findDoor: async (connectionId) => {
      const parsed = parseGlobalId(connectionId);
      return parsed?.type === 'InboundConnection' ? findInboundDoor(db, parsed.uuid) : undefined;
    },

    receive: async ({ door, headers, body, requestId }) => {
      if (!isSignedBy(secretsOf(door), headers, body)) return 'not_signed';
      if (!isJson(body)) return 'not_json';
      const { tenantId, uuid: connectionUuid } = door;
      return inTenant(db, tenantId, async (tx) => {
        const event = {
          uuid: uuidv7(),
          tenantId,
          connectionUuid,
          webhookId: headers.id,
          sentAt: instantOf(headers.timestamp * 1000),
          receivedAt: instantOf(now()),
          requestId,
          body,
        };
        if (!(await appendInboundEvent(tx, event))) return 'repeated';
        await enqueueJob(tx, { name: 'work_inbound', payload: { tenantId }, key: `work_inbound/${tenantId}` });
        return 'received';
      });
    },
  };
};
