// Stands inside GraphiQL and carries news out of its store: the open tab to the page, a changed key and theme to GraphiQL.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import type { OpenTab } from './key.choice.js';

export type AnsweredTab = OpenTab & { readonly response: string | null };

type BridgeProps = { readonly secret: string; readonly onTab: (tab: AnsweredTab | undefined) => void };

export function GraphiqlBridge({ secret, onTab }: BridgeProps) {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const { id, title, query, response } = tab ?? {};
  useEffect(() => {
    onTab(id === undefined ? undefined : { id, title: title ?? '', query: query ?? null, response: response ?? null });
  }, [id, title, query, response, onTab]);
  useTabInView(id);
  useSchemaRetry(secret);
  useSystemTheme();
  return null;
}

/** With a dozen ready operations the tabs scroll sideways, and one picked in the menu may stand outside the view. */
function useTabInView(id: string | undefined): void {
  useEffect(() => {
    if (id) document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [id]);
}

/** Without a valid key there is no schema, so a new key deserves another try; with one, every role sees the same schema. */
function useSchemaRetry(secret: string): void {
  const hasSchema = useGraphiQL((state) => Boolean(state.schema));
  const { introspect } = useGraphiQLActions();
  const tried = useRef(secret);
  useEffect(() => {
    if (hasSchema || tried.current === secret) return;
    tried.current = secret;
    introspect();
  }, [secret, hasSchema, introspect]);
}

/** GraphiQL reads the system's theme once; its editors would stay light when the evening comes. */
function useSystemTheme(): void {
  const theme = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();
  useEffect(() => {
    if (theme) return;
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setTheme(null);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [theme, setTheme]);
}
