/** Selections, requests for licenses with their candidates, approvals of exact content, the rules that ask for them, and delegation. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = [
  'approval_rules',
  'approval_delegation',
  'license_request',
  'request_item',
  'request_comment',
  'request_fulfilment',
  'approval',
  'approval_decision',
  'selection',
] as const;
const APPEND_ONLY = [
  'approval_rules',
  'approval_delegation',
  'request_comment',
  'request_fulfilment',
  'approval_decision',
  'selection',
] as const;

const TABLES = `
create table approval_rules (
  tenant_id text not null references tenant,
  version integer not null check (version > 0),
  rules jsonb not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  primary key (tenant_id, version)
);
comment on table approval_rules is 'Which purchases need an approval; the highest version is in force.';

create table approval_delegation (
  delegation_id uuid primary key,
  tenant_id text not null references tenant,
  delegator text not null,
  delegate text,
  from_at timestamptz(3) not null,
  until_at timestamptz(3) not null,
  set_at timestamptz(3) not null,
  check (from_at <= until_at)
);
comment on table approval_delegation is 'Who decides for whom; of each delegator the one that was set last counts.';
comment on column approval_delegation.delegate is 'Null: nobody any more.';
create index approval_delegation_latest on approval_delegation (tenant_id, delegator, delegation_id desc);

create table license_request (
  request_id uuid primary key,
  tenant_id text not null references tenant,
  state text not null check (state in ('DRAFT', 'SUBMITTED', 'WITHDRAWN')),
  origin text not null check (origin in ('PERSON', 'RULE')),
  title text not null,
  brief text,
  allocation jsonb not null,
  channels text[] not null,
  due_at timestamptz(3),
  requested_by text not null,
  created_at timestamptz(3) not null,
  submitted_at timestamptz(3),
  withdrawn_at timestamptz(3)
);
comment on column license_request.channels is 'Where the pictures are meant to be used; empty: not stated.';
create index license_request_newest on license_request (tenant_id, created_at desc, request_id desc);
create index license_request_by_rule on license_request (tenant_id, requested_by) where origin = 'RULE' and state = 'SUBMITTED';

create table request_item (
  item_id uuid primary key,
  tenant_id text not null references tenant,
  request_id uuid not null references license_request,
  asset_id text not null,
  license_type text not null,
  again boolean not null,
  reason text,
  "references" jsonb not null,
  frozen jsonb not null,
  state text not null check (state in ('CANDIDATE', 'SUBMITTED', 'WITHDRAWN')),
  approval_id uuid,
  order_key text,
  tries integer not null default 0,
  added_by text not null,
  added_at timestamptz(3) not null
);
comment on column request_item.frozen is 'What was seen of the asset and its price when it was looked at last.';
comment on column request_item.order_key is 'The key of the purchase that was asked for it last.';
comment on column request_item.tries is 'Purchases that ended without a license: each further one gets a key of its own.';
create unique index request_item_once on request_item (request_id, asset_id, license_type, again) where state <> 'WITHDRAWN';
create index request_item_of on request_item (request_id, added_at, item_id);

create table request_comment (
  comment_id uuid primary key,
  tenant_id text not null references tenant,
  request_id uuid not null references license_request,
  item_id uuid references request_item,
  author text not null,
  body text not null,
  written_at timestamptz(3) not null
);
create index request_comment_of on request_comment (request_id, written_at, comment_id);

create table request_fulfilment (
  fulfilment_id uuid primary key,
  tenant_id text not null references tenant,
  request_id uuid not null references license_request,
  plan jsonb not null,
  asked_by text not null,
  asked_at timestamptz(3) not null
);
comment on column request_fulfilment.plan is 'The orders that this call makes, with their keys: the same call again makes the same.';

create table approval (
  approval_id uuid primary key,
  tenant_id text not null references tenant,
  request_id uuid not null references license_request,
  item_id uuid not null references request_item,
  asset_id text not null,
  license_type text not null,
  content jsonb not null,
  content_hash text not null,
  state text not null check (state in ('PENDING', 'APPROVED', 'REJECTED', 'VOID', 'USED')),
  state_reason text,
  rule jsonb not null,
  rules_version integer not null,
  step integer not null,
  step_roles text[] not null,
  step_people text[] not null,
  askers text[] not null,
  requested_at timestamptz(3) not null,
  decided_at timestamptz(3),
  expires_at timestamptz(3),
  used_by uuid references license_operation,
  check ((state = 'USED') = (used_by is not null))
);
comment on column approval.step is 'The one that is decided now, from 0; step_roles and step_people say who may.';
comment on column approval.askers is 'Whoever had a part in asking: none of them decides.';
comment on column approval.used_by is 'The one purchase that has taken it.';
create unique index approval_one_use on approval (used_by) where used_by is not null;
create index approval_content on approval (tenant_id, content_hash, approval_id desc);
create index approval_newest on approval (tenant_id, requested_at desc, approval_id desc);
create index approval_asset on approval (tenant_id, asset_id, approval_id desc);
create index approval_inbox on approval (tenant_id, requested_at desc) where state = 'PENDING';

create table approval_decision (
  decision_id uuid primary key,
  tenant_id text not null references tenant,
  approval_id uuid not null references approval,
  step integer not null,
  decision text not null check (decision in ('APPROVE', 'REJECT')),
  decided_by text not null,
  on_behalf_of text,
  note text,
  decided_at timestamptz(3) not null,
  unique (approval_id, decided_by)
);

create table selection (
  selection_id uuid primary key,
  tenant_id text not null references tenant,
  name text not null,
  asset_ids text[] not null,
  request_id uuid references license_request,
  unreviewed jsonb not null,
  saved_by text not null,
  saved_at timestamptz(3) not null
);
comment on column selection.request_id is 'The request that a rule put assets of it into.';
comment on column selection.unreviewed is 'Assets that a rule might want to see and that could not be put there, and why.';
create index selection_of on selection (tenant_id, saved_by, saved_at desc, selection_id desc);

create view request_item_now with (security_invoker = true) as
select i.*, o.operation_id, o.license_id, o.failure,
  case
    when i.state = 'WITHDRAWN' then 'WITHDRAWN'
    when o.state = 'CONFIRMED' then 'BOUGHT'
    when o.state in ('RECEIVED', 'SENDING', 'UNKNOWN', 'NEEDS_REVIEW') or a.state = 'USED' then 'ORDERED'
    when i.state = 'CANDIDATE' then 'CANDIDATE'
    when a.state in ('REJECTED', 'VOID', 'PENDING') then a.state
    when o.state = 'REJECTED' then 'FAILED'
    when a.state is null then 'READY'
    else a.state
  end as shown,
  a.expires_at
from request_item i
left join approval a on a.approval_id = i.approval_id
left join license_operation planned on planned.tenant_id = i.tenant_id and planned.idempotency_key = i.order_key and planned.key_bound
  and planned.mutation = case when i.again then 'fulfilRequestAgain' else 'fulfilRequest' end
left join license_operation o on o.operation_id = coalesce(a.used_by, planned.operation_id);
`;

const POLICY = `tenant_id = nullif(current_setting('clearance.tenant_id', true), '')`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  for (const table of TENANT_TABLES) {
    await sql.raw(`alter table ${table} enable row level security`).execute(db);
    await sql.raw(`alter table ${table} force row level security`).execute(db);
    await sql.raw(`create policy own_tenant on ${table} using (${POLICY}) with check (${POLICY})`).execute(db);
  }
  for (const table of APPEND_ONLY)
    await sql
      .raw(
        `create trigger ${table}_no_change before update or delete on ${table} for each row execute function refuse_change();
         create trigger ${table}_no_truncate before truncate on ${table} for each statement execute function refuse_change();
         alter table ${table} enable always trigger ${table}_no_change;
         alter table ${table} enable always trigger ${table}_no_truncate`,
      )
      .execute(db);
}
