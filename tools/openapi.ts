/** `npm run openapi` prints the named operations into docs/openapi.json; with `-- --check` it fails when the committed file is another. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildGraphqlSchema } from '../src/server/graphql-schema.js';
import { loadOperations } from '../src/server/json-operations.js';
import { openApiOf } from '../src/server/openapi.js';

const file = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
const schema = buildGraphqlSchema();
const printed = `${JSON.stringify(openApiOf(schema, loadOperations(schema)), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, printed);
  console.log('docs/openapi.json is written.');
} else if (readFileSync(file, 'utf8') === printed) {
  console.log('docs/openapi.json is what the code prints.');
} else {
  console.error('docs/openapi.json differs from what the code prints. Run: npm run openapi');
  process.exit(1);
}
