/** What the checker reads: the database with statements of its own, and the simulators' books from their files. */
import { existsSync, readFileSync } from 'node:fs';
import type { LedgerEntry } from '../simulators/kit/types.js';
import { VENDORS } from './assets.js';
import type { World } from './world.js';

export interface OperationRow {
  readonly operation_id: string;
  readonly tenant_id: string;
  readonly idempotency_key: string;
  readonly key_bound: boolean;
  readonly mutation: string;
  readonly operation_kind: 'LICENSE' | 'RELICENSE';
  readonly spend_class: string | null;
  readonly sent_count: number;
  readonly state: string;
  readonly source: string;
  readonly account: string;
  readonly account_asset: string;
  readonly asset_id: string;
  readonly license_type: string;
  readonly baseline: unknown;
  readonly outcome: { readonly kind?: string } | null;
  readonly failure: { readonly code?: string } | null;
  readonly license_id: string | null;
  readonly resolved_by: string | null;
  readonly command: { readonly allocation?: { readonly costCenter?: string | null } };
  readonly request_id: string;
  readonly lease_until: string | null;
  readonly created_at: string;
  readonly sending_at: string | null;
  readonly settled_at: string | null;
}

export interface LicenseRow {
  readonly license_id: string;
  readonly tenant_id: string;
  readonly operation_id: string | null;
  readonly asset_id: string;
  readonly license_type: string;
  readonly origin: string;
  readonly charged_units: number | null;
  readonly supersedes: string | null;
  readonly state: string;
  readonly versions: number;
}

export interface EventRow {
  readonly event_id: string;
  readonly tenant_id: string;
  readonly action: string;
  readonly occurred_at: string;
  /** Of the operation that it is about. */
  readonly operation_id: string;
}

export interface Purchase {
  readonly source: string;
  readonly account: string;
  readonly externalId: string;
  readonly licenseType: string;
  readonly units: number;
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Records {
  readonly operations: readonly OperationRow[];
  readonly licenses: readonly LicenseRow[];
  readonly events: readonly EventRow[];
  readonly purchases: readonly Purchase[];
}

/** The uuid in a global id; empty for what is no such id. */
export const uuidIn = (globalId: string | null): string => {
  const text = Buffer.from(globalId ?? '', 'base64url').toString('utf8');
  return text.slice(text.lastIndexOf(':') + 1);
};

/** A type may name a product behind a colon. */
export const baseType = (licenseType: string): string => licenseType.split(':')[0] ?? licenseType;

export const externalIdOf = (operation: Pick<OperationRow, 'account_asset'>): string =>
  operation.account_asset.slice(operation.account_asset.indexOf('/') + 1);

const readLedger = (source: string, file: string): readonly Purchase[] => {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  // A line without its end is being written just now.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(Boolean).map((line) => {
    const { account, assetId, licenseType, units, at, detail } = JSON.parse(line) as LedgerEntry;
    return { source, account, externalId: assetId, licenseType, units, at, detail };
  });
};

export const readRecords = async (world: World): Promise<Records> => {
  const operations = await world.query('select to_jsonb(o) as row from license_operation o order by created_at, operation_id');
  const licenses = await world.query(
    `select to_jsonb(l) || jsonb_build_object('versions', (select count(*) from license_terms t where t.license_id = l.license_id)) as row
     from license l order by recorded_at, license_id`,
  );
  const events = await world.query(
    `select event_id, tenant_id, action, to_json(occurred_at) as occurred_at, subject_id from audit_event
     where subject_type = 'LicenseOperation' order by audit_event.occurred_at, event_id`,
  );
  return {
    operations: operations.map(({ row }) => row as OperationRow),
    licenses: licenses.map(({ row }) => row as LicenseRow),
    events: events.map((row) => ({ ...(row as unknown as EventRow), operation_id: uuidIn(String(row.subject_id)) })),
    purchases: VENDORS.flatMap(({ source, simulator }) => readLedger(source, world.ledgerFile(simulator))),
  };
};
