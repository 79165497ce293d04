/** Budgets and unit prices as callers see them. */
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { typeNameOf } from './common.types.js';
import { AssetSourceEnum, BudgetMeasureEnum } from './enums.js';
import { InvalidRequestType } from './licensing.types.js';
import { DateTime, Decimal } from './scalars.js';

@ObjectType('Budget', {
  simpleResolvers: true,
  description:
    'What the tenant or one of its cost centers may spend in a period. A purchase must fit into every budget that covers it.',
})
export class BudgetType {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true, description: 'Null: all purchases of the tenant.' })
  costCenter!: string | null;
  @Field(() => BudgetMeasureEnum)
  measure!: string;
  @Field(() => String, { nullable: true, description: 'ISO 4217 code; with MONEY only.' })
  currency!: string | null;
  @Field(() => Decimal)
  amount!: string;
  @Field(() => Decimal, { description: 'held and captured together, by purchases asked for since the budget was set.' })
  taken!: string;
  @Field(() => Decimal, { description: 'By purchases that are under way, in doubt or in review.' })
  held!: string;
  @Field(() => Decimal, { description: 'By purchases that were made.' })
  captured!: string;
  @Field(() => Decimal, { description: 'Never below 0.' })
  available!: string;
  @Field(() => DateTime)
  startsAt!: string;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive; null: open.' })
  endsAt!: string | null;
  @Field(() => String)
  setBy!: string;
  @Field(() => DateTime)
  setAt!: string;
}

@InputType('SetBudgetInput')
export class SetBudgetInput {
  @Field(() => String, { nullable: true, description: 'Exact text, white space around it aside. Default: the whole tenant.' })
  costCenter?: string | null;
  @Field(() => BudgetMeasureEnum)
  measure!: 'MONEY' | 'UNITS' | 'PURCHASES';
  @Field(() => Decimal, { description: 'For the whole period. Below what is taken: nothing more fits.' })
  amount!: string;
  @Field(() => String, { nullable: true, description: 'ISO 4217 code; with MONEY, and only then.' })
  currency?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Names the budget together with cost center, measure and currency. Default: that of the one in force now; if there is none, now.',
  })
  startsAt?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive. Left out: as it is, or open; null: open.' })
  endsAt?: string | null;
}

@ObjectType('SetBudgetPayload', { simpleResolvers: true })
export class SetBudgetPayloadType {
  @Field(() => BudgetType)
  budget!: BudgetType;
}

export const SetBudgetOutcomeUnion = createUnionType({
  name: 'SetBudgetOutcome',
  types: () => [SetBudgetPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@ObjectType('UnitPrice', {
  simpleResolvers: true,
  description: 'What one unit of an allowance is worth to the tenant where the source states no price; for budgets of money.',
})
export class UnitPriceType {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String, { description: '* for all types.' })
  licenseType!: string;
  @Field(() => Decimal)
  amount!: string;
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;
  @Field(() => String)
  setBy!: string;
  @Field(() => DateTime)
  setAt!: string;
}

@InputType('SetUnitPriceInput')
export class SetUnitPriceInput {
  @Field(() => AssetSourceEnum)
  source!: 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
  @Field(() => String, { description: "The source's word, see Asset.licenseOptions, or * for all types." })
  licenseType!: string;
  @Field(() => Decimal)
  amount!: string;
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;
}

@ObjectType('SetUnitPricePayload', { simpleResolvers: true })
export class SetUnitPricePayloadType {
  @Field(() => UnitPriceType)
  unitPrice!: UnitPriceType;
}

export const SetUnitPriceOutcomeUnion = createUnionType({
  name: 'SetUnitPriceOutcome',
  types: () => [SetUnitPricePayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});
