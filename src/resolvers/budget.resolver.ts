/** Budgets and unit prices. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Budget, UnitPrice } from '../domain/budget.js';
import { nodeIdOf } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { ADMINS, TRAIL_READERS } from '../domain/roles.js';
import {
  BudgetType,
  SetBudgetInput,
  SetBudgetOutcomeUnion,
  SetUnitPriceInput,
  SetUnitPriceOutcomeUnion,
  UnitPriceType,
} from '../schema/budget.types.js';
import { DateTime } from '../schema/scalars.js';
import type { SetBudgetOutcome, SetUnitPriceOutcome } from '../services/budget.service.js';
import { type RequestContext, sessionOf } from './context.js';

@Resolver(() => BudgetType)
export class BudgetResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => [BudgetType], {
    nullable: true,
    description: 'The latest start first, at most 1,000. costCenter: of that cost center alone; at: in force then.',
  })
  budgets(
    @Arg('costCenter', () => String, { nullable: true }) costCenter: string | null | undefined,
    @Arg('at', () => DateTime, { nullable: true }) at: Instant | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<readonly Budget[]> {
    return context.services.budgets.budgets(sessionOf(context).actor, { costCenter: costCenter ?? null, at: at ?? null });
  }

  @Authorized(TRAIL_READERS)
  @Query(() => [UnitPriceType], { nullable: true, description: 'At most 1,000.' })
  unitPrices(@Ctx() context: RequestContext): Promise<readonly UnitPrice[]> {
    return context.services.budgets.unitPrices(sessionOf(context).actor);
  }

  @Authorized(ADMINS)
  @Mutation(() => SetBudgetOutcomeUnion, {
    nullable: true,
    description: 'Makes a budget, or sets the amount and the end of one again. Only later purchases are taken from it.',
  })
  setBudget(
    @Arg('input', () => SetBudgetInput) input: SetBudgetInput,
    @Ctx() context: RequestContext,
  ): Promise<SetBudgetOutcome> {
    const { costCenter = null, measure, amount, currency = null } = input;
    const [startsAt, endsAt] = [(input.startsAt ?? null) as Instant | null, input.endsAt as Instant | null | undefined];
    const command = { costCenter, measure, amount, currency, startsAt, endsAt };
    return context.services.budgets.setBudget(sessionOf(context).actor, command, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => SetUnitPriceOutcomeUnion, { nullable: true, description: 'Sets what one unit is worth, or changes it.' })
  setUnitPrice(
    @Arg('input', () => SetUnitPriceInput) input: SetUnitPriceInput,
    @Ctx() context: RequestContext,
  ): Promise<SetUnitPriceOutcome> {
    return context.services.budgets.setUnitPrice(sessionOf(context).actor, input, context.requestId);
  }

  @FieldResolver(() => ID)
  id(@Root() budget: Budget): string {
    return nodeIdOf('Budget', budget.uuid);
  }
}
