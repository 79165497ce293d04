/** Compares what the sources charged with what the operations say: nothing twice, nothing lost, nothing invented. */
import { assignPurchases, describePurchase, type Owned } from './check.owners.js';
import { baseType, externalIdOf, type LicenseRow, type OperationRow, type Records } from './check.records.js';
import type { Complain } from './check.types.js';

const groupBy = <T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
};

const named = ({ operation_id, state, source, idempotency_key, tenant_id }: OperationRow): string =>
  `operation ${operation_id} (${state}, ${source}, key ${tenant_id}/${idempotency_key})`;

const checkOperation = (
  operation: OperationRow,
  owned: readonly Owned[],
  license: LicenseRow | undefined,
  complain: Complain,
): void => {
  const id = operation.operation_id;
  if (owned.length > 1) complain('I1', `${named(operation)} made ${owned.length} purchases`, id);
  for (const { purchase } of owned) {
    const fits =
      purchase.externalId === externalIdOf(operation) && baseType(purchase.licenseType) === baseType(operation.license_type);
    if (!fits) complain('I3', `${named(operation)} bought something else: ${describePurchase(purchase)}`, id);
  }
  if (operation.state === 'REJECTED' && owned.length > 0) complain('I3', `${named(operation)} was charged`, id);
  if (operation.state !== 'CONFIRMED') return;
  if (!license) {
    complain('I3', `${named(operation)} has no license`, id);
    return;
  }
  const bought = license.operation_id === id && license.origin === 'PURCHASED';
  if (bought && owned.length === 0) complain('I3', `${named(operation)} says that it bought; nobody was charged`, id);
  if (!bought && owned.length > 0)
    complain('I3', `${named(operation)} says that the license was held already; it was charged`, id);
  if (bought !== (operation.outcome?.kind === 'LicenseGranted'))
    complain(
      'I3',
      `${named(operation)} has the outcome ${operation.outcome?.kind} and a license of origin ${license.origin}`,
      id,
    );
  if (license.tenant_id !== operation.tenant_id)
    complain('I9', `${named(operation)} has a license of tenant ${license.tenant_id}`, id);
  if (license.versions < 1) complain('I3', `${named(operation)} has a license without terms`, id);
  const units = owned[0]?.purchase.units;
  if (bought && units !== undefined && license.charged_units !== null && license.charged_units !== units)
    complain('I7', `${named(operation)} has ${license.charged_units} units; the source booked ${units}`, id);
};

/** A first license is bought once by a tenant, whatever keys it is asked for under. */
const checkFirstLicenses = (owned: readonly Owned[], complain: Complain): void => {
  const first = owned.filter(({ owner }) => owner?.operation_kind === 'LICENSE');
  const groups = groupBy(
    first,
    ({ owner }) => `${owner?.tenant_id} ${owner?.account_asset} ${baseType(owner?.license_type ?? '')}`,
  );
  for (const [name, group] of groups) {
    const owners = [...new Set(group.map(({ owner }) => owner?.operation_id ?? ''))];
    if (owners.length > 1) complain('I1', `first licenses bought ${owners.length} times: ${name}`, ...owners);
  }
};

/** A license and its operation name each other, one to one. */
const checkLicenseRows = (records: Records, complain: Complain): void => {
  const byOperation = groupBy(
    records.licenses.filter(({ operation_id }) => operation_id !== null),
    ({ operation_id }) => String(operation_id),
  );
  const operations = new Map(records.operations.map((operation) => [operation.operation_id, operation]));
  for (const [id, licenses] of byOperation) {
    const operation = operations.get(id);
    if (licenses.length > 1) complain('I3', `operation ${id} has ${licenses.length} licenses`, id);
    if (operation?.state !== 'CONFIRMED')
      complain('I3', `a license names operation ${id}, which is ${operation?.state ?? 'absent'}`, id);
  }
};

export const checkPurchases = (records: Records, complain: Complain): void => {
  const owned = assignPurchases(records);
  const byOwner = groupBy(owned, ({ owner }) => owner?.operation_id ?? '');
  for (const { purchase } of byOwner.get('') ?? []) complain('I2', `${describePurchase(purchase)} belongs to no operation`);
  const licenses = new Map(records.licenses.map((license) => [license.license_id, license]));
  for (const operation of records.operations) {
    checkOperation(operation, byOwner.get(operation.operation_id) ?? [], licenses.get(operation.license_id ?? ''), complain);
  }
  checkFirstLicenses(owned, complain);
  checkLicenseRows(records, complain);
};
