/** Uses of licenses, their sums, and the reports of them to the sources. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = ['usage', 'usage_total', 'usage_report', 'usage_report_batch', 'usage_report_row'] as const;

const TABLES = `
create table usage (
  usage_id uuid primary key,
  tenant_id text not null references tenant,
  license_id uuid not null references license,
  asset_id text not null,
  source text not null,
  mutation text not null,
  idempotency_key text not null,
  payload_hash bytea not null,
  use jsonb not null,
  channel text not null,
  unit text,
  units bigint not null check (units >= 1),
  reference text,
  occurred_at timestamptz(3) not null,
  recorded_at timestamptz(3) not null,
  recorded_by text not null,
  verdict text not null check (verdict in ('ALLOWED', 'DENIED', 'UNKNOWN')),
  violation boolean not null check (violation = (verdict = 'DENIED')),
  reasons jsonb not null,
  decision_id uuid not null,
  unique (tenant_id, mutation, idempotency_key)
);
comment on table usage is 'What was done with a license, whether its terms allow it or not.';
comment on column usage.occurred_at is 'The clock of the decision.';
comment on column usage.unit is 'Null: none was named, and the use counts one of the unit uses.';
comment on column usage.decision_id is 'In use_decision: the first decision of that day that was equal.';
create index usage_newest on usage (tenant_id, recorded_at desc, usage_id desc);
create index usage_license on usage (license_id, recorded_at desc, usage_id desc);
create index usage_asset on usage (tenant_id, asset_id, recorded_at desc, usage_id desc);
create index usage_violation on usage (tenant_id, recorded_at desc, usage_id desc) where violation;
create index usage_source on usage (tenant_id, source, recorded_at);

create table usage_total (
  tenant_id text not null references tenant,
  license_id uuid not null references license,
  asset_id text not null,
  unit text not null,
  channel text not null,
  units numeric not null,
  inside numeric not null,
  violations integer not null,
  first_inside_at timestamptz(3),
  last_used_at timestamptz(3) not null,
  primary key (license_id, unit, channel)
);
comment on table usage_total is 'Sums of usage, changed in the transaction that records it while the row of the license is locked.';
comment on column usage_total.inside is 'Units of uses that were no violation: what is used up of a limit.';
comment on column usage_total.first_inside_at is 'When the first use that was no violation began; null: there was none.';
create index usage_total_asset on usage_total (tenant_id, asset_id);

create table usage_report (
  report_id uuid primary key,
  tenant_id text not null references tenant,
  source text not null,
  connection_id text not null references source_connection,
  idempotency_key text not null,
  payload_hash bytea not null,
  state text not null check (state in ('OPEN', 'DONE')),
  total integer not null,
  unlisted_refusals integer not null default 0,
  requested_by text not null,
  request_id text,
  requested_at timestamptz(3) not null,
  completed_at timestamptz(3) check ((completed_at is not null) = (state = 'DONE')),
  lease_until timestamptz(3),
  troubles integer not null default 0,
  failure jsonb,
  unique (tenant_id, idempotency_key)
);
comment on table usage_report is 'A report of uses to a source; it is open until each row was booked or refused.';
comment on column usage_report.unlisted_refusals is 'Batches that were refused without saying for which rows.';
comment on column usage_report.troubles is 'Turns in a row that ended early; the pause grows with it.';
create index usage_report_open on usage_report (tenant_id) where state = 'OPEN';

create table usage_report_batch (
  batch_id uuid primary key,
  tenant_id text not null references tenant,
  report_id uuid not null references usage_report,
  state text not null check (state in ('PREPARED', 'SENDING', 'UNKNOWN', 'ACCEPTED', 'REFUSED')),
  row_count integer not null check (row_count >= 1),
  sent_count integer not null default 0,
  prepared_at timestamptz(3) not null,
  sent_at timestamptz(3),
  settled_at timestamptz(3)
);
comment on column usage_report_batch.batch_id is 'The id that the source hears; the same however often this batch is sent.';
create index usage_report_batch_report on usage_report_batch (report_id, state);

create table usage_report_row (
  usage_id uuid primary key references usage,
  tenant_id text not null references tenant,
  report_id uuid not null references usage_report,
  batch_id uuid references usage_report_batch,
  state text not null check (state in ('CLAIMED', 'REPORTED', 'REFUSED')),
  reason_code text,
  reason text,
  check ((reason is not null) = (state = 'REFUSED'))
);
comment on table usage_report_row is 'A use in the one report that holds it.';
create index usage_report_row_report on usage_report_row (report_id, state, usage_id);
create index usage_report_row_batch on usage_report_row (batch_id);
`;

const APPEND_ONLY = ['usage'] as const;

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
}
