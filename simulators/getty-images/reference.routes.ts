/** Lists without search: collections, countries, the account's products and the person behind the key. */
import type { Route } from '../kit/types.js';
import { enumListParam } from './params.js';
import { COLLECTIONS, COUNTRIES } from './reference.js';
import { ok } from './replies.js';
import { requirementsOf } from './requirements.js';
import type { Room } from './room.js';
import { userOf } from './users.js';

export const referenceRoutes = (room: Room): readonly Route[] => {
  const { account, guard, switched } = room;
  const periodOf = (word: string | null): string | null =>
    word !== null && switched('limit-period-words') === 'adverb' ? `${word}ly` : word;
  return [
    guard({
      endpoint: 'collections',
      method: 'GET',
      pattern: '/v3/collections',
      token: 'optional',
      parameters: [],
      handle: () => ok({ collections: COLLECTIONS }),
    }),
    guard({
      endpoint: 'countries',
      method: 'GET',
      pattern: '/v3/countries',
      token: 'optional',
      parameters: [],
      handle: () => ok({ countries: COUNTRIES }),
    }),
    guard({
      endpoint: 'products',
      method: 'GET',
      pattern: '/v3/products',
      token: 'required',
      parameters: ['fields'],
      handle: ({ query }) => {
        const detailed = enumListParam(query, 'fields', ['download_requirements']).length > 0;
        const products = account.products().map((product) => ({
          ...product,
          download_limit_duration: periodOf(product.download_limit_duration),
          download_requirements: detailed ? requirementsOf(product, switched('project-code-required') === true) : null,
        }));
        return ok({ products });
      },
    }),
    guard({
      endpoint: 'customer',
      method: 'GET',
      pattern: '/v3/customers/current',
      token: 'required',
      parameters: [],
      handle: () => {
        const { first_name, middle_name, last_name } = userOf('api');
        return ok({ first_name, middle_name, last_name });
      },
    }),
  ];
};
