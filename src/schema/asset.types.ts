/** Assets, their pictures, and the answers of a search. */
import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { NodeInterface, PageInfoType, SourceErrorType } from './common.types.js';
import {
  AssetKindEnum,
  AssetSourceEnum,
  KnownEnum,
  OrientationEnum,
  SourceCapabilityEnum,
  SourceLicenseStateEnum,
  SourceResultStateEnum,
  SourceStateEnum,
} from './enums.js';
import { RightsType } from './rights.types.js';
import { DateTime, Url } from './scalars.js';
import { UseInput } from './use.types.js';

@ObjectType('Rendition', {
  simpleResolvers: true,
  description: 'A picture of the asset, at a signed address of ours that lives for a short time.',
})
export class RenditionType {
  @Field(() => String)
  role!: string;
  @Field(() => Url)
  url!: string;
  @Field(() => Int, { nullable: true })
  width!: number | null;
  @Field(() => Int, { nullable: true })
  height!: number | null;
  @Field(() => String, { nullable: true })
  mimeType!: string | null;
  @Field(() => Boolean)
  watermarked!: boolean;
  @Field(() => DateTime, { nullable: true })
  expiresAt!: string | null;
}

@ObjectType('Contributor', { simpleResolvers: true })
export class ContributorType {
  @Field(() => String, { nullable: true })
  externalId!: string | null;
  @Field(() => String, { nullable: true })
  name!: string | null;
}

@ObjectType('SourceLicense', { simpleResolvers: true, description: 'What the source itself says of our license on this asset.' })
export class SourceLicenseType {
  @Field(() => SourceLicenseStateEnum)
  state!: string;
  @Field(() => String, { nullable: true })
  raw!: string | null;
  @Field(() => DateTime)
  asOf!: string;
}

@ObjectType('LicenseOption', { simpleResolvers: true })
export class LicenseOptionType {
  @Field(() => String)
  licenseType!: string;
  @Field(() => String)
  label!: string;
  @Field(() => KnownEnum, { description: 'Whether the account can buy it. UNKNOWN until it is asked.' })
  available!: string;
}

@ObjectType('Asset', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'Also a federation entity, by id and by source and externalId.',
})
export class AssetType extends NodeInterface {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  externalId!: string;
  @Field(() => AssetKindEnum)
  kind!: string;
  @Field(() => String, { nullable: true })
  title!: string | null;
  @Field(() => String, { nullable: true })
  caption!: string | null;
  @Field(() => [String])
  keywords!: string[];
  @Field(() => ContributorType, { nullable: true })
  contributor!: ContributorType | null;
  @Field(() => String, { nullable: true })
  creditLine!: string | null;
  @Field(() => String, { nullable: true })
  copyrightNotice!: string | null;
  @Field(() => String, { nullable: true })
  collection!: string | null;
  @Field(() => Int, { nullable: true, description: 'Pixels.' })
  width!: number | null;
  @Field(() => Int, { nullable: true, description: 'Pixels.' })
  height!: number | null;
  @Field(() => Float, { nullable: true })
  durationSeconds!: number | null;
  @Field(() => String, { nullable: true })
  mimeType!: string | null;
  @Field(() => DateTime, { nullable: true, description: "Null when the source's time states no zone; then see capturedAtText." })
  capturedAt!: string | null;
  @Field(() => String, { nullable: true })
  capturedAtText!: string | null;
  @Field(() => DateTime, { nullable: true })
  updatedAt!: string | null;
  @Field(() => KnownEnum)
  aiGenerated!: string;
  @Field(() => RightsType)
  rights!: RightsType;
  @Field(() => SourceLicenseType, { nullable: true })
  sourceLicense!: SourceLicenseType | null;
}

@ObjectType('Source', { simpleResolvers: true })
export class SourceType {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => SourceStateEnum)
  state!: string;
  @Field(() => [SourceCapabilityEnum])
  capabilities!: string[];
  @Field(() => Int)
  maxIdsPerCall!: number;
  @Field(() => DateTime, { nullable: true, description: 'When the source was last asked anything.' })
  checkedAt!: string | null;
}

@InputType('AssetRef')
export class AssetRefInput {
  @Field(() => AssetSourceEnum)
  source!: 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
  @Field(() => String)
  externalId!: string;
}

@InputType('AssetFilter', {
  description: 'A filter that a source cannot apply is applied by the gateway, or that source answers SKIPPED; none is ignored.',
})
export class AssetFilterInput {
  @Field(() => [AssetSourceEnum], { nullable: true })
  sources?: ('ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO')[] | null;
  @Field(() => [AssetKindEnum], { nullable: true })
  kinds?: ('PHOTO' | 'ILLUSTRATION' | 'VECTOR' | 'VIDEO' | 'AUDIO' | 'TEMPLATE' | 'THREE_D' | 'DOCUMENT' | 'OTHER')[] | null;
  @Field(() => OrientationEnum, { nullable: true })
  orientation?: 'HORIZONTAL' | 'VERTICAL' | 'SQUARE' | 'PANORAMIC' | null;
  @Field(() => Int, { nullable: true })
  minWidth?: number | null;
  @Field(() => Int, { nullable: true })
  minHeight?: number | null;
  @Field(() => Boolean, { nullable: true })
  editorialOnly?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'True: assets with an active license of ours; false: those without.' })
  licensedByUs?: boolean | null;
  @Field(() => UseInput, {
    nullable: true,
    description: 'Only assets that may be used so, by the terms on record: UNKNOWN does not pass.',
  })
  usableFor?: UseInput | null;
}

@ObjectType('SourceResult', { simpleResolvers: true, description: 'How a source took part in this answer.' })
export class SourceResultType {
  @Field(() => AssetSourceEnum, { description: 'Which source.' })
  source!: string;
  @Field(() => SourceResultStateEnum, {
    description:
      'OK: it answered. STALE: an older answer was used. TIMEOUT, RATE_LIMITED, FAILED: it did not; see error. SKIPPED: it was not asked, because it cannot do this or is not configured.',
  })
  state!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'How many the source has in all, as it says. Null: it did not say, or was not asked.',
  })
  totalCount!: number | null;
  @Field(() => Float, { description: 'Milliseconds until its answer, or until it was given up.' })
  tookMs!: number;
  @Field(() => DateTime, { nullable: true, description: 'When the source said so. Null: not stated, or it said nothing.' })
  asOf!: string | null;
  @Field(() => SourceErrorType, { nullable: true, description: 'Null when nothing went wrong.' })
  error!: SourceErrorType | null;
}

@ObjectType('AssetEdge', { simpleResolvers: true })
export class AssetEdgeType {
  @Field(() => String)
  cursor!: string;
}

@ObjectType('AssetSearchConnection', { simpleResolvers: true })
export class AssetSearchConnectionType {
  @Field(() => [AssetEdgeType])
  edges!: AssetEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
  @Field(() => [SourceResultType])
  sources!: SourceResultType[];
}

@ObjectType('Viewer', { simpleResolvers: true })
export class ViewerType {
  @Field(() => String)
  subject!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String)
  tenant!: string;
  @Field(() => [String])
  roles!: string[];
}
