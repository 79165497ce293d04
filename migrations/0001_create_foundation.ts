/** The first tables, each with its tenant and row-level security; the audit trail accepts additions only. */
import { type Kysely, sql } from 'kysely';

/** Tables that hold a tenant's rows; each gets the same policy. */
const TENANT_TABLES = [
  'tenant',
  'api_key',
  'source_connection',
  'source_credential_state',
  'sync_state',
  'stored_asset',
  'asset_facts',
  'asset_link',
  'license_operation',
  'license',
  'license_terms',
  'audit_event',
  'search_session',
] as const;

const TABLES = `
create table tenant (
  tenant_id text primary key,
  created_at timestamptz(3) not null default now()
);

create table api_key (
  api_key_id uuid primary key,
  tenant_id text not null references tenant,
  name text not null,
  roles text[] not null check (cardinality(roles) > 0),
  secret_hash bytea not null unique,
  origin text not null check (origin in ('environment', 'command')),
  created_at timestamptz(3) not null default now(),
  revoked_at timestamptz(3)
);
comment on column api_key.secret_hash is 'SHA-256 of the secret; the secret itself is stored nowhere.';

create table source_connection (
  connection_id text primary key,
  tenant_id text not null references tenant,
  source text not null,
  name text not null,
  origin text not null check (origin in ('environment')),
  created_at timestamptz(3) not null default now(),
  unique (tenant_id, source, name)
);

create table source_credential_state (
  tenant_id text not null references tenant,
  credential text not null,
  sealed bytea not null,
  version integer not null,
  updated_at timestamptz(3) not null default now(),
  primary key (tenant_id, credential)
);
comment on table source_credential_state is 'Rotating upstream tokens, sealed with authenticated encryption bound to tenant and credential.';

create table sync_state (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  stream text not null,
  cursor text,
  drained_at timestamptz(3),
  begun_at timestamptz(3),
  updated_at timestamptz(3) not null default now(),
  primary key (tenant_id, connection_id, stream)
);
comment on column sync_state.begun_at is 'When reading last began at the beginning.';
comment on table sync_state is 'How far a feed or poll has been read; moves in the transaction that stores what was read.';

create table stored_asset (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  external_id text not null,
  kind text not null,
  orientation text,
  width integer,
  height integer,
  editorial_only text not null,
  listed_at timestamptz(3) not null,
  asset jsonb not null,
  sealed_addresses bytea not null,
  document tsvector not null,
  stored_at timestamptz(3) not null default now(),
  primary key (tenant_id, connection_id, external_id)
);
comment on column stored_asset.sealed_addresses is 'Addresses of the pictures in asset, which may carry signatures of the source.';
create index stored_asset_document on stored_asset using gin (document);
create index stored_asset_newest on stored_asset (tenant_id, connection_id, listed_at desc, external_id);

create table asset_facts (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  external_id text not null,
  facts jsonb not null,
  polled_at timestamptz(3) not null default now(),
  primary key (tenant_id, connection_id, external_id)
);

create table asset_link (
  tenant_id text not null references tenant,
  asset_id text not null,
  stock_source text not null,
  stock_external_id text not null,
  recorded_at timestamptz(3) not null default now(),
  primary key (tenant_id, asset_id)
);
create index asset_link_stock on asset_link (tenant_id, stock_source, stock_external_id);
comment on table asset_link is 'Which stock asset an asset of another source says it is a copy of.';

create table license_operation (
  operation_id uuid primary key,
  tenant_id text not null references tenant,
  mutation text not null,
  idempotency_key text not null,
  key_bound boolean not null default true,
  payload_hash bytea not null,
  operation_kind text not null check (operation_kind in ('LICENSE', 'RELICENSE')),
  state text not null check (state in ('RECEIVED', 'SENDING', 'CONFIRMED', 'REJECTED', 'UNKNOWN', 'NEEDS_REVIEW')),
  source text not null,
  connection_id text not null references source_connection,
  account text not null,
  account_asset text not null,
  asset_id text not null,
  license_type text not null,
  command jsonb not null,
  baseline jsonb,
  outcome jsonb,
  failure jsonb,
  license_id uuid,
  requested_by text not null,
  request_id text not null,
  lease_until timestamptz(3),
  created_at timestamptz(3) not null,
  sending_at timestamptz(3),
  settled_at timestamptz(3)
);
comment on column license_operation.key_bound is 'False once the operation ended without effect in a way that leaves its key free for another try.';
create unique index license_operation_key on license_operation (tenant_id, mutation, idempotency_key) where key_bound;
comment on column license_operation.account_asset is 'The asset as the account knows it: the same for all tenants that share the account.';
-- A license type may name a product behind a colon: with and without it the same thing may be bought.
create unique index license_operation_one_spend on license_operation (account, account_asset, (split_part(license_type, ':', 1)))
  where state in ('SENDING', 'UNKNOWN', 'NEEDS_REVIEW');
create index license_operation_open on license_operation (tenant_id, state, created_at) where state in ('RECEIVED', 'SENDING', 'UNKNOWN');
create index license_operation_asset on license_operation (tenant_id, asset_id);

create table license (
  license_id uuid primary key,
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  source text not null,
  asset_id text not null,
  license_type text not null,
  state text not null check (state in ('ACTIVE', 'SUPERSEDED', 'CANCELLED')),
  origin text not null check (origin in ('PURCHASED', 'ALREADY_OWNED', 'IMPORTED', 'RECORDED')),
  operation_id uuid references license_operation,
  price_amount numeric,
  price_currency text,
  charged_units integer,
  cost_center text,
  department text,
  campaign text,
  project text,
  purchase_order text,
  "references" jsonb not null default '[]',
  source_reference text,
  order_number text,
  licensed_at timestamptz(3) not null,
  licensed_by text not null,
  valid_until timestamptz(3),
  supersedes uuid references license,
  import_key text,
  recorded_at timestamptz(3) not null default now(),
  check ((price_amount is null) = (price_currency is null)),
  unique (tenant_id, connection_id, import_key)
);
comment on column license.valid_until is 'Exclusive; copied from the terms in force, so that an expired license is known as such without a sweep.';
comment on column license.import_key is 'Identity of an imported license at its source; null for licenses made here.';
create index license_asset on license (tenant_id, asset_id, licensed_at desc, license_id desc);
create index license_newest on license (tenant_id, licensed_at desc, license_id desc);
create index license_superseded on license (tenant_id, supersedes) where supersedes is not null;

create table license_terms (
  tenant_id text not null references tenant,
  license_id uuid not null references license,
  version integer not null,
  rights jsonb not null,
  terms_hash text not null,
  recorded_at timestamptz(3) not null,
  primary key (license_id, version)
);
comment on table license_terms is 'The terms as recorded, frozen; a renewal or correction adds a version and changes none.';

create table audit_event (
  event_id uuid primary key,
  tenant_id text not null references tenant,
  occurred_at timestamptz(3) not null,
  actor text not null,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  asset_id text,
  license_id uuid,
  request_id text,
  data jsonb not null,
  body bytea not null,
  leaf_hash bytea not null
);
comment on column audit_event.body is 'The canonical bytes that leaf_hash covers; the other columns are a projection of them.';
create index audit_event_newest on audit_event (tenant_id, occurred_at desc, event_id desc);
create index audit_event_asset on audit_event (tenant_id, asset_id, occurred_at desc, event_id desc) where asset_id is not null;
create index audit_event_license on audit_event (tenant_id, license_id, occurred_at desc, event_id desc) where license_id is not null;
create index audit_event_subject on audit_event (tenant_id, subject_id, occurred_at desc, event_id desc);

create table search_session (
  session_id uuid primary key,
  tenant_id text not null references tenant,
  query_hash text not null,
  delivered text[] not null,
  progress jsonb not null,
  expires_at timestamptz(3) not null
);
create index search_session_expiry on search_session (tenant_id, expires_at);
comment on table search_session is 'What a search has already shown and where each source goes on, so that no page repeats a hit. Kept for a day.';
`;

