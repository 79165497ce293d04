/** The enumerations of the public schema; their values are the domain's own words. */
import { registerEnumType } from 'type-graphql';

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
