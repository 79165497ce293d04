/** Events made without a purchase, and a receiver that takes them as strictly as the public library of the signature scheme does. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction } from '../../src/domain/audit-event.js';
import type { TenantId } from '../../src/domain/ids.js';
import { instantOf } from '../../src/domain/instant.js';
import { appendAuditEvent } from '../../src/store/audit.store.js';
import { type Database, inTenant, openDatabase, type TenantTx } from '../../src/store/database.js';
import type { Gateway } from './gateway.js';

export const DEFAULT = 'default' as TenantId;

export const databaseOf = (gateway: Gateway): Database =>
  openDatabase({ url: gateway.database.appUrl, onError: () => undefined, maxConnections: 12 });

export interface Happening {
  readonly subject: string;
  readonly note?: string;
  readonly action?: AuditAction;
  readonly tenant?: TenantId;
  readonly source?: string;
}

/** In the caller's transaction. */
export const happen = (tx: TenantTx, { subject, note, action, tenant, source }: Happening): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId: tenant ?? DEFAULT,
    occurredAt: instantOf(Date.now()),
    actor: 'key:test',
    action: action ?? 'alert.acknowledged',
    subjectType: 'Alert',
    subjectId: subject,
    assetId: null,
    licenseUuid: null,
    requestId: null,
    data: { kind: 'TERM_END', threshold: 1, note: note ?? '', ...(source && { source }) },
  });

export const happened = (db: Database, ...happenings: readonly Happening[]): Promise<void> =>
  inTenant(db, happenings[0]?.tenant ?? DEFAULT, async (tx) => {
    for (const one of happenings) await happen(tx, one);
  });

export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are checked by the assertions on them.
  readonly event: any;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  /** Calls whose signature held, in the order of their arrival. */
  readonly received: Received[];
  /** Calls whose signature did not hold, once a secret is known. */
  readonly forged: number;
  secrets: readonly string[];
  /** What it answers; without it 204. A status of 0 never answers. */
  behave: (
    call: Received,
    earlier: readonly Received[],
  ) => { readonly status: number; readonly headers?: Record<string, string> };
  stop(): Promise<void>;
}

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = [];
  let forged = 0;
  const answer = (call: Received, response: ServerResponse): void => {
    const { status, headers } = receiver.behave(call, received.slice(0, -1));
    if (status !== 0) response.writeHead(status, headers).end();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const headers = request.headers as Record<string, string>;
      const holds = receiver.secrets.some((secret) => {
        try {
          new Webhook(secret).verify(body, headers);
          return true;
        } catch {
          return false;
        }
      });
      if (!holds && receiver.secrets.length > 0) forged += 1;
      const call = { id: String(headers['webhook-id']), path: request.url ?? '', headers, event: JSON.parse(body), body };
      received.push(call);
      answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get forged() {
      return forged;
    },
    secrets: [],
    behave: () => ({ status: 204 }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
};

const CREATE = `mutation($input: CreateEventEndpointInput!) { createEventEndpoint(input: $input) { __typename
  ... on CreateEventEndpointPayload { secret replayed endpoint { id url types sources state description } }
  ... on InvalidRequest { problems { path code message } } ... on IdempotencyConflict { message } } }`;

let keys = 0;
export const createEndpoint = async (
  gateway: Gateway,
  input: Readonly<Record<string, unknown>>,
  caller = 'admin',
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
): Promise<any> => {
  const { data, errors } = await gateway.query(caller, CREATE, { input: { idempotencyKey: `endpoint-${++keys}`, ...input } });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.createEventEndpoint;
};

/** One for these calls alone, with its secret told to the receiver. */
export const subscribeReceiver = async (
  gateway: Gateway,
  receiver: Receiver,
  input: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const made = await createEndpoint(gateway, { url: `${receiver.url}/hook`, ...input });
  if (made.__typename !== 'CreateEventEndpointPayload') throw new Error(JSON.stringify(made));
  receiver.secrets = [made.secret];
  return made.endpoint.id;
};
