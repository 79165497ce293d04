/** The tables of recorded uses and of their reports to the sources. */
import type { ColumnType } from 'kysely';

type Time = ColumnType<Date, string | Date, string | Date>;
type NullableTime = ColumnType<Date | null, string | Date | null | undefined, string | Date | null>;
type Json = ColumnType<unknown, unknown, unknown>;
/** bigint: text on the way out. */
type Big = ColumnType<string, number, number>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;

export interface UsageTables {
  usage: {
    usage_id: string;
    tenant_id: string;
    license_id: string;
    asset_id: string;
    source: string;
    mutation: string;
    idempotency_key: string;
    payload_hash: Buffer;
    use: Json;
    channel: string;
    unit: string | null;
    units: Big;
    reference: string | null;
    occurred_at: Time;
    recorded_at: Time;
    recorded_by: string;
    verdict: 'ALLOWED' | 'DENIED' | 'UNKNOWN';
    violation: boolean;
    reasons: Json;
    decision_id: string;
  };
  usage_total: {
    tenant_id: string;
    license_id: string;
    asset_id: string;
    unit: string;
    channel: string;
    units: string;
    inside: string;
    violations: number;
    first_inside_at: NullableTime;
    last_used_at: Time;
  };
  usage_report: {
    report_id: string;
    tenant_id: string;
    source: string;
    connection_id: string;
    idempotency_key: string;
    payload_hash: Buffer;
    state: 'OPEN' | 'DONE';
    total: number;
    unlisted_refusals: WithDefault<number>;
    requested_by: string;
    request_id: string | null;
    requested_at: Time;
    completed_at: NullableTime;
    lease_until: NullableTime;
    troubles: WithDefault<number>;
    failure: Json | null;
  };
  usage_report_batch: {
    batch_id: string;
    tenant_id: string;
    report_id: string;
    state: 'PREPARED' | 'SENDING' | 'UNKNOWN' | 'ACCEPTED' | 'REFUSED';
    row_count: number;
    sent_count: WithDefault<number>;
    prepared_at: Time;
    sent_at: NullableTime;
    settled_at: NullableTime;
  };
  usage_report_row: {
    usage_id: string;
    tenant_id: string;
    report_id: string;
    batch_id: string | null;
    state: 'CLAIMED' | 'REPORTED' | 'REFUSED';
    reason_code: string | null;
    reason: string | null;
  };
}
