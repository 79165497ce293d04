/** What the account may still spend: its products, and what some of them have beside their allowance. Pure. */
import type { Entitlement } from '../datasource.js';
import { utcInstant } from './history.map.js';
import { PRODUCT_LABELS } from './license-types.map.js';
import type { WireAllowance } from './products.wire.js';

const entriesOf = (row: WireAllowance): readonly Entitlement[] => {
  const name = row.name ?? PRODUCT_LABELS[row.type ?? ''] ?? row.type ?? `Product ${row.id}`;
  const resetsAt = utcInstant(row.resetsAt);
  const expiresAt = utcInstant(row.expiresAt);
  const entries: Entitlement[] = [
    {
      key: row.id,
      name,
      remaining: row.type === 'creditpack' ? row.creditsRemaining : (row.downloadsRemaining ?? row.creditsRemaining),
      limit: row.limit,
      resetsAt,
      expiresAt,
      raw: row.raw,
    },
  ];
  if (row.teamCredits !== null) {
    entries.push({
      key: `${row.id}:team_credits`,
      name: `${name}, team credits`,
      remaining: row.teamCredits,
      limit: null,
      resetsAt: null,
      expiresAt,
      raw: { id: row.raw.id, team_credits: row.raw.team_credits },
    });
  }
  if (row.overage !== null) {
    entries.push({
      key: `${row.id}:overage`,
      name: `${name}, overage`,
      remaining: row.overage.reached ? 0 : row.overage.remaining,
      limit: row.overage.limit,
      // Whether the overage starts anew with the allowance is not stated.
      resetsAt: null,
      expiresAt,
      raw: { id: row.raw.id, overage: row.raw.overage },
    });
  }
  return entries;
};

export const mapEntitlements = (rows: readonly WireAllowance[]): readonly Entitlement[] => rows.flatMap(entriesOf);
