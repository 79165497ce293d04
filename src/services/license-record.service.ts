/** Licenses that were bought elsewhere, put on record by a person: nothing is bought, and the source is asked for the asset alone. */
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../datasources/datasource.js';
import type { Asset } from '../domain/asset.js';
import { isCurrency } from '../domain/budget.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type AssetId, nodeIdOf } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Allocation, HeldReference, License } from '../domain/license.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import { isDecimal, type Money } from '../domain/money.js';
import type { InputProblem } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, LICENSORS, requireRole } from '../domain/roles.js';
import type { StatedTerms } from '../domain/stated-terms.js';
import { termsHash } from '../domain/terms-hash.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { findLicense, insertLicense } from '../store/license.store.js';
import { checkKey, checkOrder, MAX_KEY } from './licensing.checks.js';
import { type IntakeDeps, loadAsset } from './licensing.intake.js';
import { checkStatedTerms } from './terms.checks.js';
import { KEY_CONFLICT, type Keyed } from './terms.service.js';
import { termsOfPurchase } from './terms-of-purchase.js';

export interface RecordCommand {
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly terms?: StatedTerms;
  readonly licensedAt: Instant;
  /** Who bought it. */
  readonly licensor: string | null;
  readonly price: Money | null;
  readonly allocation: Allocation;
  readonly orderNumber: string | null;
  readonly references: readonly HeldReference[];
  readonly sourceReference: string | null;
}

export type RecordLicenseOutcome =
  | { readonly kind: 'RecordLicensePayload'; readonly license: License; readonly replayed: boolean }
  | Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' | 'IdempotencyConflict' }>;

export interface LicenseRecordService {
  /** Throws the source's fault when the asset cannot be read; nothing is recorded then. */
  record(actor: Actor, command: RecordCommand, keyed: Keyed, call: Call): Promise<RecordLicenseOutcome>;
}

const MUTATION = 'recordLicense';
const MAX_TYPE = 100;
const MAX_TEXT = 500;

const problemsOf = (command: RecordCommand, keyed: Keyed, now: Instant): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain = (path: string, code: string, message: string) => problems.push({ path, code, message });
  const { licenseType, licensedAt, price, terms } = command;
  checkKey(keyed.idempotencyKey, MAX_KEY, complain);
  if (licenseType.trim() === '' || licenseType.length > MAX_TYPE)
    complain('licenseType', 'INVALID', `A license type has 1 to ${MAX_TYPE} characters.`);
  if (licensedAt > now) complain('licensedAt', 'IN_FUTURE', 'The purchase lies in the past.');
  for (const name of ['licensor', 'orderNumber', 'sourceReference'] as const) {
    const text = command[name];
    if (text !== null && (text.trim() === '' || text.length > MAX_TEXT))
      complain(name, 'INVALID', `1 to ${MAX_TEXT} characters.`);
  }
  if (price && (!isDecimal(price.amount) || !/^\d{1,12}(\.\d{1,6})?$/.test(price.amount)))
    complain('price.amount', 'INVALID', 'At most 12 digits before the point and 6 after it, e.g. "1250.00".');
  if (price && !isCurrency(price.currency))
    complain('price.currency', 'INVALID', 'Give an ISO 4217 code in capital letters, e.g. "EUR".');
  checkOrder(command, complain);
  return terms ? [...problems, ...checkStatedTerms(terms, 'terms')] : problems;
};

export const createLicenseRecordService = (deps: IntakeDeps): LicenseRecordService => {
  const { db, now } = deps;

  const write = async (tx: TenantTx, actor: Actor, command: RecordCommand, asset: Asset, keyed: Keyed, uuid: string) => {
    const { tenantId } = actor;
    const { licenseType, licensedAt, price, orderNumber, sourceReference, terms: stated } = command;
    const at = instantOf(now());
    const terms = await termsOfPurchase(tx, { rights: asset.rights, source: asset.source, licenseType, stated });
    const { rights } = terms;
    const license: Omit<License, 'kind' | 'state'> = {
      uuid,
      assetId: asset.id,
      source: asset.source,
      licenseType,
      origin: 'RECORDED',
      operationUuid: null,
      price,
      chargedUnits: null,
      allocation: command.allocation,
      references: command.references,
      sourceReference,
      orderNumber,
      licensedAt,
      licensedBy: command.licensor ?? 'unknown',
      validUntil: rights.validUntil,
      supersedesUuid: null,
    };
    const { connectionId } = asset.key;
    await insertLicense(tx, { license, tenantId, connectionId, ...terms, recordedAt: at, state: 'ACTIVE', importKey: null });
    await appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId,
      occurredAt: at,
      actor: actor.subject,
      action: 'license.recorded',
      subjectType: 'License',
      subjectId: nodeIdOf('License', uuid),
      assetId: asset.id,
      licenseUuid: uuid,
      requestId: keyed.requestId,
      data: {
        source: asset.source,
        licenseType,
        licensedAt,
        licensor: command.licensor,
        price: price && { ...price },
        allocation: { ...command.allocation },
        orderNumber,
        sourceReference,
        termsHash: termsHash(rights),
        idempotencyKey: keyed.idempotencyKey,
      },
    });
  };

  const replayed = async (tx: TenantTx, uuid: string): Promise<RecordLicenseOutcome> => {
    const license = await findLicense(tx, uuid, instantOf(now()));
    if (!license) throw new Error(`A key is bound to the license ${uuid}, which does not exist.`);
    return { kind: 'RecordLicensePayload', license, replayed: true };
  };

  return {
    record: async (actor, command, keyed, call) => {
      requireRole(actor, LICENSORS, 'record licenses');
      const problems = problemsOf(command, keyed, instantOf(now()));
      if (problems.length > 0) return invalidRequest(...problems);
      const { tenantId } = actor;
      const payloadHash = payloadHashOf({ ...command } as unknown as JsonValue);
      const key = { mutation: MUTATION, idempotencyKey: keyed.idempotencyKey, payloadHash };
      const before = await readInTenant(db, tenantId, async (tx) => {
        const bound = await findBinding(tx, key);
        return bound && (bound.kind === 'conflict' ? KEY_CONFLICT : replayed(tx, bound.resultId));
      });
      if (before) return before;
      const loaded = await loadAsset(deps, actor, command.assetId, call);
      if (!loaded) return invalidRequest({ path: 'assetId', code: 'NOT_FOUND', message: 'There is no such asset.' });
      return inTenant(db, tenantId, async (tx): Promise<RecordLicenseOutcome> => {
        const uuid = uuidv7();
        const binding = await bindKey(tx, { ...key, tenantId, resultId: uuid, at: instantOf(now()) });
        if (binding.kind === 'conflict') return KEY_CONFLICT;
        if (binding.kind === 'replayed') return replayed(tx, binding.resultId);
        await write(tx, actor, command, loaded.asset, keyed, uuid);
        return { ...(await replayed(tx, uuid)), replayed: false } as RecordLicenseOutcome;
      });
    },
  };
};
