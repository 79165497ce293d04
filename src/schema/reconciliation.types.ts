/** Where our books and those of the sources stand: readings, incidents, lags. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PageInfoType, typeNameOf } from './common.types.js';
import { AssetSourceEnum, IncidentKindEnum } from './enums.js';
import { InvalidRequestType, UnsupportedBySourceType } from './licensing.types.js';
import { Count, DateTime, Json } from './scalars.js';

@ObjectType('UpstreamPurchase', { simpleResolvers: true, description: "A purchase as a row of the source's history tells it." })
export class UpstreamPurchaseType {
  @Field(() => String, { description: 'With its product, where the source tells it.' })
  licenseType!: string;
  @Field(() => DateTime, { nullable: true, description: 'Null where the text states no time that could be read.' })
  licensedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'As the source wrote it.' })
  licensedAtText!: string | null;
  @Field(() => String, { nullable: true, description: "The source's own number of the purchase." })
  sourceReference!: string | null;
  @Field(() => DateTime, { description: 'When a reading showed it first.' })
  firstSeenAt!: string;
  @Field(() => Json, { description: 'The row as the source gave it.' })
  raw!: unknown;
}

@ObjectType('Incident', { simpleResolvers: true, description: 'A purchase that only one side knows of: the source, or we.' })
export class IncidentType {
  @Field(() => ID)
  id!: string;
  @Field(() => IncidentKindEnum, { description: 'Which side knows of it.' })
  incidentKind!: string;
  @Field(() => AssetSourceEnum, { description: 'Where it was bought.' })
  source!: string;
  @Field(() => DateTime, { description: 'When it was found; anew, if it had explained itself in between.' })
  openedAt!: string;
  @Field(() => DateTime, { nullable: true, description: 'Null while it is open.' })
  closedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'Who closed it; system:import where a reading explained it.' })
  closedBy!: string | null;
  @Field(() => String, { nullable: true, description: 'What was found.' })
  note!: string | null;
  @Field(() => UpstreamPurchaseType, { nullable: true, description: 'Of UNMATCHED_UPSTREAM.' })
  purchase!: UpstreamPurchaseType | null;
}

@ObjectType('IncidentEdge', { simpleResolvers: true })
export class IncidentEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => IncidentType, { nullable: true })
  node!: IncidentType | null;
}

@ObjectType('IncidentConnection', { simpleResolvers: true })
export class IncidentConnectionType {
  @Field(() => [IncidentEdgeType])
  edges!: IncidentEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@ObjectType('HistoryImport', {
  simpleResolvers: true,
  description: "The last reading of a source's license history. completedAt before startedAt: it is under way, or failed.",
})
export class HistoryImportType {
  @Field(() => AssetSourceEnum, { description: 'Whose history it is.' })
  source!: string;
  @Field(() => DateTime, { nullable: true, description: 'Null: it was never read.' })
  startedAt!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When a reading that missed nothing last ended.' })
  completedAt!: string | null;
  @Field(() => Int, { nullable: true, description: 'How many purchases it showed.' })
  rowsRead!: number | null;
  @Field(() => Int, { nullable: true, description: 'Licenses made from it.' })
  imported!: number | null;
  @Field(() => String, { nullable: true, description: 'Why it did not take everything in; the next one goes on.' })
  failure!: string | null;
}

@ObjectType('HistoryLag', {
  simpleResolvers: true,
  description: "How long purchases took to appear in the source's history: the largest of both ends in the last 30 days.",
})
export class HistoryLagType {
  @Field(() => AssetSourceEnum, { description: 'Whose history it is.' })
  source!: string;
  @Field(() => Int, { description: 'How many purchases were timed.' })
  samples!: number;
  @Field(() => Count, { description: 'So long a purchase was surely not there.' })
  atLeastMs!: number;
  @Field(() => Count, { nullable: true, description: 'After that it was there; null: one did not appear within the horizon.' })
  atMostMs!: number | null;
  @Field(() => Int, {
    description: 'How long settling waits before it takes a purchase that is not shown for one that was not made.',
  })
  horizonSeconds!: number;
  @Field(() => Boolean, { description: 'Whether each of them appeared in that time.' })
  withinHorizon!: boolean;
}

@ObjectType('Reconciliation', {
  simpleResolvers: true,
  description: 'Which purchases only the source knows, which only we know, and which nobody knows yet.',
})
export class ReconciliationType {
  @Field(() => DateTime, { description: 'When this was read.' })
  asOf!: string;
  @Field(() => Int, { description: 'Purchases that are being looked for.' })
  openUnknown!: number;
  @Field(() => Int, { description: 'Purchases that a person must decide.' })
  needsReview!: number;
  @Field(() => DateTime, { nullable: true, description: 'When the oldest of both was sent.' })
  oldestUnknown!: string | null;
  @Field(() => [HistoryImportType], { description: 'Of each source that has a history, also of one that was never read.' })
  imports!: HistoryImportType[];
  @Field(() => [HistoryLagType], { description: 'Of each source at which purchases were timed.' })
  historyLag!: HistoryLagType[];
}

@InputType('ImportLicenseHistoryInput')
export class ImportLicenseHistoryInput {
  @Field(() => AssetSourceEnum)
  source!: 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
}

@ObjectType('ImportLicenseHistoryPayload', { simpleResolvers: true })
export class ImportLicenseHistoryPayloadType {
  @Field(() => HistoryImportType)
  import!: HistoryImportType;
  @Field(() => Boolean, { description: 'False: it goes on by itself; see Reconciliation.imports.' })
  finished!: boolean;
}

export const ImportLicenseHistoryOutcomeUnion = createUnionType({
  name: 'ImportLicenseHistoryOutcome',
  types: () => [ImportLicenseHistoryPayloadType, UnsupportedBySourceType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@InputType('CloseIncidentInput')
export class CloseIncidentInput {
  @Field(() => ID)
  incidentId!: string;
  @Field(() => String, { description: 'What was found; kept with the incident and in the trail.' })
  note!: string;
}

@ObjectType('CloseIncidentPayload', { simpleResolvers: true })
export class CloseIncidentPayloadType {
  @Field(() => IncidentType)
  incident!: IncidentType;
}

export const CloseIncidentOutcomeUnion = createUnionType({
  name: 'CloseIncidentOutcome',
  types: () => [CloseIncidentPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});
