/** The tables of what is heard from other systems and sources, and of what is written back to them. */
import type { ColumnType } from 'kysely';

type Time = ColumnType<Date, string | Date, string | Date>;
type NullableTime = ColumnType<Date | null, string | Date | null | undefined, string | Date | null>;
type Json = ColumnType<unknown, unknown, unknown>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface InboundTables {
  inbound_connection: {
    inbound_connection_id: string;
    tenant_id: string;
    name: string;
    system: string;
    kinds: string[];
    sealed_secret: Buffer;
    sealed_previous: Optional<Buffer>;
    previous_until: NullableTime;
    created_by: string;
    created_at: Time;
    rotated_at: NullableTime;
    disabled_by: Optional<string>;
    disabled_at: NullableTime;
  };
  inbound_event: {
    inbound_event_id: string;
    tenant_id: string;
    inbound_connection_id: string;
    webhook_id: string;
    sent_at: Time;
    received_at: Time;
    request_id: string;
    body: Buffer;
  };
  inbound_work: {
    inbound_event_id: string;
    tenant_id: string;
    state: 'RECEIVED' | 'DONE' | 'REJECTED';
    kind: Optional<string>;
    reason: Optional<string>;
    asset_id: Optional<string>;
    license_id: Optional<string>;
    attempts: WithDefault<number>;
    next_try_at: Time;
    changed_at: Time;
  };
  change_set: { tenant_id: string; connection_id: string; change_set_id: string; changes: Json; stored_at: Time };
  asset_withdrawal: { tenant_id: string; asset_id: string; withdrawn_at: Time; word: string; recorded_at: Time };
  metadata_update: {
    metadata_update_id: string;
    tenant_id: string;
    asset_id: string;
    changes: Json;
    before: Json;
    after: Json | null;
    state: 'SENDING' | 'UPDATED' | 'NOT_CONFIRMED';
    requested_by: string;
    lease_until: Time;
    created_at: Time;
    settled_at: NullableTime;
  };
  library_policy: {
    tenant_id: string;
    source: string;
    approved_by: 'FIELD' | 'GALLERY' | 'NONE';
    field: string | null;
    approved_values: string[];
    rejected_values: string[];
    gallery_id: string | null;
    seen_by: string[];
    write_back: boolean;
    set_by: string;
    set_at: Time;
  };
  library_gallery: { tenant_id: string; connection_id: string; gallery_id: string; read_at: Time };
  library_gallery_member: { tenant_id: string; connection_id: string; gallery_id: string; external_id: string };
  library_decision: {
    library_decision_id: string;
    tenant_id: string;
    asset_id: string;
    connection_id: string;
    external_id: string;
    decision: 'APPROVED' | 'REJECTED';
    library_value: string | null;
    note: string | null;
    reference: string | null;
    decided_by: string;
    decided_at: Time;
  };
  write_back: {
    write_back_id: string;
    tenant_id: string;
    library_decision_id: string;
    asset_id: string;
    connection_id: string;
    external_id: string;
    target: 'FIELD' | 'GALLERY';
    place: string;
    value: string | null;
    state: 'PENDING' | 'AGREED' | 'DRIFTED' | 'SUPERSEDED';
    attempts: WithDefault<number>;
    next_try_at: Time;
    last_error: Optional<string>;
    library_value: Optional<string>;
    created_at: Time;
    agreed_at: NullableTime;
    drifted_at: NullableTime;
  };
}
