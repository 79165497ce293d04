/** States the facts of the Smint.io consumer API that a gateway relies on, against the simulator over real HTTP. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulators, startSimulators } from '../support/simulators.js';

const SIM = 'smint-io';
const HOUR_MS = 3_600_000;

interface Term {
  readonly allowed_usages?: readonly string[] | null;
  readonly valid_from?: string | null;
  readonly valid_until?: string | null;
  readonly is_editorial_use?: boolean | null;
}

interface Transaction {
  readonly uuid: string;
  readonly cart_purchase_transaction_uuid: string;
  readonly state: string;
  readonly can_be_synced?: boolean | null;
  readonly version: number;
  readonly last_updated_at: string;
  readonly license_terms: readonly Term[];
  readonly offering: { readonly license_type?: string; readonly image_details: { readonly width: number } };
  readonly content_element: {
    readonly uuid: string;
    readonly provider: string;
    readonly name: readonly { readonly culture: string; readonly value: string }[];
    readonly keywords: readonly { readonly culture: string; readonly metadata_element: Readonly<Record<string, string>> }[];
    readonly previews: readonly { readonly preview: { readonly thumbnail: { readonly url: string; readonly width: number } } }[];
  };
}

interface Page {
  readonly count: number;
  readonly continuation_uuid: string;
  readonly license_purchase_transactions: readonly Transaction[];
}

interface Summary {
  readonly uuid: string;
  readonly cartUuid: string;
  readonly profile: string;
  readonly state: string;
  readonly canBeSynced?: boolean | null;
  readonly contentType: string;
  readonly reusedUuid: string | null;
  readonly binaryCount: number;
  readonly binaryVersion: number;
}

interface Binary {
  readonly uuid: string;
  readonly content_type: string;
  readonly download_url: string | null;
  readonly version: number | null;
}

interface TokenReply {
  readonly access_token: string;
  readonly refresh_token?: string | null;
  readonly expires_in: number;
  readonly error?: string;
}

let sims: Simulators;
let bearer = '';
let refresh = '';

const env = (name: string): string => sims.env[name] ?? '';

const askToken = (token: string, more: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${env('SMINTIO_AUTH_URL')}/connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: env('SMINTIO_CLIENT_ID'),
      client_secret: env('SMINTIO_CLIENT_SECRET'),
      ...more,
    }),
  });

const takeToken = async (token: string): Promise<TokenReply> => (await (await askToken(token)).json()) as TokenReply;

const signIn = async (): Promise<void> => {
  const reply = await takeToken(refresh);
  bearer = reply.access_token;
  refresh = reply.refresh_token ?? refresh;
};

const api = (path: string, token = bearer): Promise<Response> =>
  fetch(`${env('SMINTIO_API_URL')}${path}`, { headers: { authorization: `Bearer ${token}` } });

const page = async (cursor: string | null, limit = 100): Promise<Page> => {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { continuationUuid: cursor }) });
  return (await (await api(`${env('SMINTIO_FEED_PATH')}?${query}`)).json()) as Page;
};

const drain = async (from: string | null): Promise<{ readonly rows: readonly Transaction[]; readonly cursor: string }> => {
  const rows: Transaction[] = [];
  let cursor = from;
  for (;;) {
    const next = await page(cursor);
    rows.push(...next.license_purchase_transactions);
    cursor = next.continuation_uuid;
    if (next.count === 0) return { rows, cursor };
  }
};

const binariesPath = ({ cartUuid, uuid }: Pick<Summary, 'cartUuid' | 'uuid'>): string =>
  env('SMINTIO_BINARIES_PATH').replace('{cpt}', cartUuid).replace('{lpt}', uuid);

const binaries = async (of: Pick<Summary, 'cartUuid' | 'uuid'>): Promise<readonly Binary[]> =>
  (await (await api(binariesPath(of))).json()) as readonly Binary[];

const catalogue = async (): Promise<readonly Summary[]> => (await sims.action(SIM, 'catalogue')) as readonly Summary[];

const isServed = (one: Summary): boolean => one.state === 'completed' && one.canBeSynced === true;

const findOne = async (accept: (one: Summary) => boolean): Promise<Summary> => {
  const found = (await catalogue()).find(accept);
  if (!found) throw new Error('the catalogue has no such transaction');
  return found;
};

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
  refresh = env('SMINTIO_REFRESH_TOKEN');
});

beforeEach(signIn);

afterAll(() => sims.stop());

describe('the identity server', () => {
  it('rotates refresh tokens: the old one dies when its successor is first used', async () => {
    const before = refresh;
    const successor = (await takeToken(before)).refresh_token ?? '';
    expect(successor).not.toBe(before);
    expect((await askToken(before)).status).toBe(200);
    refresh = (await takeToken(successor)).refresh_token ?? '';
    const late = await askToken(before);
    expect(late.status).toBe(400);
    expect(((await late.json()) as TokenReply).error).toBe('invalid_grant');
  });

  it('may end the old token at the exchange, and may leave the new one out', async () => {
    await sims.setSwitch(SIM, 'refresh-rotation', 'at-once');
    const before = refresh;
    await signIn();
    expect((await askToken(before)).status).toBe(400);
    await sims.setSwitch(SIM, 'refresh-token-in-reply', 'never');
    expect(await takeToken(refresh)).not.toHaveProperty('refresh_token');
    expect((await askToken(refresh)).status).toBe(200);
    await sims.setSwitch(SIM, 'refresh-token-in-reply', 'always');
    await sims.setSwitch(SIM, 'refresh-rotation', 'on-first-use');
  });

  it('takes credentials from the form alone and never grants client credentials', async () => {
    expect((await askToken(refresh, { client_secret: 'wrong' })).status).toBe(400);
    expect((await askToken(refresh, { grant_type: 'client_credentials' })).status).toBe(400);
    const asJson = await fetch(`${env('SMINTIO_AUTH_URL')}/connect/token`, { method: 'POST', body: '{}' });
    expect(asJson.status).toBe(400);
    const discovery = await fetch(`${env('SMINTIO_AUTH_URL')}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ token_endpoint: `${env('SMINTIO_AUTH_URL')}/connect/token` });
  });

  it('answers 401 to an ended bearer and works again after a refresh', async () => {
    await sims.action(SIM, 'expire-tokens');
    expect((await api(env('SMINTIO_FEED_PATH'))).status).toBe(401);
    await signIn();
    expect((await api(env('SMINTIO_FEED_PATH'))).status).toBe(200);
    await sims.setSwitch(SIM, 'expired-token-status', 403);
    expect((await api(env('SMINTIO_FEED_PATH'), 'nonsense')).status).toBe(403);
    await sims.setSwitch(SIM, 'expired-token-status', 401);
  });

  it('needs a new consent once the refresh token is revoked', async () => {
    await sims.action(SIM, 'revoke-refresh');
    expect((await askToken(refresh)).status).toBe(400);
    expect((await askToken(env('SMINTIO_REFRESH_TOKEN'))).status).toBe(400);
    refresh = ((await sims.action(SIM, 'consent')) as { readonly refreshToken: string }).refreshToken;
    expect((await askToken(refresh)).status).toBe(200);
  });

  it('accepts the first and a rotated refresh token, and the cursor, again after a restart', async () => {
    const { continuation_uuid: cursor } = await page(null);
    const other = await startSimulators({ only: [SIM] });
    const url = `${other.env.SMINTIO_AUTH_URL}/connect/token`;
    const send = (token: string): Promise<Response> => {
      const credentials = { client_id: env('SMINTIO_CLIENT_ID'), client_secret: env('SMINTIO_CLIENT_SECRET') };
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, ...credentials });
      return fetch(url, { method: 'POST', body });
    };
    expect((await send(env('SMINTIO_REFRESH_TOKEN'))).status).toBe(200);
    const rotated = await send(refresh);
    expect(rotated.status).toBe(200);
    const headers = { authorization: `Bearer ${((await rotated.json()) as TokenReply).access_token}` };
    const rest = `${other.env.SMINTIO_API_URL}${other.env.SMINTIO_FEED_PATH}?limit=1&continuationUuid=${cursor}`;
    const next = (await (await fetch(rest, { headers })).json()) as Page;
    const here = await page(cursor, 1);
    expect(next.license_purchase_transactions[0]?.uuid).toBe(here.license_purchase_transactions[0]?.uuid);
    expect((await send(`${refresh}0`)).status).toBe(400);
    await other.stop();
  });
});

describe('the sync feed', () => {
  it('gives 300 transactions by last change, each once, and an empty page with a cursor at the end', async () => {
    const { rows, cursor } = await drain(null);
    expect(new Set(rows.map((row) => row.uuid)).size).toBe(300);
    const dates = rows.map((row) => row.last_updated_at);
    expect(dates).toEqual([...dates].sort());
    expect(await page(cursor)).toMatchObject({ count: 0, continuation_uuid: expect.any(String) });
    expect((await page(null, 10)).license_purchase_transactions.map((row) => row.uuid)).toEqual(
      rows.slice(0, 10).map((row) => row.uuid),
    );
  });

  it('shows every trap of the licence terms', async () => {
    const { rows } = await drain(null);
    const terms = rows.flatMap((row) => row.license_terms);
    expect(rows.some((row) => row.license_terms.length === 0)).toBe(true);
    expect(new Set(terms.map((term) => term.is_editorial_use))).toEqual(new Set([true, false, null, undefined]));
    expect(terms.some((term) => term.allowed_usages?.includes('virtual_world_any'))).toBe(true);
    const types = new Set(rows.map((row) => row.offering.license_type));
    for (const type of ['royalty_free', 'rights_managed', 'rights_ready', 'all', undefined]) expect(types).toContain(type);
    const soon = terms.filter((term) => {
      const left = Date.parse(term.valid_until ?? '') - Date.now();
      return left > 0 && left < 30 * 24 * HOUR_MS;
    });
    expect(soon.length).toBeGreaterThan(3);
    expect(terms.some((term) => Date.parse(term.valid_from ?? '') > Date.now())).toBe(true);
    expect(terms.some((term) => Date.parse(term.valid_until ?? '') < Date.now())).toBe(true);
  });

  it('has a page of ten on which nothing can be synced', async () => {
    const { rows } = await drain(null);
    const pageOf = rows.slice(40, 50).map((row) => row.can_be_synced);
    expect(pageOf.every((flag) => flag !== true)).toBe(true);
    expect(new Set(rows.map((row) => row.can_be_synced))).toEqual(new Set([true, false, null, undefined]));
  });

  it('names content by provider, keeps texts per culture and keywords without key', async () => {
    const { rows } = await drain(null);
    for (const { content_element: element } of rows) {
      if (element.provider === 'adobestock') expect(element.uuid).toMatch(/^2:0:\d+$/);
      if (element.provider === 'getty') expect(element.uuid).toMatch(/^1:0:\d+$/);
      for (const keyword of element.keywords) expect(Object.keys(keyword.metadata_element)).toEqual(['name']);
    }
    expect(rows.some((row) => row.content_element.name.every((text) => text.culture === 'en'))).toBe(true);
    expect(rows.some((row) => row.content_element.name.some((text) => text.culture === 'de'))).toBe(true);
  });

  it('sends a changed, a cancelled and a new transaction after the cursor, and nothing else', async () => {
    const { rows, cursor } = await drain(null);
    const [changed, cancelled] = rows.filter((row) => row.state === 'completed');
    await sims.action(SIM, 'update', { uuid: changed?.uuid, changes: { licensee_name: 'Neue Firma' } });
    await sims.action(SIM, 'cancel', { uuid: cancelled?.uuid });
    const { uuids } = (await sims.action(SIM, 'add', { count: 2 })) as { readonly uuids: readonly string[] };
    const later = await drain(cursor);
    expect(later.rows.map((row) => row.uuid)).toEqual([changed?.uuid, cancelled?.uuid, ...uuids]);
    expect(later.rows[0]).toMatchObject({ licensee_name: 'Neue Firma', version: (changed?.version ?? 0) + 1 });
    expect(later.rows[1]?.state).toBe('cancelled');
    expect((await drain(null)).rows).toHaveLength(rows.length + 2);
  });

  it('refuses a cursor that it never gave and a limit that is no number', async () => {
    const bad = await api(`${env('SMINTIO_FEED_PATH')}?continuationUuid=made-up`);
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ error_code: expect.any(String), error_message: expect.any(String) });
    expect((await api(`${env('SMINTIO_FEED_PATH')}?limit=ten`)).status).toBe(400);
    await sims.setSwitch(SIM, 'unknown-cursor', 'replay');
    expect((await page('made-up')).count).toBe(100);
    await sims.setSwitch(SIM, 'unknown-cursor', 'reject');
  });

  it('ignores the other spelling of the cursor when only one is known', async () => {
    const first = await page(null);
    const snake = `${env('SMINTIO_FEED_PATH')}?continuation_uuid=${first.continuation_uuid}`;
    const firstUuid = async (): Promise<string | undefined> =>
      ((await (await api(snake)).json()) as Page).license_purchase_transactions[0]?.uuid;
    expect(await firstUuid()).not.toBe(first.license_purchase_transactions[0]?.uuid);
    await sims.setSwitch(SIM, 'parameter-style', 'camel');
    expect(await firstUuid()).toBe(first.license_purchase_transactions[0]?.uuid);
    await sims.setSwitch(SIM, 'parameter-style', 'both');
  });

  it('gives preview addresses that need no bearer and end', async () => {
    const thumbnail = (await page(null, 1)).license_purchase_transactions[0]?.content_element.previews[0]?.preview.thumbnail;
    const url = thumbnail?.url ?? '';
    expect(url).toContain('SIMSECRET');
    const picture = await fetch(url);
    expect(picture.status).toBe(200);
    expect([...new Uint8Array(await picture.arrayBuffer()).slice(0, 2)]).toEqual([0xff, 0xd8]);
    expect((await fetch(url.replace('thumbnail', 'preview'))).status).toBe(403);
    await sims.advanceClock(26 * HOUR_MS);
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('the binaries of a transaction', () => {
  it('come with fresh addresses that need no bearer and die after an hour', async () => {
    const single = await findOne((one) => isServed(one) && one.contentType === 'image' && one.binaryCount === 1);
    const [first] = await binaries(single);
    const [second] = await binaries(single);
    expect(first?.download_url).toContain('SIMSECRET');
    expect(first?.download_url).not.toBe(second?.download_url);
    const file = await fetch(first?.download_url ?? '');
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    await sims.advanceClock(HOUR_MS + 1000);
    expect((await fetch(first?.download_url ?? '')).status).toBe(403);
    await sims.setSwitch(SIM, 'dead-download-status', 410);
    expect((await fetch(first?.download_url ?? '')).status).toBe(410);
    await sims.setSwitch(SIM, 'dead-download-status', 403);
  });

  it('are two or three for a compound, with kinds of their own, and rise in version', async () => {
    const compound = await findOne((one) => isServed(one) && one.binaryCount === 3);
    const parts = await binaries(compound);
    expect(parts.map((part) => part.uuid)).toEqual(['b1', 'b2', 'b3']);
    expect(parts[2]?.content_type).toBe('document');
    const text = await (await fetch(parts[2]?.download_url ?? '')).text();
    expect(text.startsWith('%PDF')).toBe(true);
    await sims.action(SIM, 'update', { uuid: compound.uuid, newBinary: true });
    expect((await binaries(compound))[0]?.version).toBe(compound.binaryVersion + 1);
    expect((await findOne((one) => isServed(one) && one.binaryVersion === 2)).uuid).toBeDefined();
  });

  it('are real files for every content type', async () => {
    const starts: Readonly<Record<string, string>> = { audio: 'RIFF', document: '%PDF', '3d': 'glTF', template: 'PK' };
    for (const [contentType, start] of Object.entries(starts)) {
      const one = await findOne((candidate) => isServed(candidate) && candidate.contentType === contentType);
      const [part] = await binaries(one);
      const bytes = Buffer.from(await (await fetch(part?.download_url ?? '')).arrayBuffer());
      expect(bytes.toString('latin1', 0, start.length)).toBe(start);
    }
  });

  it('are none for what can not be synced, and 404 for a pair that does not belong together', async () => {
    const held = await findOne((one) => one.canBeSynced === false);
    expect(await binaries(held)).toEqual([]);
    expect((await api(binariesPath({ ...held, cartUuid: '1' }))).status).toBe(404);
    const all = await catalogue();
    const reuse = all.find((one) => one.reusedUuid !== null);
    expect(all.some((one) => one.uuid === reuse?.reusedUuid)).toBe(true);
  });
});

describe('the rest of the API', () => {
  it('gives all metadata lists as rows per key and culture', async () => {
    const lists = (await (await api(env('SMINTIO_METADATA_PATH'))).json()) as Readonly<
      Record<string, readonly { readonly culture: string; readonly metadata_element: { readonly key: string } }[]>
    >;
    expect(Object.keys(lists)).toHaveLength(15);
    const keys = (list: string): readonly string[] => (lists[list] ?? []).map((row) => row.metadata_element.key);
    expect(keys('license_geographies')).toEqual(expect.arrayContaining(['asia_turkey', 'europe_turkey', 'europe_russia']));
    expect(keys('license_sizes')).toContain('page_eigth');
    expect(lists.license_types?.filter((row) => row.metadata_element.key === 'royalty_free')).toHaveLength(2);
  });

  it('rejects the retired host form and strangers among tenants', async () => {
    const { hostname, port, pathname } = new URL(`${env('SMINTIO_API_URL')}${env('SMINTIO_FEED_PATH')}`);
    const statusFor = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { host, authorization: `Bearer ${bearer}` };
        httpRequest({ hostname, port, path: pathname, headers }, (reply) => {
          reply.resume();
          resolve(reply.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await statusFor(`${env('SMINTIO_TENANT')}.clapi.smint.io`)).toBe(200);
    expect(await statusFor(`${env('SMINTIO_TENANT')}-clapi.smint.io`)).toBe(404);
    expect(await statusFor('someone.clapi.smint.io')).toBe(404);
  });

  it('signs the private push channel of the tenant and books nothing ever', async () => {
    const send = (channel: string): Promise<Response> =>
      fetch(`${env('SMINTIO_API_URL')}/notifications/pusher/auth`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}` },
        body: new URLSearchParams({ channel_name: channel, socket_id: '12.34' }),
      });
    expect(await (await send('private-2-4711')).json()).toEqual({ auth: expect.stringMatching(/^SIMSECRET.*:[0-9a-f]{64}$/) });
    expect((await send('private-2-1')).status).toBe(403);
    expect(await sims.ledger(SIM)).toEqual([]);
  });

  it('can be told to answer 429', async () => {
    await sims.addFault(SIM, { endpoint: 'sync-feed', kind: 'status', status: 429, times: 1 });
    expect((await api(env('SMINTIO_FEED_PATH'))).status).toBe(429);
    expect((await api(env('SMINTIO_FEED_PATH'))).status).toBe(200);
  });
});
