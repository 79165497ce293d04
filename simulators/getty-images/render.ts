/** Turns assets into JSON bytes: memoized by asset and field set, so that a batch is assembled by joining. */

import type { Account } from './account.js';
import type { GettyAsset } from './asset.js';
import type { FieldPlan } from './fields.js';
import type { Media } from './media.js';
import { SIGNATURE } from './media.js';

export interface Renderer {
  /** JSON of the assets, comma-joined in their order, with addresses signed by one fresh signature; to be concatenated. */
  render(assets: readonly GettyAsset[], plan: FieldPlan, hasToken: boolean): readonly Buffer[];
}

/** Beyond this many memoized objects the memo starts anew; a dozen field sets over the whole catalogue fit. */
const KEPT = 60_000;
const COMMA = Buffer.from(',');

export const createRenderer = (media: Media, account: Account, baseUrl: () => string): Renderer => {
  let memo = new Map<string, Map<GettyAsset, readonly Buffer[]>>();
  let count = 0;
  let version = account.version();

  const authorisations = (asset: GettyAsset): readonly unknown[] =>
    account.fitting(asset).map((product) => ({
      // Text here, a number in the list of products and in the histories.
      product_id: String(product.id),
      product_type: product.type,
      agreement_name: product.agreement_name,
      uri: `${baseUrl()}/v3/downloads/${asset.media}s/${asset.id}?product_id=${product.id}`,
    }));

  const fieldValue = (asset: GettyAsset, field: string, hasToken: boolean): unknown => {
    switch (field) {
      case 'download_sizes':
      case 'downloads':
        return hasToken ? asset.sizes.map((size) => ({ ...size.wire, downloads: authorisations(asset) })) : undefined;
      case 'largest_downloads':
        return hasToken ? authorisations(asset) : undefined;
      case 'download_product':
        return hasToken ? (account.fitting(asset)[0]?.type ?? null) : null;
      case 'key_frames':
        return media.keyFrames(asset);
      case 'product_types':
        // An anonymous caller is told of no product.
        return hasToken ? asset.wire.product_types : [];
      default:
        return asset.wire[field];
    }
  };

  const build = (asset: GettyAsset, plan: FieldPlan, hasToken: boolean): readonly Buffer[] => {
    const object: Record<string, unknown> = { id: asset.id };
    for (const field of plan.fields)
      object[field === 'downloads' ? 'download_sizes' : field] = fieldValue(asset, field, hasToken);
    if (plan.displays.length > 0) object.display_sizes = plan.displays.map((name) => media.display(asset, name));
    // Bytes, not text: encoding hundreds of kilobytes of mixed scripts per reply would cost more than all the rest.
    return JSON.stringify(object)
      .split(SIGNATURE)
      .map((piece) => Buffer.from(piece));
  };

  return {
    render: (assets, plan, hasToken) => {
      if (version !== account.version() || count > KEPT) {
        memo = new Map();
        count = 0;
        version = account.version();
      }
      const key = `${hasToken ? 't' : 'a'}${plan.key}`;
      let known = memo.get(key);
      if (known === undefined) {
        known = new Map();
        memo.set(key, known);
      }
      const signature = Buffer.from(media.sign());
      const bytes: Buffer[] = [];
      for (const asset of assets) {
        let pieces = known.get(asset);
        if (pieces === undefined) {
          pieces = build(asset, plan, hasToken);
          known.set(asset, pieces);
          count += 1;
        }
        if (bytes.length > 0) bytes.push(COMMA);
        for (const [index, piece] of pieces.entries()) {
          if (index > 0) bytes.push(signature);
          bytes.push(piece);
        }
      }
      return bytes;
    },
  };
};
