/** What the account may still spend: its products, and what some of them have beside their allowance. Pure. */
import type { Known } from '../../domain/rights.js';
import type { Entitlement } from '../datasource.js';
import { utcInstant } from './history.map.js';
import { PRODUCT_LABELS } from './license-types.map.js';
import type { WireAllowance } from './products.wire.js';

/** An ended or inactive product still has its figures; they can be spent no more. */
const standing = (row: WireAllowance, now: number): Known => {
  const endsAt = utcInstant(row.expiresAt);
  if (endsAt !== null && Date.parse(endsAt) <= now) return 'NO';
  const { status } = row.raw;
  if (typeof status !== 'string') return 'UNKNOWN';
  if (status !== 'active') return 'NO';
  return endsAt === null && row.expiresAt !== null ? 'UNKNOWN' : 'YES';
};

const entriesOf = (row: WireAllowance, now: number): readonly Entitlement[] => {
  const name = row.name ?? PRODUCT_LABELS[row.type ?? ''] ?? row.type ?? `Product ${row.id}`;
  const resetsAt = utcInstant(row.resetsAt);
  const expiresAt = utcInstant(row.expiresAt);
  const usable = standing(row, now);
  const inCredits = row.type === 'creditpack' || (row.downloadsRemaining === null && row.creditsRemaining !== null);
  const entries: Entitlement[] = [
    {
      key: row.id,
      name,
      remaining: inCredits ? row.creditsRemaining : row.downloadsRemaining,
      limit: row.limit,
      unit: inCredits ? 'credits' : 'downloads',
      usable,
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
      unit: 'credits',
      usable,
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
      unit: 'downloads',
      usable,
      // Whether the overage starts anew with the allowance is not stated.
      resetsAt: null,
      expiresAt,
      raw: { id: row.raw.id, overage: row.raw.overage },
    });
  }
  return entries;
};

/** `now` in epoch milliseconds: what has ended by then is usable no more. */
export const mapEntitlements = (rows: readonly WireAllowance[], now: number): readonly Entitlement[] =>
  rows.flatMap((row) => entriesOf(row, now));
