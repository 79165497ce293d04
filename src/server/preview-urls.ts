/** Our own addresses for pictures: signed, short-lived, made for one caller; no upstream address ever leaves. */
import { type AssetId, assetIdOf, isTenantId, parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Actor } from '../domain/roles.js';
import type { Sealing } from '../domain/sealing.js';
import type { PreviewUrls } from '../resolvers/context.js';

/** Addresses change every quarter of an hour, so that browsers can cache within one, and live up to two. */
const STEP_MS = 15 * 60_000;

const PURPOSE = 'preview';

export const createPreviewUrls = (sealing: Sealing, now: () => number, base: string, actor: Actor): PreviewUrls => {
  const expires = (Math.floor(now() / STEP_MS) + 2) * STEP_MS;
  const expiresAt = instantOf(expires);
  const owner = `${actor.tenantId}/${actor.subject}`;
  const tickets = new Map<AssetId, string>();
  return (asset, rendition) => {
    let ticket = tickets.get(asset.id);
    if (ticket === undefined) {
      ticket = sealing.sign(`${expires}/${owner}/${asset.id}`, PURPOSE);
      tickets.set(asset.id, ticket);
    }
    return { url: `${base}/files/previews/${asset.id}/${rendition.role}?t=${ticket}`, expiresAt };
  };
};

export interface PreviewGrant {
  readonly tenantId: TenantId;
  readonly subject: string;
  readonly assetId: AssetId;
}

/** Undefined: forged, altered or expired. */
export const readPreviewTicket = (
  sealing: Sealing,
  now: () => number,
  assetId: string,
  ticket: string,
): PreviewGrant | undefined => {
  const parsed = parseGlobalId(assetId);
  const payload = sealing.verify(ticket, PURPOSE);
  const match = payload === undefined ? null : /^(\d+)\/([^/]+)\/(.+)\/([^/]+)$/.exec(payload);
  if (parsed?.type !== 'Asset' || !match) return undefined;
  const [, expires, tenantId = '', subject = '', signedFor] = match;
  if (signedFor !== assetId || Number(expires) <= now() || !isTenantId(tenantId)) return undefined;
  return { tenantId, subject, assetId: assetIdOf(parsed.key) };
};
