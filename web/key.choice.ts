// Which key goes with requests: every tab remembers its role, a key of the visitor's own lives in sessionStorage and nowhere else.
import { useEffect, useState } from 'react';
import type { PageConfig, ReadyOperation } from './page.config.js';

/** Value of the choice "own key…"; roles are never empty. */
export const OWN_KEY = '';

/** The part of GraphiQL's tab that decides about the role. */
export type OpenTab = { readonly id: string; readonly title: string; readonly query: string | null };

export type KeyChoice = {
  /** A role of the page config, or OWN_KEY. */
  readonly choice: string;
  readonly secret: string;
  readonly ownKey: string;
  readonly choose: (choice: string) => void;
  readonly changeOwnKey: (secret: string) => void;
};

type Memory = { readonly byTab: Readonly<Record<string, string>>; readonly last: string | undefined; readonly ownKey: string };

const MEMORY_KEY = 'clearance:key';
const NOTHING: Memory = { byTab: {}, last: undefined, ownKey: '' };

/** A tab opened for a ready operation starts with that operation's role; after that the visitor's own choice stays with the tab. */
export function useKeyChoice(config: PageConfig, tab: OpenTab | undefined): KeyChoice {
  const [memory, setMemory] = useState(loadMemory);
  const choice = findChoice(config, memory, tab);
  const tabId = tab?.id;

  useEffect(() => {
    // Pinned at first sight, because renaming the operation in a tab must not change whose key it is sent with.
    setMemory((before) => remember(before, tabId, choice));
  }, [tabId, choice]);
  useEffect(() => saveMemory(memory), [memory]);

  return {
    choice,
    secret: choice === OWN_KEY ? memory.ownKey : (config.keys.find((key) => key.role === choice)?.secret ?? ''),
    ownKey: memory.ownKey,
    choose: (next) => setMemory((before) => remember(before, tabId, next)),
    changeOwnKey: (ownKey) => setMemory((before) => ({ ...before, ownKey })),
  };
}

function findChoice(config: PageConfig, memory: Memory, tab: OpenTab | undefined): string {
  const wishes = [
    tab && memory.byTab[tab.id],
    tab && findOperation(config.operations, tab)?.role,
    memory.last,
    config.keys[0]?.role,
  ];
  const isOffered = (wish: string | undefined) => wish === OWN_KEY || config.keys.some((key) => key.role === wish);
  return wishes.find(isOffered) ?? OWN_KEY;
}

function findOperation(operations: readonly ReadyOperation[], tab: OpenTab): ReadyOperation | undefined {
  const named = new RegExp(`\\b(query|mutation|subscription)\\s+${tab.title}\\b`);
  const isName = /^\w+$/.test(tab.title);
  return (
    operations.find(({ query }) => query === tab.query) ??
    (isName ? operations.find(({ query }) => named.test(query)) : undefined)
  );
}

function remember(before: Memory, tabId: string | undefined, choice: string): Memory {
  if (tabId === undefined) return before;
  if (before.byTab[tabId] === choice && before.last === choice) return before;
  return { ...before, byTab: { ...before.byTab, [tabId]: choice }, last: choice };
}

function loadMemory(): Memory {
  try {
    const stored = JSON.parse(sessionStorage.getItem(MEMORY_KEY) ?? '{}') as Partial<Memory>;
    return { ...NOTHING, ...stored };
  } catch {
    return NOTHING;
  }
}

function saveMemory(memory: Memory): void {
  try {
    sessionStorage.setItem(MEMORY_KEY, JSON.stringify(memory));
  } catch {
    // A browser that forbids storage: the choice lasts until the page is left.
  }
}
