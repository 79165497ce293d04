/** The only place where store, clock, sources and services meet. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type Config, configuredSources } from './config.js';
import { ADOBE_STOCK_PROFILE, createAdobeStockAccount } from './datasources/adobe-stock/adapter.js';
import { createAssetReader } from './datasources/asset-reader.js';
import { createGettyImagesAccount, GETTY_IMAGES_PROFILE } from './datasources/getty-images/adapter.js';
import { createHealth } from './datasources/http/health.js';
import { createLimits } from './datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from './datasources/http/send.js';
import { createPhotoShelterAccount, PHOTOSHELTER_PROFILE } from './datasources/photoshelter/adapter.js';
import { type Account, createRegistry } from './datasources/registry.js';
import { createSmintIoAccount, SMINT_IO_PROFILE } from './datasources/smint-io/adapter.js';
import { ASSET_SOURCES, type AssetSource } from './domain/ids.js';
import type { Visibility } from './domain/library-approval.js';
import { createAddressGuard } from './domain/outbound-address.js';
import type { Actor } from './domain/roles.js';
import { createSealing } from './domain/sealing.js';
import { createOutboundHttp } from './outbound/guarded-http.js';
import { buildGraphqlSchema } from './server/graphql-schema.js';
import { createGraphqlServer } from './server/graphql-server.js';
import { createHttpServer, type Readiness } from './server/http-server.js';
import { loadOperations } from './server/json-operations.js';
import { createMetrics } from './server/metrics.js';
import { createContextFactory } from './server/request-context.js';
import { createAccessService, type EnvironmentKey } from './services/access.service.js';
import { createAdapterStore } from './services/adapter-store.js';
import { createAlertService } from './services/alert.service.js';
import { createApprovalService } from './services/approval.service.js';
import { createApprovalRulesService } from './services/approval-rules.service.js';
import { createAuditService } from './services/audit.service.js';
import { createBudgetService } from './services/budget.service.js';
import { createBulkLicensingService } from './services/bulk-licensing.service.js';
import { createCandidateService } from './services/candidate.service.js';
import { createChangeFeedService } from './services/change-feed.js';
import { createChangesService } from './services/changes.service.js';
import { createEntitlementService } from './services/entitlement.service.js';
import { createEventDeliveryService } from './services/event-delivery.service.js';
import { createEventEndpointService } from './services/event-endpoint.service.js';
import { createEventFeed } from './services/event-feed.js';
import { createFileCopies } from './services/file-copies.js';
import { createFulfilmentService } from './services/fulfilment.service.js';
import { createHistoryImportService } from './services/history-import.service.js';
import { createHistorySources } from './services/history-source.js';
import { createInboundService } from './services/inbound.service.js';
import { createInboundWork } from './services/inbound-work.js';
import { createLagService } from './services/lag.service.js';
import { createVisibility, libraryStates } from './services/library-approval.js';
import { createLibraryKeeping } from './services/library-approval.keeping.js';
import { createLibraryApprovalService } from './services/library-approval.service.js';
import { createLicenseService } from './services/license.service.js';
import { createLicenseFileService } from './services/license-file.service.js';
import { createLicenseRecordService } from './services/license-record.service.js';
import { createPurchase } from './services/licensing.purchase.js';
import { createLicensingService } from './services/licensing.service.js';
import { createMetadataService } from './services/metadata.service.js';
import { createOpenWork } from './services/open-work.service.js';
import { tallyPurchases } from './services/purchase-tally.js';
import { createReconciliationService } from './services/reconciliation.service.js';
import { createRequestService } from './services/request.service.js';
import { createResolutionService } from './services/resolution.service.js';
import { createRotateToken } from './services/rotating-credential.js';
import { createSearchService } from './services/search.service.js';
import { createSelectionService } from './services/selection.service.js';
import { createSettlementService, DEFAULT_HORIZON_SECONDS } from './services/settlement.service.js';
import { createSourceService } from './services/source.service.js';
import { createSyncService } from './services/sync.service.js';
import { createTermWatch } from './services/term-watch.js';
import { createTermsService } from './services/terms.service.js';
import { createTermsPolicyService } from './services/terms-policy.service.js';
import { createUsageService } from './services/usage.service.js';
import { createUsageReportService } from './services/usage-report.service.js';
import { createUseDecisionService } from './services/use-decision.service.js';
import { createVariantService } from './services/variant.service.js';
import { openDatabase, pingDatabase } from './store/database.js';
import { enqueueStandingJobs, startWorker, type Worker } from './worker/worker.js';

export interface ComposeOptions {
  readonly config: Config;
  readonly appUrl: string;
  readonly secretKey: Buffer;
  readonly keys: readonly EnvironmentKey[];
  readonly log: Logger;
  /** Milliseconds since the epoch; tests move it. */
  readonly now?: () => number;
}

