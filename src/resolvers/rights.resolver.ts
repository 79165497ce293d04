/** The fields of rights that are worked out when asked for. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { JsonValue } from '../domain/canonical-json.js';
import { nodeIdOf } from '../domain/ids.js';
import { odrlOf } from '../domain/odrl.js';
import { licenseSubject, policyUidOf } from '../domain/odrl-vocabulary.js';
import type { Rights, TermList } from '../domain/rights.js';
import { termsHash } from '../domain/terms-hash.js';
import { RightsType, TermListType, UsageLimitType } from '../schema/rights.types.js';
import { Json } from '../schema/scalars.js';
import { type RequestContext, sessionOf } from './context.js';
import { licenseOfRights } from './held-rights.js';

@Resolver(() => RightsType)
export class RightsResolver {
  @FieldResolver(() => String, { description: '`v1:sha256:<hex>` over the canonical form of the terms.' })
  termsHash(@Root() rights: Rights): string {
    return termsHash(rights);
  }

  @FieldResolver(() => Boolean, { description: 'It is stated that there are no limits but those listed.' })
  limitsComplete(@Root() rights: Rights): boolean {
    return rights.limitsComplete ?? false;
  }

  @FieldResolver(() => Boolean, { description: "Somebody who stated terms has read the source's own words in restrictions." })
  restrictionsRead(@Root() rights: Rights): boolean {
    return rights.restrictionsRead ?? false;
  }

  @FieldResolver(() => [UsageLimitType], { description: 'Of a license, with what is used up of them; of an asset, nothing is.' })
  async limits(@Root() rights: Rights, @Ctx() context: RequestContext): Promise<UsageLimitType[]> {
    const licenseUuid = licenseOfRights(rights);
    if (licenseUuid === undefined || rights.limits.length === 0)
      return rights.limits.map(({ unit, max }) => ({ unit, max, used: 0, remaining: max }));
    const usedUp = await sessionOf(context).loaders.usages.usedUp.load(licenseUuid);
    return rights.limits.map(({ unit, max }) => {
      const used = usedUp[unit] ?? 0;
      return { unit, max, used, remaining: Math.max(0, max - used) };
    });
  }

  @FieldResolver(() => Json, {
    nullable: true,
    description: 'Which fields come from elsewhere than origin, e.g. { "channels": "POLICY_TABLE" }. term: its kind and dates.',
  })
  fieldOrigins(@Root() { origin, fieldOrigins = {} }: Rights): JsonValue {
    return Object.fromEntries(Object.entries(fieldOrigins).filter(([, other]) => other !== origin));
  }

  @FieldResolver(() => Json, {
    nullable: true,
    description: 'The same terms as an ODRL 2.2 policy. It permits only what nothing on record leaves open.',
  })
  async odrl(@Root() rights: Rights, @Ctx() context: RequestContext): Promise<JsonValue> {
    const [hash, uuid] = [termsHash(rights), licenseOfRights(rights)];
    const { loaders, actor } = sessionOf(context);
    const license = uuid === undefined ? null : await loaders.license.load(uuid);
    if (!license) return odrlOf(rights, { uid: policyUidOf(hash) });
    const { assetId, source } = license;
    const id = nodeIdOf('License', license.uuid);
    return odrlOf(rights, licenseSubject({ id, assetId, source, tenantId: actor.tenantId }, hash));
  }
}

@Resolver(() => TermListType)
export class TermListResolver {
  @FieldResolver(() => Boolean, { description: 'It is stated that nothing is allowed; an empty list alone says nothing.' })
  nothingAllowed(@Root() list: TermList): boolean {
    return list.nothingAllowed ?? false;
  }
}
