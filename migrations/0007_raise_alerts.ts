/** Alerts about terms, limits and violations, the rules of a tenant for them, and variants of assets by market, language and campaign. */
import { type Kysely, sql } from 'kysely';

const TENANT_TABLES = ['alert', 'alert_rules', 'asset_variant_list', 'asset_variant'] as const;

const TABLES = `
create table alert (
  alert_id uuid primary key,
  tenant_id text not null references tenant,
  kind text not null check (kind in ('TERM_END', 'LIMIT_NEAR', 'VIOLATION', 'END_UNKNOWN')),
  license_id uuid not null references license,
  asset_id text not null,
  occasion text not null,
  threshold integer,
  state text not null check (state in ('OPEN', 'ACKNOWLEDGED', 'ESCALATED', 'RESOLVED')),
  occurrences integer not null check (occurrences >= 1),
  detail jsonb not null,
  people jsonb not null,
  due_at timestamptz(3) not null,
  raised_at timestamptz(3) not null,
  acknowledged_by text,
  acknowledged_at timestamptz(3),
  note text,
  escalated_at timestamptz(3),
  resolved_at timestamptz(3),
  resolution text,
  check ((kind in ('TERM_END', 'LIMIT_NEAR')) = (threshold is not null)),
  check ((state = 'ACKNOWLEDGED') = (acknowledged_by is not null)),
  check ((acknowledged_by is null) = (acknowledged_at is null)),
  check (state <> 'RESOLVED' or resolved_at is not null),
  check (state not in ('OPEN', 'ESCALATED') or resolved_at is null),
  check ((resolved_at is null) = (resolution is null)),
  check (state <> 'ESCALATED' or escalated_at is not null)
);
comment on table alert is 'What somebody should act on, once each: a term that ends, a limit that is nearly used up, uses outside of the terms, a term without a known end.';
comment on column alert.occasion is 'What it is about. TERM_END: the end; LIMIT_NEAR: unit and maximum; VIOLATION: day and number of the alert on it; END_UNKNOWN: nothing further.';
comment on column alert.threshold is 'TERM_END: days before the end; LIMIT_NEAR: percent of the limit.';
comment on column alert.resolved_at is 'When its reason had gone. One that somebody had acknowledged stays acknowledged; either stands in the way of no further one.';
create unique index alert_once on alert (tenant_id, license_id, kind, occasion, threshold) nulls not distinct where resolved_at is null;
create index alert_newest on alert (tenant_id, raised_at desc, alert_id desc);
create index alert_asset on alert (tenant_id, asset_id, raised_at desc, alert_id desc);
create index alert_waiting on alert (tenant_id, raised_at, alert_id) where state in ('OPEN', 'ESCALATED');

create table alert_rules (
  tenant_id text primary key references tenant,
  lead_days integer[] not null,
  limit_percents integer[] not null,
  escalate_after_hours integer not null check (escalate_after_hours >= 1),
  violations boolean not null,
  end_unknown boolean not null,
  set_by text not null,
  set_at timestamptz(3) not null
);
comment on table alert_rules is 'When a tenant wants alerts; without a row the defaults apply.';

create index license_ending on license (tenant_id, valid_until, license_id) where state = 'ACTIVE' and valid_until is not null;
create index license_terms_end_unknown on license_terms (tenant_id, license_id, version) where rights->>'termKind' = 'UNKNOWN';

create table asset_variant_list (
  list_id uuid primary key,
  tenant_id text not null references tenant,
  asset_id text not null,
  variants jsonb not null,
  set_by text not null,
  set_at timestamptz(3) not null
);
comment on table asset_variant_list is 'Each list of variants that was set for an asset, kept as it was set.';

create table asset_variant (
  tenant_id text not null references tenant,
  asset_id text not null,
  position integer not null,
  variant_asset_id text not null,
  market text not null,
  language text,
  campaign text,
  list_id uuid not null references asset_variant_list,
  primary key (tenant_id, asset_id, position),
  unique nulls not distinct (tenant_id, asset_id, market, language, campaign)
);
comment on table asset_variant is 'The variants of an asset as they are now.';
comment on column asset_variant.market is 'ISO 3166-1 alpha-2, or WORLD.';
create index asset_variant_base on asset_variant (tenant_id, variant_asset_id, list_id desc);
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
  await sql
    .raw(
      `create trigger asset_variant_list_no_change before update or delete on asset_variant_list for each row execute function refuse_change();
       create trigger asset_variant_list_no_truncate before truncate on asset_variant_list for each statement execute function refuse_change();
       alter table asset_variant_list enable always trigger asset_variant_list_no_change;
       alter table asset_variant_list enable always trigger asset_variant_list_no_truncate;`,
    )
    .execute(db);
}
