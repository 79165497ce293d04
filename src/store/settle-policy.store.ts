/** What a tenant wants done with an unclear purchase that its source does not show. */
import type { AssetSource, TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { TenantTx } from './database.js';

export type NotFoundPolicy = 'NEEDS_REVIEW' | 'REJECTED';

/** When nothing was set a person decides. */
export const findSettlePolicy = async (tx: TenantTx, source: AssetSource): Promise<NotFoundPolicy> => {
  const row = await tx.selectFrom('settle_policy').select('not_found').where('source', '=', source).executeTakeFirst();
  return row?.not_found ?? 'NEEDS_REVIEW';
};

export const saveSettlePolicy = async (
  tx: TenantTx,
  policy: {
    readonly tenantId: TenantId;
    readonly source: AssetSource;
    readonly notFound: NotFoundPolicy;
    readonly setBy: string;
    readonly setAt: Instant;
  },
): Promise<void> => {
  const set = { not_found: policy.notFound, set_by: policy.setBy, set_at: policy.setAt };
  await tx
    .insertInto('settle_policy')
    .values({ tenant_id: policy.tenantId, source: policy.source, ...set })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'source']).doUpdateSet(set))
    .execute();
};
