/** The filters of a search that concern the assets themselves, and how to apply one where a source cannot. */
import { type Asset, type AssetKind, type Orientation, orientationOf } from './asset.js';

export interface SearchFilters {
  readonly kinds?: readonly AssetKind[];
  readonly orientation?: Orientation;
  /** Pixels. */
  readonly minWidth?: number;
  readonly minHeight?: number;
  readonly editorialOnly?: boolean;
}

/** Whether an asset passes a filter. What is not known of it does not pass: a filter promises that it holds. */
const PASSES: { readonly [F in keyof SearchFilters]-?: (asset: Asset, wanted: NonNullable<SearchFilters[F]>) => boolean } = {
  kinds: (asset, kinds) => kinds.includes(asset.kind),
  orientation: (asset, orientation) => orientationOf(asset) === orientation,
  minWidth: (asset, pixels) => asset.width !== null && asset.width >= pixels,
  minHeight: (asset, pixels) => asset.height !== null && asset.height >= pixels,
  editorialOnly: (asset, only) => asset.rights.editorialOnly === (only ? 'YES' : 'NO'),
};

export const passesFilters = (asset: Asset, filters: SearchFilters, names: readonly (keyof SearchFilters)[]): boolean =>
  names.every((name) => {
    const wanted = filters[name];
    return wanted === undefined || (PASSES[name] as (asset: Asset, wanted: unknown) => boolean)(asset, wanted);
  });
