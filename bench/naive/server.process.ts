/**
 * The reference of the benchmarks: Apollo Server as its documentation starts it, schema first, a DataLoader per request, fetch, and the
 * plugins that come by default. It checks no caller, keeps nothing in a store and writes no log, which is to its advantage.
 */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import { fetchAdobeAssets } from './adobe-stock.js';
import type { NaiveAsset } from './asset.js';
import { fetchGettyAssets } from './getty-images.js';
import { typeDefs } from './schema.js';

interface Context {
  readonly assets: DataLoader<string, (NaiveAsset & { readonly id: string }) | null>;
}

/** The gateway's own ids are accepted, so that both sides can be asked the same and must answer the same. */
const parseId = (id: string) => {
  const [, , lane, externalId = ''] = Buffer.from(id, 'base64url').toString('utf8').split(':');
  return { id, isAdobe: lane === 'content', externalId };
};

const loadAssets = async (ids: readonly string[]) => {
  const parsed = ids.map(parseId);
  const [adobe, getty] = [parsed.filter(({ isAdobe }) => isAdobe), parsed.filter(({ isAdobe }) => !isAdobe)];
  const found = await Promise.all([
    adobe.length > 0 ? fetchAdobeAssets(adobe.map(({ externalId }) => externalId)) : [],
    getty.length > 0 ? fetchGettyAssets(getty.map(({ externalId }) => externalId)) : [],
  ]);
  const byNumber = new Map(found.flat().map((asset) => [`${asset.source}:${asset.externalId}`, asset]));
  return parsed.map(({ id, isAdobe, externalId }) => {
    const asset = byNumber.get(`${isAdobe ? 'ADOBE_STOCK' : 'GETTY_IMAGES'}:${externalId}`);
    return asset ? { id, ...asset } : null;
  });
};

const server = new ApolloServer<Context>({
  typeDefs,
  resolvers: {
    Query: {
      asset: (_: unknown, { id }: { id: string }, { assets }: Context) => assets.load(id),
      assets: (_: unknown, { ids }: { ids: string[] }, { assets }: Context) => assets.loadMany(ids),
    },
  },
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({ assets: new DataLoader(loadAssets) }),
});
process.send?.({ url });
process.once('disconnect', () => process.exit(0));
