/** Variants of assets: naming them, and picking the one for a market, a language and a campaign. */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Asset } from '../domain/asset.js';
import { canonicalJson, type JsonValue } from '../domain/canonical-json.js';
import { Fault } from '../domain/faults.js';
import { type AssetId, parseGlobalId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { InputProblem } from '../domain/operation.js';
import { type Actor, READERS, requireRole } from '../domain/roles.js';
import type { UseVerdict } from '../domain/use.js';
import {
  looksFor,
  marketUse,
  marketVerdict,
  matchedBy,
  VARIANT_SETTERS,
  type Variant,
  type VariantChoice,
  type VariantLook,
  type VariantStep,
  variantAt,
} from '../domain/variant.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { bindKey, findBinding } from '../store/bound-key.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { findBase, findVariantList, findVariants, lockVariants, replaceVariants } from '../store/variant.store.js';
import type { UseDecisionService } from './use-decision.service.js';
import { checkQuestion, checkVariants, noSuchAsset, type VariantsCommand } from './variant.checks.js';

export type SetAssetVariantsOutcome =
  | {
      readonly kind: 'SetAssetVariantsPayload';
      readonly assetId: AssetId;
      readonly variants: readonly Variant[];
      readonly replayed: boolean;
    }
  | Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' | 'IdempotencyConflict' }>;

/** The batch of a request: in order, null for what does not exist, an error for what cannot be read now. */
export type ReadAssets = (ids: readonly string[]) => Promise<readonly (Asset | Error | null)[]>;

export interface ChoiceCommand {
  readonly assetId: string;
  readonly market: string;
  readonly language: string | null;
  readonly campaign: string | null;
}

export interface VariantService {
  /** Replaces the whole list. Throws the source's fault when an asset cannot be read. */
  set(actor: Actor, command: VariantsCommand, read: ReadAssets, requestId: string): Promise<SetAssetVariantsOutcome>;
  /** Null: there is no such asset. Throws BAD_USER_INPUT. */
  choose(actor: Actor, command: ChoiceCommand, read: ReadAssets): Promise<VariantChoice | null>;
}

const MUTATION = 'setAssetVariants';
const CONFLICT = {
  kind: 'IdempotencyConflict',
  message: 'This key belongs to a call with other arguments. Use a new key for a new intent.',
} as const;

const hashOf = (assetId: string, variants: readonly Variant[]): Buffer =>
  createHash('sha256')
    .update(canonicalJson({ assetId, variants } as unknown as JsonValue))
    .digest();

/** For people: `DE, de-AT, campaign spring`. */
const placeName = ({ market, language, campaign }: VariantLook): string =>
  [market, language, campaign === null ? null : `campaign ${campaign}`].filter((part) => part !== null).join(', ');

/** What was found under an id: the asset, or why it cannot be taken. */
type Reading = { readonly asset: Asset } | { readonly why: string };
const readingOf = (found: Asset | Error | null | undefined): Reading => {
  if (found === null || found === undefined) return { why: 'is not at its source any more' };
  if (!(found instanceof Error)) return { asset: found };
  return { why: found instanceof Fault ? `cannot be read now (${found.message})` : 'cannot be read now' };
};

export interface VariantDeps {
  readonly visibilityOf: (actor: Actor) => Visibility;
  readonly db: Database;
  readonly now: () => number;
  readonly useDecisions: Pick<UseDecisionService, 'sift'>;
}

export const createVariantService = (deps: VariantDeps): VariantService => {
  const { db, now, useDecisions } = deps;
  /** Complaints about assets that do not exist; a source that fails is a fault. */
  const missing = async (assetId: string, variants: readonly Variant[], read: ReadAssets): Promise<InputProblem[]> => {
    const found = await read([assetId, ...variants.map((variant) => variant.assetId)]);
    const failed = found.find((one) => one instanceof Error);
    if (failed) throw failed;
    return found.flatMap((one, index) =>
      one === null ? [noSuchAsset(index === 0 ? 'assetId' : `variants.${index - 1}.assetId`)] : [],
    );
  };

  const replayed = async (tx: TenantTx, assetId: AssetId, listUuid: string): Promise<SetAssetVariantsOutcome> => ({
    kind: 'SetAssetVariantsPayload',
    assetId,
    variants: (await findVariantList(tx, listUuid)) ?? [],
    replayed: true,
  });

  const set: VariantService['set'] = async (actor, command, read, requestId) => {
    requireRole(actor, VARIANT_SETTERS, 'name variants of assets');
    const { value: variants, problems } = checkVariants(command);
    if (problems.length > 0) return invalidRequest(...problems);
    const { tenantId } = actor;
    const [assetId, uuid] = [command.assetId as AssetId, uuidv7()];
    const key = { mutation: MUTATION, idempotencyKey: command.idempotencyKey, payloadHash: hashOf(assetId, variants) };
    const answered = await readInTenant(db, tenantId, async (tx) => {
      const bound = await findBinding(tx, key);
      return bound?.kind === 'replayed' ? replayed(tx, assetId, bound.resultId) : bound && CONFLICT;
    });
    if (answered) return answered;
    const absent = await missing(assetId, variants, read);
    if (absent.length > 0) return invalidRequest(...absent);
    return inTenant(db, tenantId, async (tx) => {
      const at = instantOf(now());
      await lockVariants(tx, tenantId, assetId);
      const bound = await bindKey(tx, { tenantId, ...key, resultId: uuid, at });
      if (bound.kind === 'conflict') return CONFLICT;
      if (bound.kind === 'replayed') return replayed(tx, assetId, bound.resultId);
      const before = (await findVariants(tx, [assetId])).get(assetId) ?? [];
      await replaceVariants(tx, { uuid, tenantId, assetId, variants, setBy: actor.subject, setAt: at });
      await appendAuditEvent(tx, {
        kind: 'AuditEvent',
        uuid: uuidv7(),
        tenantId,
        occurredAt: at,
        actor: actor.subject,
        action: 'asset.variants_set',
        subjectType: 'Asset',
        subjectId: assetId,
        assetId,
        licenseUuid: null,
        requestId,
        data: { idempotencyKey: command.idempotencyKey, replaced: before.length, variants: variants.map((one) => ({ ...one })) },
      });
      return { kind: 'SetAssetVariantsPayload', assetId, variants, replayed: false };
    });
  };

  /** The asset whose list counts: its own, else that of the asset it is a variant of. */
  const listFor = (actor: Actor, assetId: AssetId) =>
    readInTenant(db, actor.tenantId, async (tx) => {
      const own = (await findVariants(tx, [assetId])).get(assetId) ?? [];
      const base = own.length > 0 ? undefined : await findBase(tx, assetId);
      if (base === undefined) return { base: assetId, variants: own };
      return { base, variants: (await findVariants(tx, [base])).get(base) ?? [] };
    });

  const choose: VariantService['choose'] = async (actor, command, read) => {
    requireRole(actor, READERS, 'read assets');
    const { value: question, problems } = checkQuestion(command);
    const complaints = parseGlobalId(command.assetId)?.type === 'Asset' ? problems : [noSuchAsset('assetId'), ...problems];
    if (complaints.length > 0)
      throw new Fault('BAD_USER_INPUT', complaints.map(({ path, message }) => `${path}: ${message}`).join(' '));
    const own = command.assetId as AssetId;
    const listed = await listFor(actor, own);
    // What the caller may not see is no step of the answer either.
    const hidden = await deps.visibilityOf(actor).hidden([own, listed.base, ...listed.variants.map(({ assetId }) => assetId)]);
    if (hidden.has(own)) return null;
    const base = hidden.has(listed.base) ? own : listed.base;
    const variants = hidden.has(listed.base) ? [] : listed.variants.filter(({ assetId }) => !hidden.has(assetId));
    const looks = looksFor(question).map((look) => ({
      look,
      assetId: look.step === 'BASE' ? base : (variantAt(variants, look)?.assetId ?? null),
    }));
    const ids = [...new Set(looks.flatMap(({ assetId }) => (assetId === null ? [] : [assetId])))];
    const found = await read(ids);
    const readings = new Map(ids.map((id, index) => [id, readingOf(found[index])]));
    if (variants.length === 0 && found[ids.indexOf(base)] === null) return null;
    const readable = found.filter((asset): asset is Asset => asset !== null && !(asset instanceof Error));
    const use = marketUse(question.market);
    const decisions = await useDecisions.sift(
      actor,
      readable.map((asset) => ({ asset, use })),
    );
    const verdicts = new Map(decisions.map((decision) => [decision.assetId, marketVerdict(decision)]));
    return choiceOf(question.market, looks, readings, verdicts);
  };

  return { set, choose };
};

interface Candidate {
  readonly look: VariantLook;
  readonly assetId: AssetId | null;
}

/** Goes through the looks until one does; what each came to is in the answer. */
const choiceOf = (
  market: string,
  candidates: readonly Candidate[],
  readings: ReadonlyMap<AssetId, Reading>,
  verdicts: ReadonlyMap<AssetId, UseVerdict>,
): VariantChoice => {
  const fallback: VariantStep[] = [];
  for (const { look, assetId } of candidates) {
    const step = (matched: boolean, why: string) => fallback.push({ ...look, assetId, matched, why });
    if (assetId === null) {
      step(false, `No variant is named for ${placeName(look)}.`);
      continue;
    }
    const name = look.step === 'BASE' ? 'The asset itself' : `The variant for ${placeName(look)}`;
    const reading = readings.get(assetId) ?? readingOf(null);
    if ('why' in reading) {
      step(false, `${name} ${reading.why}.`);
      continue;
    }
    const verdict = verdicts.get(assetId);
    if (verdict === 'DENIED') {
      step(false, `${name} is kept out of ${market} by its terms on record.`);
      continue;
    }
    const certainty =
      verdict === 'ALLOWED'
        ? `its terms allow ${market}`
        : `nothing on record forbids ${market}; whether a use is allowed, canUse says`;
    const why = `${name} is taken: ${certainty}.`;
    step(true, why);
    return { asset: reading.asset, matched: matchedBy(look), fallback, message: why };
  }
  return {
    asset: null,
    matched: [],
    fallback,
    message: `There is nothing for ${market}: no variant can be taken, nor the asset itself. See fallback for why.`,
  };
};
