/** `POST /webhooks/{connection}`: takes signed reports of other systems, and answers once they are durable. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InboundDoor } from '../domain/inbound.js';
import { readSignedHeaders, type SignedHeaders } from '../domain/inbound-signature.js';
import type { InboundService } from '../services/inbound.service.js';
import { errorBody } from './error-body.js';

export interface WebhookDeps {
  readonly inbound: Pick<InboundService, 'findDoor' | 'receive'>;
  readonly now: () => number;
}

const MAX_BODY_BYTES = 1_048_576;
const NOT_SIGNED =
  'The call is not signed with the secret of this connection, or its time lies more than five minutes off. See webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks.';

const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, message: string): FastifyReply =>
  reply.code(status).send(errorBody(message, status === 401 ? 'UNAUTHENTICATED' : 'BAD_USER_INPUT', request.id));

/** What is known of a call before its body is read. */
interface Opened {
  readonly door: InboundDoor;
  readonly headers: SignedHeaders;
}

export const registerWebhooks = async (app: FastifyInstance, { inbound, now }: WebhookDeps): Promise<void> => {
  await app.register(async (scope) => {
    const opened = new WeakMap<FastifyRequest, Opened>();
    // The signature covers the bytes as they came, whatever they are called.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) throw error;
      return refuse(
        request,
        reply,
        status,
        status === 413 ? `A report has ${MAX_BODY_BYTES} bytes at most.` : 'The call cannot be read.',
      );
    });
    scope.post<{ Params: { connection: string } }>('/webhooks/:connection', {
      bodyLimit: MAX_BODY_BYTES,
      // A stranger costs one look at most: their body is not read.
      onRequest: async (request, reply) => {
        const door = await inbound.findDoor(request.params.connection);
        if (!door) return refuse(request, reply, 404, 'There is nothing at this path.');
        const headers = readSignedHeaders(request.headers, now());
        if (!headers) return refuse(request, reply, 401, NOT_SIGNED);
        opened.set(request, { door, headers });
        return undefined;
      },
      handler: async (request, reply) => {
        const { door, headers } = opened.get(request) as Opened;
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const reception = await inbound.receive({ door, headers, body, requestId: request.id });
        if (reception === 'not_signed') return refuse(request, reply, 401, NOT_SIGNED);
        if (reception === 'not_json') return refuse(request, reply, 400, 'The body is not JSON.');
        return reply.code(202).send();
      },
    });
  });
};
