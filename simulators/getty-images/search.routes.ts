/** The searches: blended, creative and editorial images, creative and editorial clips. */
import type { Route, SimReply } from '../kit/types.js';
import type { GettyAsset, Media } from './asset.js';
import { type Call, missingToken } from './guard.js';
import { boolParam, enumListParam, pageOf } from './params.js';
import { okBytes, Refusal } from './replies.js';
import type { Room } from './room.js';
import { searchFilters, sortResults } from './search-filters.js';
import { SEARCH_PARAMETERS, type SearchKind } from './search-parameters.js';
import { createWordIndex } from './word-index.js';

export const searchRoutes = (room: Room): readonly Route[] => {
  const { account, catalogue, guard, renderer, fieldPlan, switched } = room;
  const index = createWordIndex(catalogue);

  const matching = (call: Call, kind: SearchKind, media: Media): GettyAsset[] => {
    const { query } = call;
    const tests = searchFilters(kind, query);
    // With a token the vendor shows only what the account may download.
    const offered = new Set(
      account
        .products()
        .filter((p) => p.status === 'active')
        .map((p): string => p.type),
    );
    const narrowed = call.hasToken && switched('token-narrows-search') === true;
    const positions = index.find(media, query.get('phrase') ?? '') ?? Array.from({ length: catalogue.size(media) }, (_, k) => k);
    const found: GettyAsset[] = [];
    for (const k of positions) {
      const asset = catalogue.at(media, k);
      if (asset === undefined || (narrowed && !asset.productTypes.some((type) => offered.has(type)))) continue;
      if (tests.every((test) => test(asset))) found.push(asset);
    }
    return sortResults(kind, query, found);
  };

  /** Counts of the most frequent artists, as the facets of the reply. */
  const facets = (assets: readonly GettyAsset[]) => {
    const counts = new Map<string, number>();
    for (const asset of assets) counts.set(asset.artist, (counts.get(asset.artist) ?? 0) + 1);
    const artists = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 20);
    return { artists: artists.map(([name, count]) => ({ name, count })), locations: [] };
  };

  const search = (call: Call, kind: SearchKind, media: Media): SimReply => {
    const { query } = call;
    const plan = fieldPlan(`${media}-search`, query);
    if (plan.needsToken && !call.hasToken && switched('download-fields-without-token') === 'refuse')
      throw new Refusal(missingToken());
    const found = matching(call, kind, media);
    const { from, to } = pageOf(query, found.length, { cap: Number(switched('search-depth-cap')) });
    const rendered = renderer.render(found.slice(from, to), plan, call.hasToken);
    const extras: Record<string, unknown> = {};
    if (kind.endsWith('creative')) extras.auto_corrections = { phrase: null };
    extras.related_searches = boolParam(query, 'include_related_searches', false)
      ? [{ phrase: 'weather', url: `${room.host.baseUrl()}/v3/search/${media}s/creative?phrase=weather` }]
      : [];
    enumListParam(query, 'facet_fields', ['artists', 'locations', 'events', 'specific_people']);
    if (query.has('include_facets') && boolParam(query, 'include_facets', false)) extras.facets = facets(found);
    return okBytes(`{"result_count":${found.length},"${media}s":[`, rendered, `],${JSON.stringify(extras).slice(1)}`);
  };

  const route = (kind: SearchKind, pattern: string, media: Media): Route =>
    guard({
      endpoint: `search-${kind}`,
      method: 'GET',
      pattern,
      token: 'optional',
      parameters: SEARCH_PARAMETERS[kind],
      handle: (call) => search(call, kind, media),
    });

  return [
    route('images-blended', '/v3/search/images', 'image'),
    route('images-creative', '/v3/search/images/creative', 'image'),
    route('images-editorial', '/v3/search/images/editorial', 'image'),
    route('videos-creative', '/v3/search/videos/creative', 'video'),
    route('videos-editorial', '/v3/search/videos/editorial', 'video'),
  ];
};
