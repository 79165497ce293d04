/** Events out: each event of the trail gets a place in its tenant's stream; endpoints subscribe to it, deliveries are kept until they end. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = ['outbox', 'event_stream', 'event_endpoint', 'event_delivery'] as const;

const TABLES = `
create table outbox (
  event_id uuid primary key,
  tenant_id text not null references tenant,
  insert_order bigint generated always as identity,
  position bigint check (position > 0),
  unique (tenant_id, position)
);
comment on table outbox is 'Every event of the trail once, made by the transaction that makes the event.';
comment on column outbox.insert_order is 'Taken when the row is written. Of one subject it is the order in which things happened, because its changes hold its lock.';
comment on column outbox.position is 'Place in the stream of the tenant, without gaps. Given after the commit, so that a reader never passes by a row that commits late.';
create index outbox_waiting on outbox (tenant_id, insert_order) where position is null;

create table event_stream (
  tenant_id text primary key references tenant,
  last_position bigint not null default 0
);
comment on table event_stream is 'How far the stream of a tenant is numbered; whoever numbers holds its lock.';

create table event_endpoint (
  endpoint_id uuid primary key,
  tenant_id text not null references tenant,
  url text not null,
  description text,
  types text[] not null,
  sources text[] not null,
  state text not null check (state in ('ENABLED', 'DISABLED')),
  disabled_reason text,
  sealed_secret bytea not null,
  sealed_previous_secret bytea,
  previous_until timestamptz(3),
  fanned_out bigint not null,
  failing_since timestamptz(3),
  last_success_at timestamptz(3),
  created_by text not null,
  created_at timestamptz(3) not null,
  check ((state = 'DISABLED') = (disabled_reason is not null)),
  check ((sealed_previous_secret is null) = (previous_until is null))
);
comment on column event_endpoint.types is 'Whole types, or beginnings that end in a dot and a star. Empty: all.';
comment on column event_endpoint.fanned_out is 'Up to which position deliveries were made. Set back, the same events are sent again.';
create index event_endpoint_tenant on event_endpoint (tenant_id, created_at desc, endpoint_id desc);

create table event_delivery (
  delivery_no bigint generated always as identity primary key,
  tenant_id text not null references tenant,
  endpoint_id uuid not null references event_endpoint,
  event_id uuid not null,
  position bigint not null,
  subject_id text not null,
  state text not null check (state in ('PENDING', 'DELIVERED', 'FAILED')),
  attempts integer not null default 0,
  due_at timestamptz(3) not null,
  claim uuid,
  last_status integer,
  last_error text,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  check ((state = 'PENDING') = (ended_at is null))
);
comment on column event_delivery.due_at is 'Next try; while one is under way, when it is taken for dead.';
create index event_delivery_due on event_delivery (endpoint_id, due_at) where state = 'PENDING';
create index event_delivery_subject on event_delivery (endpoint_id, subject_id, delivery_no) where state = 'PENDING';
create index event_delivery_newest on event_delivery (endpoint_id, delivery_no desc);
create index event_delivery_ended on event_delivery (tenant_id, ended_at) where ended_at is not null;
`;

/** By a trigger, so that no event of the trail can be without: not one of the release that runs before this one either. */
const OUTBOX = `
create function put_into_outbox() returns trigger language plpgsql as $$
begin
  insert into outbox (event_id, tenant_id) values (new.event_id, new.tenant_id);
  return null;
end $$;
create trigger audit_event_outbox after insert on audit_event for each row execute function put_into_outbox();
alter table audit_event enable always trigger audit_event_outbox;
-- What the trail holds already comes first. The owner is bound by the policies as well, so they are lifted for this one statement.
alter table audit_event no force row level security;
insert into outbox (event_id, tenant_id) select event_id, tenant_id from audit_event order by occurred_at, event_id;
alter table audit_event force row level security;
insert into event_stream (tenant_id) select tenant_id from list_tenants();
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  await sql.raw(OUTBOX).execute(db);
  for (const table of TENANT_TABLES) {
    const own = `tenant_id = nullif(current_setting('clearance.tenant_id', true), '')`;
    await sql
      .raw(
        `alter table ${table} enable row level security; alter table ${table} force row level security;
         create policy own_tenant on ${table} using (${own}) with check (${own});`,
      )
      .execute(db);
  }
}
