/** `npm run events` writes the catalogue of events into docs/events/catalogue.json; a test compares the two. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventCatalogue } from '../src/domain/event-catalogue.js';

const file = fileURLToPath(new URL('../docs/events/catalogue.json', import.meta.url));
mkdirSync(fileURLToPath(new URL('../docs/events', import.meta.url)), { recursive: true });
writeFileSync(file, `${JSON.stringify(eventCatalogue(), null, 2)}\n`);
console.log('docs/events/catalogue.json is written.');
