/** Writes assets as JSON text by column set. The text of each asset is kept, so that a reply of many rows is a joining of strings. */
import type { Asset } from './asset.js';
import { COLUMNS, type ColumnContext } from './columns.js';
import { jsonText } from './replies.js';

export interface RowPlan {
  /** Columns that do not exist. */
  readonly unknown: readonly string[];
  readonly wantsTotal: boolean;
  readonly wantsLicensed: boolean;
  /** A writer of rows for one caller's circumstances; `licensed` is asked only when the column was. */
  writer(context: ColumnContext, escaped: boolean, licensed: (id: number) => string): (asset: Asset) => string;
}

export interface RowPlans {
  of(columns: readonly string[]): RowPlan;
}

const KEPT_PLANS = 64;

/** Only what the columns depend on belongs in the key, so that callers share texts where they can. */
const variantKey = (columns: readonly string[], context: ColumnContext, escaped: boolean): string =>
  [
    escaped,
    columns.includes('details_url') ? `${context.clientId}/${context.authenticated}` : '',
    columns.includes('category') ? context.locale.slice(0, 2) : '',
    columns.some((name) => name.startsWith('thumbnail_')) ? context.thumbnailSize : '',
  ].join('|');

const buildPlan = (asked: readonly string[]): RowPlan => {
  const columns = [...new Set(asked)];
  const known = columns.filter((name) => Object.hasOwn(COLUMNS, name));
  const special = new Set(['nb_results', 'is_licensed']);
  const variants = new Map<string, (string | undefined)[]>();

  const write = (asset: Asset, context: ColumnContext, escaped: boolean): string => {
    const row: Record<string, unknown> = {};
    for (const name of known) row[name] = COLUMNS[name]?.(asset, context);
    return jsonText(row, escaped);
  };

  return {
    unknown: columns.filter((name) => !Object.hasOwn(COLUMNS, name) && !special.has(name)),
    wantsTotal: columns.includes('nb_results'),
    wantsLicensed: columns.includes('is_licensed'),
    writer: (context, escaped, licensed) => {
      const key = variantKey(known, context, escaped);
      const texts = variants.get(key) ?? [];
      variants.set(key, texts);
      const plain = (asset: Asset): string => {
        const kept = texts[asset.k];
        if (kept !== undefined) return kept;
        const written = write(asset, context, escaped);
        texts[asset.k] = written;
        return written;
      };
      if (!columns.includes('is_licensed')) return plain;
      // What is licensed changes with every purchase, so it is put behind the kept text.
      return (asset) => {
        const text = plain(asset);
        return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"is_licensed":"${licensed(asset.id)}"}`;
      };
    },
  };
};

export const createRowPlans = (): RowPlans => {
  const plans = new Map<string, RowPlan>();
  return {
    of: (columns) => {
      const key = columns.join(',');
      const known = plans.get(key);
      if (known) return known;
      // Forgetting all at once keeps memory bounded when somebody varies the columns without end.
      if (plans.size >= KEPT_PLANS) plans.clear();
      const plan = buildPlan(columns);
      plans.set(key, plan);
      return plan;
    },
  };
};
