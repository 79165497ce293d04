/** Saved lists of assets; saving one that a rule wants to see asks for its approval. */
import { v7 as uuidv7 } from 'uuid';
import type { ApprovalRule } from '../domain/approval-rules.js';
import type { Asset } from '../domain/asset.js';
import type { JsonValue } from '../domain/canonical-json.js';
import type { AssetId } from '../domain/ids.js';
import { nodeIdOf } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Allocation } from '../domain/license.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Candidate, type LicenseRequest, REQUESTERS, type Selection } from '../domain/request.js';
import { type Actor, requireRole } from '../domain/roles.js';
import { findApprovalRules } from '../store/approval-rule.store.js';
import { type Database, readInTenant, type TenantTx } from '../store/database.js';
import { insertRequest, lockOpenRuleRequest } from '../store/request.store.js';
import { findSelections, insertSelection, listSelections, type SelectionQuery } from '../store/selection.store.js';
import { addItems } from './candidate.service.js';
import { auditRequest, auditSetting } from './request.audit.js';
import { askedFor, type Desk, freeze, readAssets, readQuotes } from './request.candidates.js';
import { checkSelection, noAssets, type SelectionCommand } from './request.checks.js';
import { answered, once, type Refused } from './request.keyed.js';
import { submitCandidates } from './request.service.js';

export type SaveSelectionOutcome =
  | { readonly kind: 'SaveSelectionPayload'; readonly selection: Selection; readonly replayed: boolean }
  | Refused;

export interface SelectionService {
  /** Assets that a rule wants to see open a request of the saver, or join the one that is open. */
  save(
    actor: Actor,
    command: SelectionCommand & { readonly allocation: Allocation },
    idempotencyKey: string,
    desk: Desk,
    requestId: string,
  ): Promise<SaveSelectionOutcome>;
  /** One's own. One more than asked. */
  list(actor: Actor, query: Omit<SelectionQuery, 'savedBy'>): Promise<readonly Selection[]>;
  /** One's own; null for what is somebody else's. */
  find(actor: Actor, uuid: string): Promise<Selection | null>;
}

interface Review {
  readonly wanted: readonly Candidate[];
  readonly unreviewed: Selection['unreviewed'];
}

const TITLE = 'Saved assets that need review';

/** Which of the assets the rules want to see; those of which it cannot be told are named, and never left out in silence. */
const review = async (
  desk: Desk,
  rules: readonly ApprovalRule[],
  assets: readonly Asset[],
  allocation: Allocation,
  at: () => Instant,
): Promise<Review> => {
  const onSave = rules.filter((rule) => rule.onSave);
  const questioned = assets.filter(({ source }) => onSave.some(({ when }) => !when.sources || when.sources.includes(source)));
  if (questioned.length === 0) return { wanted: [], unreviewed: [] };
  const quotes = await readQuotes(
    desk,
    questioned.map((asset) => ({ asset, licenseType: null, locale: null, again: false })),
  );
  const wanted: Candidate[] = [];
  const unreviewed: { assetId: AssetId; why: string }[] = [];
  for (const [index, asset] of questioned.entries()) {
    const quote = quotes[index];
    const frozen = quote && freeze(asset, quote, at());
    if (!frozen) {
      unreviewed.push({ assetId: asset.id, why: quote && 'message' in quote ? quote.message : 'It has no quote.' });
      continue;
    }
    const licenseType = frozen.quote.licenseType as string;
    const candidate = { assetId: asset.id, licenseType, again: false, reason: null, references: [], frozen };
    if (askedFor(rules, candidate, { allocation, channels: [] })?.rule.onSave) wanted.push(candidate);
  }
  return { wanted, unreviewed };
};

