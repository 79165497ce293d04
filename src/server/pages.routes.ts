/** GraphiQL at `/`, from files built out of npm packages; ready operations and, in the sandbox, two keys are filled in. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { READY_OPERATIONS } from './ready-operations.js';

const BUILD = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../build/web');

export interface PageDeps {
  readonly sandbox: boolean;
  /** Only in the sandbox: the keys that the page fills in. */
  readonly keys: readonly { readonly role: string; readonly secret: string }[];
}

export const registerPages = async (app: FastifyInstance, deps: PageDeps): Promise<void> => {
  app.get('/graphiql/config.json', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ title: 'Clearance', sandbox: deps.sandbox, keys: deps.keys, operations: READY_OPERATIONS }),
  );
  if (!existsSync(path.join(BUILD, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The page is not built. Run: node tools/build-web.mjs'),
    );
    return;
  }
  await app.register(fastifyStatic, { root: BUILD, index: 'index.html', maxAge: '1h', cacheControl: true });
};
