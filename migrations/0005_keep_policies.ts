/** Terms for sources that state none, in versions: the product's, seen by every tenant, and each tenant's own. */
import { type Kysely, sql } from 'kysely';

const OWN = `tenant_id = nullif(current_setting('clearance.tenant_id', true), '')`;

/** `to current_user`: who migrates owns the tables, and alone may write what belongs to no tenant. */
const TABLE = `
create table terms_policy (
  policy_id uuid primary key,
  tenant_id text references tenant,
  source text not null,
  license_type text not null,
  version integer not null check (version > 0),
  editorial text not null check (editorial in ('YES', 'NO', 'ANY')),
  model text check (model in ('ROYALTY_FREE', 'RIGHTS_MANAGED', 'RIGHTS_READY', 'OWNED')),
  terms jsonb,
  citations jsonb not null,
  note text,
  set_by text not null,
  recorded_at timestamptz(3) not null,
  unique nulls not distinct (tenant_id, source, license_type, version)
);
comment on table terms_policy is 'What a license allows whose source does not say; versions, added only. The newest of the same source, type, editorial and model is in force.';
comment on column terms_policy.tenant_id is 'Null: came with the product.';
comment on column terms_policy.license_type is 'The base type, or * for all.';
comment on column terms_policy.model is 'Null: of whatever model the asset is.';
comment on column terms_policy.terms is 'Null: withdrawn.';
create index terms_policy_lookup on terms_policy (source, license_type);
alter table terms_policy enable row level security;
alter table terms_policy force row level security;
create policy own_tenant on terms_policy using (${OWN}) with check (${OWN});
create policy shipped_read on terms_policy for select
  using (tenant_id is null and nullif(current_setting('clearance.tenant_id', true), '') is not null);
create policy shipped_write on terms_policy for insert to current_user with check (tenant_id is null);
create trigger terms_policy_no_change before update or delete on terms_policy for each row execute function refuse_change();
create trigger terms_policy_no_truncate before truncate on terms_policy for each statement execute function refuse_change();
alter table terms_policy enable always trigger terms_policy_no_change;
alter table terms_policy enable always trigger terms_policy_no_truncate;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLE).execute(db);
}
