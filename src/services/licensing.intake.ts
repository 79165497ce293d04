/** What a license command needs before it can be recorded: the asset, a source that sells it, and a license type that fits. */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { keyText, parseGlobalId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import type { LicenseCommand, OperationKind } from '../domain/operation.js';
import type { Actor } from '../domain/roles.js';
import { type Database, readInTenant } from '../store/database.js';
import { findLicense } from '../store/license.store.js';
import { hiddenAssets } from './library-approval.js';
import type { Purchasable } from './licensing.purchase.js';

export interface IntakeDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly now: () => number;
}

export interface Intake extends Purchasable {
  readonly licenseType: string;
}

/** Undefined: there is no such asset for this tenant. Throws the source's fault. */
export const loadAsset = async (
  { db, registry, reader }: Pick<IntakeDeps, 'db' | 'registry' | 'reader'>,
  actor: Actor,
  assetId: string,
  call: Call,
): Promise<{ datasource: Datasource; asset: Asset } | undefined> => {
  const parsed = parseGlobalId(assetId);
  const datasource = parsed?.type === 'Asset' ? registry.of(actor.tenantId).byConnection(parsed.key.connectionId) : undefined;
  if (!datasource || parsed?.type !== 'Asset') return undefined;
  const { lane, externalId } = parsed.key;
  if (!datasource.profile.lanes.includes(lane) || !datasource.profile.externalId.test(externalId)) return undefined;
  const batch = await reader.read(datasource, [parsed.key], call);
  const fault = batch.failed.get(keyText(parsed.key));
  if (fault) throw fault;
  const asset = batch.found.get(keyText(parsed.key));
  if (!asset || !datasource.profile.ownLibrary) return asset && { datasource, asset };
  const hidden = await readInTenant(db, actor.tenantId, (tx) => hiddenAssets(tx, [asset.id], actor.roles));
  return hidden.has(asset.id) ? undefined : { datasource, asset };
};

const typeProblem = (offered: readonly string[]): LicenseOutcome =>
  invalidRequest({
    path: 'licenseType',
    code: 'UNKNOWN_LICENSE_TYPE',
    message: `This asset can be licensed as ${offered.join(', ')}.`,
  });

/** The license that a further one shall follow must be one of this asset, still standing. */
const supersedesProblem = async (
  { db, now }: IntakeDeps,
  actor: Actor,
  asset: Asset,
  licenseType: string,
  uuid: string,
): Promise<LicenseOutcome | undefined> => {
  const at = instantOf(now());
  const license = await readInTenant(db, actor.tenantId, (tx) => findLicense(tx, uuid, at));
  const complain = (code: string, message: string) => invalidRequest({ path: 'supersedes', code, message });
  if (license?.assetId !== asset.id) return complain('NOT_FOUND', 'There is no such license of this asset.');
  if (baseTypeOf(license.licenseType) !== baseTypeOf(licenseType))
    return complain('OTHER_TYPE', `This license is of the type ${license.licenseType}; only one of the same type can follow it.`);
  if (license.state === 'SUPERSEDED')
    return complain('ALREADY_SUPERSEDED', 'Another license follows this one already; name that.');
  if (license.state === 'CANCELLED') return complain('CANCELLED', 'This license was cancelled; nothing can follow it.');
  return undefined;
};

/** Throws the source's fault when the asset cannot be read. Nothing is recorded and nothing is sent. */
export const takeIn = async (
  deps: IntakeDeps,
  actor: Actor,
  kind: OperationKind,
  command: LicenseCommand,
  call: Call,
): Promise<{ readonly intake: Intake } | { readonly outcome: LicenseOutcome }> => {
  const loaded = await loadAsset(deps, actor, command.assetId, call);
  if (!loaded) return { outcome: invalidRequest({ path: 'assetId', code: 'NOT_FOUND', message: 'There is no such asset.' }) };
  const { datasource, asset } = loaded;
  const { licensing, profile } = datasource;
  const types = licensing?.typesFor(asset) ?? [];
  const [preferred] = types;
  const unsupported = (message: string) => ({
    outcome: { kind: 'UnsupportedBySource' as const, source: profile.source, message },
  });
  if (!licensing || !preferred) return unsupported(`${profile.label} does not license this asset by API.`);
  if (kind === 'RELICENSE' && !licensing.traces.relicense)
    return unsupported(`${profile.label} does not license an asset again by API.`);
  const licenseType = command.licenseType ?? preferred.licenseType;
  const [type, product, ...rest] = licenseType.split(':');
  const known = types.some((option) => option.licenseType === type) && rest.length === 0;
  if (!known || (product !== undefined && !licensing.product?.test(product)))
    return { outcome: typeProblem(types.map((option) => option.licenseType)) };
  const problem =
    command.supersedes === undefined ? undefined : await supersedesProblem(deps, actor, asset, licenseType, command.supersedes);
  return problem ? { outcome: problem } : { intake: { datasource, licensing, asset, licenseType } };
};
