/** Who is concerned by an alert: everybody who had the asset, or a copy of it elsewhere. */
import { sql } from 'kysely';
import type { AlertPerson, PersonReason } from '../domain/alert.js';
import type { StockOrigin } from '../domain/asset.js';
import { type AssetId, type AssetSource, parseGlobalId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { TenantTx } from './database.js';
import { findAssetLinks } from './sync.store.js';

/** Which events of the trail make somebody concerned. */
const CONCERNED: Readonly<Record<string, PersonReason>> = { 'file.downloaded': 'DOWNLOADED', 'usage.recorded': 'USED' };
/** Of one asset and its copies; the latest ones stay. */
const MAX_PEOPLE = 500;

export interface HeldAsset {
  readonly assetId: AssetId;
  readonly source: AssetSource;
}

const nameOf = ({ source, externalId }: StockOrigin): string => `${source}/${externalId}`;

/** What an asset is a copy of, where the store knows it; else the asset itself, of which others may be copies. */
const originsOf = async (tx: TenantTx, assets: readonly HeldAsset[]): Promise<ReadonlyMap<AssetId, StockOrigin>> => {
  const rows = await tx
    .selectFrom('asset_link')
    .select(['asset_id', 'stock_source', 'stock_external_id'])
    .where('asset_id', 'in', [...new Set(assets.map(({ assetId }) => assetId))])
    .execute();
  const linked = new Map(rows.map((row) => [row.asset_id, row]));
  return new Map(
    assets.flatMap(({ assetId, source }): [AssetId, StockOrigin][] => {
      const link = linked.get(assetId);
      if (link) return [[assetId, { source: link.stock_source as AssetSource, externalId: link.stock_external_id }]];
      const parsed = parseGlobalId(assetId);
      return parsed?.type === 'Asset' ? [[assetId, { source, externalId: parsed.key.externalId }]] : [];
    }),
  );
};

/** Each asset with the copies of the same stock asset. */
const groupsOf = async (tx: TenantTx, assets: readonly HeldAsset[]): Promise<ReadonlyMap<AssetId, ReadonlySet<AssetId>>> => {
  const origins = await originsOf(tx, assets);
  const copies = new Map<string, AssetId[]>();
  if (origins.size > 0) {
    for (const { assetId, stock } of await findAssetLinks(tx, [...origins.values()])) {
      const name = nameOf(stock);
      copies.set(name, [...(copies.get(name) ?? []), assetId]);
    }
  }
  return new Map(
    assets.map(({ assetId }) => {
      const origin = origins.get(assetId);
      return [assetId, new Set([assetId, ...((origin && copies.get(nameOf(origin))) ?? [])])];
    }),
  );
};

/** Who had the files of these assets or of copies of them, or used them, each once for each reason, the latest first. */
export const findPeople = async (
  tx: TenantTx,
  assets: readonly HeldAsset[],
): Promise<ReadonlyMap<AssetId, readonly AlertPerson[]>> => {
  if (assets.length === 0) return new Map();
  const groups = await groupsOf(tx, assets);
  const members = [...new Set([...groups.values()].flatMap((group) => [...group]))];
  const { rows } = await sql<{ asset_id: AssetId; actor: string; action: string; last_at: Date }>`
    select asset_id, actor, action, max(occurred_at) as last_at from audit_event
    where asset_id = any(${members}::text[]) and action = any(${Object.keys(CONCERNED)}::text[])
    group by asset_id, actor, action
    order by last_at desc, actor`.execute(tx);
  const byMember = new Map<AssetId, (AlertPerson & { readonly place: number })[]>();
  for (const [place, { asset_id, actor, action, last_at }] of rows.entries()) {
    const why = CONCERNED[action];
    if (!why) continue;
    const list = byMember.get(asset_id) ?? [];
    byMember.set(asset_id, list);
    list.push({ subject: actor, why, lastAt: instantOf(last_at), place });
  }
  const peopleOf = (group: ReadonlySet<AssetId>): readonly AlertPerson[] => {
    const latestFirst = [...group].flatMap((member) => byMember.get(member) ?? []).sort((a, b) => a.place - b.place);
    const distinct = new Map<string, AlertPerson>();
    for (const { place: _, ...person } of latestFirst) {
      const name = `${person.why} ${person.subject}`;
      if (!distinct.has(name)) distinct.set(name, person);
    }
    return [...distinct.values()].slice(0, MAX_PEOPLE);
  };
  return new Map([...groups].map(([assetId, group]) => [assetId, peopleOf(group)]));
};
