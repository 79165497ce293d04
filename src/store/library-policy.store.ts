/** Which libraries need approval, what they say of their assets, and what was decided here. */
import { type RawBuilder, sql } from 'kysely';
import { type AssetId, type AssetSource, type ConnectionId, parseGlobalId, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { LibraryPolicy, LibraryReading, LibraryVerdict, WriteBackState } from '../domain/library-approval.js';
import { isRole } from '../domain/roles.js';
import type { TenantTx } from './database.js';

interface PolicyRow {
  readonly source: string;
  readonly approved_by: LibraryPolicy['approvedBy'];
  readonly field: string | null;
  readonly approved_values: string[];
  readonly rejected_values: string[];
  readonly gallery_id: string | null;
  readonly seen_by: string[];
  readonly write_back: boolean;
  readonly set_by: string;
  readonly set_at: Date;
}

const policyOf = (row: PolicyRow): LibraryPolicy => ({
  source: row.source as AssetSource,
  approvedBy: row.approved_by,
  field: row.field,
  approvedValues: row.approved_values,
  rejectedValues: row.rejected_values,
  galleryId: row.gallery_id,
  seenBy: row.seen_by.filter(isRole),
  writeBack: row.write_back,
  setBy: row.set_by,
  setAt: instantOf(row.set_at),
});

export const listLibraryPolicies = async (tx: TenantTx): Promise<LibraryPolicy[]> =>
  (await tx.selectFrom('library_policy').selectAll().orderBy('source').execute()).map(policyOf);

export const lockLibraryPolicy = async (tx: TenantTx, tenantId: TenantId, source: AssetSource): Promise<LibraryPolicy | null> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`library_policy/${tenantId}/${source}`}, 0))`.execute(tx);
  const row = await tx.selectFrom('library_policy').selectAll().where('source', '=', source).executeTakeFirst();
  return row ? policyOf(row) : null;
};

export const saveLibraryPolicy = async (tx: TenantTx, tenantId: TenantId, policy: LibraryPolicy): Promise<void> => {
  const row = {
    approved_by: policy.approvedBy,
    field: policy.field,
    approved_values: [...policy.approvedValues],
    rejected_values: [...policy.rejectedValues],
    gallery_id: policy.galleryId,
    seen_by: [...policy.seenBy],
    write_back: policy.writeBack,
    set_by: policy.setBy,
    set_at: policy.setAt,
  };
  await tx
    .insertInto('library_policy')
    .values({ tenant_id: tenantId, source: policy.source, ...row })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'source']).doUpdateSet(row))
    .execute();
};

interface ReadingRow extends PolicyRow {
  readonly asset_id: string;
  readonly connection_id: string;
  readonly external_id: string;
  readonly value: string | null;
  readonly read_at: Date | null;
  readonly decision: LibraryVerdict | null;
  readonly library_value: string | null;
  readonly write_back_state: WriteBackState | null;
  readonly agreed_at: Date | null;
}

const readingOf = (row: ReadingRow): LibraryReading => ({
  assetId: row.asset_id as AssetId,
  connectionId: row.connection_id as ConnectionId,
  externalId: row.external_id,
  policy: policyOf(row),
  value: row.value,
  readAt: row.read_at && instantOf(row.read_at),
  decision: row.decision && {
    verdict: row.decision,
    valueThen: row.library_value,
    writeBack: row.write_back_state && {
      state: row.write_back_state,
      agreedAt: row.agreed_at && instantOf(row.agreed_at),
    },
  },
});

/** Custom fields, whatever the case of their names; the gallery's id while the asset is in it. */
const VALUE: RawBuilder<string | null> = sql`case p.approved_by
  when 'FIELD' then (select e.value from jsonb_each_text(f.facts->'customFields') e where lower(e.key) = lower(p.field) order by e.key = p.field desc limit 1)
  else (select m.gallery_id from library_gallery_member m where m.tenant_id = p.tenant_id and m.connection_id = w.connection_id
    and m.gallery_id = p.gallery_id and m.external_id = w.external_id) end`;

/** Those of the assets that belong to a library which needs approval; one statement for a whole page. */
export const findLibraryReadings = async (tx: TenantTx, assetIds: readonly string[]): Promise<LibraryReading[]> => {
  const wanted = [...new Set(assetIds)].flatMap((assetId) => {
    const parsed = parseGlobalId(assetId);
    return parsed?.type === 'Asset' ? [{ assetId, ...parsed.key }] : [];
  });
  if (wanted.length === 0) return [];
  const column = (read: (entry: (typeof wanted)[number]) => string) => wanted.map(read);
  const { rows } = await sql<ReadingRow>`
    select w.asset_id, w.connection_id, w.external_id, p.source, p.approved_by, p.field, p.approved_values, p.rejected_values, p.gallery_id,
      p.seen_by, p.write_back, p.set_by, p.set_at, ${VALUE} as value, coalesce(g.read_at, f.polled_at) as read_at,
      d.decision, d.library_value, b.state as write_back_state, b.agreed_at
    from unnest(${column(({ assetId }) => assetId)}::text[], ${column(({ connectionId }) => connectionId)}::text[],
      ${column(({ externalId }) => externalId)}::text[]) as w(asset_id, connection_id, external_id)
    join source_connection c on c.connection_id = w.connection_id
    join library_policy p on p.source = c.source and p.approved_by <> 'NONE'
    left join asset_facts f on f.tenant_id = p.tenant_id and f.connection_id = w.connection_id and f.external_id = w.external_id
    left join library_gallery g on g.tenant_id = p.tenant_id and g.connection_id = w.connection_id and g.gallery_id = p.gallery_id
    left join lateral (select * from library_decision d where d.tenant_id = p.tenant_id and d.asset_id = w.asset_id
      order by d.library_decision_id desc limit 1) d on true
    left join write_back b on b.library_decision_id = d.library_decision_id`.execute(tx);
  return rows.map(readingOf);
};

/** Until the transaction ends nobody else decides on the asset. */
export const lockLibraryAsset = async (tx: TenantTx, assetId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`library_asset/${assetId}`}, 0))`.execute(tx);
};

