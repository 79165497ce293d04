/** The tables of alerts, of the rules for them, and of variants of assets. */
import type { ColumnType, Generated } from 'kysely';

type Time = ColumnType<Date, string | Date, string | Date>;
type NullableTime = ColumnType<Date | null, string | Date | null | undefined, string | Date | null>;
type Json = ColumnType<unknown, unknown, unknown>;

export interface AlertTables {
  alert: {
    alert_id: string;
    tenant_id: string;
    kind: 'TERM_END' | 'LIMIT_NEAR' | 'VIOLATION' | 'END_UNKNOWN';
    license_id: string;
    asset_id: string;
    occasion: string;
    threshold: number | null;
    state: 'OPEN' | 'ACKNOWLEDGED' | 'ESCALATED' | 'RESOLVED';
    occurrences: number;
    detail: Json;
    people: Json;
    due_at: Time;
    raised_at: Time;
    acknowledged_by: Generated<string | null>;
    acknowledged_at: NullableTime;
    note: Generated<string | null>;
    escalated_at: NullableTime;
    resolved_at: NullableTime;
    resolution: Generated<string | null>;
  };
  alert_rules: {
    tenant_id: string;
    lead_days: number[];
    limit_percents: number[];
    escalate_after_hours: number;
    violations: boolean;
    end_unknown: boolean;
    set_by: string;
    set_at: Time;
  };
  asset_variant_list: { list_id: string; tenant_id: string; asset_id: string; variants: Json; set_by: string; set_at: Time };
  asset_variant: {
    tenant_id: string;
    asset_id: string;
    position: number;
    variant_asset_id: string;
    market: string;
    language: string | null;
    campaign: string | null;
    list_id: string;
  };
}
