/** `GET /files/licenses/…`: the copy of a licensed file, fetched first if need be, for the holder of one of our signed links. */
import { open } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, type FaultCode, SourceFault } from '../domain/faults.js';
import { type FetchedFile, StorageFull } from '../domain/license-file.js';
import type { Sealing } from '../domain/sealing.js';
import type { AccessService } from '../services/access.service.js';
import type { DownloadGrant, LicenseFileService, OpenedCopy } from '../services/license-file.service.js';
import { readRange } from './byte-range.js';
import { errorBody } from './error-body.js';
import { readDownloadTicket } from './license-file-urls.js';

export interface LicenseFileRouteDeps {
  readonly files: LicenseFileService;
  readonly access: AccessService;
  readonly sealing: Sealing;
  readonly now: () => number;
}

/** A client that takes nothing for so long has gone. */
const IDLE_MS = 60_000;

const STATUS: Partial<Record<FaultCode, number>> = { DEADLINE_EXCEEDED: 504, RATE_LIMITED: 503, SOURCE_UNAVAILABLE: 502 };

type Refuse = (status: number, code: FaultCode, message: string) => FastifyReply;

/** Both spellings: plain ASCII for old clients, the true name for the rest (RFC 6266). */
const dispositionOf = (fileName: string): string => {
  const plain = fileName.replace(/[^\x20-\x7e]|[%"\\]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
};

const etagOf = ({ contentHash }: FetchedFile): string => `"${contentHash.replace('sha256:', '')}"`;

const headersOf = (copy: FetchedFile, fallbackName: string): Record<string, string> => ({
  'content-type': copy.mimeType ?? 'application/octet-stream',
  'content-disposition': dispositionOf(copy.fileName ?? fallbackName),
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'accept-ranges': 'bytes',
  etag: etagOf(copy),
  'repr-digest': `sha-256=:${Buffer.from(copy.contentHash.replace('sha256:', ''), 'hex').toString('base64')}:`,
});

/** Frees the file of a client that has gone silent. */
const cutWhenIdle = (request: FastifyRequest, reply: FastifyReply): void => {
  const { socket } = request.raw;
  const cut = () => socket.destroy();
  socket.setTimeout(IDLE_MS, cut);
  reply.raw.once('close', () => {
    socket.setTimeout(0);
    socket.removeListener('timeout', cut);
  });
};

export const registerLicenseFiles = (app: FastifyInstance, deps: LicenseFileRouteDeps): void => {
  const { files, access } = deps;

  /** No key is fine; one of somebody else is not. */
  const isForAnother = async (request: FastifyRequest, grant: DownloadGrant): Promise<boolean> => {
    const secret = request.headers['x-api-key'];
    if (secret === undefined) return false;
    const actor = typeof secret === 'string' ? await access.authenticate(secret) : undefined;
    return actor?.tenantId !== grant.tenantId || (actor.keyId ?? null) !== grant.keyId;
  };

  const serve = async (
    request: FastifyRequest,
    reply: FastifyReply,
    refuse: Refuse,
    grant: DownloadGrant,
    opened: OpenedCopy,
  ): Promise<FastifyReply> => {
    const { copy, license, path } = opened;
    const condition = request.headers['if-range'];
    const current = condition === undefined || condition === etagOf(copy);
    const range = readRange(current ? request.headers.range : undefined, copy.length);
    if (range === 'beyond') {
      reply.header('content-range', `bytes */${copy.length}`);
      return refuse(416, 'BAD_USER_INPUT', `This range begins behind the end: the file has ${copy.length} bytes.`);
    }
    const bytes = range === 'whole' ? null : range;
    const handle = await open(path);
    try {
      await files.recordDownload(grant, opened, bytes, request.id);
    } catch (error) {
      await handle.close();
      throw error;
    }
    const span = bytes ?? { first: 0, last: copy.length - 1 };
    cutWhenIdle(request, reply);
    return reply
      .code(bytes ? 206 : 200)
      .headers(headersOf(copy, `${license.source.toLowerCase()}-${license.uuid}`))
      .headers({
        'content-length': String(span.last - span.first + 1),
        ...(bytes && { 'content-range': `bytes ${span.first}-${span.last}/${copy.length}` }),
      })
      .send(handle.createReadStream({ start: span.first, end: span.last }));
  };

  app.get<{ Params: { licenseId: string; variant: string }; Querystring: { t?: string } }>(
    '/files/licenses/:licenseId/:variant',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const refuse: Refuse = (status, code, message) =>
        reply
          .code(status)
          .header('cache-control', 'no-store')
          .send(errorBody(message, code, request.id));
      const ticket = typeof request.query.t === 'string' ? request.query.t : '';
      const grant = readDownloadTicket(deps.sealing, deps.now, request.params, ticket);
      if (grant === 'forged') return refuse(403, 'FORBIDDEN', 'This link was altered. Ask for the download again.');
      if (grant === 'ended') return refuse(410, 'BAD_USER_INPUT', 'This link has ended. Ask for the download again.');
      try {
        if (await isForAnother(request, grant)) return refuse(403, 'FORBIDDEN', 'This link was made for somebody else.');
        const opened = await files.open(grant, request.id);
        if (opened.kind === 'CopyRefused') {
          return opened.why === 'NONE' ? refuse(404, 'BAD_USER_INPUT', opened.message) : refuse(403, 'FORBIDDEN', opened.message);
        }
        return await serve(request, reply, refuse, grant, opened);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error instanceof SourceFault && error.retryAfterMs !== null)
          reply.header('retry-after', String(Math.ceil(error.retryAfterMs / 1000)));
        return refuse(error instanceof StorageFull ? 507 : (STATUS[error.code] ?? 404), error.code, error.message);
      }
    },
  );
};
