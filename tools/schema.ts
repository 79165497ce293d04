/** `npm run schema` prints the schema into schema.graphql; `npm run schema:check` fails when the committed file is not what the code prints. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printSchema } from 'graphql';
import { buildGraphqlSchema } from '../src/server/graphql-schema.js';

const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));
const printed = `${printSchema(buildGraphqlSchema())}\n`;

if (process.argv.includes('--write')) {
  writeFileSync(file, printed);
  console.log('schema.graphql is written.');
} else if (readFileSync(file, 'utf8') === printed) {
  console.log('schema.graphql is what the code prints.');
} else {
  console.error('schema.graphql differs from what the code prints. Run: npm run schema');
  process.exit(1);
}
