/** One purchase from its bound key on: what we hold, what the source says, the spend, the result. */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Baseline, Call, Datasource, LicenseReply, LicenseRequest, Licensing } from '../datasources/datasource.js';
import type { Asset } from '../domain/asset.js';
import { SourceFault } from '../domain/faults.js';
import { instantOf } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { InputProblem, LicenseCommand, Operation, StoredOutcome } from '../domain/operation.js';
import type { Actor } from '../domain/roles.js';
import { type Database, readInTenant } from '../store/database.js';
import { findLicensesInForce } from '../store/license.store.js';
import { isSpendOpen } from '../store/operation.store.js';
import {
  ABANDONED,
  currentOperation,
  type Ending,
  recordAlreadyHeld,
  recordEnding,
  recordLicense,
  recordSending,
  recordWaiting,
  type SendingResult,
} from './licensing.steps.js';

export interface PurchaseDeps {
  readonly db: Database;
  readonly reader: AssetReader;
  readonly now: () => number;
  readonly log: { error(details: object, message: string): void };
}

/** A process that has not moved its operation this long after its deadline is taken for dead. */
export const LEASE_MARGIN_MS = 15_000;
/** The result of a purchase is worth more tries than anything else: the database may be away for a moment. */
const RESULT_TRIES_MS = [0, 200, 1_000, 3_000, 8_000];

const failureOf = (fault: SourceFault) => ({
  code: fault.code,
  message: fault.message,
  retryable: fault.retryable,
  retryAfterMs: fault.retryAfterMs,
});

/** What the source says before the spend may already be the answer. Undefined: go on. */
const verdictOf = (baseline: Baseline, command: LicenseCommand, source: Datasource): Ending | undefined => {
  const end = (outcome: StoredOutcome & { readonly message: string }, freesKey: boolean): Ending => ({
    state: 'REJECTED',
    action: 'license.refused',
    outcome,
    failure: { code: outcome.kind, message: outcome.message, retryable: freesKey, retryAfterMs: null },
    ...(freesKey && { freesKey: true as const }),
  });
  const message = baseline.message ?? `${source.profile.label} does not offer this license.`;
  const problems: InputProblem[] = [];
  for (const spec of baseline.references) {
    const given = command.references.find((reference) => reference.key === spec.key);
    if (spec.required && !given?.value.trim()) {
      problems.push({
        path: 'references',
        code: 'REQUIRED',
        message: `"${spec.label}" is required: pass it with the key "${spec.key}".`,
      });
    }
  }
  if (baseline.verdict === 'refused') return end({ kind: 'LicenseRefused', code: 'REFUSED_BY_SOURCE', message }, false);
  if (problems.length > 0) return end({ ...invalidRequest(...problems) }, true);
  if (baseline.verdict === 'checkout') return end({ kind: 'CheckoutRequired', url: baseline.checkoutUrl, message }, true);
  if (baseline.verdict === 'overage' && !command.acceptOverage)
    return end({ kind: 'OverageConfirmationRequired', price: baseline.price, message }, true);
  return undefined;
};

/** Evidence kept with the operation: what the source said before the spend. */
const evidenceOf = (baseline: Baseline, at: number): Record<string, unknown> => ({
  asOf: instantOf(at),
  held: baseline.held,
  verdict: baseline.verdict,
  message: baseline.message,
  remaining: baseline.remaining,
  units: baseline.units,
  raw: baseline.raw,
});

export type Purchase = (
  actor: Actor,
  operation: Operation,
  datasource: Datasource,
  licensing: Licensing,
  asset: Asset,
  call: Call,
) => Promise<Operation>;

