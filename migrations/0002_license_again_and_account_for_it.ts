/** Budgets, the sources' own history beside ours, files of licenses, and what an operation needs to be settled by counting or sent again. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = [
  'budget',
  'budget_hold',
  'unit_price',
  'settle_policy',
  'tag_evidence',
  'history_lag',
  'history_import',
  'upstream_purchase',
  'incident',
  'license_file',
] as const;

const TABLES = `
alter table license_operation
  add column spend_class text check (spend_class in ('REPEATABLE', 'TAGGED', 'COUNTED')),
  add column sent_count integer not null default 0,
  add column next_look_at timestamptz(3),
  add column holds_budget boolean,
  add column resolved_by text;
comment on column license_operation.spend_class is 'How a lost answer is settled: repeat it, look for our tag, or count. Null until it is sent.';
comment on column license_operation.sent_count is 'Requests that may have spent. More than one for REPEATABLE only.';
comment on column license_operation.holds_budget is 'Whether budgets are held for it; null until it is sent.';
comment on column license_operation.next_look_at is 'When an unclear purchase is looked for next.';
create index license_operation_account on license_operation (account, account_asset, sending_at) where sending_at is not null;
create index license_operation_key_lookup on license_operation (tenant_id, idempotency_key) where key_bound;
create index license_operation_review on license_operation (tenant_id, created_at) where state = 'NEEDS_REVIEW';

create table budget (
  budget_id uuid primary key,
  tenant_id text not null references tenant,
  cost_center text,
  measure text not null check (measure in ('MONEY', 'UNITS', 'PURCHASES')),
  currency text check ((currency is not null) = (measure = 'MONEY')),
  amount numeric not null check (amount >= 0),
  taken numeric not null default 0 check (taken >= 0),
  starts_at timestamptz(3) not null,
  ends_at timestamptz(3) check (ends_at > starts_at),
  set_by text not null,
  set_at timestamptz(3) not null
);
comment on table budget is 'What a tenant, or one of its cost centers, may spend in a period. A purchase must fit into every budget that covers it.';
comment on column budget.cost_center is 'Null: the whole tenant.';
comment on column budget.taken is 'Sum of the holds that are not released.';
comment on column budget.ends_at is 'Exclusive; null: open.';
create unique index budget_scope on budget (tenant_id, cost_center, measure, currency, starts_at) nulls not distinct;

create table budget_hold (
  tenant_id text not null references tenant,
  operation_id uuid not null references license_operation,
  budget_id uuid not null references budget,
  amount numeric not null check (amount >= 0),
  state text not null check (state in ('HELD', 'CAPTURED', 'RELEASED')),
  changed_at timestamptz(3) not null,
  primary key (operation_id, budget_id)
);
create index budget_hold_budget on budget_hold (budget_id, state);

create table unit_price (
  tenant_id text not null references tenant,
  source text not null,
  license_type text not null,
  amount numeric not null check (amount >= 0),
  currency text not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  primary key (tenant_id, source, license_type)
);
comment on table unit_price is 'What one unit of an allowance is worth to the tenant, where the source states no price. license_type * is for all types.';

create table settle_policy (
  tenant_id text not null references tenant,
  source text not null,
  not_found text not null check (not_found in ('NEEDS_REVIEW', 'REJECTED')),
  set_by text not null,
  set_at timestamptz(3) not null,
  primary key (tenant_id, source)
);
comment on table settle_policy is 'What becomes of an unclear purchase that the source still does not show when the horizon has passed. Default: a person decides.';

create table tag_evidence (
  tenant_id text not null references tenant,
  source text not null,
  account text not null,
  product text not null,
  returned boolean not null,
  seen_at timestamptz(3) not null,
  operation_id uuid not null references license_operation,
  primary key (tenant_id, account, product)
);
comment on table tag_evidence is 'Whether the history of this account gave our tag back for this product, when it was last seen.';

create table history_lag (
  operation_id uuid primary key references license_operation,
  tenant_id text not null references tenant,
  source text not null,
  account text not null,
  at_least_ms integer not null,
  at_most_ms integer,
  measured_at timestamptz(3) not null
);
comment on table history_lag is 'How long a purchase took to appear in the source''s history: between the last look without it and the first with it. at_most_ms null: not seen within the horizon.';
create index history_lag_newest on history_lag (tenant_id, source, measured_at desc);

create table history_import (
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  started_at timestamptz(3) not null,
  completed_at timestamptz(3),
  rows_read integer,
  imported integer,
  failure text,
  primary key (tenant_id, connection_id)
);
comment on table history_import is 'The last reading of a source''s license history.';

create table upstream_purchase (
  upstream_purchase_id uuid primary key,
  tenant_id text not null references tenant,
  connection_id text not null references source_connection,
  source text not null,
  account text not null,
  account_asset text not null,
  asset_id text not null,
  license_type text not null,
  licensed_at timestamptz(3),
  licensed_at_text text,
  fingerprint text not null,
  occurrence integer not null,
  tag text,
  source_reference text,
  raw jsonb not null,
  standing text not null check (standing in ('MATCHED', 'HELD', 'IMPORTED', 'ELSEWHERE')),
  operation_id uuid references license_operation,
  license_id uuid references license,
  first_seen_at timestamptz(3) not null,
  unique (tenant_id, connection_id, fingerprint, occurrence)
);
comment on table upstream_purchase is 'Each purchase that a source''s history lists, and what it is to us.';
comment on column upstream_purchase.occurrence is 'Histories without numbers of their own repeat rows that look alike: the first, the second …';
comment on column upstream_purchase.standing is 'MATCHED: bought by one of our operations. HELD: a license that we had on record. IMPORTED: recorded from here. ELSEWHERE: bought by another tenant of the same account.';
create unique index upstream_purchase_operation on upstream_purchase (operation_id) where operation_id is not null;
create index upstream_purchase_asset on upstream_purchase (tenant_id, account_asset);

create table incident (
  incident_id uuid primary key,
  tenant_id text not null references tenant,
  kind text not null check (kind in ('UNMATCHED_UPSTREAM', 'UNMATCHED_LOCAL')),
  source text not null,
  account text not null,
  upstream_purchase_id uuid references upstream_purchase,
  operation_id uuid references license_operation,
  asset_id text not null,
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3),
  closed_by text,
  note text,
  check ((kind = 'UNMATCHED_UPSTREAM') = (upstream_purchase_id is not null)),
  check ((kind = 'UNMATCHED_LOCAL') = (operation_id is not null)),
  check ((closed_at is null) = (closed_by is null))
);
comment on table incident is 'A purchase that only one side knows of: the source, or we.';
create unique index incident_upstream on incident (upstream_purchase_id) where upstream_purchase_id is not null;
create unique index incident_operation on incident (operation_id) where operation_id is not null and closed_at is null;
create index incident_open on incident (tenant_id, opened_at, incident_id) where closed_at is null;

create table license_file (
  tenant_id text not null references tenant,
  license_id uuid not null references license,
  variant text not null,
  sealed_address bytea,
  address_until timestamptz(3),
  content_hash text,
  length bigint,
  mime_type text,
  file_name text,
  fetched_at timestamptz(3),
  primary key (license_id, variant)
);
comment on table license_file is 'The file of a license: where it may be fetched once (sealed, until address_until), or the copy that was fetched.';
comment on column license_file.content_hash is 'sha256:<hex> of the bytes, under which our copy is kept.';
`;

/**
 * Tenants that share an account must not buy the same thing at once, and what one bought must not look like a stranger's purchase to another.
 * These two functions are the only way to see that across tenants: whether a spend is open, and when what was sent for an asset, without
 * tenant, key or person. Only inside them does the owner's policy open.
 */
