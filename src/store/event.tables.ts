/** The tables of the stream of events, of the endpoints that subscribe to it and of what is sent to them. */
import type { ColumnType, Generated } from 'kysely';

type Time = ColumnType<Date, string | Date, string | Date>;
type NullableTime = ColumnType<Date | null, string | Date | null | undefined, string | Date | null>;
/** PostgreSQL's bigint comes as text. */
type Big = ColumnType<string, number | string, number | string>;

export interface EventTables {
  outbox: { event_id: string; tenant_id: string; insert_order: Generated<string>; position: Generated<string | null> };
  event_stream: { tenant_id: string; last_position: Generated<string> };
  event_endpoint: {
    endpoint_id: string;
    tenant_id: string;
    url: string;
    description: string | null;
    types: string[];
    sources: string[];
    state: 'ENABLED' | 'DISABLED';
    disabled_reason: Generated<string | null>;
    sealed_secret: Buffer;
    sealed_previous_secret: Generated<Buffer | null>;
    previous_until: NullableTime;
    fanned_out: Big;
    failing_since: NullableTime;
    last_success_at: NullableTime;
    created_by: string;
    created_at: Time;
  };
  event_delivery: {
    delivery_no: Generated<string>;
    tenant_id: string;
    endpoint_id: string;
    event_id: string;
    position: Big;
    subject_id: string;
    state: 'PENDING' | 'DELIVERED' | 'FAILED';
    attempts: Generated<number>;
    due_at: Time;
    claim: Generated<string | null>;
    last_status: Generated<number | null>;
    last_error: Generated<string | null>;
    created_at: Time;
    ended_at: NullableTime;
  };
}
