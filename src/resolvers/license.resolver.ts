/** Licenses: reading them, making them, and the operations that make them. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import { Fault } from '../domain/faults.js';
import { type AssetId, type NodeType, nodeIdOf, parseGlobalId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import type { LicenseOutcome } from '../domain/license-outcome.js';
import type { Operation } from '../domain/operation.js';
import type { Rights } from '../domain/rights.js';
import { READERS } from '../domain/roles.js';
import { termsAsOf, termsAt } from '../domain/terms-versions.js';
import { AssetType } from '../schema/asset.types.js';
import { AuditEventConnectionType } from '../schema/audit.types.js';
import { LicenseConnectionType, LicenseFilterInput, LicenseOperationType, LicenseType } from '../schema/license.types.js';
import { LicenseOutcomeUnion } from '../schema/licensing.types.js';
import { RightsType } from '../schema/rights.types.js';
import { DateTime, Json } from '../schema/scalars.js';
import { type RequestContext, sessionOf } from './context.js';
import { rightsOfLicense } from './held-rights.js';
import { type Connection, connectionOf, firstOf, idsOf, placeOf } from './paging.js';
import { trailOf } from './trail.js';

/** The uuid in an id of the wanted type; what is no such id gets a clear complaint. */
export const uuidOf = (id: string, type: NodeType): string => {
  const parsed = parseGlobalId(id);
  if (parsed?.type !== type)
    throw new Fault('BAD_USER_INPUT', `This is not the id of a ${type}. Pass an id exactly as this API returned it.`);
  return parsed.uuid;
};

/** The id itself, when it is an asset's. */
export const assetIdOf = (id: string): AssetId => {
  if (parseGlobalId(id)?.type !== 'Asset')
    throw new Fault('BAD_USER_INPUT', 'This is not the id of an asset. Pass an id exactly as this API returned it.');
  return id as AssetId;
};

/** Null members of a filter are absent ones. */
const given = <T extends object>(filter: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

@Resolver(() => LicenseType)
export class LicenseResolver {
  @Authorized(READERS)
  @Query(() => LicenseType, { nullable: true })
  async license(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<License | null> {
    return sessionOf(context).loaders.license.load(uuidOf(id, 'License'));
  }

  @Authorized(READERS)
  @Query(() => LicenseConnectionType, { nullable: true, description: 'Newest first.' })
  async licenses(
    @Arg('filter', () => LicenseFilterInput, { nullable: true }) filter: LicenseFilterInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<License>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    idsOf(filter?.assetIds ?? [], 'filter.assetIds').forEach(assetIdOf);
    const wanted = given(filter ?? {}) as object;
    const query = { ...wanted, ...(place && { before: { licensedAt: place.at, uuid: place.uuid } }), limit };
    const rows = await context.services.licenses.list(sessionOf(context).actor, query);
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.licensedAt, uuid: row.uuid }), null);
  }

  @FieldResolver(() => ID)
  id(@Root() license: License): string {
    return nodeIdOf('License', license.uuid);
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() license: License, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(license.assetId);
  }

  @FieldResolver(() => RightsType, {
    description:
      'The terms that apply now, of the versions on record. asOf: those that applied at that time, as they were on record then; before the first, the first.',
  })
  async rights(
    @Root() license: License,
    @Arg('asOf', () => DateTime, { nullable: true }) asOf: Instant | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Rights> {
    const { loaders } = sessionOf(context);
    const rights = termsAsOf(await loaders.terms.load(license.uuid), asOf ?? loaders.now());
    if (!rights) throw new Error(`License ${license.uuid} has no terms.`);
    return rightsOfLicense(license.uuid, rights);
  }

  @FieldResolver(() => RightsType, {
    nullable: true,
    description:
      'The terms that apply at validAt, as they were on record at knownAt (default: now). Null: none were on record then.',
  })
  async rightsAsOf(
    @Root() license: License,
    @Arg('validAt', () => DateTime) validAt: Instant,
    @Arg('knownAt', () => DateTime, { nullable: true }) knownAt: Instant | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Rights | null> {
    const { loaders } = sessionOf(context);
    const rights = termsAt(await loaders.terms.load(license.uuid), validAt, knownAt ?? loaders.now())?.rights;
    return rights ? rightsOfLicense(license.uuid, rights) : null;
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  supersedes(@Root() license: License, @Ctx() context: RequestContext): Promise<License | null> | null {
    return license.supersedesUuid === null ? null : sessionOf(context).loaders.license.load(license.supersedesUuid);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  supersededBy(@Root() license: License, @Ctx() context: RequestContext): Promise<License | null> {
    return sessionOf(context).loaders.successor.load(license.uuid);
  }

  @FieldResolver(() => LicenseOperationType, { nullable: true, description: 'What made it; null for what came from elsewhere.' })
  operation(@Root() license: License, @Ctx() context: RequestContext): Promise<Operation | null> | null {
    return license.operationUuid === null ? null : sessionOf(context).loaders.operation.load(license.operationUuid);
  }

  @FieldResolver(() => AuditEventConnectionType, { nullable: true })
  auditEvents(
    @Root() license: License,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<RecordedAuditEvent>> {
    return trailOf(context, 'license_id', license.uuid, { first, after });
  }
}

@Resolver(() => LicenseOperationType)
export class LicenseOperationResolver {
  @Authorized(READERS)
  @Query(() => LicenseOperationType, {
    nullable: true,
    description: 'By id, or by the idempotency key of the mutation that bought.',
  })
  licenseOperation(
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('idempotencyKey', () => String, { nullable: true }) idempotencyKey: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Operation | null> {
    const { loaders, actor } = sessionOf(context);
    if ((id == null) === (idempotencyKey == null)) throw new Fault('BAD_USER_INPUT', 'Give either "id" or "idempotencyKey".');
    return id != null
      ? loaders.operation.load(uuidOf(id, 'LicenseOperation'))
      : context.services.licensing.findByKey(actor, idempotencyKey as string);
  }

  @FieldResolver(() => ID)
  id(@Root() operation: Operation): string {
    return nodeIdOf('LicenseOperation', operation.uuid);
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() operation: Operation, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(operation.assetId);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() operation: Operation, @Ctx() context: RequestContext): Promise<License | null> | null {
    return operation.licenseUuid === null ? null : sessionOf(context).loaders.license.load(operation.licenseUuid);
  }

  @FieldResolver(() => Json, { nullable: true, description: 'What the source said before the spend.' })
  evidence(@Root() operation: Operation): unknown {
    return operation.baseline;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why the asset was licensed again.' })
  reason(@Root() operation: Operation): string | null {
    return operation.command.reason ?? null;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'When to ask again; null when time alone changes nothing.' })
  retryAfterMs(@Root() operation: Operation, @Ctx() context: RequestContext): number | null {
    return context.services.licensing.retryAfterMs(operation);
  }

  @FieldResolver(() => LicenseOutcomeUnion, {
    nullable: true,
    description: 'The answer that the caller got, or would get by now.',
  })
  outcome(@Root() operation: Operation, @Ctx() context: RequestContext): Promise<LicenseOutcome> {
    return context.services.licensing.outcomeOf(sessionOf(context).actor, operation, true);
  }
}
