/** Whether a source's history was seen to give our tag back; kept for each account and license type, since it is set up by the product. */
import { sql } from 'kysely';
import type { AssetSource, TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { TenantTx } from './database.js';

export interface TagEvidence {
  readonly tenantId: TenantId;
  readonly source: AssetSource;
  readonly account: string;
  /** Without its product: `baseTypeOf` of what was bought. */
  readonly baseType: string;
  readonly returned: boolean;
  readonly seenAt: Instant;
  readonly operationUuid: string;
}

/** The newest sight counts: an older one that comes late changes nothing. */
export const saveTagEvidence = async (tx: TenantTx, evidence: TagEvidence): Promise<void> => {
  const seen = { returned: evidence.returned, seen_at: evidence.seenAt, operation_id: evidence.operationUuid };
  await tx
    .insertInto('tag_evidence')
    .values({
      tenant_id: evidence.tenantId,
      source: evidence.source,
      account: evidence.account,
      product: evidence.baseType,
      ...seen,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'account', 'product'])
        .doUpdateSet(seen)
        .where(sql<boolean>`tag_evidence.seen_at <= excluded.seen_at`),
    )
    .execute();
};

/** What was seen last of this tenant's own purchases; undefined: never seen, so nothing is known. */
export const tagProven = async (tx: TenantTx, account: string, baseType: string): Promise<boolean | undefined> => {
  const row = await tx
    .selectFrom('tag_evidence')
    .select('returned')
    .where('account', '=', account)
    .where('product', '=', baseType)
    .executeTakeFirst();
  return row?.returned;
};