export const createSelectionService = (deps: { readonly db: Database; readonly now: () => number }): SelectionService => {
  const { db, now } = deps;

  /** Opens the request that rules make, or goes on with the one that is open. */
  const openRequest = async (
    tx: TenantTx,
    actor: Actor,
    allocation: Allocation,
    told: { readonly at: Instant; readonly requestId: string },
  ): Promise<LicenseRequest> => {
    const open = await lockOpenRuleRequest(tx, actor.tenantId, actor.subject, allocation);
    if (open) return open;
    const { at } = told;
    const request = {
      kind: 'LicenseRequest' as const,
      uuid: uuidv7(),
      state: 'SUBMITTED' as const,
      origin: 'RULE' as const,
      title: TITLE,
      brief: null,
      allocation,
      channels: [],
      dueAt: null,
      requestedBy: actor.subject,
      createdAt: at,
      submittedAt: at,
      withdrawnAt: null,
    };
    await insertRequest(tx, actor.tenantId, request);
    const data = { title: TITLE, allocation: { ...allocation }, channels: [], dueAt: null, origin: 'RULE' };
    await auditRequest(tx, actor.tenantId, request, { ...told, action: 'request.created', actor: actor.subject, data });
    return request;
  };

  const find = async (actor: Actor, uuid: string): Promise<Selection | null> => {
    requireRole(actor, REQUESTERS, 'read selections');
    return (await readInTenant(db, actor.tenantId, (tx) => findSelections(tx, [uuid], actor.subject)))[0] ?? null;
  };

  const payload = async (actor: Actor, uuid: string, replayed: boolean): Promise<SaveSelectionOutcome> => {
    const selection = await find(actor, uuid);
    // A key is the tenant's: that of somebody else's selection is taken.
    if (!selection)
      return { kind: 'IdempotencyConflict', message: 'This key belongs to a call of somebody else. Use a new one.' };
    return { kind: 'SaveSelectionPayload', selection, replayed };
  };

  const save: SelectionService['save'] = async (actor, command, idempotencyKey, desk, requestId) => {
    requireRole(actor, REQUESTERS, 'save selections');
    const wrong = checkSelection(command, idempotencyKey);
    if (wrong) return wrong;
    const { tenantId } = actor;
    const payloadHash = payloadHashOf(command as unknown as JsonValue);
    const key = { tenantId, mutation: 'saveSelection', idempotencyKey, payloadHash };
    const before = await answered(db, key);
    if (before) return 'kind' in before ? before : payload(actor, before.resultId, true);
    const found = await readAssets(desk, command.assetIds);
    const missing = command.assetIds.flatMap((id, index) => (found[index] === null ? [{ path: `assetIds.${index}`, id }] : []));
    if (missing.length > 0) return noAssets(missing);
    const assets = found.filter((asset): asset is Asset => asset !== null);
    const { rules } = await readInTenant(db, tenantId, findApprovalRules);
    const { wanted, unreviewed } = await review(desk, rules, assets, command.allocation, () => instantOf(now()));
    const uuid = uuidv7();
    const done = await once(deps, key, uuid, async (tx, at) => {
      const told = { at, requestId };
      const request = wanted.length > 0 ? await openRequest(tx, actor, command.allocation, told) : undefined;
      if (request) {
        await addItems(tx, actor, request, wanted, told);
        const candidates = await submitCandidates(tx, actor, request, told);
        const data = { candidates, selectionId: nodeIdOf('Selection', uuid) };
        if (candidates > 0)
          await auditRequest(tx, tenantId, request, { ...told, action: 'request.submitted', actor: actor.subject, data });
      }
      const requestUuid = request?.uuid ?? null;
      const assetIds = assets.map(({ id }) => id);
      const saved = { uuid, name: command.name, assetIds, requestUuid, unreviewed, savedBy: actor.subject, savedAt: at };
      await insertSelection(tx, tenantId, saved);
      await auditSetting(
        tx,
        tenantId,
        { subjectType: 'Selection', subjectId: nodeIdOf('Selection', uuid) },
        {
          ...told,
          action: 'selection.saved',
          actor: actor.subject,
          data: {
            name: command.name,
            assetIds,
            licenseRequestId: requestUuid === null ? null : nodeIdOf('LicenseRequest', requestUuid),
          },
        },
      );
    });
    if ('kind' in done) return done;
    return payload(actor, 'made' in done ? uuid : done.resultId, !('made' in done));
  };

  return {
    save,
    find,
    list: async (actor, query) => {
      requireRole(actor, REQUESTERS, 'read selections');
      const { limit } = query;
      return readInTenant(db, actor.tenantId, (tx) => listSelections(tx, { ...query, savedBy: actor.subject, limit: limit + 1 }));
    },
  };
};
