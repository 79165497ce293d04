// The page: bar, pictures of the open tab's answer, and GraphiQL below them.
import { GraphiQL } from 'graphiql';
import { useRef, useState } from 'react';
import { type AnsweredTab, GraphiqlBridge } from './graphiql.bridge.js';
import { createFetcher } from './graphql.fetcher.js';
import { KeyBar } from './key.bar.js';
import { useKeyChoice } from './key.choice.js';
import { OperationMenu } from './operation.menu.js';
import type { PageConfig } from './page.config.js';
import { PictureStrip } from './picture.strip.js';
import type { InitialTabs } from './tab.storage.js';

const GREETING = '# Write a query here.\n# Ctrl-Space shows what fits, Ctrl-Enter runs it.\n\n';

type PageProps = { readonly config: PageConfig; readonly initialTabs: InitialTabs };

export function Page({ config, initialTabs: { defaultTabs, active } }: PageProps) {
  const [tab, setTab] = useState<AnsweredTab>();
  const choice = useKeyChoice(config, tab);
  const secret = useRef('');
  secret.current = choice.secret;
  const [fetcher] = useState(() => createFetcher(() => secret.current));

  return (
    <>
      <KeyBar config={config} choice={choice} />
      <PictureStrip answer={tab?.response ?? null} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultQuery={GREETING}
          defaultEditorToolsVisibility={true}
          // Headers may hold a key; they are not written to disk, and the visitor is not offered to.
          shouldPersistHeaders={false}
          schemaDescription={true}
          inputValueDeprecation={true}
          {...(defaultTabs.length > 0 && { defaultTabs: [...defaultTabs] })}
          {...(active && { initialQuery: active.query, initialVariables: active.variables })}
        >
          <GraphiQL.Logo>
            <GraphiqlBridge secret={choice.secret} onTab={setTab} />
            <OperationMenu operations={config.operations} />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}
