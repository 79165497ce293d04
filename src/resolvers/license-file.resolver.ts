/** The file of a license: what can be had of it, and our link to it. */
import { Arg, Authorized, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { License } from '../domain/license.js';
import type { FileOffer } from '../domain/license-file.js';
import { FILE_READERS } from '../domain/roles.js';
import { LicenseType } from '../schema/license.types.js';
import { LicenseDownloadType } from '../schema/license-file.types.js';
import { type RequestContext, type Session, sessionOf } from './context.js';

const downloadOf = (
  { available, reason, variant, copy }: FileOffer,
  license: License,
  session: Session,
): LicenseDownloadType => ({
  available,
  reason,
  ...(available === 'NO' ? { url: null, expiresAt: null } : session.downloadUrl(license.uuid, variant)),
  mimeType: copy?.mimeType ?? null,
  length: copy?.length ?? null,
  fileName: copy?.fileName ?? null,
  contentHash: copy?.contentHash ?? null,
});

@Resolver(() => LicenseType)
export class LicenseFileResolver {
  @Authorized(FILE_READERS)
  @FieldResolver(() => LicenseDownloadType, { nullable: true, description: 'The licensed file. Asking for it spends nothing.' })
  async download(
    @Root() license: License,
    @Arg('size', () => Int, {
      nullable: true,
      description:
        'Pixels of the longer side, for films lines; the source gives the next larger form that it has. Default: the original.',
    })
    size: number | null | undefined,
    @Arg('format', () => String, { nullable: true, description: '"jpeg" or "png". Default: as the source keeps it.' })
    format: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<LicenseDownloadType> {
    const session = sessionOf(context);
    const form = { size: size ?? null, format: format ?? null };
    const rows = await session.loaders.licenseFiles.load(license.uuid);
    return downloadOf(context.services.licenseFiles.offer(session.actor, license, form, rows), license, session);
  }
}
