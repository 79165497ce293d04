// Entry of the page at `/`: reads what the gateway says about itself, then mounts GraphiQL with our bar above it.
import 'graphiql/style.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { installWorkers } from './monaco.workers.js';
import { loadPageConfig } from './page.config.js';
import { Page } from './page.view.js';
import { findInitialTabs } from './tab.storage.js';

const target = document.getElementById('page');
if (!target) throw new Error('index.html has no element with the id "page"');

// Before the first editor exists: Monaco asks for its workers while it is created.
installWorkers();

const config = await loadPageConfig();
document.title = config.title;
createRoot(target).render(<Page config={config} initialTabs={findInitialTabs(config.operations)} />);
