/** Alerts in tests: licenses with terms of their own, and waiting until the watch has looked at them by the clock of the test. */
import { randomUUID } from 'node:crypto';
import { nodeIdOf } from '../../src/domain/ids.js';
import { type Rights, UNKNOWN_RIGHTS } from '../../src/domain/rights.js';
import { eventually, type Gateway } from './gateway.js';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

export interface PutLicense {
  readonly uuid: string;
  readonly id: string;
}

export interface Terms {
  readonly termKind: 'PERPETUAL' | 'FIXED' | 'UNKNOWN';
  /** Milliseconds since the epoch. */
  readonly until?: number;
  /** What else they say. */
  readonly rights?: Partial<Rights>;
}

const textOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** A further version of the terms of a license; the license follows it. */
export const putTerms = async (gateway: Gateway, uuid: string, terms: Terms, state = 'ACTIVE'): Promise<void> => {
  const validUntil = textOf(terms.until);
  await gateway.database.query(
    `insert into license_terms (tenant_id, license_id, version, rights, terms_hash, recorded_at)
     select tenant_id, license_id, (select coalesce(max(version), 0) + 1 from license_terms t where t.license_id = l.license_id), $2, 'test', licensed_at
     from license l where license_id = $1`,
    [uuid, JSON.stringify({ ...UNKNOWN_RIGHTS, ...terms.rights, termKind: terms.termKind, validUntil })],
  );
  await gateway.database.query('update license set valid_until = $2, state = $3 where license_id = $1', [
    uuid,
    validUntil,
    state,
  ]);
};

/** A license as a feed would have brought it. */
export const putLicense = async (gateway: Gateway, assetId: string, terms: Terms, tenant = 'default'): Promise<PutLicense> => {
  const uuid = randomUUID();
  await gateway.database.query(
    `insert into license (license_id, tenant_id, connection_id, source, asset_id, license_type, state, origin, "references", licensed_at, licensed_by, recorded_at)
     select $1, $2, connection_id, source, $3, 'Standard', 'ACTIVE', 'IMPORTED', '[]', '2020-01-01', 'Buyer', '2020-01-01'
     from source_connection where tenant_id = $2 limit 1`,
    [uuid, tenant, assetId],
  );
  await putTerms(gateway, uuid, terms);
  return { uuid, id: nodeIdOf('License', uuid) };
};

export const ALERT = `id alertKind threshold state message occurrences dueAt raisedAt people { subject why lastAt }
  acknowledgedBy acknowledgedAt note escalatedAt resolvedAt resolution license { id state } asset { id }`;

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export type AnyAlert = any;

/** Newest first. */
export const alertsOf = async (
  gateway: Gateway,
  filter: Readonly<Record<string, unknown>>,
  caller = 'licensor',
): Promise<AnyAlert[]> => {
  const { data, errors } = await gateway.query(
    caller,
    `query($filter: AlertFilter) { alerts(filter: $filter, first: 100) { edges { node { ${ALERT} } } } }`,
    { filter },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.alerts.edges.map(({ node }: { node: AnyAlert }) => node);
};

/**
 * Twice, because a look may have begun before: puts a license whose first notice falls due at `nowMs` and waits for it. Ends are looked at in
 * their order, so everything that was due earlier has been looked at then.
 */
export const watched = async (gateway: Gateway, assetId: string, nowMs: number): Promise<void> => {
  for (let turn = 0; turn < 2; turn += 1) {
    const canary = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs + 30 * DAY_MS });
    await eventually(
      () => gateway.database.query('select 1 from alert where license_id = $1', [canary.uuid]),
      (rows) => rows.length > 0,
    );
    await gateway.database.query("update license set state = 'CANCELLED' where license_id = $1", [canary.uuid]);
  }
};
