// The menu that brings a ready operation back after its tab was closed or changed.
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type MouseEvent, useRef } from 'react';
import type { ReadyOperation } from './page.config.js';

const MENU_ID = 'ready-operations';

export function OperationMenu({ operations }: { readonly operations: readonly ReadyOperation[] }) {
  const menu = useRef<HTMLUListElement>(null);
  const open = useOpenOperation();
  if (operations.length === 0) return null;

  const choose = (operation: ReadyOperation) => {
    menu.current?.hidePopover();
    open(operation);
  };
  return (
    <>
      <button type="button" className="menu-button" popoverTarget={MENU_ID} onClick={(event) => placeBelow(event, menu.current)}>
        Ready operations <span aria-hidden="true">▾</span>
      </button>
      <ul id={MENU_ID} ref={menu} popover="auto" className="menu" aria-label="Ready operations">
        {operations.map((operation) => (
          <li key={operation.name}>
            <button type="button" onClick={() => choose(operation)}>
              <span>{operation.name}</span>
              {operation.role && <span className="menu-role">{operation.role}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A popover lives in the browser's top layer and knows nothing of its button; anchor positioning is not everywhere yet. */
function placeBelow(event: MouseEvent<HTMLButtonElement>, menu: HTMLElement | null): void {
  const { bottom, right } = event.currentTarget.getBoundingClientRect();
  menu?.style.setProperty('top', `${bottom + 4}px`);
  menu?.style.setProperty('right', `${innerWidth - right}px`);
}

/** Goes to the tab that still holds the operation as it was given, or opens a new one. */
function useOpenOperation(): (operation: ReadyOperation) => void {
  const { tabs, queryEditor, variableEditor } = useGraphiQL(pick('tabs', 'queryEditor', 'variableEditor'));
  const { addTab, changeTab, updateActiveTabValues } = useGraphiQLActions();
  return ({ query, variables }) => {
    const index = tabs.findIndex((tab) => tab.query === query && (tab.variables ?? '') === variables);
    if (index >= 0) {
      changeTab(index);
      return;
    }
    addTab();
    // Into the tab at once, not only into the editors: the role of a new tab is decided by the operation it opens with.
    updateActiveTabValues({ query, variables });
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
  };
}
