/** The table of policies. */
import type { ColumnType } from 'kysely';
import type { EditorialScope } from '../domain/terms-policy.js';

type Json = ColumnType<unknown, unknown, unknown>;

export interface TermsPolicyTables {
  terms_policy: {
    policy_id: string;
    /** Null: came with the product. */
    tenant_id: string | null;
    source: string;
    license_type: string;
    version: number;
    editorial: EditorialScope;
    model: string | null;
    terms: Json;
    citations: Json;
    note: string | null;
    set_by: string;
    recorded_at: ColumnType<Date, string | Date, string | Date>;
  };
}