export interface Application {
  readonly http: FastifyInstance;
  /** Ends what is under way and lets go of everything. */
  stop(): Promise<void>;
}

const PROFILES = {
  ADOBE_STOCK: ADOBE_STOCK_PROFILE,
  GETTY_IMAGES: GETTY_IMAGES_PROFILE,
  PHOTOSHELTER: PHOTOSHELTER_PROFILE,
  SMINT_IO: SMINT_IO_PROFILE,
} as const;

/** Adobe advises about 5 requests a second; the others publish no number, so they are slowed only by what they answer. */
const DEFAULT_RPS: Readonly<Record<AssetSource, number>> = { ADOBE_STOCK: 5, GETTY_IMAGES: 0, PHOTOSHELTER: 0, SMINT_IO: 0 };
const MAX_CONCURRENT: Readonly<Record<AssetSource, number>> = { ADOBE_STOCK: 32, GETTY_IMAGES: 32, PHOTOSHELTER: 4, SMINT_IO: 4 };
const MAX_CONCURRENT_FILES = 8;
/** How long requests under way may take to end when we stop. */
const DRAIN_MS = 5_000;

const VENDOR_HOSTS = {
  ADOBE_STOCK: { apiUrl: 'https://stock.adobe.io', imsUrl: 'https://ims-na1.adobelogin.com' },
  GETTY_IMAGES: { apiUrl: 'https://api.gettyimages.com', authUrl: 'https://authentication.gettyimages.com' },
  PHOTOSHELTER: {
    apiUrl: 'https://www.photoshelter.com/psapi/v4.0',
    v3Url: 'https://www.photoshelter.com/psapi/v3',
    previewUrl: 'https://m.psecn.photoshelter.com',
  },
} as const;

