/** The two calls that spend: POST downloads/images/{id} and POST downloads/videos/{id}. */
import type { Route, SimReply } from '../kit/types.js';
import type { DownloadSize, GettyAsset, Media } from './asset.js';
import type { Call } from './guard.js';
import { boolParam, enumParam, intParam, optionalBody, textOf } from './params.js';
import { PRODUCT_TYPES, type Product } from './products.js';
import { edgeError, ok, Refusal, refuse, serviceError } from './replies.js';
import { checkRequirements, requirementsOf } from './requirements.js';
import type { Room } from './room.js';

const SHARED = ['auto_download', 'product_id', 'product_type', 'use_team_credits'];
const PARAMETERS: Readonly<Record<Media, readonly string[]>> = {
  image: [...SHARED, 'file_type', 'height'],
  video: [...SHARED, 'size'],
};

/** The vendor's default differs: images redirect unless told not to, clips do not. */
const AUTO_DOWNLOAD: Readonly<Record<Media, boolean>> = { image: true, video: false };

const largestFile = (asset: GettyAsset): DownloadSize =>
  asset.sizes.filter((size) => size.name !== 'vector').at(-1) ?? refuse(404, 'ImageNotFound', 'The asset has no file.');

const sizeOf = (asset: GettyAsset, query: URLSearchParams): DownloadSize => {
  const unknown = (): never => refuse(400, 'InvalidParameterValue', 'This size is not offered for the asset.');
  if (asset.media === 'video') {
    const name = query.get('size');
    return name ? (asset.sizes.find((size) => size.name === name) ?? unknown()) : largestFile(asset);
  }
  if (enumParam(query, 'file_type', ['eps', 'jpg']) === 'eps')
    return asset.sizes.find((size) => size.name === 'vector') ?? unknown();
  const height = query.get('height');
  return height ? (asset.sizes.find((size) => String(size.height) === height) ?? unknown()) : largestFile(asset);
};

export const downloadRoutes = (room: Room): readonly Route[] => {
  const { account, bookings, catalogue, delivery, guard, switched } = room;

  const outsideAgreement = (): never => {
    throw new Refusal(
      switched('outside-agreement-reply') === 'edge'
        ? edgeError(401, 'Unauthorized')
        : serviceError(401, 'AuthorizationTokenRequired', 'No agreement covers this asset.'),
    );
  };

  const productFor = (asset: GettyAsset, query: URLSearchParams): Product => {
    const id = query.get('product_id') ? intParam(query, 'product_id', 0) : null;
    const type = enumParam(query, 'product_type', PRODUCT_TYPES);
    const fitting = account.fitting(asset).filter((product) => type === null || product.type === type);
    if (id !== null) {
      const named = account.find(id);
      if (named === undefined || named.status !== 'active' || (type !== null && named.type !== type)) {
        return refuse(403, 'NoAccessToProductType', 'The account cannot use this product.');
      }
      return fitting.some((product) => product.id === id) ? named : outsideAgreement();
    }
    const [first, second] = fitting;
    if (first === undefined) {
      const held = type === null || account.products().some((product) => product.type === type && product.status === 'active');
      return held ? outsideAgreement() : refuse(403, 'NoAccessToProductType', 'The account has no such product.');
    }
    if (second !== undefined && switched('ambiguous-product') === 'refuse') {
      return refuse(400, 'MissingRequiredQueryParameters', 'Several products fit; name one by product_id.');
    }
    return first;
  };

  const download = (call: Call, media: Media): SimReply => {
    if (!call.hasUser && switched('user-token-required') === true) {
      return serviceError(Number(switched('user-token-status')), 'UserTokenRequired', 'The token has no user in it.');
    }
    const { query } = call;
    const auto = boolParam(query, 'auto_download', AUTO_DOWNLOAD[media]);
    const team = boolParam(query, 'use_team_credits', false);
    const body = optionalBody(call.request);
    const notes = textOf(body, 'download_notes');
    const code = textOf(body, 'project_code');
    const asset = catalogue.find(media, call.request.params.id ?? '');
    if (asset === undefined) return serviceError(404, media === 'image' ? 'ImageNotFound' : 'VideoNotFound', 'No such asset.');
    const size = sizeOf(asset, query);
    const product = productFor(asset, query);
    const requirements = requirementsOf(product, switched('project-code-required') === true);
    if (switched('requirement-check') === 'refuse') checkRequirements(requirements, notes, code);

    const before = bookings.of(media, asset.id).some((b) => b.kind === 'download' && b.productId === product.id);
    if (!before || switched('redownload-counts') === true) {
      const credits = product.type === 'creditpack' ? (asset.creditPrices[0]?.credits ?? 1) : 0;
      const chargedTo = account.charge(product, credits, team);
      if (chargedTo === null) return serviceError(403, 'OverageLimitReached', 'Nothing is left of this product for the period.');
      bookings.book(asset, product.type, Math.max(1, credits), {
        kind: 'download',
        productId: product.id,
        productType: product.type,
        agreementName: product.agreement_name,
        downloadNotes: notes,
        projectCode: code,
        size: size.name,
        width: size.width,
        height: size.height,
        chargedTo,
        credits,
        teamCredits: team,
        required: requirements.is_note_required || requirements.is_project_code_required,
      });
    }
    const uri = delivery.offer(asset, size);
    return auto ? { status: Number(switched('auto-download-status')), headers: { location: uri } } : ok({ uri });
  };

  const route = (media: Media): Route =>
    guard({
      endpoint: `download-${media}`,
      method: 'POST',
      pattern: `/v3/downloads/${media}s/{id}`,
      token: 'required',
      parameters: PARAMETERS[media],
      handle: (call) => download(call, media),
    });

  return [route('image'), route('video')];
};
