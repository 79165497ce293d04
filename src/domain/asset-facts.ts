/** What a poll of a source's changes learnt of an asset beyond what a read by id tells. */
import type { Asset } from './asset.js';
import type { Instant } from './instant.js';

export interface AssetFacts {
  readonly externalId: string;
  /** End of the license, exclusive; null: the source has none. */
  readonly validUntil: Instant | null;
  readonly customFields: Readonly<Record<string, string>>;
  readonly stockOrigin: Asset['stockOrigin'];
  /** Of everything else that describes the asset there: another one, another description. Absent: not known. */
  readonly descriptionHash?: string;
}
