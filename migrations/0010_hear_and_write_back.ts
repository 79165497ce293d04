/** Events in, changes at the sources, changes of metadata, libraries that need approval, and what is written back to them. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = [
  'inbound_connection',
  'inbound_event',
  'inbound_work',
  'change_set',
  'asset_withdrawal',
  'metadata_update',
  'library_policy',
  'library_gallery',
  'library_gallery_member',
  'library_decision',
  'write_back',
] as const;

/** What was heard and what was decided stays as it was. */
const APPEND_ONLY = ['inbound_event', 'change_set', 'library_decision'] as const;

const TABLES = `
create table inbound_connection (
  inbound_connection_id uuid primary key,
  tenant_id text not null references tenant,
  name text not null,
  system text not null,
  kinds text[] not null,
  sealed_secret bytea not null,
  sealed_previous bytea,
  previous_until timestamptz(3),
  created_by text not null,
  created_at timestamptz(3) not null,
  rotated_at timestamptz(3),
  disabled_by text,
  disabled_at timestamptz(3),
  unique (tenant_id, name),
  check ((sealed_previous is null) = (previous_until is null)),
  check ((disabled_by is null) = (disabled_at is null))
);
comment on table inbound_connection is 'Another system that reports to us, with the secret that its calls are signed with.';

create table inbound_event (
  inbound_event_id uuid primary key,
  tenant_id text not null references tenant,
  inbound_connection_id uuid not null references inbound_connection,
  webhook_id text not null,
  sent_at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  request_id text not null,
  body bytea not null,
  unique (tenant_id, inbound_connection_id, webhook_id)
);
comment on table inbound_event is 'What other systems reported, byte by byte as it came.';
create index inbound_event_newest on inbound_event (tenant_id, received_at desc, inbound_event_id desc);

create table inbound_work (
  inbound_event_id uuid primary key references inbound_event,
  tenant_id text not null references tenant,
  state text not null check (state in ('RECEIVED', 'DONE', 'REJECTED')),
  kind text,
  reason text,
  asset_id text,
  license_id uuid,
  attempts integer not null default 0,
  next_try_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  check (state <> 'REJECTED' or reason is not null)
);
comment on table inbound_work is 'What became of each report.';
create index inbound_work_waiting on inbound_work (tenant_id, next_try_at, inbound_event_id) where state = 'RECEIVED';

create table change_set (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  change_set_id text not null,
  changes jsonb not null,
  stored_at timestamptz(3) not null,
  primary key (tenant_id, connection_id, change_set_id)
);
comment on table change_set is 'Sets of changes as a source gave them, stored before the source was told so.';

create table asset_withdrawal (
  tenant_id text not null references tenant,
  asset_id text not null,
  withdrawn_at timestamptz(3) not null,
  word text not null,
  recorded_at timestamptz(3) not null,
  primary key (tenant_id, asset_id)
);
comment on table asset_withdrawal is 'Assets that their source has withdrawn and not brought back.';
comment on column asset_withdrawal.word is 'What the source called it.';

create table metadata_update (
  metadata_update_id uuid primary key,
  tenant_id text not null references tenant,
  asset_id text not null,
  changes jsonb not null,
  before jsonb not null,
  after jsonb,
  state text not null check (state in ('SENDING', 'UPDATED', 'NOT_CONFIRMED')),
  requested_by text not null,
  lease_until timestamptz(3) not null,
  created_at timestamptz(3) not null,
  settled_at timestamptz(3),
  check ((state = 'SENDING') = (settled_at is null))
);
comment on table metadata_update is 'Each change of metadata at a source: what was to be, what was there before, what was read back.';
create index metadata_update_newest on metadata_update (tenant_id, asset_id, metadata_update_id desc);
create index metadata_update_open on metadata_update (tenant_id, asset_id) where state = 'SENDING';

create table library_policy (
  tenant_id text not null references tenant,
  source text not null,
  approved_by text not null check (approved_by in ('FIELD', 'GALLERY', 'NONE')),
  field text,
  approved_values text[] not null,
  rejected_values text[] not null,
  gallery_id text,
  seen_by text[] not null,
  write_back boolean not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  primary key (tenant_id, source),
  check ((approved_by = 'FIELD') = (field is not null)),
  check ((approved_by = 'GALLERY') = (gallery_id is not null))
);
comment on table library_policy is 'Whether the assets of a library need approval, where it says so, and who sees those without.';

create table library_gallery (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  gallery_id text not null,
  read_at timestamptz(3) not null,
  primary key (tenant_id, connection_id, gallery_id)
);
comment on table library_gallery is 'When the gallery of approved assets was last read to its end.';

create table library_gallery_member (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  gallery_id text not null,
  external_id text not null,
  primary key (tenant_id, connection_id, gallery_id, external_id)
);

create table library_decision (
  library_decision_id uuid primary key,
  tenant_id text not null references tenant,
  asset_id text not null,
  connection_id text not null,
  external_id text not null,
  decision text not null check (decision in ('APPROVED', 'REJECTED')),
  library_value text,
  note text,
  reference text,
  decided_by text not null,
  decided_at timestamptz(3) not null
);
comment on table library_decision is 'What was decided here on the assets of libraries.';
comment on column library_decision.library_value is 'What the library said at that time.';
create index library_decision_newest on library_decision (tenant_id, asset_id, library_decision_id desc);

create table write_back (
  write_back_id uuid primary key,
  tenant_id text not null references tenant,
  library_decision_id uuid not null unique references library_decision,
  asset_id text not null,
  connection_id text not null,
  external_id text not null,
  target text not null check (target in ('FIELD', 'GALLERY')),
  place text not null,
  value text,
  state text not null check (state in ('PENDING', 'AGREED', 'DRIFTED', 'SUPERSEDED')),
  attempts integer not null default 0,
  next_try_at timestamptz(3) not null,
  last_error text,
  library_value text,
  created_at timestamptz(3) not null,
  agreed_at timestamptz(3),
  drifted_at timestamptz(3),
  check (state <> 'AGREED' or agreed_at is not null),
  check (state <> 'DRIFTED' or drifted_at is not null)
);
comment on table write_back is 'Decisions on their way into the library that they are about, until both sides agree.';
comment on column write_back.place is 'The field, or the gallery.';
comment on column write_back.value is 'What is to stand there; null: the asset is to be in no such gallery.';
create index write_back_waiting on write_back (tenant_id, next_try_at, write_back_id) where state = 'PENDING';
create index write_back_newest on write_back (tenant_id, write_back_id desc);
create unique index write_back_standing on write_back (tenant_id, asset_id) where state <> 'SUPERSEDED';
`;