export interface NewLibraryDecision {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly assetId: AssetId;
  readonly connectionId: ConnectionId;
  readonly externalId: string;
  readonly verdict: LibraryVerdict;
  readonly libraryValue: string | null;
  readonly note: string | null;
  readonly reference: string | null;
  readonly decidedBy: string;
  readonly decidedAt: Instant;
}

export const insertLibraryDecision = async (tx: TenantTx, decision: NewLibraryDecision): Promise<void> => {
  await tx
    .insertInto('library_decision')
    .values({
      library_decision_id: decision.uuid,
      tenant_id: decision.tenantId,
      asset_id: decision.assetId,
      connection_id: decision.connectionId,
      external_id: decision.externalId,
      decision: decision.verdict,
      library_value: decision.libraryValue,
      note: decision.note,
      reference: decision.reference,
      decided_by: decision.decidedBy,
      decided_at: decision.decidedAt,
    })
    .execute();
};

/** What a gallery holds, as it was read from its beginning to its end. */
export const replaceGallery = async (
  tx: TenantTx,
  gallery: { readonly tenantId: TenantId; readonly connectionId: ConnectionId; readonly galleryId: string },
  externalIds: readonly string[],
  at: Instant,
): Promise<void> => {
  const { tenantId, connectionId, galleryId } = gallery;
  const place = { tenant_id: tenantId, connection_id: connectionId, gallery_id: galleryId };
  await tx
    .deleteFrom('library_gallery_member')
    .where('connection_id', '=', connectionId)
    .where('gallery_id', '=', galleryId)
    .where(sql<boolean>`external_id <> all (${[...externalIds]}::text[])`)
    .execute();
  await sql`insert into library_gallery_member (tenant_id, connection_id, gallery_id, external_id)
    select ${tenantId}, ${connectionId}, ${galleryId}, e from unnest(${[...new Set(externalIds)]}::text[]) e on conflict do nothing`.execute(
    tx,
  );
  await tx
    .insertInto('library_gallery')
    .values({ ...place, read_at: at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'gallery_id']).doUpdateSet({ read_at: at }))
    .execute();
};

/** When it was last read to its end; null: never. */
export const findGallery = async (
  tx: TenantTx,
  gallery: { readonly connectionId: ConnectionId; readonly galleryId: string },
): Promise<Instant | null> => {
  const row = await tx
    .selectFrom('library_gallery')
    .select('read_at')
    .where('connection_id', '=', gallery.connectionId)
    .where('gallery_id', '=', gallery.galleryId)
    .executeTakeFirst();
  return row ? instantOf(row.read_at) : null;
};

/** What the library showed of one asset, until the gallery is read again. */
export const setGalleryMember = async (
  tx: TenantTx,
  {
    tenantId,
    connectionId,
    galleryId,
  }: { readonly tenantId: TenantId; readonly connectionId: ConnectionId; readonly galleryId: string },
  externalId: string,
  isIn: boolean,
): Promise<void> => {
  if (!isIn) {
    await tx
      .deleteFrom('library_gallery_member')
      .where('connection_id', '=', connectionId)
      .where('gallery_id', '=', galleryId)
      .where('external_id', '=', externalId)
      .execute();
    return;
  }
  await tx
    .insertInto('library_gallery_member')
    .values({ tenant_id: tenantId, connection_id: connectionId, gallery_id: galleryId, external_id: externalId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};
