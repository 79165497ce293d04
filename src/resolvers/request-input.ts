/** What inputs of requests and selections say, in the domain's terms; and the desk at which assets and quotes are asked for. */
import { Fault } from '../domain/faults.js';
import type { Allocation } from '../domain/license.js';
import type { AllocationInput } from '../schema/common.types.js';
import type { Desk } from '../services/request.candidates.js';
import { type RequestContext, sessionOf } from './context.js';

/** The campaign may stand beside the allocation or in it. */
export const allocationOf = (
  input: AllocationInput | null | undefined,
  campaign: string | null | undefined = null,
): Allocation => {
  if (campaign != null && input?.campaign != null && campaign !== input.campaign)
    throw new Fault('BAD_USER_INPUT', 'campaign: it is another one than allocation.campaign; give one of them.');
  return {
    costCenter: input?.costCenter ?? null,
    department: input?.department ?? null,
    campaign: campaign ?? input?.campaign ?? null,
    project: input?.project ?? null,
    purchaseOrder: input?.purchaseOrder ?? null,
  };
};

export const deskOf = (context: RequestContext): Desk => {
  const { loaders } = sessionOf(context);
  return { assets: loaders.assets, quotes: (questions) => loaders.quote.loadMany(questions) };
};
