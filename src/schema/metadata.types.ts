/** Metadata of an asset at its source, and changing it, as callers see them. */
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { AssetType } from './asset.types.js';
import { typeNameOf } from './common.types.js';
import { IdempotencyConflictType, InvalidRequestType, UnsupportedBySourceType } from './licensing.types.js';

@ObjectType('MetadataField', { simpleResolvers: true })
export class MetadataFieldType {
  @Field(() => String, { description: 'Fields of IPTC begin with iptc., others have the names of the library.' })
  name!: string;
  @Field(() => String, { nullable: true })
  value!: string | null;
  @Field(() => Boolean)
  writable!: boolean;
  @Field(() => [String], { nullable: true, description: 'The only values that it takes; null: any text.' })
  options!: string[] | null;
}

@ObjectType('AssetMetadata', { simpleResolvers: true, description: 'What stands at the source now, field by field.' })
export class AssetMetadataType {
  @Field(() => String, { description: 'For updateAssetMetadata: any change of any field changes it.' })
  version!: string;
  @Field(() => [MetadataFieldType])
  fields!: MetadataFieldType[];
}

@InputType('MetadataFieldInput')
export class MetadataFieldInput {
  @Field(() => String, { description: 'As Asset.metadata names it.' })
  name!: string;
  @Field(() => String, { nullable: true, description: 'Null or an empty text takes the value away.' })
  value?: string | null;
}

@InputType('UpdateAssetMetadataInput')
export class UpdateAssetMetadataInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, { description: 'The version that Asset.metadata showed; with another one nothing is written.' })
  expectedVersion!: string;
  @Field(() => [MetadataFieldInput], { description: 'At most 50. Other fields stay as they are.' })
  fields!: MetadataFieldInput[];
  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('MetadataUpdated', { simpleResolvers: true, description: 'Written, and read back as it was written.' })
export class MetadataUpdatedType {
  @Field(() => AssetType, { nullable: true })
  asset!: AssetType | null;
  @Field(() => AssetMetadataType, { nullable: true })
  metadata!: AssetMetadataType | null;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('VersionConflict', { simpleResolvers: true, description: 'Somebody changed it since. Nothing was written.' })
export class VersionConflictType {
  @Field(() => AssetMetadataType)
  current!: AssetMetadataType;
  @Field(() => String)
  message!: string;
}

@ObjectType('WriteNotConfirmed', { simpleResolvers: true, description: 'It was sent, and something else stands there.' })
export class WriteNotConfirmedType {
  @Field(() => AssetMetadataType, { nullable: true, description: 'What stands there now; null: the asset has gone.' })
  metadata!: AssetMetadataType | null;
  @Field(() => String)
  message!: string;
  @Field(() => Boolean)
  replayed!: boolean;
}

export const UpdateAssetMetadataOutcomeUnion = createUnionType({
  name: 'UpdateAssetMetadataOutcome',
  types: () =>
    [
      MetadataUpdatedType,
      VersionConflictType,
      WriteNotConfirmedType,
      UnsupportedBySourceType,
      InvalidRequestType,
      IdempotencyConflictType,
    ] as const,
  resolveType: typeNameOf,
});
