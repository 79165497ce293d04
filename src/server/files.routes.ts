/** `GET /files/…`: streams a picture from its source to the holder of one of our signed addresses. */
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { Fault, SourceFault } from '../domain/faults.js';
import { keyText, parseGlobalId } from '../domain/ids.js';
import type { Sealing } from '../domain/sealing.js';
import { errorBody } from './error-body.js';
import { readPreviewTicket } from './preview-urls.js';

export interface FileDeps {
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly sealing: Sealing;
  readonly now: () => number;
  readonly deadlineMs: number;
}

const LONGEST_STREAM_MS = 120_000;

/** What a browser may show; anything else is handed over as a plain download. */
const SHOWN = /^(image\/(jpeg|png|gif|webp|avif)|video\/(mp4|quicktime|webm)|audio\/(mpeg|mp4|wav))$/;
const STATUS: Partial<Record<Fault['code'], number>> = { DEADLINE_EXCEEDED: 504, RATE_LIMITED: 503, SOURCE_UNAVAILABLE: 502 };

export const registerFiles = (app: FastifyInstance, deps: FileDeps): void => {
  app.get<{ Params: { assetId: string; role: string }; Querystring: { t?: string } }>(
    '/files/previews/:assetId/:role',
    async (request, reply) => {
      const { assetId, role } = request.params;
      const grant = readPreviewTicket(
        deps.sealing,
        deps.now,
        assetId,
        typeof request.query.t === 'string' ? request.query.t : '',
      );
      const parsed = parseGlobalId(assetId);
      if (!grant || parsed?.type !== 'Asset')
        return reply
          .code(403)
          .send(errorBody('This address has expired or was altered. Ask for the asset again.', 'FORBIDDEN', request.id));
      const datasource = deps.registry.of(grant.tenantId).byConnection(parsed.key.connectionId);
      const notFound = () => reply.code(404).send(errorBody('There is no such picture any more.', 'BAD_USER_INPUT', request.id));
      if (!datasource) return notFound();
      const call = { requestId: request.id, deadlineAt: deps.now() + deps.deadlineMs };
      try {
        const batch = await deps.reader.read(datasource, [parsed.key], call);
        const fault = batch.failed.get(keyText(parsed.key));
        if (fault) throw fault;
        const asset = batch.found.get(keyText(parsed.key));
        if (!asset?.renditions.some((rendition) => rendition.role === role)) return notFound();
        const file = await datasource.openRendition(asset, role, call);
        const mimeType = file.mimeType?.split(';')[0]?.trim().toLowerCase() ?? '';
        const shown = SHOWN.test(mimeType);
        reply.hijack();
        reply.raw.writeHead(200, {
          'content-type': shown ? mimeType : 'application/octet-stream',
          'cache-control': 'private, max-age=900',
          'x-content-type-options': 'nosniff',
          'content-security-policy': "default-src 'none'; sandbox",
          'cross-origin-resource-policy': 'cross-origin',
          ...(!shown && { 'content-disposition': 'attachment' }),
          ...(file.length !== null && { 'content-length': String(file.length) }),
        });
        // A source that drips must not hold two connections for as long as it likes.
        const end = setTimeout(() => file.stream.destroy(new Error('The picture took too long.')), LONGEST_STREAM_MS);
        await pipeline(file.stream, reply.raw).catch((error: unknown) =>
          request.log.warn({ requestId: request.id, code: (error as { code?: string }).code }, 'a picture broke off'),
        );
        clearTimeout(end);
        return reply;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        const retryAfter =
          error instanceof SourceFault && error.retryAfterMs !== null
            ? { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }
            : {};
        return reply
          .code(STATUS[error.code] ?? 502)
          .headers(retryAfter)
          .send(errorBody(error.message, error.code, request.id));
      }
    },
  );
};