export const createPurchase = (deps: PurchaseDeps): Purchase => {
  const { db, reader, now } = deps;

  /** A paid-for result must be written: tried again while the database is away. Our own commit may have arrived: the step re-reads. */
  const insist = async (work: () => Promise<Operation>): Promise<Operation> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const waitMs = RESULT_TRIES_MS[attempt + 1];
        if (waitMs === undefined) throw error;
        deps.log.error({ err: error, attempt }, 'the result of a purchase could not be written yet');
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  };

  /** The spend and its result. From SENDING on, whatever is not certain is UNKNOWN. */
  const spend = async (
    actor: Actor,
    licensing: Licensing,
    request: LicenseRequest,
    operation: Operation,
    call: Call,
  ): Promise<Operation> => {
    let reply: LicenseReply;
    try {
      reply = await licensing.license(request, call);
    } catch (error) {
      const fault = error instanceof SourceFault ? error : undefined;
      if (!fault) deps.log.error({ err: error, operation: operation.uuid }, 'a spending call failed in an unforeseen way');
      const certain = fault?.effect === 'none';
      const failure = fault
        ? failureOf(fault)
        : {
            code: 'INTERNAL',
            message: 'The answer of the source could not be understood.',
            retryable: false,
            retryAfterMs: null,
          };
      return insist(() =>
        recordEnding(deps, actor.tenantId, operation.uuid, 'SENDING', {
          state: certain ? 'REJECTED' : 'UNKNOWN',
          action: certain ? 'license.refused' : 'license.unknown',
          failure,
        }),
      );
    }
    if (reply.kind === 'refused') {
      const { code, message } = reply;
      return insist(() =>
        recordEnding(deps, actor.tenantId, operation.uuid, 'SENDING', {
          state: 'REJECTED',
          action: 'license.refused',
          outcome: { kind: 'LicenseRefused', code, message },
          failure: { code, message, retryable: false, retryAfterMs: null },
        }),
      );
    }
    const origin = reply.kind === 'granted' ? 'PURCHASED' : 'ALREADY_OWNED';
    const settled = await insist(() => recordLicense(deps, actor.tenantId, operation.uuid, request.asset, origin, reply));
    reader.forget(request.asset.key);
    return settled;
  };

  /** From the bound key on: what we hold, what the source says, the spend. */
  return async (
    actor: Actor,
    operation: Operation,
    datasource: Datasource,
    licensing: Licensing,
    asset: Asset,
    call: Call,
  ): Promise<Operation> => {
    const { command, licenseType, uuid } = operation;
    const { tenantId } = actor;
    const [held] = await readInTenant(db, tenantId, (tx) => findLicensesInForce(tx, asset.id, licenseType, instantOf(now())));
    if (held) return recordAlreadyHeld(deps, tenantId, uuid, held.uuid);

    const request: LicenseRequest = { asset, licenseType, references: command.references, operationTag: `clearance:${uuid}` };
    if (await readInTenant(db, tenantId, (tx) => isSpendOpen(tx, operation))) return recordWaiting(deps, tenantId, uuid);
    let baseline: Baseline;
    try {
      baseline = await licensing.baseline(request, call);
    } catch (error) {
      // Nothing was sent: the operation ends, its key is free again, and the caller hears of the fault itself.
      const failure =
        error instanceof SourceFault
          ? failureOf(error)
          : { code: 'INTERNAL', message: 'The operation failed.', retryable: true, retryAfterMs: null };
      await recordEnding(deps, tenantId, uuid, 'RECEIVED', {
        state: 'REJECTED',
        action: 'license.refused',
        failure,
        freesKey: true,
      });
      throw error;
    }
    if (baseline.held) {
      const facts = { ...baseline.held, price: null, units: null };
      return recordLicense(deps, tenantId, uuid, asset, 'ALREADY_OWNED', facts);
    }
    const ending = verdictOf(baseline, command, datasource);
    if (ending) return recordEnding(deps, tenantId, uuid, 'RECEIVED', ending);
    const leaseUntil = instantOf(call.deadlineAt + LEASE_MARGIN_MS);
    let sending: SendingResult;
    try {
      sending = await recordSending(deps, tenantId, operation, evidenceOf(baseline, now()), leaseUntil);
    } catch (error) {
      // Whether the commit arrived is not known, but that no byte has left is: the operation must not be taken for sent.
      await insist(() => recordEnding(deps, tenantId, uuid, 'SENDING', ABANDONED));
      throw error;
    }
    if (sending === 'spend_open') return recordWaiting(deps, tenantId, uuid);
    if (sending === 'taken') return currentOperation(deps, tenantId, uuid);
    if (sending !== 'sending') return recordAlreadyHeld(deps, tenantId, uuid, sending.heldUuid);
    return spend(actor, licensing, request, operation, call);
  };
};
