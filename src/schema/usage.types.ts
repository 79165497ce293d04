/** What was done with licenses, summed up, and reported to the sources. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { NodeInterface, PageInfoType, SourceErrorType, typeNameOf } from './common.types.js';
import { AssetSourceEnum, UsageReportStateEnum, UseVerdictEnum } from './enums.js';
import { LicenseType } from './license.types.js';
import { IdempotencyConflictType, InvalidRequestType, UnsupportedBySourceType } from './licensing.types.js';
import { Count, DateTime } from './scalars.js';
import { UseInput, UseReasonType, UseType } from './use.types.js';

// ---------- sums ----------

@ObjectType('UnitUsage', { simpleResolvers: true })
export class UnitUsageType {
  @Field(() => String, { description: '`uses` for uses that named no unit.' })
  unit!: string;
  @Field(() => Count)
  units!: number;
}

@ObjectType('ChannelUsage', { simpleResolvers: true })
export class ChannelUsageType {
  @Field(() => String)
  channel!: string;
  @Field(() => String, { description: '`uses` for uses that named no unit.' })
  unit!: string;
  @Field(() => Count)
  units!: number;
}

@ObjectType('UsageSummary', { simpleResolvers: true, description: 'Everything recorded, violations included.' })
export class UsageSummaryType {
  @Field(() => [UnitUsageType])
  byUnit!: readonly UnitUsageType[];
  @Field(() => [ChannelUsageType])
  byChannel!: readonly ChannelUsageType[];
  @Field(() => Int, { description: 'How many uses the terms forbid.' })
  violations!: number;
  @Field(() => DateTime, { nullable: true, description: 'When the latest of them occurred. Null: nothing is recorded.' })
  lastUsedAt!: string | null;
}

// ---------- single uses ----------

@ObjectType('Usage', { simpleResolvers: true, implements: NodeInterface, description: 'A use that happened, allowed or not.' })
export class UsageType extends NodeInterface {
  @Field(() => LicenseType, { nullable: true })
  license?: LicenseType | null;
  @Field(() => UseType, { description: 'The use as it was understood.' })
  use!: UseType;
  @Field(() => String, { nullable: true, description: 'What the caller calls it.' })
  reference!: string | null;
  @Field(() => DateTime, { description: 'When it happened, and the clock by which it was decided.' })
  occurredAt!: string;
  @Field(() => DateTime)
  recordedAt!: string;
  @Field(() => UseVerdictEnum, { description: 'Of the terms as they were known when it was recorded.' })
  verdict!: string;
  @Field(() => Boolean, { description: 'The verdict is DENIED. It takes nothing from a limit.' })
  violation!: boolean;
  @Field(() => [UseReasonType])
  reasons!: readonly UseReasonType[];
}

@ObjectType('UsageEdge', { simpleResolvers: true })
export class UsageEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => UsageType, { nullable: true })
  node!: UsageType | null;
}

@ObjectType('UsageConnection', { simpleResolvers: true })
export class UsageConnectionType {
  @Field(() => [UsageEdgeType])
  edges!: UsageEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('UsageFilter', { description: 'What is left out narrows nothing.' })
export class UsageFilterInput {
  @Field(() => ID, { nullable: true })
  licenseId?: string | null;
  @Field(() => ID, { nullable: true })
  assetId?: string | null;
  @Field(() => Boolean, { nullable: true })
  violation?: boolean | null;
  @Field(() => String, { nullable: true })
  channel?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Inclusive.' })
  recordedAfter?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive.' })
  recordedBefore?: string | null;
}

// ---------- recording ----------

@InputType('RecordUsageInput')
export class RecordUsageInput {
  @Field(() => ID)
  licenseId!: string;
  @Field(() => UseInput)
  use!: UseInput;
  @Field(() => String, { nullable: true, description: 'What you call it: an issue, a page, a campaign. At most 500 characters.' })
  reference?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it happened; at most 5 minutes ahead. Default: now.' })
  occurredAt?: string | null;
  @Field(() => String, { description: 'Of this use alone. The same call again gives the same answer and records nothing.' })
  idempotencyKey!: string;
}

@InputType('RecordUsagesInput')
export class RecordUsagesInput {
  @Field(() => [RecordUsageInput], { description: '1 to 1,000 uses, each with a key of its own.' })
  rows!: RecordUsageInput[];
}

@ObjectType('RecordUsagePayload', { simpleResolvers: true })
export class RecordUsagePayloadType {
  @Field(() => UsageType)
  usage!: UsageType;
  @Field(() => Boolean, { description: 'It was on record already, by an earlier call with this key.' })
  replayed!: boolean;
}

export const RecordUsageOutcomeUnion = createUnionType({
  name: 'RecordUsageOutcome',
  types: () => [RecordUsagePayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});

@ObjectType('RecordUsageRowResult', { simpleResolvers: true })
export class RecordUsageRowResultType {
  @Field(() => String, { description: 'Of the row.' })
  idempotencyKey!: string;
  @Field(() => RecordUsageOutcomeUnion, {
    nullable: true,
    description: 'Null when the row could not be tried; then `error` says why.',
  })
  outcome!: unknown;
  @Field(() => SourceErrorType, { nullable: true })
  error!: SourceErrorType | null;
}

@ObjectType('RecordUsagesPayload', { simpleResolvers: true })
export class RecordUsagesPayloadType {
  @Field(() => [RecordUsageRowResultType], { description: 'One for each row, in order.' })
  results!: readonly RecordUsageRowResultType[];
}

export const RecordUsagesOutcomeUnion = createUnionType({
  name: 'RecordUsagesOutcome',
  types: () => [RecordUsagesPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

// ---------- reports to sources ----------

@ObjectType('RefusedUsage', { simpleResolvers: true, description: 'A use that the source does not take.' })
export class RefusedUsageType {
  @Field(() => UsageType, { nullable: true })
  usage?: UsageType | null;
  @Field(() => String, { description: 'For programs: INVALID_ASSETS, NOT_ISOLATED, or the code of the source.' })
  code!: string;
  @Field(() => String, { description: 'For people.' })
  reason!: string;
}

@ObjectType('UsageReport', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'A report of uses to a source. Each use is in one report at most.',
})
export class UsageReportType extends NodeInterface {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => UsageReportStateEnum)
  state!: string;
  @Field(() => Int, { description: 'Uses in this report; those that another report holds are left out.' })
  total!: number;
  @Field(() => Int, { description: 'Uses that the source has booked by now.' })
  reported!: number;
  @Field(() => Int, { description: 'Uses that the source refused for good.' })
  refused!: number;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => DateTime)
  requestedAt!: string;
  @Field(() => DateTime, { nullable: true, description: 'Null while it is open.' })
  completedAt!: string | null;
  @Field(() => SourceErrorType, {
    nullable: true,
    description: 'What stands in the way at the moment; it is tried again by itself.',
  })
  failure!: SourceErrorType | null;
}

@InputType('ReportUsageInput', { description: 'Either the ids of uses, or all uses that were recorded before a time.' })
export class ReportUsageInput {
  @Field(() => AssetSourceEnum)
  source!: 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
  @Field(() => [ID], { nullable: true, description: 'At most 200.' })
  usageIds?: string[] | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive.' })
  recordedBefore?: string | null;
  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('ReportUsagePayload', { simpleResolvers: true })
export class ReportUsagePayloadType {
  @Field(() => UsageReportType, { description: 'It is sent by itself; look at it again.' })
  report!: UsageReportType;
  @Field(() => Boolean)
  replayed!: boolean;
}

export const ReportUsageOutcomeUnion = createUnionType({
  name: 'ReportUsageOutcome',
  types: () => [ReportUsagePayloadType, InvalidRequestType, IdempotencyConflictType, UnsupportedBySourceType] as const,
  resolveType: typeNameOf,
});
