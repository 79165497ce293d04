/** The file of a license: fetched once, kept, and handed out through a link of ours to the one it was made for. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askFor, type Bought, bought, copiesIn, fileEvents, fileRow, follow, offered } from './support/downloads.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;
let dataDir: string;
let aheadMs = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'clearance-license-files-'));
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({
    env: { ...simulators.env, CLEARANCE_DATA_DIR: dataDir },
    now: () => Date.now() + aheadMs,
  });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const upstream = async (): Promise<number> => (await simulators.counts('adobe-stock')).bucket ?? 0;

describe('the first download', () => {
  it('of twenty at once asks the source once, and all get the same bytes', async () => {
    const { licenseId, licenseUuid, id } = await bought(gateway, ADOBE);
    const before = await offered(gateway, licenseId);
    expect(before).toMatchObject({ available: 'UNKNOWN', contentHash: null, length: null, mimeType: null, fileName: null });
    const asked = await upstream();
    const answers = await Promise.all(Array.from({ length: 20 }, () => follow(before.url)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ hash }) => hash)).size).toBe(1);
    expect(await upstream()).toBe(asked + 1);

    const [{ hash, bytes }] = answers as [(typeof answers)[0]];
    expect(bytes.length).toBeGreaterThan(1_000);
    const after = await offered(gateway, licenseId);
    expect(after).toMatchObject({
      available: 'YES',
      reason: null,
      contentHash: hash,
      length: bytes.length,
      mimeType: 'image/jpeg',
    });
    expect(await fileEvents(gateway, licenseUuid, 'file.fetched')).toMatchObject([
      { actor: 'key:licensor', asset_id: id, data: { contentHash: hash, length: bytes.length, variant: 'original' } },
    ]);
    const downloads = await fileEvents(gateway, licenseUuid, 'file.downloaded');
    expect(downloads.map(({ actor, data }) => [actor, data.contentHash])).toEqual(Array(20).fill(['key:licensor', hash]));
    expect((await copiesIn(dataDir)).whole).toContain(hash.replace('sha256:', ''));
    expect((await copiesIn(dataDir)).partial).toEqual([]);
  });

  it('is the last one that the source sees, and none of them is charged', async () => {
    const license = await bought(gateway, ADOBE);
    const { url } = await offered(gateway, license.licenseId);
    const first = await follow(url);
    const asked = (await simulators.journal('adobe-stock')).length;
    const later = await follow((await offered(gateway, license.licenseId)).url);
    expect([later.status, later.hash]).toEqual([200, first.hash]);
    expect((await simulators.journal('adobe-stock')).length).toBe(asked);
    expect(await booked(simulators, ADOBE, license.externalId)).toHaveLength(1);
  });

  it('goes on without the one who asked, for those who come after', async () => {
    const { licenseId, licenseUuid } = await bought(gateway, ADOBE);
    const { url } = await offered(gateway, licenseId);
    await simulators.addFault('adobe-stock', { endpoint: 'bucket', kind: 'latency', ms: 700, times: 1 });
    const asked = await upstream();
    const gone = new AbortController();
    const hungUp = fetch(url, { signal: gone.signal }).catch(() => 'hung up');
    setTimeout(() => gone.abort(), 300);
    expect(await hungUp).toBe('hung up');
    expect((await follow(url)).status).toBe(200);
    expect(await upstream()).toBe(asked + 1);
    expect(await fileEvents(gateway, licenseUuid, 'file.fetched')).toHaveLength(1);
  });

  it('of a lost copy fetches it again, and the trail does not say that it changed', async () => {
    const { licenseId, licenseUuid } = await bought(gateway, ADOBE);
    const { url } = await offered(gateway, licenseId);
    const { hash } = await follow(url);
    await rm(path.join(dataDir, 'files', hash.replace('sha256:', '')));
    const again = await follow(url);
    expect([again.status, again.hash]).toEqual([200, hash]);
    expect(await fileEvents(gateway, licenseUuid, 'file.fetched')).toHaveLength(1);
  });
});

describe('the answer', () => {
  let url: string;
  let whole: Buffer;
  let hash: string;
  let license: Bought;
  beforeAll(async () => {
    license = await bought(gateway, ADOBE);
    ({ url } = await offered(gateway, license.licenseId));
    const first = await follow(url);
    ({ bytes: whole, hash } = first);
  });

  it('is an attachment with a harmless name, says what it is, and can be checked', async () => {
    const { headers } = await follow(url);
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect(headers.get('content-length')).toBe(String(whole.length));
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[^"/\\]+"; filename\*=UTF-8''[\w%.-]+$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('etag')).toBe(`"${hash.replace('sha256:', '')}"`);
    const digest = Buffer.from(hash.replace('sha256:', ''), 'hex').toString('base64');
    expect(headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
  });

  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=100-', 100, null],
    ['bytes=-7', -7, null],
    ['bytes=5-99999999', 5, null],
  ] as const)('to the range %s is that part of it', async (range, first, last) => {
    const { status, bytes, headers } = await follow(url, { range });
    const wanted = last === null ? whole.subarray(first) : whole.subarray(first, last + 1);
    expect([status, bytes.equals(wanted)]).toEqual([206, true]);
    const from = first < 0 ? whole.length + first : first;
    expect(headers.get('content-range')).toBe(`bytes ${from}-${from + wanted.length - 1}/${whole.length}`);
    const events = await fileEvents(gateway, license.licenseUuid, 'file.downloaded');
    expect(events.at(-1)?.data).toMatchObject({ firstByte: from, lastByte: from + wanted.length - 1 });
  });

  it('to a range behind the end is 416 and no download', async () => {
    const before = await fileEvents(gateway, license.licenseUuid, 'file.downloaded');
    const { status, headers, error } = await follow(url, { range: `bytes=${whole.length}-` });
    expect([status, headers.get('content-range'), error?.code]).toEqual([416, `bytes */${whole.length}`, 'BAD_USER_INPUT']);
    expect(await fileEvents(gateway, license.licenseUuid, 'file.downloaded')).toHaveLength(before.length);
  });

  it('to several ranges, to nonsense, and to a range of another file is the whole', async () => {
    for (const headers of [
      { range: 'bytes=0-1,5-6' },
      { range: 'bytes=9-2' },
      { range: 'lines=1-2' },
      { range: 'bytes=0-1', 'if-range': '"another"' },
    ])
      expect(await follow(url, headers as Record<string, string>)).toMatchObject({ status: 200, hash });
    expect((await follow(url, { range: 'bytes=0-1', 'if-range': `"${hash.replace('sha256:', '')}"` })).status).toBe(206);
  });
});

describe('the link', () => {
  it('serves nobody but the one it was made for', async () => {
    const { licenseId } = await bought(gateway, ADOBE);
    const { url } = await offered(gateway, licenseId);
    for (const caller of ['admin', 'distributor', 'viewer', 'acme/licensor']) {
      const { status, error } = await follow(url, { 'x-api-key': gateway.keyOf(caller) });
      expect([caller, status, error?.code]).toEqual([caller, 403, 'FORBIDDEN']);
    }
    expect((await follow(url, { 'x-api-key': 'no such key' })).status).toBe(403);
    expect((await follow(url, { 'x-api-key': gateway.keyOf('licensor') })).status).toBe(200);
  });

  it('altered in any part is refused, and says nothing of the license', async () => {
    const [one, other] = [await bought(gateway, ADOBE), await bought(gateway, ADOBE)];
    const { url } = await offered(gateway, one.licenseId);
    const ticket = new URL(url).searchParams.get('t') as string;
    const [payload = '', mark = ''] = ticket.split('.');
    const text = Buffer.from(payload, 'base64url').toString();
    const resigned = (changed: string) => url.replace(ticket, `${Buffer.from(changed).toString('base64url')}.${mark}`);
    const altered = [
      url.replace(one.licenseId, other.licenseId),
      url.replace('/original?', '/400?'),
      url.replace('/original?', '/original.png?'),
      url.replace(ticket, `${payload}.${mark.slice(0, -2)}AA`),
      url.replace(/\?.*/, ''),
      `${url}&t=${ticket}`,
      resigned(text.replace(/^\d+/, '99999999999999')),
      resigned(text.replace('/default/', '/acme/')),
      resigned(text.replace('key:licensor', 'key:admin')),
      url.replace(one.licenseId, 'x'.repeat(600)),
    ];
    expect(altered.filter((changed) => changed === url)).toEqual([]);
    for (const changed of altered) {
      const { status, error, bytes } = await follow(changed);
      expect([changed, status]).toEqual([changed, changed.includes('xxxx') ? expect.any(Number) : 403]);
      if (status === 403) expect(error?.code).toBe('FORBIDDEN');
      expect(bytes.toString()).not.toContain(one.licenseUuid);
    }
    expect((await follow(url)).status).toBe(200);
  });

  it('ends after ten minutes, with 410 and what to do', async () => {
    const { licenseId } = await bought(gateway, ADOBE);
    const { url, expiresAt } = await offered(gateway, licenseId);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(540_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(660_000);
    aheadMs = 601_000;
    const { status, error } = await follow(url);
    aheadMs = 0;
    expect([status, error?.code]).toEqual([410, 'BAD_USER_INPUT']);
    expect(error?.message).toMatch(/again/i);
  });

  it('ends with its key, and with the license', async () => {
    const license = await bought(gateway, ADOBE);
    const link = async () => (await offered(gateway, license.licenseId, {}, 'distributor')).url as string;
    const url = await link();
    expect((await follow(url)).status).toBe(200);
    const set = (what: string) =>
      gateway.database.query(`update license set ${what} where license_id = $1`, [license.licenseUuid]);
    const reading = async () => {
      const { status, error } = await follow(url);
      return [status, error?.code, (await offered(gateway, license.licenseId)).available];
    };
    await set("valid_until = now() - interval '1 second'");
    expect(await reading()).toEqual([403, 'FORBIDDEN', 'NO']);
    await set("valid_until = null, state = 'CANCELLED'");
    expect(await reading()).toEqual([403, 'FORBIDDEN', 'NO']);
    expect(await offered(gateway, license.licenseId)).toMatchObject({ url: null, expiresAt: null, reason: /cancelled/ });
    await set("state = 'SUPERSEDED'");
    expect(await reading()).toEqual([200, undefined, 'YES']);
    await gateway.database.query("update api_key set revoked_at = now() where tenant_id = 'default' and name = 'distributor'");
    expect((await follow(url)).status).toBe(403);
    await gateway.database.query("update api_key set revoked_at = null where tenant_id = 'default' and name = 'distributor'");
    expect((await follow(url)).status).toBe(200);
  });

  it('of a key that was revoked stays ended when another key takes its name', async () => {
    const { licenseId } = await bought(gateway, ADOBE);
    const { url } = await offered(gateway, licenseId, {}, 'distributor');
    const ofThat = "tenant_id = 'default' and name = 'distributor'";
    await gateway.database.query(`update api_key set revoked_at = now() where ${ofThat}`);
    await gateway.database.query(
      `insert into api_key (api_key_id, tenant_id, name, roles, secret_hash, origin)
       select gen_random_uuid(), tenant_id, name, roles, '\\x00ff'::bytea, 'command' from api_key where ${ofThat}`,
    );
    const { status, error } = await follow(url);
    await gateway.database.query("delete from api_key where origin = 'command'");
    await gateway.database.query(`update api_key set revoked_at = null where ${ofThat}`);
    expect([status, error?.code]).toEqual([403, 'FORBIDDEN']);
    expect((await follow(url)).status).toBe(200);
  });
});

describe('the field', () => {
  it.each(['viewer', 'requester', 'approver', 'auditor'])(
    'is refused to %s alone; the rest of the license is there',
    async (caller) => {
      const { licenseId } = await bought(gateway, ADOBE);
      const { data, errors } = await askFor(gateway, licenseId, {}, caller);
      expect(data.license).toEqual({ id: licenseId, download: null });
      expect(errors.map(({ path: at, extensions }) => [at, extensions.code])).toEqual([[['license', 'download'], 'FORBIDDEN']]);
    },
  );

  it('of another tenant does not exist', async () => {
    const { licenseId } = await bought(gateway, ADOBE);
    expect((await askFor(gateway, licenseId, {}, 'acme/admin')).data.license).toBeNull();
  });

  it.each([[{ size: 0 }], [{ size: -1 }], [{ size: 20_001 }], [{ format: 'tiff' }], [{ format: '' }]])(
    'refuses %j',
    async (form) => {
      const { licenseId } = await bought(gateway, ADOBE);
      const { data, errors } = await askFor(gateway, licenseId, form);
      expect([data.license.download, errors[0]?.extensions.code]).toEqual([null, 'BAD_USER_INPUT']);
    },
  );

  it('of a page of licenses is one statement for all', async () => {
    for (let count = 0; count < 3; count += 1) await bought(gateway, ADOBE);
    const statements = async () =>
      Number(/^clearance_sql_statements_total (\d+)/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1]);
    const page = (field: string) => gateway.query('admin', `{ licenses(first: 100) { edges { node { id ${field} } } } }`);
    const cost = async (field: string) => {
      await page(field);
      const before = await statements();
      expect((await page(field)).data.licenses.edges.length).toBeGreaterThan(3);
      return (await statements()) - before;
    };
    expect((await cost('download { url available }')) - (await cost(''))).toBe(1);
  });
});

describe('a size', () => {
  it('gives the next larger form that the source has, kept beside the original', async () => {
    const { licenseId, licenseUuid } = await bought(gateway, ADOBE);
    const original = await follow((await offered(gateway, licenseId)).url);
    const form = await offered(gateway, licenseId, { size: 390 });
    expect(form.contentHash).toBeNull();
    const small = await follow(form.url);
    expect(small.status).toBe(200);
    expect(small.bytes.length).toBeLessThan(original.bytes.length);
    expect(small.hash).not.toBe(original.hash);
    const asked = (await simulators.journal('adobe-stock')).filter(({ endpoint }) => endpoint === 'download');
    expect(asked.at(-1)?.query).toContain('size=400');
    expect(await offered(gateway, licenseId, { size: 390 })).toMatchObject({ available: 'YES', contentHash: small.hash });
    expect(await fileRow(gateway, licenseUuid, '390')).toMatchObject({ content_hash: small.hash });
    expect((await offered(gateway, licenseId)).contentHash).toBe(original.hash);
  });

  it('or a format that the source does not have is told, and leaves nothing', async () => {
    const { licenseId, licenseUuid } = await bought(gateway, ADOBE);
    const { status, error } = await follow((await offered(gateway, licenseId, { format: 'png' })).url);
    expect([status, error?.code]).toEqual([404, 'BAD_USER_INPUT']);
    expect(error?.message).toMatch(/Adobe Stock/);
    expect(await fileRow(gateway, licenseUuid, 'original.png')).toBeUndefined();
    expect((await copiesIn(dataDir)).partial).toEqual([]);
  });
});