const ACCOUNT_LOOKUPS = `
create policy account_lookup on license_operation for select to current_user
  using (current_setting('clearance.account_lookup', true) = 'on');
create function is_spend_open(account text, account_asset text, base_type text) returns boolean
  language plpgsql security definer set search_path = pg_catalog, public as
$$
declare is_open boolean;
begin
  perform set_config('clearance.account_lookup', 'on', true);
  select exists (select from public.license_operation o
    where o.account = is_spend_open.account and o.account_asset = is_spend_open.account_asset
      and split_part(o.license_type, ':', 1) = base_type and o.state in ('SENDING', 'UNKNOWN', 'NEEDS_REVIEW')) into is_open;
  perform set_config('clearance.account_lookup', '', true);
  return is_open;
end $$;
revoke all on function is_spend_open(text, text, text) from public;
create function sent_operations(account text, account_assets text[])
  returns table (operation_id uuid, account_asset text, license_type text, state text, charged boolean, first_sent_at timestamptz(3), sending_at timestamptz(3),
    settled_at timestamptz(3))
  language plpgsql security definer set search_path = pg_catalog, public as
$$
begin
  perform set_config('clearance.account_lookup', 'on', true);
  return query select o.operation_id, o.account_asset, o.license_type, o.state,
      o.state = 'CONFIRMED' and o.outcome->>'kind' = 'LicenseGranted',
      case when o.sent_count > 1 then o.created_at else o.sending_at end, o.sending_at, o.settled_at
    from public.license_operation o
    where o.account = sent_operations.account and o.account_asset = any(account_assets) and o.sending_at is not null;
  perform set_config('clearance.account_lookup', '', true);
end $$;
revoke all on function sent_operations(text, text[]) from public;
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
  await sql.raw(ACCOUNT_LOOKUPS).execute(db);
}
