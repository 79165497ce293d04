/** Downloads as Getty Images lists them: those of the account, and those of one asset. */
import { idText, integer, record, text } from './wire.js';

export interface WireDownload {
  readonly id: string;
  readonly assetType: string | null;
  readonly generated: boolean;
  readonly downloadedAt: string | null;
  readonly productType: string | null;
  readonly productId: string | null;
  readonly agreementName: string | null;
  readonly licenseModel: string | null;
  readonly sizeName: string | null;
  readonly source: string | null;
  readonly notes: string | null;
  readonly projectCode: string | null;
}

const readDownload = (row: Readonly<Record<string, unknown>>, id: string): WireDownload => {
  // Nested in the account's list, flat in the history of one asset.
  const details = record(row.download_details) ?? {};
  return {
    id,
    assetType: text(row.asset_type),
    generated: row.generated_asset_id !== undefined && row.generated_asset_id !== null,
    downloadedAt: text(row.date_downloaded),
    productType: text(row.product_type),
    productId: idText(row.product_id),
    agreementName: text(row.agreement_name),
    licenseModel: text(row.license_model),
    sizeName: text(row.size_name),
    source: text(row.download_source),
    notes: text(details.download_notes) ?? text(row.download_notes),
    projectCode: text(details.project_code) ?? text(row.project_code),
  };
};

export interface WireDownloads {
  readonly total: number | null;
  readonly rows: readonly WireDownload[];
  /** Rows as they came, those that cannot be read included. */
  readonly rowCount: number;
}

/** `ofAsset`: the history of that one asset, whose rows name no id. */
export const readDownloads = (json: unknown, ofAsset: string | null): WireDownloads | null => {
  const body = record(json);
  if (body === null || !Array.isArray(body.downloads)) return null;
  // Another asset's purchases must never be taken for those of this one.
  if (ofAsset !== null && (idText(body.id) ?? ofAsset) !== ofAsset) return null;
  const rows: WireDownload[] = [];
  for (const value of body.downloads) {
    const row = record(value);
    const id = ofAsset ?? idText(row?.id);
    if (row !== null && id !== null) rows.push(readDownload(row, id));
  }
  return { total: integer(body.result_count), rows, rowCount: body.downloads.length };
};
