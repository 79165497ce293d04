/** The enumerations of the public schema; their values are the domain's own words. */
import { registerEnumType } from 'type-graphql';
import { ITEM_STATES } from '../domain/request.js';
import { ROLES } from '../domain/roles.js';

const enumOf = <const V extends readonly string[]>(
  name: string,
  values: V,
  description?: string,
): { readonly [K in V[number]]: K } => {
  const object = Object.fromEntries(values.map((value) => [value, value])) as { readonly [K in V[number]]: K };
  registerEnumType(object, { name, ...(description && { description }) });
  return object;
};

export const AssetSourceEnum = enumOf('AssetSource', ['ADOBE_STOCK', 'GETTY_IMAGES', 'PHOTOSHELTER', 'SMINT_IO']);
export const AssetKindEnum = enumOf('AssetKind', [
  'PHOTO',
  'ILLUSTRATION',
  'VECTOR',
  'VIDEO',
  'AUDIO',
  'TEMPLATE',
  'THREE_D',
  'DOCUMENT',
  'OTHER',
]);
export const KnownEnum = enumOf(
  'Known',
  ['YES', 'NO', 'UNKNOWN'],
  'What is known of a yes/no fact. A source that does not say is UNKNOWN, never NO.',
);
export const SourceStateEnum = enumOf('SourceState', ['OK', 'DEGRADED', 'DOWN', 'NOT_CONFIGURED']);
export const SourceCapabilityEnum = enumOf('SourceCapability', [
  'SEARCH',
  'BULK_GET',
  'QUOTE',
  'LICENSE',
  'RELICENSE',
  'HISTORY',
  'DOWNLOAD',
  'WRITE_METADATA',
  'DELIVER',
  'CHANGES',
]);
export const OrientationEnum = enumOf('Orientation', ['HORIZONTAL', 'VERTICAL', 'SQUARE', 'PANORAMIC']);
export const AssetSortEnum = enumOf('AssetSort', ['RELEVANCE', 'NEWEST']);
export const SourceResultStateEnum = enumOf('SourceResultState', ['OK', 'STALE', 'TIMEOUT', 'FAILED', 'RATE_LIMITED', 'SKIPPED']);
export const RightsModelEnum = enumOf('RightsModel', ['ROYALTY_FREE', 'RIGHTS_MANAGED', 'RIGHTS_READY', 'OWNED', 'UNKNOWN']);
export const TermKindEnum = enumOf('TermKind', ['PERPETUAL', 'FIXED', 'UNKNOWN']);
export const TermsOriginEnum = enumOf('TermsOrigin', ['SOURCE', 'CONTRACT', 'POLICY_TABLE', 'UNKNOWN']);
export const TermsReportKindEnum = enumOf(
  'TermsReportKind',
  ['RENEWAL', 'CORRECTION', 'CANCELLATION'],
  'RENEWAL: the term goes on. CORRECTION: what was on record was wrong. CANCELLATION: the term ends.',
);
export const SourceLicenseStateEnum = enumOf('SourceLicenseState', [
  'NOT_LICENSED',
  'LICENSED',
  'JUST_LICENSED',
  'OVERAGE',
  'CANCELLED',
  'NOT_POSSIBLE',
  'UNKNOWN',
]);
export const OperationStateEnum = enumOf('OperationState', [
  'RECEIVED',
  'SENDING',
  'CONFIRMED',
  'REJECTED',
  'UNKNOWN',
  'NEEDS_REVIEW',
]);
export const OperationKindEnum = enumOf('OperationKind', ['LICENSE', 'RELICENSE']);
export const BudgetMeasureEnum = enumOf(
  'BudgetMeasure',
  ['MONEY', 'UNITS', 'PURCHASES'],
  'What a budget counts: money in one currency, units of the allowances, or purchases.',
);
export const IncidentKindEnum = enumOf(
  'IncidentKind',
  ['UNMATCHED_UPSTREAM', 'UNMATCHED_LOCAL'],
  'UNMATCHED_UPSTREAM: the source lists a purchase that no operation made. UNMATCHED_LOCAL: we made one that the source does not list.',
);
export const LicenseStateEnum = enumOf('LicenseState', ['ACTIVE', 'EXPIRED', 'SUPERSEDED', 'CANCELLED']);
export const LicenseOriginEnum = enumOf('LicenseOrigin', ['PURCHASED', 'ALREADY_OWNED', 'IMPORTED', 'RECORDED']);
export const SpendClassEnum = enumOf(
  'SpendClass',
  ['REPEATABLE', 'TAGGED', 'COUNTED'],
  'REPEATABLE: asking again charges nothing twice. TAGGED: the history gives our tag back. COUNTED: the history must show one purchase more.',
);
export const ResolutionEnum = enumOf(
  'OperationResolution',
  ['CONFIRMED', 'REJECTED'],
  'CONFIRMED: it was charged. REJECTED: it was not.',
);
export const NotFoundPolicyEnum = enumOf('NotFoundPolicy', ['NEEDS_REVIEW', 'REJECTED']);
export const UsePurposeEnum = enumOf('UsePurpose', ['COMMERCIAL', 'EDITORIAL', 'INTERNAL']);
export const UseVerdictEnum = enumOf(
  'UseVerdict',
  ['ALLOWED', 'DENIED', 'UNKNOWN'],
  'UNKNOWN: nothing forbids the use, and something that would have to allow it is not on record.',
);
export const UsageReportStateEnum = enumOf(
  'UsageReportState',
  ['OPEN', 'DONE'],
  'OPEN: rows are left that the source has neither booked nor refused.',
);
export const AlertKindEnum = enumOf(
  'AlertKind',
  ['TERM_END', 'LIMIT_NEAR', 'VIOLATION', 'END_UNKNOWN'],
  'TERM_END: a license ends or has ended. LIMIT_NEAR: a limit is used up in part or whole. VIOLATION: uses that the terms do not allow. END_UNKNOWN: nobody said when it ends.',
);
export const AlertStateEnum = enumOf(
  'AlertState',
  ['OPEN', 'ACKNOWLEDGED', 'ESCALATED', 'RESOLVED'],
  'ESCALATED: nobody acknowledged it in time. RESOLVED: its reason has gone by itself.',
);
export const PersonReasonEnum = enumOf('PersonReason', ['DOWNLOADED', 'USED', 'LICENSED', 'PLACED']);
export const VariantStepKindEnum = enumOf(
  'VariantStepKind',
  [
    'MARKET_LANGUAGE_CAMPAIGN',
    'MARKET_LANGUAGE',
    'MARKET_CAMPAIGN',
    'MARKET',
    'WORLD_LANGUAGE_CAMPAIGN',
    'WORLD_LANGUAGE',
    'WORLD_CAMPAIGN',
    'WORLD',
    'BASE',
  ],
  'What a variant is looked for by, in this order. BASE: the asset itself.',
);
export const EditorialScopeEnum = enumOf('EditorialScope', ['YES', 'NO', 'ANY']);
export const ChangeKindEnum = enumOf(
  'ChangeKind',
  ['ASSET', 'LICENSE', 'USAGE', 'REQUEST', 'APPROVAL', 'DELIVERY', 'ALERT', 'INCIDENT', 'SYSTEM'],
  'What a change is about. ALERT, INCIDENT and SYSTEM are for those who may read the trail. New ones may be added.',
);
export const EventEndpointStateEnum = enumOf('EventEndpointState', ['ENABLED', 'DISABLED']);
export const EventDeliveryStateEnum = enumOf(
  'EventDeliveryState',
  ['PENDING', 'DELIVERED', 'FAILED'],
  'PENDING: it is tried, or waits for its next try or for an earlier event of its subject. FAILED: given up.',
);
export const ApprovalStateEnum = enumOf(
  'ApprovalState',
  ['NOT_REQUIRED', 'NOT_REQUESTED', 'PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'VOID', 'USED'],
  'EXPIRED: it was approved for a time that is over. VOID: what it was of has changed or was withdrawn. USED: a purchase has taken it.',
);
export const DecisionEnum = enumOf('ApprovalVerdict', ['APPROVE', 'REJECT']);
export const QuoteFormEnum = enumOf(
  'QuoteForm',
  ['ENTITLEMENT', 'OVERAGE'],
  'ENTITLEMENT: the account covers it. OVERAGE: the source charges extra.',
);
export const RoleEnum = enumOf('Role', [...ROLES]);
export const RequestStateEnum = enumOf(
  'RequestState',
  ['DRAFT', 'SUBMITTED', 'CLOSED', 'WITHDRAWN'],
  'CLOSED: every item has ended.',
);
export const RequestOriginEnum = enumOf(
  'RequestOrigin',
  ['PERSON', 'RULE'],
  'RULE: opened because somebody saved an asset that needs review.',
);
export const RequestItemStateEnum = enumOf(
  'RequestItemState',
  [...ITEM_STATES],
  'READY: needs no approval. EXPIRED, VOID: look at it again and submit it again. ORDERED: its purchase is under way or in doubt. FAILED: refused; it may be tried again.',
);
