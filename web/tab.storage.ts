// Decides which tabs the page opens with: those of the last visit, or the ready operations when there are none or they changed.
import type { ReadyOperation } from './page.config.js';

export type TabText = { readonly query: string; readonly variables: string };

export type InitialTabs = {
  /** Used by GraphiQL only when it finds no stored tabs. */
  readonly defaultTabs: readonly TabText[];
  /** Texts of the tab that is open first; undefined leaves GraphiQL its own greeting. */
  readonly active: TabText | undefined;
};

const OPERATIONS_KEY = 'clearance:operations';
const TABS_KEY = 'graphiql:tabState';
/** Everything GraphiQL keeps about open tabs; history, theme and pane sizes stay. */
const TAB_KEYS = [TABS_KEY, 'graphiql:query', 'graphiql:variables', 'graphiql:headers'] as const;

/**
 * GraphiQL 5 takes the first tab's variables from a separate entry of its storage and ignores those of `defaultTabs`,
 * so the texts of the tab that is open first are always handed over by name.
 */
export function findInitialTabs(operations: readonly ReadyOperation[]): InitialTabs {
  const defaultTabs = operations.map(({ query, variables }) => ({ query, variables }));
  try {
    forgetTabsOfOtherOperations(operations);
    return { defaultTabs, active: parseActiveTab(localStorage.getItem(TABS_KEY)) ?? defaultTabs[0] };
  } catch {
    // A browser that forbids storage, or a stored text that is no tab state: start afresh.
    return { defaultTabs, active: defaultTabs[0] };
  }
}

/** Ready operations carry ids of this gateway's data; tabs kept from another set of them would only fail. */
function forgetTabsOfOtherOperations(operations: readonly ReadyOperation[]): void {
  const current = JSON.stringify(operations);
  if (localStorage.getItem(OPERATIONS_KEY) === current) return;
  for (const key of TAB_KEYS) localStorage.removeItem(key);
  localStorage.setItem(OPERATIONS_KEY, current);
}

function parseActiveTab(stored: string | null): TabText | undefined {
  if (!stored) return undefined;
  const state = JSON.parse(stored) as { readonly tabs?: readonly Partial<TabText>[]; readonly activeTabIndex?: number };
  const tab = state.tabs?.[state.activeTabIndex ?? 0];
  return tab && { query: tab.query ?? '', variables: tab.variables ?? '' };
}
