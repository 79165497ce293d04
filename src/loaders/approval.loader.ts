/** Requests, items and approvals by the batch; and of a page of assets what is approved and what is withdrawn, in one statement each. */
import DataLoader from 'dataloader';
import { type Approval, type ApprovalState, stateAt } from '../domain/approval.js';
import { matches } from '../domain/approval-rules.js';
import type { Asset } from '../domain/asset.js';
import type { TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import type { LicenseRequest, RequestComment, RequestItem } from '../domain/request.js';
import { findApprovals, findNewestStates } from '../store/approval.store.js';
import { findApprovalRules } from '../store/approval-rule.store.js';
import { findWithdrawals } from '../store/asset-withdrawal.store.js';
import { type Database, readInTenant, type TenantTx } from '../store/database.js';
import { findComments, findItems, findItemsOf, findRequests } from '../store/request.store.js';
import { byUuid } from './aligned.js';

export interface ApprovalLoaders {
  readonly request: DataLoader<string, LicenseRequest | null>;
  readonly item: DataLoader<string, RequestItem | null>;
  /** By the uuid of the request, in the order added. */
  readonly items: DataLoader<string, readonly RequestItem[]>;
  /** By the uuid of the request, oldest first. */
  readonly comments: DataLoader<string, readonly RequestComment[]>;
  readonly approval: DataLoader<string, Approval | null>;
  readonly approvalState: DataLoader<Asset, ApprovalState, string>;
  /** When its source withdrew it. */
  readonly withdrawnAt: DataLoader<string, Instant | null>;
}

/** What a library that needs approval says of its assets; absent from the map: nothing of the kind is set for it. */
export type LibraryStates = (tx: TenantTx, assetIds: readonly Asset['id'][]) => Promise<ReadonlyMap<string, ApprovalState>>;

const NONE: Awaited<ReturnType<typeof findNewestStates>> = new Map();

interface Scope {
  readonly db: Database;
  readonly tenantId: TenantId;
  readonly libraryStates?: LibraryStates;
  readonly visibility: Visibility;
}

const grouped = <V extends { readonly requestUuid: string }>(uuids: readonly string[], values: readonly V[]): V[][] =>
  uuids.map((uuid) => values.filter((value) => value.requestUuid === uuid));

/** The price and the type of a purchase are not known yet: a rule that might ask for an approval of one counts. */
const mayNeedApproval = (asset: Asset, rules: Awaited<ReturnType<typeof findApprovalRules>>['rules']): boolean =>
  rules.some((rule) => {
    const { sources, editorial } = rule.when;
    const when = { ...(sources && { sources }), ...(editorial !== undefined && { editorial }) };
    const subject = { source: asset.source, editorial: asset.rights.editorialOnly, licenseType: '', price: null, overage: true };
    return matches({ ...rule, when }, { ...subject, department: null, channels: [] });
  });

export const createApprovalLoaders = (
  { db, tenantId, libraryStates, visibility }: Scope,
  now: () => Instant,
): ApprovalLoaders => {
  const read = <T>(work: (tx: TenantTx) => Promise<T>): Promise<T> => readInTenant(db, tenantId, work);

  /** What a caller may not see does not exist for it, neither what was frozen of it. */
  const shown = <T extends { readonly assetId: string }>(rows: readonly T[]): Promise<readonly T[]> =>
    visibility.visible(rows, ({ assetId }) => [assetId]);

  const statesOf = (assets: readonly Asset[]): Promise<ApprovalState[]> =>
    read(async (tx) => {
      const ids = assets.map(({ id }) => id);
      const library = libraryStates ? await libraryStates(tx, ids) : new Map<string, ApprovalState>();
      const { rules } = await findApprovalRules(tx);
      const asked = assets.filter((asset) => mayNeedApproval(asset, rules)).map(({ id }) => id);
      const newest = asked.length > 0 ? await findNewestStates(tx, asked) : NONE;
      const needing = new Set(asked);
      return assets.map(({ id }) => {
        const ofLibrary = library.get(id);
        if (ofLibrary !== undefined && ofLibrary !== 'NOT_REQUIRED') return ofLibrary;
        if (!needing.has(id)) return 'NOT_REQUIRED';
        const approval = newest.get(id);
        return approval ? stateAt(approval, now()) : 'NOT_REQUESTED';
      });
    });

  return {
    request: new DataLoader(async (uuids) => byUuid(uuids, await read((tx) => findRequests(tx, uuids)))),
    item: new DataLoader(async (uuids) => byUuid(uuids, await shown(await read((tx) => findItems(tx, uuids, now()))))),
    items: new DataLoader(async (uuids) => grouped(uuids, await shown(await read((tx) => findItemsOf(tx, uuids, now()))))),
    comments: new DataLoader(async (uuids) => grouped(uuids, await read((tx) => findComments(tx, uuids)))),
    approval: new DataLoader(async (uuids) => byUuid(uuids, await shown(await read((tx) => findApprovals(tx, uuids))))),
    approvalState: new DataLoader((assets) => statesOf(assets), { cacheKeyFn: (asset) => asset.id }),
    withdrawnAt: new DataLoader(async (ids) => {
      const withdrawals = await read((tx) => findWithdrawals(tx, ids));
      return ids.map((id) => withdrawals.get(id as Asset['id'])?.withdrawnAt ?? null);
    }),
  };
};
