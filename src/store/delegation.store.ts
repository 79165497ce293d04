/** Who decides for whom while they are away. */
import { sql } from 'kysely';
import type { Person } from '../domain/approval.js';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { isRole } from '../domain/roles.js';
import type { TenantTx } from './database.js';

export interface Delegation {
  readonly from: Instant;
  readonly until: Instant;
  readonly delegator: string;
  /** Null: nobody any more. */
  readonly delegate: string | null;
}

export interface NewDelegation extends Delegation {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly setAt: Instant;
}

export const insertDelegation = async (tx: TenantTx, delegation: NewDelegation): Promise<void> => {
  await tx
    .insertInto('approval_delegation')
    .values({
      delegation_id: delegation.uuid,
      tenant_id: delegation.tenantId,
      delegator: delegation.delegator,
      delegate: delegation.delegate,
      from_at: delegation.from,
      until_at: delegation.until,
      set_at: delegation.setAt,
    })
    .execute();
};

/** Of each delegator the delegation that was set last. */
export const listDelegations = async (tx: TenantTx): Promise<readonly Delegation[]> => {
  const { rows } = await sql<{ delegator: string; delegate: string | null; from_at: Date; until_at: Date }>`
    select distinct on (delegator) delegator, delegate, from_at, until_at from approval_delegation
    order by delegator, set_at desc, delegation_id desc`.execute(tx);
  return rows.map((row) => ({
    delegator: row.delegator,
    delegate: row.delegate,
    from: instantOf(row.from_at),
    until: instantOf(row.until_at),
  }));
};

/** Whoever has this person decide for them at this moment, with the roles of their living keys. */
export const findDelegators = async (tx: TenantTx, delegate: string, at: Instant): Promise<readonly Person[]> => {
  const { rows } = await sql<{ delegator: string; roles: string[] }>`
    select latest.delegator, array_agg(distinct role) as roles from (
      select distinct on (delegator) * from approval_delegation order by delegator, set_at desc, delegation_id desc) latest
    join api_key on 'key:' || api_key.name = latest.delegator and api_key.revoked_at is null
    cross join unnest(api_key.roles) role
    where latest.delegate = ${delegate} and latest.from_at <= ${at}::timestamptz and latest.until_at > ${at}::timestamptz
    group by latest.delegator order by latest.delegator`.execute(tx);
  return rows.map(({ delegator, roles }) => ({ subject: delegator, roles: roles.filter(isRole) }));
};

/** Whether somebody living goes by this name. */
export const hasPerson = async (tx: TenantTx, subject: string): Promise<boolean> => {
  const { rows } = await sql<{ known: boolean }>`
    select exists(select 1 from api_key where 'key:' || name = ${subject} and revoked_at is null) as known`.execute(tx);
  return rows[0]?.known === true;
};
