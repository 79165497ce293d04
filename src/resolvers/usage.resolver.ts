/** What was done with licenses: recording it, reading it, summing it up and reporting it. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { Fault } from '../domain/faults.js';
import { nodeIdOf, parseGlobalId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { LICENSORS, READERS, USAGE_RECORDERS } from '../domain/roles.js';
import type { RecordUsageOutcome, Usage, UsageSummary } from '../domain/usage.js';
import type { RefusedRow, ReportUsageOutcome, UsageReport } from '../domain/usage-report.js';
import { AssetType } from '../schema/asset.types.js';
import { LicenseType } from '../schema/license.types.js';
import {
  RecordUsageInput,
  RecordUsageOutcomeUnion,
  RecordUsagesInput,
  RecordUsagesOutcomeUnion,
  RefusedUsageType,
  ReportUsageInput,
  ReportUsageOutcomeUnion,
  UsageConnectionType,
  UsageFilterInput,
  UsageReportType,
  UsageSummaryType,
  UsageType,
} from '../schema/usage.types.js';
import type { UsageWords } from '../services/usage.checks.js';
import type { RecordUsagesOutcome } from '../services/usage.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, connectionOf, firstOf, idsOf, placeOf } from './paging.js';

const wordsOf = ({ use, ...row }: RecordUsageInput): UsageWords => ({
  licenseId: row.licenseId,
  use: { ...use, startsAt: (use.startsAt ?? null) as Instant | null, endsAt: (use.endsAt ?? null) as Instant | null },
  reference: row.reference ?? null,
  occurredAt: (row.occurredAt ?? null) as Instant | null,
  idempotencyKey: row.idempotencyKey,
});

const uuidOf = (id: string, type: 'License' | 'UsageReport', path: string): string => {
  const parsed = parseGlobalId(id);
  if (parsed?.type !== type)
    throw new Fault('BAD_USER_INPUT', `"${path}" is not the id of a ${type}. Pass an id exactly as it was returned.`);
  return parsed.uuid;
};

const assetIdOf = (id: string): string => {
  if (parseGlobalId(id)?.type !== 'Asset') throw new Fault('BAD_USER_INPUT', '"filter.assetId" is not the id of an asset.');
  return id;
};

/** Null members of a filter are absent ones. */
const queryOf = (filter: UsageFilterInput | null | undefined) => ({
  ...(filter?.licenseId != null && { licenseUuid: uuidOf(filter.licenseId, 'License', 'filter.licenseId') }),
  ...(filter?.assetId != null && { assetId: assetIdOf(filter.assetId) }),
  ...(filter?.violation != null && { violation: filter.violation }),
  ...(filter?.channel != null && { channel: filter.channel }),
  ...(filter?.recordedAfter != null && { recordedAfter: filter.recordedAfter as Instant }),
  ...(filter?.recordedBefore != null && { recordedBefore: filter.recordedBefore as Instant }),
});

@Resolver(() => UsageType)
export class UsageResolver {
  @Authorized(USAGE_RECORDERS)
  @Mutation(() => RecordUsageOutcomeUnion, {
    nullable: true,
    description:
      'Records what was done with a license, whether its terms allow it or not: what they forbid is stored as a violation.',
  })
  recordUsage(
    @Arg('input', () => RecordUsageInput) input: RecordUsageInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordUsageOutcome> {
    return context.services.usage.record(sessionOf(context).actor, wordsOf(input), context.requestId);
  }

  @Authorized(USAGE_RECORDERS)
  @Mutation(() => RecordUsagesOutcomeUnion, {
    nullable: true,
    description: 'Many uses at once; a row that fails stops no other.',
  })
  recordUsages(
    @Arg('input', () => RecordUsagesInput) input: RecordUsagesInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordUsagesOutcome> {
    return context.services.usage.recordAll(sessionOf(context).actor, input.rows.map(wordsOf), context.requestId);
  }

  @Authorized(READERS)
  @Query(() => UsageConnectionType, { nullable: true, description: 'Newest first.' })
  async usages(
    @Arg('filter', () => UsageFilterInput, { nullable: true }) filter: UsageFilterInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Usage>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    const query = { ...queryOf(filter), ...(place && { before: { recordedAt: place.at, uuid: place.uuid } }), limit };
    const rows = await context.services.usage.list(sessionOf(context).actor, query);
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.recordedAt, uuid: row.uuid }), null);
  }

  @FieldResolver(() => ID)
  id(@Root() usage: Usage): string {
    return nodeIdOf('Usage', usage.uuid);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() usage: Usage, @Ctx() context: RequestContext): Promise<License | null> {
    return sessionOf(context).loaders.license.load(usage.licenseUuid);
  }
}

@Resolver(() => LicenseType)
export class LicenseUsageResolver {
  @FieldResolver(() => UsageSummaryType, { nullable: true, description: 'Everything recorded under this license.' })
  usage(@Root() license: License, @Ctx() context: RequestContext): Promise<UsageSummary> {
    return sessionOf(context).loaders.usages.usageOfLicense.load(license.uuid);
  }
}

@Resolver(() => AssetType)
export class AssetUsageResolver {
  @FieldResolver(() => UsageSummaryType, { nullable: true, description: 'Everything recorded under all licenses of this asset.' })
  usage(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<UsageSummary> {
    return sessionOf(context).loaders.usages.usageOfAsset.load(asset.id);
  }
}

@Resolver(() => UsageReportType)
export class UsageReportResolver {
  @Authorized(LICENSORS)
  @Mutation(() => ReportUsageOutcomeUnion, {
    nullable: true,
    description: 'Tells a source what was done with its assets, where it wants to know. Answers at once; sent in the background.',
  })
  reportUsage(
    @Arg('input', () => ReportUsageInput) input: ReportUsageInput,
    @Ctx() context: RequestContext,
  ): Promise<ReportUsageOutcome> {
    const { source, idempotencyKey } = input;
    const usageIds = input.usageIds == null ? null : idsOf(input.usageIds, 'usageIds');
    const recordedBefore = (input.recordedBefore ?? null) as Instant | null;
    const command = { source, usageIds, recordedBefore, idempotencyKey };
    return context.services.usageReports.request(sessionOf(context).actor, command, context.requestId);
  }

  @Authorized(READERS)
  @Query(() => UsageReportType, { nullable: true })
  usageReport(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<UsageReport | null> {
    return sessionOf(context).loaders.usages.usageReport.load(uuidOf(id, 'UsageReport', 'id'));
  }

  @FieldResolver(() => ID)
  id(@Root() report: UsageReport): string {
    return nodeIdOf('UsageReport', report.uuid);
  }

  @FieldResolver(() => [RefusedUsageType], { description: 'In the order in which they were recorded.' })
  refusedRows(
    @Root() report: UsageReport,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly RefusedRow[]> {
    return context.services.usageReports.refusedRows(sessionOf(context).actor, report.uuid, firstOf(first, 100, 1_000));
  }
}

@Resolver(() => RefusedUsageType)
export class RefusedUsageResolver {
  @FieldResolver(() => UsageType, { nullable: true })
  usage(@Root() row: RefusedRow, @Ctx() context: RequestContext): Promise<Usage | null> {
    return sessionOf(context).loaders.usages.usage.load(row.usageUuid);
  }
}