export const compose = async (options: ComposeOptions): Promise<Application> => {
  const { config, log } = options;
  const now = options.now ?? Date.now;
  const sealing = createSealing(options.secretKey);
  const reader = createAssetReader({ ttlMs: config.assetCacheTtlSeconds * 1000, now, batchDeadlineMs: config.searchDeadlineMs });
  const metrics = createMetrics({ cache: () => reader.counts, openWork: () => openWork() });
  const db = openDatabase({
    url: options.appUrl,
    onError: (error) => log.warn({ err: error }, 'a database connection was lost'),
    onStatement: () => metrics.sql.inc(),
  });
  const openWork = createOpenWork({ db, log });

  const health = Object.fromEntries(ASSET_SOURCES.map((source) => [source, createHealth(now)])) as Record<
    AssetSource,
    ReturnType<typeof createHealth>
  >;
  const https: SourceHttp[] = [];
  const httpFor = (source: AssetSource): SourceHttp => {
    const { label } = PROFILES[source];
    const limitsWith = (maxRps: number, maxConcurrent: number) => createLimits({ source, label, maxRps, maxConcurrent, now });
    const http = createSourceHttp({
      source,
      label,
      now,
      limits: limitsWith(config.maxRps[source] ?? DEFAULT_RPS[source], MAX_CONCURRENT[source]),
      fileLimits: limitsWith(0, MAX_CONCURRENT_FILES),
      observe: (exchange) => {
        health[source].observe(exchange);
        metrics.upstream.observe(
          { source, endpoint: exchange.endpoint, status: String(exchange.status ?? 'none') },
          exchange.tookMs / 1000,
        );
        log.debug({ ...exchange }, 'upstream');
      },
    });
    https.push(http);
    return http;
  };

  const accounts: Partial<Record<AssetSource, Account>> = {};
  const { sources } = config;
  if (sources.ADOBE_STOCK) {
    const connect = createAdobeStockAccount(
      { ...VENDOR_HOSTS.ADOBE_STOCK, ...sources.ADOBE_STOCK },
      { http: httpFor('ADOBE_STOCK'), now },
    );
    accounts.ADOBE_STOCK = { name: `adobe-stock/${sources.ADOBE_STOCK.product}`, connect };
  }
  if (sources.GETTY_IMAGES) {
    const connect = createGettyImagesAccount(
      { ...VENDOR_HOSTS.GETTY_IMAGES, ...sources.GETTY_IMAGES },
      { http: httpFor('GETTY_IMAGES'), now },
    );
    accounts.GETTY_IMAGES = { name: 'getty-images/environment', connect };
  }
  if (sources.PHOTOSHELTER) {
    const connect = createPhotoShelterAccount(
      { ...VENDOR_HOSTS.PHOTOSHELTER, ...sources.PHOTOSHELTER },
      { http: httpFor('PHOTOSHELTER'), now },
    );
    accounts.PHOTOSHELTER = { name: `photoshelter/${sources.PHOTOSHELTER.organizationId}`, connect };
  }
  if (sources.SMINT_IO) {
    const { refreshToken, ...settings } = sources.SMINT_IO;
    const credential = `smint-io/${settings.tenant}/${settings.clientId}`;
    const rotate = createRotateToken({ db, sealing, now, credential, firstRefreshToken: refreshToken });
    accounts.SMINT_IO = {
      name: `smint-io/${settings.tenant}`,
      connect: createSmintIoAccount(settings, { http: httpFor('SMINT_IO'), now, rotate }),
    };
  }

  const registry = createRegistry({
    profiles: PROFILES,
    accounts,
    storeFor: (tenantId, connectionId) => createAdapterStore({ db, sealing }, tenantId, connectionId),
  });
  const access = createAccessService({ db, now });
  const buying = { db, registry, reader, sealing, now, log, leaseMarginMs: config.leaseMarginMs };
  const purchase = createPurchase(buying);
  const settlement = createSettlementService({
    ...buying,
    purchase,
    spendDeadlineMs: config.spendDeadlineMs,
    horizonSeconds: config.settleHorizonSeconds,
  });
  const sync = createSyncService({ db, reader, sealing, now });
  const licensing = tallyPurchases(createLicensingService({ ...buying, purchase }), registry, (source, outcome) =>
    metrics.purchases.inc({ source, outcome }),
  );
  const horizons: Readonly<Partial<Record<AssetSource, number>>> = config.settleHorizonSeconds;
  const histories = {
    db,
    sourcesOf: createHistorySources(registry, reader),
    horizonSecondsOf: (source: AssetSource) => horizons[source] ?? DEFAULT_HORIZON_SECONDS,
    now,
    log,
  };
  const lag = createLagService(histories);
  const useDecisions = createUseDecisionService({ db, registry, now });
  const guard = createAddressGuard(config.outboundAllow);
  const outbound = createOutboundHttp(guard);
  const feed = createEventFeed({ db });
  const visibilityOf = (actor: Actor): Visibility => createVisibility({ db, sources: registry.of(actor.tenantId), actor });
  const services = {
    changes: createChangesService({ feed, visibilityOf }),
    eventEndpoints: createEventEndpointService({ db, feed, sealing, guard, now }),
    search: createSearchService({ db, registry, reader, sealing, now, log, useDecisions, visibilityOf }),
    useDecisions,
    licensing,
    bulkLicensing: createBulkLicensingService({ licensing, log }),
    resolution: createResolutionService(buying),
    licenses: createLicenseService({ db, now, visibilityOf }),
    licenseRecords: createLicenseRecordService({ db, registry, reader, now }),
    terms: createTermsService({ db, now }),
    licenseFiles: createLicenseFileService({
      db,
      registry,
      reader,
      sealing,
      copies: createFileCopies(join(config.dataDir, 'files')),
      now,
      deadlineMs: config.searchDeadlineMs,
      log,
    }),
    entitlements: createEntitlementService({ registry, now, log }),
    audit: createAuditService({ db, visibilityOf }),
    usage: createUsageService({ db, now, log, visibilityOf }),
    usageReports: createUsageReportService({ db, registry, now, log }),
    alerts: createAlertService({ db, now, visibilityOf }),
    variants: createVariantService({ db, now, useDecisions, visibilityOf }),
    budgets: createBudgetService({ db, now }),
    inbound: createInboundService({ db, sealing, now }),
    metadata: createMetadataService({ db, registry, reader, now, log }),
    libraries: createLibraryApprovalService({ db, registry, now }),
    requests: createRequestService({ db, now }),
    candidates: createCandidateService({ db, now }),
    fulfilment: createFulfilmentService({ db, now, licensing, log }),
    selections: createSelectionService({ db, now }),
    approvals: createApprovalService({ db, now }),
    approvalRules: createApprovalRulesService({ db, now }),
    termsPolicies: createTermsPolicyService({ db, now }),
    reconciliation: createReconciliationService(histories),
    historyImports: createHistoryImportService({ ...histories, profiles: registry.profiles }),
    sources: createSourceService({ registry, health: (source) => health[source].read() }),
  };

  const readiness = async (): Promise<Readiness> => {
    const reachable = await pingDatabase(db);
    return { ready: reachable, database: reachable ? 'ok' : 'unreachable', sources: services.sources.states() };
  };

  const contextOf = createContextFactory({
    db,
    registry,
    reader,
    access,
    services,
    libraryStates,
    visibilityOf,
    sealing,
    now,
    readDeadlineMs: config.searchDeadlineMs,
    spendDeadlineMs: config.spendDeadlineMs,
    publicUrl: config.publicUrl,
  });
  const schema = buildGraphqlSchema();
  const apollo = createGraphqlServer({ schema, log, metrics, mode: config.mode });
  const pageKeys = config.sandbox
    ? options.keys.filter((key) => key.roles.some((role) => role === 'viewer' || role === 'licensor'))
    : [];
  const http = await createHttpServer({
    apollo,
    log,
    metrics,
    contextOf,
    readiness,
    files: { registry, reader, sealing, now, deadlineMs: config.searchDeadlineMs },
    licenseFiles: { files: services.licenseFiles, access, sealing, now },
    webhooks: { inbound: services.inbound, now },
    events: { schema, authenticate: (secret) => access.authenticate(secret) },
    operations: { schema, operations: loadOperations(schema), isOpen: config.mode === 'development' },
    pages:
      config.mode === 'hardened'
        ? null
        : { sandbox: config.sandbox, keys: pageKeys.map((key) => ({ role: key.name, secret: key.secret })) },
  });

  const tenants = await access.bootstrap(options.keys, configuredSources(config));
  let worker: Worker | undefined;
  const events = createEventDeliveryService({ db, feed, http: outbound, sealing, now, log, timeoutMs: config.eventTimeoutMs });
  if (config.worker !== 'off') {
    const deps = {
      db,
      appUrl: options.appUrl,
      registry,
      sync,
      settlement,
      files: services.licenseFiles,
      historyImports: services.historyImports,
      lag,
      historyImportMinutes: config.historyImportMinutes,
      log,
      now,
      recoveryIntervalMs: config.recoveryIntervalMs,
      usageReports: services.usageReports,
      termWatch: createTermWatch({ db, now, log }),
      termWatchIntervalMs: config.termWatchIntervalMs,
      inboundWork: createInboundWork({ db, registry, reader, terms: services.terms, now, log }),
      libraryKeeping: createLibraryKeeping({ db, registry, reader, now, log }),
      changeFeed: createChangeFeedService({ db, registry, reader, now }),
      changePollIntervalMs: config.changePollIntervalMs,
    };
    for (const tenant of tenants) await enqueueStandingJobs(deps, tenant);
    worker = await startWorker(deps);
    events.start(tenants);
  }
  return {
    http,
    stop: async () => {
      // A client that does not read its answer must not keep the rest from ending.
      const cut = setTimeout(() => http.server.closeAllConnections(), DRAIN_MS);
      await http.close();
      clearTimeout(cut);
      await services.licenseFiles.stop();
      await events.stop();
      await outbound.close();
      await worker?.stop();
      await Promise.all(https.map((client) => client.close()));
      await db.destroy();
    },
  };
};