/**
 * Whoever calls names a connection before its tenant is known. As with keys, the owner may read connections of all tenants, and this
 * function is the only way for the application's role to do so: one row, by its id.
 */
const LOOKUP = `
create policy owner_reads on inbound_connection for select to current_user using (true);
create function find_inbound_connection(id uuid) returns table (
    tenant_id text, name text, system text, kinds text[], sealed_secret bytea, sealed_previous bytea, previous_until timestamptz)
  language sql stable security definer set search_path = pg_catalog, public as
$$ select c.tenant_id, c.name, c.system, c.kinds, c.sealed_secret, c.sealed_previous, c.previous_until
   from public.inbound_connection c where c.inbound_connection_id = id and c.disabled_at is null $$;
revoke all on function find_inbound_connection(uuid) from public;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  for (const table of TENANT_TABLES) {
    const own = `tenant_id = nullif(current_setting('clearance.tenant_id', true), '')`;
    await sql
      .raw(
        `alter table ${table} enable row level security; alter table ${table} force row level security;
         create policy own_tenant on ${table} using (${own}) with check (${own});`,
      )
      .execute(db);
  }
  for (const table of APPEND_ONLY) {
    await sql
      .raw(
        `create trigger ${table}_no_change before update or delete on ${table} for each row execute function refuse_change();
         create trigger ${table}_no_truncate before truncate on ${table} for each statement execute function refuse_change();
         alter table ${table} enable always trigger ${table}_no_change;
         alter table ${table} enable always trigger ${table}_no_truncate;`,
      )
      .execute(db);
  }
  await sql.raw(LOOKUP).execute(db);
}