/** Row triggers alone leave TRUNCATE open, and ordinary triggers do not fire for replication roles: hence both kinds, ENABLE ALWAYS. */
const APPEND_ONLY = `
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'The table % accepts additions only.', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_event_no_change before update or delete on audit_event for each row execute function refuse_change();
create trigger audit_event_no_truncate before truncate on audit_event for each statement execute function refuse_change();
create trigger license_terms_no_change before update or delete on license_terms for each row execute function refuse_change();
create trigger license_terms_no_truncate before truncate on license_terms for each statement execute function refuse_change();
alter table audit_event enable always trigger audit_event_no_change;
alter table audit_event enable always trigger audit_event_no_truncate;
alter table license_terms enable always trigger license_terms_no_change;
alter table license_terms enable always trigger license_terms_no_truncate;
`;

/**
 * A key is looked up before its tenant is known. The owner may read keys of all tenants, and this function is the only way for the
 * application's role to do so: one row, by the hash of a secret that the caller must know. Start-up and jobs go through all tenants,
 * one transaction each: they learn the names the same way, and nothing else.
 */
const KEY_LOOKUP = `
create policy owner_reads on api_key for select to current_user using (true);
create function find_api_key(hash bytea) returns table (api_key_id uuid, tenant_id text, name text, roles text[])
  language sql stable security definer set search_path = pg_catalog, public as
$$ select k.api_key_id, k.tenant_id, k.name, k.roles from public.api_key k where k.secret_hash = hash and k.revoked_at is null $$;
revoke all on function find_api_key(bytea) from public;
create policy owner_reads on tenant for select to current_user using (true);
create function list_tenants() returns table (tenant_id text)
  language sql stable security definer set search_path = pg_catalog, public as
$$ select t.tenant_id from public.tenant t order by 1 $$;
revoke all on function list_tenants() from public;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  for (const table of TENANT_TABLES) {
    // After a SET LOCAL on the same connection an unset setting reads as '' instead of NULL.
    const own = `tenant_id = nullif(current_setting('clearance.tenant_id', true), '')`;
    await sql
      .raw(
        `alter table ${table} enable row level security; alter table ${table} force row level security;
         create policy own_tenant on ${table} using (${own}) with check (${own});`,
      )
      .execute(db);
  }
  await sql.raw(APPEND_ONLY).execute(db);
  await sql.raw(KEY_LOOKUP).execute(db);
}
