/** Where the three data operations live: no public source states it, so the defaults are placeholders and can be moved. */

export interface SmintioPaths {
  readonly metadata: string;
  readonly feed: string;
  /** With `{cpt}` (cart purchase transaction) and `{lpt}` (license purchase transaction). */
  readonly binaries: string;
}

export const API_PREFIX = '/consumer/v1';

const DEFAULT_PATHS: SmintioPaths = {
  metadata: '/metadata/generic/sync',
  feed: '/transactionHistory/licensePurchaseTransactions/sync',
  binaries: '/downloads/cartPurchaseTransactions/{cpt}/licensePurchaseTransactions/{lpt}/binaries/sync',
};

/** Paths are relative to the API base and start with a slash. */
export const pathsFrom = (environment: Readonly<Record<string, string | undefined>>): SmintioPaths => ({
  metadata: environment.SIM_SMINTIO_METADATA_PATH ?? DEFAULT_PATHS.metadata,
  feed: environment.SIM_SMINTIO_FEED_PATH ?? DEFAULT_PATHS.feed,
  binaries: environment.SIM_SMINTIO_BINARIES_PATH ?? DEFAULT_PATHS.binaries,
});
