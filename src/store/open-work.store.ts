/** What waits for an end, counted for the operator's figures. */
import { sql } from 'kysely';
import type { TenantTx } from './database.js';

export interface OpenWorkRow {
  readonly what: 'operation' | 'incident';
  /** State of the operations, kind of the incidents. */
  readonly label: string;
  readonly count: number;
}

/** Read by partial indexes of open rows alone. */
export const countOpenWork = async (tx: TenantTx): Promise<readonly OpenWorkRow[]> => {
  const { rows } = await sql<OpenWorkRow>`/* uncounted */
    select 'operation' as what, state as label, count(*)::integer as count
    from license_operation where state = 'UNKNOWN' or state = 'NEEDS_REVIEW' group by state
    union all
    select 'incident', kind, count(*)::integer from incident where closed_at is null group by kind`.execute(tx);
  return rows;
};
