/** Originals, comps and the bucket behind them: the token travels in the query, the bucket wants none at all. */

import type { SimReply, SimRequest } from '../kit/types.js';
import type { Profile } from './accounts.js';
import type { Asset } from './asset.js';
import { type Desk, isSwitched } from './desk.js';
import { fileNumber } from './licenses.js';
import { fileReply } from './originals.js';
import { wholeNumber } from './params.js';
import { edgeRefusal, gatewayError, textReply } from './replies.js';
import { switchValue } from './switches.js';
import type { FileTarget } from './tickets.js';

const BITMAP_SIZES = [400, 800, 1600, 2400, 3100, 5000];
const VIDEO_SIZES = [1080, 2160];

const INVALID_SIZE = 'This download cannot be processed, invalid size';
const EXPIRED = 'This download is expired';
const NOT_FOUND = 'Cannot find a download for this file and license on this organization';

const failed = (desk: Desk, message: string): SimReply =>
  textReply(Number(switchValue(desk.host, 'download-error-status')), message);

const drawnSide = (desk: Desk): number => Number(switchValue(desk.host, 'download-max-side'));

/** The holder of the token in the query; a header breaks the download unless it is accepted. */
const admit = (desk: Desk, request: SimRequest): Profile | SimReply => {
  const header = request.headers.authorization;
  if (header !== undefined && isSwitched(desk, 'download-header-auth', 'breaks')) return edgeRefusal();
  const token = request.query.get('token') ?? /^bearer (.+)$/i.exec(header ?? '')?.[1];
  const holder = token === undefined ? undefined : desk.tokens.findHolder(token);
  return holder ?? gatewayError(401, '401013', 'Oauth token is not valid');
};

const sizesFor = (asset: Asset): readonly number[] =>
  asset.kind === 'video' ? VIDEO_SIZES : asset.kind === 'photo' || asset.kind === 'illustration' ? BITMAP_SIZES : [];

const readTarget = (request: SimRequest, asset: Asset, license: string | null): FileTarget | undefined => {
  const text = request.query.get('size');
  const size = text === null ? null : wholeNumber(text);
  if (size === undefined || (size !== null && !sizesFor(asset).includes(size))) return undefined;
  const format = request.query.get('format');
  const known = format === 'jpeg' || format === 'png' ? format : null;
  if (asset.kind === 'vector' && known === 'png' && !asset.transparent) return undefined;
  return { k: asset.k, license, size, format: asset.kind === 'vector' ? known : null };
};

const deliver = (desk: Desk, request: SimRequest, asset: Asset, license: string | null): SimReply | Promise<SimReply> => {
  const target = readTarget(request, asset, license);
  if (target === undefined) return failed(desk, INVALID_SIZE);
  if (isSwitched(desk, 'download-answer', 'direct')) return fileReply(asset, target, drawnSide(desk));
  const location = `${desk.host.baseUrl()}/bucket/${desk.tickets.issue(target)}`;
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
};

export const downloadOriginal = (desk: Desk, request: SimRequest): SimReply | Promise<SimReply> => {
  const holder = admit(desk, request);
  if ('status' in holder) return holder;
  const asset = desk.catalogue.findLive(wholeNumber(request.params.id) ?? -1);
  // A license outlives its file: withdrawn assets can no longer be fetched.
  if (asset === undefined) return failed(desk, NOT_FOUND);
  const held = desk.purchases.held(holder.organization, asset.id);
  const purchase = held.findLast(({ license }) => String(fileNumber(asset, license)) === request.params.n);
  return purchase === undefined ? failed(desk, NOT_FOUND) : deliver(desk, request, asset, purchase.license);
};

export const downloadComp = (desk: Desk, request: SimRequest): SimReply | Promise<SimReply> => {
  const holder = admit(desk, request);
  if ('status' in holder) return holder;
  const asset = desk.catalogue.findLive(wholeNumber(request.params.id) ?? -1);
  return asset === undefined ? failed(desk, NOT_FOUND) : deliver(desk, request, asset, null);
};

/** The changing addresses of the license history. */
export const downloadDirectly = (desk: Desk, request: SimRequest): SimReply | Promise<SimReply> => {
  const sequence = desk.tickets.findPurchase(request.params.code ?? '');
  if (typeof sequence === 'string') return failed(desk, sequence === 'expired' ? EXPIRED : NOT_FOUND);
  const purchase = desk.purchases.at(sequence);
  if (isSwitched(desk, 'history-download-token', true)) {
    const holder = admit(desk, request);
    if ('status' in holder) return holder;
    if (holder.organization !== purchase?.organization) return failed(desk, NOT_FOUND);
  }
  const asset = purchase && desk.catalogue.findLive(purchase.contentId);
  return asset === undefined ? failed(desk, NOT_FOUND) : deliver(desk, request, asset, purchase?.license ?? null);
};

const bucketError = (status: number, code: string): SimReply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
});

/** The bucket knows signed addresses only: an Authorization header beside the signature is one too many. */
export const openBucket = (desk: Desk, request: SimRequest): SimReply | Promise<SimReply> => {
  if (request.headers.authorization !== undefined) return bucketError(400, 'InvalidArgument');
  const target = desk.tickets.findTarget(request.params.ticket ?? '');
  if (typeof target === 'string') return bucketError(403, target === 'expired' ? 'RequestExpired' : 'AccessDenied');
  return fileReply(desk.catalogue.at(target.k), target, drawnSide(desk));
};
