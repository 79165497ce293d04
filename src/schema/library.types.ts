/** Libraries that need approval, decisions on their assets, and what is written back, as callers see them. */
import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ROLES } from '../domain/roles.js';
import { AssetType } from './asset.types.js';
import { PageInfoType, typeNameOf } from './common.types.js';
import { ApprovalStateEnum, AssetSourceEnum, RoleEnum } from './enums.js';
import { IdempotencyConflictType, InvalidRequestType } from './licensing.types.js';
import { DateTime } from './scalars.js';

const enumObject = <const V extends readonly string[]>(values: V) =>
  Object.fromEntries(values.map((value) => [value, value])) as { readonly [K in V[number]]: K };

export const ApprovedByEnum = enumObject(['FIELD', 'GALLERY', 'NONE']);
registerEnumType(ApprovedByEnum, {
  name: 'LibraryApprovedBy',
  description:
    'Where a library says that an asset is approved: in a field, or by a gallery that holds it. NONE: it needs no approval.',
});
export const LibraryDecisionEnum = enumObject(['APPROVE', 'REJECT']);
registerEnumType(LibraryDecisionEnum, { name: 'LibraryDecision' });
export const WriteBackStateEnum = enumObject(['PENDING', 'AGREED', 'DRIFTED', 'SUPERSEDED']);
registerEnumType(WriteBackStateEnum, {
  name: 'WriteBackState',
  description:
    'PENDING: tried until the library shows it. AGREED: it does. DRIFTED: it did, and shows something else since. SUPERSEDED: another decision came.',
});

type RoleName = (typeof ROLES)[number];

@ObjectType('LibraryPolicy', {
  simpleResolvers: true,
  description: 'Whether the assets of a library need approval, and who sees those without.',
})
export class LibraryPolicyType {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => ApprovedByEnum)
  approvedBy!: string;
  @Field(() => String, { nullable: true })
  field!: string | null;
  @Field(() => [String])
  approvedValues!: string[];
  @Field(() => [String])
  rejectedValues!: string[];
  @Field(() => ID, { nullable: true })
  galleryId!: string | null;
  @Field(() => [RoleEnum], { description: 'For all others an asset that is not approved does not exist.' })
  seenBy!: string[];
  @Field(() => Boolean, { description: 'Whether decisions made here are written into the library.' })
  writeBack!: boolean;
  @Field(() => String)
  setBy!: string;
  @Field(() => DateTime)
  setAt!: string;
}

@InputType('SetLibraryPolicyInput')
export class SetLibraryPolicyInput {
  @Field(() => AssetSourceEnum, { description: 'A library of your own: PHOTOSHELTER.' })
  source!: 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
  @Field(() => ApprovedByEnum)
  approvedBy!: 'FIELD' | 'GALLERY' | 'NONE';
  @Field(() => String, { nullable: true, description: 'With FIELD: its name.' })
  field?: string | null;
  @Field(() => [String], { nullable: true, description: 'With FIELD: the values that mean approved; the first one is written.' })
  approvedValues?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'With FIELD: the values that mean rejected; the first one is written.' })
  rejectedValues?: string[] | null;
  @Field(() => ID, { nullable: true, description: "With GALLERY: the library's own id of it." })
  galleryId?: string | null;
  @Field(() => [RoleEnum], { description: 'Roles that see assets without approval; admin always does.' })
  seenBy!: RoleName[];
  @Field(() => Boolean, { nullable: true, defaultValue: false })
  writeBack?: boolean | null;
}

@ObjectType('SetLibraryPolicyPayload', { simpleResolvers: true })
export class SetLibraryPolicyPayloadType {
  @Field(() => LibraryPolicyType)
  policy!: LibraryPolicyType;
}

export const SetLibraryPolicyOutcomeUnion = createUnionType({
  name: 'SetLibraryPolicyOutcome',
  types: () => [SetLibraryPolicyPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@ObjectType('WriteBack', { simpleResolvers: true, description: 'A decision on its way into the library that it is about.' })
export class WriteBackType {
  @Field(() => ID)
  id!: string;
  @Field(() => AssetType, { nullable: true })
  asset!: AssetType | null;
  @Field(() => String, { description: 'FIELD or GALLERY.' })
  target!: string;
  @Field(() => String, { description: 'The field, or the gallery.' })
  place!: string;
  @Field(() => String, { nullable: true, description: 'What is to stand there; null: the asset is to be in no such gallery.' })
  value!: string | null;
  @Field(() => String, { nullable: true, description: 'What the library showed last.' })
  libraryValue!: string | null;
  @Field(() => WriteBackStateEnum)
  state!: string;
  @Field(() => Int)
  attempts!: number;
  @Field(() => String, { nullable: true })
  lastError!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Of one that is PENDING.' })
  nextTryAt!: string | null;
  @Field(() => DateTime)
  createdAt!: string;
  @Field(() => DateTime, { nullable: true })
  agreedAt!: string | null;
  @Field(() => DateTime, { nullable: true })
  driftedAt!: string | null;
}

@ObjectType('WriteBackEdge', { simpleResolvers: true })
export class WriteBackEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => WriteBackType, { nullable: true })
  node!: WriteBackType | null;
}

@ObjectType('WriteBackConnection', { simpleResolvers: true })
export class WriteBackConnectionType {
  @Field(() => [WriteBackEdgeType])
  edges!: WriteBackEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('DecideLibraryAssetInput')
export class DecideLibraryAssetInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => LibraryDecisionEnum)
  decision!: 'APPROVE' | 'REJECT';
  @Field(() => String, { nullable: true })
  note?: string | null;
  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('DecideLibraryAssetPayload', { simpleResolvers: true })
export class DecideLibraryAssetPayloadType {
  @Field(() => AssetType, { nullable: true })
  asset!: AssetType | null;
  @Field(() => ApprovalStateEnum, { description: 'Now.' })
  state!: string;
  @Field(() => WriteBackType, { nullable: true, description: 'Null: nothing is written into the library.' })
  writeBack!: WriteBackType | null;
  @Field(() => Boolean)
  replayed!: boolean;
}

export const DecideLibraryAssetOutcomeUnion = createUnionType({
  name: 'DecideLibraryAssetOutcome',
  types: () => [DecideLibraryAssetPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
