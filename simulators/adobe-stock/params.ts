/** The bracketed query keys of the API, sorted into what they mean: `a[b]`, `a[filters][c]`, `x[]` and `x[0]`. */

export interface Params {
  readonly top: ReadonlyMap<string, string>;
  readonly search: ReadonlyMap<string, string>;
  readonly filters: ReadonlyMap<string, string>;
  /** Filters that repeat: `3d_type_id`, `template_type_id`, `template_category_id`, `icon_option`. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly columns: readonly string[];
  /** True when at least one result_columns key was sent: then none of the defaults apply. */
  readonly hasColumns: boolean;
}

const COLUMN = /^result_columns(?:\[\d*\])?$/;
const SEARCH = /^search_parameters\[([^\]]+)\]$/;
const FILTER = /^search_parameters\[filters\]\[([^\]]+)\]$/;
const FILTER_LIST = /^search_parameters\[filters\]\[([^\]]+)\]\[[^\]]*\]$/;

export const parseParams = (query: URLSearchParams): Params => {
  const top = new Map<string, string>();
  const search = new Map<string, string>();
  const filters = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const columns: string[] = [];
  const listed = (name: string, value: string): void => {
    lists.set(name, [...(lists.get(name) ?? []), value]);
  };
  for (const [key, value] of query) {
    // Looked at first: a request names dozens of columns and hundreds of requests come a second.
    if (key === 'result_columns[]' || COLUMN.test(key)) {
      columns.push(value);
      continue;
    }
    const plain = SEARCH.exec(key)?.[1];
    const filter = FILTER.exec(key)?.[1];
    const list = FILTER_LIST.exec(key)?.[1];
    if (plain !== undefined) search.set(plain, value);
    else if (filter !== undefined) {
      filters.set(filter, value);
      listed(filter, value);
    } else if (list !== undefined) listed(list, value);
    else top.set(key, value);
  }
  return { top, search, filters, lists, columns, hasColumns: columns.length > 0 };
};

/** A whole number that JSON can carry exactly; undefined for anything else. */
export const wholeNumber = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d{1,16}$/.test(text.trim())) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};
