/** Uses of many assets asked about in one request: decided in one batch, each question once. */
import DataLoader from 'dataloader';
import type { Asset } from '../domain/asset.js';
import type { Use } from '../domain/use.js';
import type { RecordedDecision } from '../domain/use-record.js';

export interface AskedUse {
  readonly asset: Asset;
  readonly use: Use;
}

/** Answers in the order of the questions. */
export type DecideUses = (asked: readonly AskedUse[]) => Promise<readonly RecordedDecision[]>;

export type UseDecisionLoader = DataLoader<AskedUse, RecordedDecision, string>;

export const createUseDecisionLoader = (decide: DecideUses): UseDecisionLoader =>
  new DataLoader(decide, { cacheKeyFn: ({ asset, use }) => `${asset.id}\n${JSON.stringify(use)}` });
