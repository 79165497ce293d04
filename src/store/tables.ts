/** The tables as the statements of this room see them. Rows stay here: other rooms get domain values. */
import type { ColumnType } from 'kysely';

type Time = ColumnType<Date, string | Date, string | Date>;
type NullableTime = ColumnType<Date | null, string | Date | null | undefined, string | Date | null>;
type Json = ColumnType<unknown, unknown, unknown>;
type Now = ColumnType<Date, string | Date | undefined, string | Date>;

export interface Tables {
  tenant: { tenant_id: string; created_at: Now };
  api_key: {
    api_key_id: string;
    tenant_id: string;
    name: string;
    roles: string[];
    secret_hash: Buffer;
    origin: 'environment' | 'command';
    created_at: Now;
    revoked_at: NullableTime;
  };
  source_connection: {
    connection_id: string;
    tenant_id: string;
    source: string;
    name: string;
    origin: 'environment';
    created_at: Now;
  };
  source_credential_state: { tenant_id: string; credential: string; sealed: Buffer; version: number; updated_at: Now };
  sync_state: {
    tenant_id: string;
    connection_id: string;
    stream: string;
    cursor: string | null;
    drained_at: NullableTime;
    begun_at: NullableTime;
    updated_at: Now;
  };
  stored_asset: {
    tenant_id: string;
    connection_id: string;
    external_id: string;
    kind: string;
    orientation: string | null;
    width: number | null;
    height: number | null;
    editorial_only: string;
    listed_at: Time;
    asset: Json;
    sealed_addresses: Buffer;
    document: string;
    stored_at: Now;
  };
  asset_facts: { tenant_id: string; connection_id: string; external_id: string; facts: Json; polled_at: Now };
  asset_link: { tenant_id: string; asset_id: string; stock_source: string; stock_external_id: string; recorded_at: Now };
  license_operation: {
    operation_id: string;
    tenant_id: string;
    mutation: string;
    idempotency_key: string;
    key_bound: ColumnType<boolean, boolean | undefined, boolean>;
    payload_hash: Buffer;
    operation_kind: 'LICENSE' | 'RELICENSE';
    state: string;
    source: string;
    connection_id: string;
    account: string;
    account_asset: string;
    asset_id: string;
    license_type: string;
    command: Json;
    baseline: Json | null;
    outcome: Json | null;
    failure: Json | null;
    license_id: string | null;
    requested_by: string;
    request_id: string;
    lease_until: NullableTime;
    created_at: Time;
    sending_at: NullableTime;
    settled_at: NullableTime;
  };
  license: {
    license_id: string;
    tenant_id: string;
    connection_id: string;
    source: string;
    asset_id: string;
    license_type: string;
    state: 'ACTIVE' | 'SUPERSEDED' | 'CANCELLED';
    origin: 'PURCHASED' | 'ALREADY_OWNED' | 'IMPORTED' | 'RECORDED';
    operation_id: string | null;
    price_amount: string | null;
    price_currency: string | null;
    charged_units: number | null;
    cost_center: string | null;
    department: string | null;
    campaign: string | null;
    project: string | null;
    purchase_order: string | null;
    references: Json;
    source_reference: string | null;
    order_number: string | null;
    licensed_at: Time;
    licensed_by: string;
    valid_until: NullableTime;
    supersedes: string | null;
    import_key: string | null;
    recorded_at: Now;
  };
  license_terms: { tenant_id: string; license_id: string; version: number; rights: Json; terms_hash: string; recorded_at: Time };
  audit_event: {
    event_id: string;
    tenant_id: string;
    occurred_at: Time;
    actor: string;
    action: string;
    subject_type: string;
    subject_id: string;
    asset_id: string | null;
    license_id: string | null;
    request_id: string | null;
    data: Json;
    body: Buffer;
    leaf_hash: Buffer;
  };
  search_session: {
    session_id: string;
    tenant_id: string;
    query_hash: string;
    delivered: string[];
    progress: Json;
    expires_at: Time;
  };
}
