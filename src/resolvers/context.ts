/** What accompanies one GraphQL request. */
import type { Call } from '../datasources/datasource.js';
import type { Asset, SourceRendition } from '../domain/asset.js';
import { Fault } from '../domain/faults.js';
import type { Actor } from '../domain/roles.js';
import type { RequestLoaders } from '../loaders/request-loaders.js';
import type { AlertService } from '../services/alert.service.js';
import type { ApprovalService } from '../services/approval.service.js';
import type { ApprovalRulesService } from '../services/approval-rules.service.js';
import type { AuditService } from '../services/audit.service.js';
import type { BudgetService } from '../services/budget.service.js';
import type { BulkLicensingService } from '../services/bulk-licensing.service.js';
import type { CandidateService } from '../services/candidate.service.js';
import type { ChangesService } from '../services/changes.service.js';
import type { EntitlementService } from '../services/entitlement.service.js';
import type { EventEndpointService } from '../services/event-endpoint.service.js';
import type { FulfilmentService } from '../services/fulfilment.service.js';
import type { HistoryImportService } from '../services/history-import.service.js';
import type { InboundService } from '../services/inbound.service.js';
import type { LibraryApprovalService } from '../services/library-approval.service.js';
import type { LicenseService } from '../services/license.service.js';
import type { LicenseFileService } from '../services/license-file.service.js';
import type { LicenseRecordService } from '../services/license-record.service.js';
import type { LicensingService } from '../services/licensing.service.js';
import type { MetadataService } from '../services/metadata.service.js';
import type { ReconciliationService } from '../services/reconciliation.service.js';
import type { RequestService } from '../services/request.service.js';
import type { ResolutionService } from '../services/resolution.service.js';
import type { SearchService } from '../services/search.service.js';
import type { SelectionService } from '../services/selection.service.js';
import type { SourceService } from '../services/source.service.js';
import type { TermsService } from '../services/terms.service.js';
import type { TermsPolicyService } from '../services/terms-policy.service.js';
import type { UsageService } from '../services/usage.service.js';
import type { UsageReportService } from '../services/usage-report.service.js';
import type { UseDecisionService } from '../services/use-decision.service.js';
import type { VariantService } from '../services/variant.service.js';

export interface Services {
  readonly search: SearchService;
  readonly licensing: LicensingService;
  readonly bulkLicensing: BulkLicensingService;
  readonly resolution: ResolutionService;
  readonly licenses: LicenseService;
  readonly licenseRecords: LicenseRecordService;
  readonly terms: TermsService;
  readonly licenseFiles: LicenseFileService;
  readonly entitlements: EntitlementService;
  readonly audit: AuditService;
  readonly budgets: BudgetService;
  readonly termsPolicies: TermsPolicyService;
  readonly reconciliation: ReconciliationService;
  readonly historyImports: HistoryImportService;
  readonly alerts: AlertService;
  readonly variants: VariantService;
  readonly inbound: InboundService;
  readonly metadata: MetadataService;
  readonly libraries: LibraryApprovalService;
  readonly usage: UsageService;
  readonly usageReports: UsageReportService;
  readonly sources: SourceService;
  readonly changes: ChangesService;
  readonly eventEndpoints: EventEndpointService;
  readonly useDecisions: UseDecisionService;
  readonly requests: RequestService;
  readonly candidates: CandidateService;
  readonly fulfilment: FulfilmentService;
  readonly selections: SelectionService;
  readonly approvals: ApprovalService;
  readonly approvalRules: ApprovalRulesService;
}

/** Signed, short-lived addresses of ours for pictures of an asset, good for one caller. */
export type PreviewUrls = (asset: Asset, rendition: SourceRendition) => { readonly url: string; readonly expiresAt: string };

/** The same for the file of a license, in one form. */
export type DownloadUrls = (licenseUuid: string, variant: string) => { readonly url: string; readonly expiresAt: string };

/** Everything that needs to know who calls; present once the caller is authenticated. */
export interface Session {
  readonly actor: Actor;
  readonly loaders: RequestLoaders;
  readonly previewUrl: PreviewUrls;
  readonly downloadUrl: DownloadUrls;
}

export interface RequestContext {
  readonly requestId: string;
  readonly session: Session | null;
  readonly services: Services;
  /** Reads share one deadline; a purchase has its own. */
  readonly readCall: Call;
  readonly spendCall: Call;
  /** Of what goes on after its first answer: when the caller is gone. */
  readonly ended?: AbortSignal;
}

/** Root fields are authorised before their resolver runs; this is for what lies below them. */
export const sessionOf = (context: RequestContext): Session => {
  if (!context.session) throw new Fault('UNAUTHENTICATED', 'Send your key in the header X-Api-Key.');
  return context.session;
};
