/** Assets: found by id and by search, and the fields of them that need more than the asset itself. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import { Fault } from '../domain/faults.js';
import { iptcOf } from '../domain/iptc.js';
import { jsonLdOf } from '../domain/json-ld.js';
import type { License } from '../domain/license.js';
import type { LicenseQuote } from '../domain/quote.js';
import { READERS } from '../domain/roles.js';
import { AssetRefInput, AssetType, LicenseOptionType, RenditionType } from '../schema/asset.types.js';
import { AuditEventConnectionType } from '../schema/audit.types.js';
import { AssetSourceEnum } from '../schema/enums.js';
import { LicenseConnectionType, LicenseType } from '../schema/license.types.js';
import { LicenseQuoteUnion } from '../schema/quote.types.js';
import { Json } from '../schema/scalars.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, connectionOf, firstOf, idsOf, placeOf } from './paging.js';
import { trailOf } from './trail.js';

/** A language that is none would be ignored in silence by one source and refused by another. */
const localeOf = (text: string | null | undefined): string | null => {
  if (text == null) return null;
  try {
    return new Intl.Locale(text.replaceAll('_', '-')).toString();
  } catch {
    throw new Fault('BAD_USER_INPUT', 'locale: this is no language tag; write it like de-DE.');
  }
};

@Resolver(() => AssetType)
export class AssetResolver {
  @Authorized(READERS)
  @Query(() => AssetType, { nullable: true })
  asset(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(id);
  }

  @Authorized(READERS)
  @Query(() => [AssetType], { nullable: 'items', description: 'In the order asked; null for what does not exist. At most 200.' })
  assets(@Arg('ids', () => [ID]) ids: string[], @Ctx() context: RequestContext): Promise<(Asset | Error | null)[]> {
    return sessionOf(context).loaders.assets(idsOf(ids, 'ids'));
  }

  @Authorized(READERS)
  @Query(() => AssetType, { nullable: true, description: "By the source's own number." })
  assetByExternalId(
    @Arg('source', () => AssetSourceEnum) source: Asset['source'],
    @Arg('externalId', () => String) externalId: string,
    @Ctx() context: RequestContext,
  ): Promise<Asset | null> {
    return sessionOf(context).loaders.assetByNumber.load({ source, externalId });
  }

  @Authorized(READERS)
  @Query(() => [AssetType], { nullable: 'items', description: "By the sources' own numbers, in the order asked. At most 200." })
  assetsByExternalId(
    @Arg('refs', () => [AssetRefInput]) refs: AssetRefInput[],
    @Ctx() context: RequestContext,
  ): Promise<(Asset | Error | null)[]> {
    return sessionOf(context).loaders.assetByNumber.loadMany(idsOf(refs, 'refs'));
  }

  @FieldResolver(() => [RenditionType])
  previews(
    @Root() asset: Asset,
    @Arg('minWidth', () => Int, { nullable: true }) minWidth: number | null | undefined,
    @Ctx() context: RequestContext,
  ): RenditionType[] {
    const { previewUrl } = sessionOf(context);
    return asset.renditions
      .filter((rendition) => !minWidth || (rendition.width ?? 0) >= minWidth)
      .map((rendition) => ({ ...rendition, ...previewUrl(asset, rendition) }));
  }

  @FieldResolver(() => [LicenseOptionType], {
    nullable: true,
    description: 'License types that fit the asset; empty where the source sells nothing by API.',
  })
  licenseOptions(@Root() asset: Asset, @Ctx() context: RequestContext): LicenseOptionType[] {
    return context.services.sources
      .licenseTypes(sessionOf(context).actor, asset)
      .map((type) => ({ ...type, available: 'UNKNOWN' }));
  }

  @FieldResolver(() => LicenseQuoteUnion, {
    nullable: true,
    description: 'What this license would cost now, or that it is held already. Asks the source, within its limits.',
  })
  quote(
    @Root() asset: Asset,
    @Arg('licenseType', () => String, { nullable: true }) licenseType: string | null | undefined,
    @Arg('locale', () => String, { nullable: true, description: "Of the source's words, e.g. de-DE. Default: the caller's." })
    locale: string | null | undefined,
    @Arg('again', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'For a further license, as relicenseAsset buys it.',
    })
    again: boolean | null,
    @Ctx() context: RequestContext,
  ): Promise<LicenseQuote> {
    const question = { asset, licenseType: licenseType ?? null, locale: localeOf(locale), again: again ?? false };
    return sessionOf(context).loaders.quote.load(question);
  }

  @FieldResolver(() => LicenseConnectionType, { nullable: true })
  async licenses(
    @Root() asset: Asset,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<License>> {
    const [limit, place] = [firstOf(first, 20, 100), placeOf(after)];
    const before = place && { licensedAt: place.at, uuid: place.uuid };
    const page = await sessionOf(context).loaders.licensesOfAsset.load({ assetId: asset.id, first: limit, before });
    return connectionOf(
      page.licenses,
      limit,
      !!place,
      (row) => ({ at: row.licensedAt, uuid: row.uuid }),
      place ? null : page.total,
    );
  }

  @FieldResolver(() => LicenseType, {
    nullable: true,
    description: 'The license in force that grants most: the latest of the active ones.',
  })
  activeLicense(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<License | null> {
    return sessionOf(context).loaders.activeLicense.load(asset.id);
  }

  @FieldResolver(() => AuditEventConnectionType, { nullable: true })
  auditEvents(
    @Root() asset: Asset,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<RecordedAuditEvent>> {
    return trailOf(context, 'asset_id', asset.id, { first, after });
  }

  @FieldResolver(() => [AssetType], { nullable: true, description: 'The same picture seen through other sources.' })
  sameAs(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<readonly Asset[]> {
    return sessionOf(context).loaders.sameAs.load(asset);
  }

  @FieldResolver(() => Json, { nullable: true, description: 'schema.org, with the license fields that search engines read.' })
  jsonLd(@Root() asset: Asset, @Ctx() context: RequestContext): unknown {
    const picture = asset.renditions[0];
    return jsonLdOf(asset, picture ? sessionOf(context).previewUrl(asset, picture).url : null);
  }

  @FieldResolver(() => Json, {
    nullable: true,
    description: 'The rights fields of IPTC Photo Metadata and PLUS, by their XMP names; what is not known is left out.',
  })
  iptc(@Root() asset: Asset): unknown {
    return iptcOf(asset);
  }
}
