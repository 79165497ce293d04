/** Makes the context of one request: who calls, until when, and the loaders of this request alone. */
import type { FastifyRequest } from 'fastify';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Visibility } from '../domain/library-approval.js';
import type { Actor } from '../domain/roles.js';
import type { Sealing } from '../domain/sealing.js';
import type { LibraryStates } from '../loaders/approval.loader.js';
import { createRequestLoaders } from '../loaders/request-loaders.js';
import type { RequestContext, Services } from '../resolvers/context.js';
import type { AccessService } from '../services/access.service.js';
import type { Database } from '../store/database.js';
import { createDownloadUrls } from './license-file-urls.js';
import { createPreviewUrls } from './preview-urls.js';

/** What of an HTTP request makes a context. */
export type ContextRequest = Pick<FastifyRequest, 'id' | 'headers' | 'protocol' | 'host'>;

export interface ContextDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly access: AccessService;
  readonly services: Services;
  /** What libraries that need approval say of their assets. */
  readonly libraryStates: LibraryStates;
  /** What of them exists for a caller. */
  readonly visibilityOf: (actor: Actor) => Visibility;
  readonly sealing: Sealing;
  readonly now: () => number;
  readonly readDeadlineMs: number;
  readonly spendDeadlineMs: number;
  readonly publicUrl: string | null;
}

const LOCALE = /^[a-z]{2,3}([-_][A-Za-z]{2,4})?/i;

const baseOf = (request: ContextRequest, publicUrl: string | null): string =>
  publicUrl ?? `${request.protocol}://${request.host}`;

const callOf = (request: ContextRequest, deadlineAt: number) => {
  const locale = LOCALE.exec(request.headers['accept-language'] ?? '')?.[0];
  return { requestId: request.id, deadlineAt, ...(locale && { locale }) };
};

export const createContextFactory =
  (deps: ContextDeps) =>
  async (request: ContextRequest): Promise<RequestContext> => {
    const at = deps.now();
    const readCall = callOf(request, at + deps.readDeadlineMs);
    const spendCall = callOf(request, at + deps.spendDeadlineMs);
    const secret = request.headers['x-api-key'];
    const actor = typeof secret === 'string' ? await deps.access.authenticate(secret) : undefined;
    const session = actor && {
      actor,
      loaders: createRequestLoaders({
        db: deps.db,
        tenantId: actor.tenantId,
        sources: deps.registry.of(actor.tenantId),
        reader: deps.reader,
        call: readCall,
        now: deps.now,
        libraryStates: deps.libraryStates,
        visibility: deps.visibilityOf(actor),
        decideUses: (asked) => deps.services.useDecisions.decide(actor, asked),
      }),
      previewUrl: createPreviewUrls(deps.sealing, deps.now, baseOf(request, deps.publicUrl), actor),
      downloadUrl: createDownloadUrls(deps.sealing, deps.now, baseOf(request, deps.publicUrl), actor),
    };
    return { requestId: request.id, session: session ?? null, services: deps.services, readCall, spendCall };
  };
