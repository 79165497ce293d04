/** Stating the terms of licenses, and recording what happened to them elsewhere. */
import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Instant } from '../domain/instant.js';
import { NO_ALLOCATION } from '../domain/license.js';
import { LICENSORS } from '../domain/roles.js';
import {
  RecordLicenseInput,
  RecordLicenseOutcomeUnion,
  RecordRenewalInput,
  RecordRenewalOutcomeUnion,
  StateTermsInput,
  StateTermsOutcomeUnion,
} from '../schema/terms.types.js';
import type { RecordCommand, RecordLicenseOutcome } from '../services/license-record.service.js';
import type { Keyed, RecordRenewalOutcome, StateCommand, StateTermsOutcome } from '../services/terms.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { assetIdOf, uuidOf } from './license.resolver.js';
import { statedTermsOf } from './stated-terms.js';

const keyedOf = ({ idempotencyKey }: { readonly idempotencyKey: string }, { requestId }: RequestContext): Keyed => ({
  idempotencyKey,
  requestId,
});

/** What a statement and a report have in common. */
const changeOf = (input: StateTermsInput | RecordRenewalInput): StateCommand => {
  const terms = statedTermsOf(input.terms);
  return {
    licenseUuid: uuidOf(input.licenseId, 'License'),
    ...(terms && { terms }),
    from: (input.effectiveFrom ?? null) as Instant | null,
    until: (input.effectiveUntil ?? null) as Instant | null,
    ...(input.note != null && { note: input.note }),
  };
};

const recordOf = (input: RecordLicenseInput): RecordCommand => {
  const terms = statedTermsOf(input.terms);
  return {
    assetId: assetIdOf(input.assetId),
    licenseType: input.licenseType,
    ...(terms && { terms }),
    licensedAt: input.licensedAt as Instant,
    licensor: input.licensor ?? null,
    price: input.price ? { amount: input.price.amount, currency: input.price.currency } : null,
    allocation: {
      ...NO_ALLOCATION,
      ...Object.fromEntries(Object.entries(input.allocation ?? {}).filter(([, text]) => text != null)),
    },
    orderNumber: input.orderNumber ?? null,
    references: (input.references ?? []).map(({ key, value }) => ({ key, label: null, value })),
    sourceReference: input.sourceReference ?? null,
  };
};

@Resolver()
export class TermsResolver {
  @Authorized(LICENSORS)
  @Mutation(() => StateTermsOutcomeUnion, {
    nullable: true,
    description: 'Adds what a contract says of a license to its terms. The terms until now stay readable.',
  })
  stateTerms(
    @Arg('input', () => StateTermsInput) input: StateTermsInput,
    @Ctx() context: RequestContext,
  ): Promise<StateTermsOutcome> {
    return context.services.terms.state(sessionOf(context).actor, changeOf(input), keyedOf(input, context));
  }

  @Authorized(LICENSORS)
  @Mutation(() => RecordRenewalOutcomeUnion, {
    nullable: true,
    description: 'Records a renewal, correction or cancellation that another system reports, once for each of its references.',
  })
  recordRenewal(
    @Arg('input', () => RecordRenewalInput) input: RecordRenewalInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordRenewalOutcome> {
    const { system, reference } = input;
    const command = { ...changeOf(input), kind: input.kind ?? 'RENEWAL', report: { system, reference } };
    return context.services.terms.report(sessionOf(context).actor, command, keyedOf(input, context));
  }

  @Authorized(LICENSORS)
  @Mutation(() => RecordLicenseOutcomeUnion, {
    nullable: true,
    description: 'Puts a license on record that was bought elsewhere. Never spends.',
  })
  recordLicense(
    @Arg('input', () => RecordLicenseInput) input: RecordLicenseInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordLicenseOutcome> {
    const { licenseRecords } = context.services;
    return licenseRecords.record(sessionOf(context).actor, recordOf(input), keyedOf(input, context), context.readCall);
  }
}
