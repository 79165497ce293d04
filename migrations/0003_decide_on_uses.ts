/** Terms on two axes of time, the policies they may come from, and the decisions made on them. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = ['terms_document', 'use_decision'] as const;

const TABLES = `
alter table license_terms
  add column kind text not null default 'RECORDED' check (kind in ('RECORDED', 'STATED', 'RENEWAL', 'CORRECTION', 'CANCELLATION')),
  add column effective_from timestamptz(3),
  add column effective_until timestamptz(3),
  add column reported_by_system text,
  add column reference text,
  add column payload_hash bytea,
  add column stated jsonb,
  add column recorded_by text,
  add column note text,
  add check (effective_until > effective_from),
  add check ((reported_by_system is null) = (reference is null));
comment on column license_terms.kind is 'RECORDED: as frozen when the license was made, or as the source states them since.';
comment on column license_terms.effective_from is 'From when these terms apply; null: since ever. Of the versions that cover a time the one recorded last applies.';
comment on column license_terms.effective_until is 'Exclusive; null: open. Not the end of the license, which stands in the terms.';
comment on column license_terms.reference is 'Name of the report in the system that reported it: the same report twice makes one version.';
comment on column license_terms.stated is 'All that was stated and is in these terms, in order, as it was given; null: they are the source''s own.';
create unique index license_terms_report on license_terms (tenant_id, reported_by_system, reference) where reference is not null;

alter table license add column in_force tstzmultirange;
comment on column license.in_force is 'When the terms that apply have not ended, where that is in several pieces; null: until valid_until.';
comment on column license.valid_until is 'Exclusive; the end of the term that ran when terms were recorded last, so that an expired license is known as such without a sweep.';
create index license_resuming on license (tenant_id, valid_until) where in_force is not null;

create table terms_document (
  tenant_id text not null references tenant,
  terms_hash text not null,
  rights jsonb not null,
  stored_at timestamptz(3) not null,
  primary key (tenant_id, terms_hash)
);
comment on table terms_document is 'Terms that a decision rests on, by their hash.';

create table use_decision (
  decision_id uuid primary key,
  tenant_id text not null references tenant,
  asset_id text not null,
  license_id uuid references license,
  asked_by text not null,
  asked_for text not null check (asked_for in ('QUERY', 'USAGE', 'DELIVERY')),
  use jsonb not null,
  holding text not null check (holding in ('LICENSE', 'CANCELLED', 'SUPERSEDED', 'NOT_LICENSED', 'NOT_KNOWN', 'NOT_NEEDED')),
  licensed_at timestamptz(3),
  terms jsonb not null,
  own_terms_hash text,
  used jsonb not null,
  first_used_at timestamptz(3),
  verdict text not null check (verdict in ('ALLOWED', 'DENIED', 'UNKNOWN')),
  reasons jsonb not null,
  duties jsonb not null,
  rules_version text not null,
  decided_at timestamptz(3) not null,
  decided_on date not null,
  digest bytea not null,
  unique (tenant_id, digest, decided_on)
);
comment on table use_decision is 'What was answered to whether an asset may be used, with everything that the answer depends on; the first of its kind each day.';
comment on column use_decision.terms is 'The stretches of time of the terms: from, until, termsHash.';
comment on column use_decision.own_terms_hash is 'What the library says of its copy of a licensed asset: it can forbid and never allow.';
comment on column use_decision.digest is 'SHA-256 over question (without the clock) and answer.';
create index use_decision_asset on use_decision (tenant_id, asset_id, decided_at desc);
create index use_decision_newest on use_decision (tenant_id, decided_at desc, decision_id desc);
`;

const APPEND_ONLY = ['terms_document', 'use_decision'] as const;

/** The same answer as the gateway's own, for whoever reads with SQL. */
const RIGHTS_AS_OF = `
create function rights_as_of(license uuid, valid_at timestamptz, known_at timestamptz) returns jsonb
  language sql stable as
$$
  select t.rights from license_terms t
  where t.license_id = rights_as_of.license and t.recorded_at <= known_at
    and (t.effective_from is null or t.effective_from <= valid_at) and (t.effective_until is null or t.effective_until > valid_at)
  order by t.version desc limit 1
$$;
comment on function rights_as_of(uuid, timestamptz, timestamptz) is 'The terms of a license that apply at valid_at, as known at known_at; null: none were known.';
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
  await sql.raw(RIGHTS_AS_OF).execute(db);
}
