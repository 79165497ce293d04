/** Idempotency keys of mutations that make no operation: which call has the key, and what it made. */
import { type Kysely, sql } from 'kysely';

const TABLE = `
create table bound_key (
  tenant_id text not null references tenant,
  mutation text not null,
  idempotency_key text not null,
  payload_hash bytea not null,
  result_id text not null,
  bound_at timestamptz(3) not null,
  primary key (tenant_id, mutation, idempotency_key)
);
comment on table bound_key is 'A key belongs to the first call that came to something; the same call again gets what that made.';
comment on column bound_key.result_id is 'Of the thing that was made: which kind, the mutation says.';
alter table bound_key enable row level security;
alter table bound_key force row level security;
create policy own_tenant on bound_key using (tenant_id = nullif(current_setting('clearance.tenant_id', true), ''))
  with check (tenant_id = nullif(current_setting('clearance.tenant_id', true), ''));
create trigger bound_key_no_change before update or delete on bound_key for each row execute function refuse_change();
create trigger bound_key_no_truncate before truncate on bound_key for each statement execute function refuse_change();
alter table bound_key enable always trigger bound_key_no_change;
alter table bound_key enable always trigger bound_key_no_truncate;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLE).execute(db);
}
