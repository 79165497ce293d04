/** When the term of a license ends, seen from a time, in SQL: the end of what runs then, or ran last. Null: it has none. */
import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../domain/instant.js';

/** Of a row of `license` that is called so in the statement. */
export const endAt = (at: Instant, license = 'license'): RawBuilder<Date | null> => {
  const [inForce, validUntil] = [sql.ref(`${license}.in_force`), sql.ref(`${license}.valid_until`)];
  return sql<Date | null>`case when ${inForce} is null then ${validUntil} else (
    select upper(piece) from unnest(${inForce}) piece where lower_inf(piece) or lower(piece) <= ${at}::timestamptz
    order by lower(piece) desc nulls last limit 1) end`;
};
