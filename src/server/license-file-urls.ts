/** Our own addresses for licensed files: signed, short-lived, made for one caller. */
import { isTenantId, nodeIdOf, parseGlobalId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { parseVariant } from '../domain/license-file.js';
import type { Actor } from '../domain/roles.js';
import type { Sealing } from '../domain/sealing.js';
import type { DownloadUrls } from '../resolvers/context.js';
import type { DownloadGrant } from '../services/license-file.service.js';

/** Long enough to begin a download and to resume it once or twice. */
const LIFE_MS = 10 * 60_000;

const PURPOSE = 'license-file';

export const createDownloadUrls = (sealing: Sealing, now: () => number, base: string, actor: Actor): DownloadUrls => {
  const expires = now() + LIFE_MS;
  return (licenseUuid, variant) => {
    const ticket = sealing.sign(
      `${expires}/${actor.tenantId}/${licenseUuid}/${variant}/${actor.keyId ?? ''}/${actor.subject}`,
      PURPOSE,
    );
    return {
      url: `${base}/files/licenses/${nodeIdOf('License', licenseUuid)}/${variant}?t=${ticket}`,
      expiresAt: instantOf(expires),
    };
  };
};

/** `forged`: not ours, or altered in any part. */
export const readDownloadTicket = (
  sealing: Sealing,
  now: () => number,
  path: { readonly licenseId: string; readonly variant: string },
  ticket: string,
): DownloadGrant | 'forged' | 'ended' => {
  const payload = sealing.verify(ticket, PURPOSE);
  const match = payload === undefined ? null : /^(\d+)\/([^/]+)\/([^/]+)\/([^/]+)\/([0-9a-f-]{36}|)\/(.+)$/.exec(payload);
  const parsed = parseGlobalId(path.licenseId);
  if (!match || parsed?.type !== 'License') return 'forged';
  const [, expires, tenantId = '', licenseUuid = '', variant = '', keyId = '', subject = ''] = match;
  if (licenseUuid !== parsed.uuid || variant !== path.variant || !parseVariant(variant) || !isTenantId(tenantId)) return 'forged';
  return Number(expires) <= now() ? 'ended' : { tenantId, subject, keyId: keyId || null, licenseUuid, variant };
};
