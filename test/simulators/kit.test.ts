/** States what every simulator gets from the kit: faults, a journal, exact counts, a ledger that survives a kill, pictures. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createClock } from '../../simulators/kit/clock.js';
import { type ControlPort, startControl } from '../../simulators/kit/control.js';
import { JOURNAL_LIMIT } from '../../simulators/kit/journal.js';
import { movie } from '../../simulators/kit/movie.js';
import { picture } from '../../simulators/kit/picture/render.js';
import { rng } from '../../simulators/kit/rng.js';
import { scene } from '../../simulators/kit/scene.js';
import { type RunningSimulator, startSimulator } from '../../simulators/kit/server.js';
import { type Fault, SECRET_MARKER, type SimulatorFactory } from '../../simulators/kit/types.js';
import { gettyVideoScene } from '../../simulators/kit/world.js';
import { startSimulators } from '../support/simulators.js';

const toy: SimulatorFactory = {
  name: 'toy',
  switches: { greeting: { values: ['hello', 'hi'], about: 'how it greets' } },
  create: (host) => ({
    name: 'toy',
    env: () => ({ TOY_URL: host.baseUrl(), TOY_KEY: host.secret('key') }),
    actions: { refuse: () => Promise.reject(new RangeError('not like that')), echo: (body) => ({ body }) },
    routes: [
      {
        endpoint: 'greet',
        method: 'GET',
        pattern: '/greet/{who}',
        handle: ({ params, query }) => ({
          status: 200,
          body: { text: `${host.switches.get('greeting')} ${params.who}`, q: query.get('q') },
        }),
      },
      { endpoint: 'greet-me', method: 'GET', pattern: '/greet/me', handle: () => ({ status: 200, body: 'me' }) },
      {
        endpoint: 'thumb',
        method: 'GET',
        pattern: '/t/{id}.jpg',
        handle: ({ params }) => ({ status: 200, body: Buffer.from(params.id ?? '') }),
      },
      {
        endpoint: 'buy',
        method: 'POST',
        pattern: '/buy',
        handle: ({ json }) => {
          const { asset } = json() as { asset: string };
          host.ledger.append({ account: 'a', assetId: asset, licenseType: 'standard', units: 1, detail: {} });
          return { status: 201, body: { bought: asset } };
        },
      },
      {
        endpoint: 'broken',
        method: 'GET',
        pattern: '/broken',
        handle: () => {
          throw new Error('on purpose');
        },
      },
    ],
  }),
};

const clock = createClock();
let running: RunningSimulator;
let control: ControlPort;

const start = (stateDir?: string): Promise<RunningSimulator> =>
  startSimulator(toy, { clock, seed: 'test', latencyMs: 0, port: 0, stateDir });
const buy = (asset: string): Promise<Response> =>
  fetch(`${running.url}/buy`, { method: 'POST', body: JSON.stringify({ asset }) });
const fault = (value: unknown): Promise<Response> =>
  fetch(`${control.url}/faults/toy`, { method: 'POST', body: JSON.stringify(value) });
const last = (): ReturnType<RunningSimulator['journal']['since']>['entries'][number] | undefined =>
  running.journal.since(0).entries.at(-1);

beforeAll(async () => {
  running = await start();
  control = await startControl([running], clock, 0);
});
afterAll(async () => {
  await Promise.all([control.close(), running.close()]);
});
afterEach(() => running.faults.clear());

describe('routes', () => {
  it('reach the handler with decoded parameters, a trailing slash or not, and the most literal pattern wins', async () => {
    expect(await (await fetch(`${running.url}/greet/J%C3%BCrgen%2FK/?q=1%202`)).json()).toEqual({
      text: 'hello Jürgen/K',
      q: '1 2',
    });
    expect(await (await fetch(`${running.url}/greet/me`)).text()).toBe('me');
    expect(await (await fetch(`${running.url}/t/a%20b.jpg`)).text()).toBe('a b');
    expect(await (await fetch(`${running.url}/greet/%E0%A4`)).json()).toMatchObject({ text: 'hello %E0%A4' });
  });

  it('answer an unknown path with 404, another method with 405, and a handler that throws with 500', async () => {
    expect((await fetch(`${running.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${running.url}/buy`)).headers.get('allow')).toBe('POST');
    expect((await fetch(`${running.url}/broken`)).status).toBe(500);
    expect(last()).toMatchObject({ endpoint: 'broken', status: 500 });
  });
});

describe('the journal', () => {
  it('keeps what was sent and answered, and pages by index', async () => {
    const { next } = running.journal.since(0);
    await buy('j1');
    const page = (await (await fetch(`${control.url}/journal/toy?since=${next}`)).json()) as { entries: unknown[]; next: number };
    expect(page.entries).toEqual([
      expect.objectContaining({ index: next, endpoint: 'buy', body: '{"asset":"j1"}', status: 201, fault: null }),
    ]);
    expect(page.next).toBe(next + 1);
  });

  it('is bounded while the counts stay exact', async () => {
    const before = running.journal.counts().greet ?? 0;
    const entry = { endpoint: 'greet', method: 'GET', path: '/', query: '', headers: {}, body: undefined, atMs: 0 };
    for (let i = 0; i < JOURNAL_LIMIT + 5; i += 1) running.journal.record(entry);
    expect(running.journal.since(0).entries).toHaveLength(JOURNAL_LIMIT);
    expect(running.journal.counts().greet).toBe(before + JOURNAL_LIMIT + 5);
    running.journal.clear();
    expect(running.journal.since(0).entries).toHaveLength(0);
  });
});

describe('faults', () => {
  const set = async (value: Fault): Promise<void> => expect((await fault(value)).status).toBe(200);

  it.each(['reset-before', 'reset-after', 'truncate'] as const)(
    '%s breaks the connection; only the work after is booked',
    async (kind) => {
      const booked = running.ledger.entries().length;
      await set({ endpoint: 'buy', kind, times: 1 });
      await expect(buy('f').then((reply) => reply.text())).rejects.toThrow();
      expect(running.ledger.entries()).toHaveLength(booked + (kind === 'reset-before' ? 0 : 1));
      expect(last()).toMatchObject({ fault: kind, status: kind === 'truncate' ? 201 : null });
      expect((await buy('g')).status).toBe(201);
    },
  );

  it.each(['never', 'never-after'] as const)('%s leaves the caller waiting', async (kind) => {
    const booked = running.ledger.entries().length;
    await set({ endpoint: '*', kind, times: 1 });
    await expect(
      fetch(`${running.url}/buy`, { method: 'POST', body: '{"asset":"n"}', signal: AbortSignal.timeout(120) }),
    ).rejects.toThrow();
    expect(running.ledger.entries()).toHaveLength(booked + (kind === 'never' ? 0 : 1));
  });

  it('status answers in the vendor’s place, with the headers asked for', async () => {
    await set({ endpoint: 'buy', kind: 'status', status: 429, headers: { 'Retry-After': '7' }, times: 2 });
    expect((await buy('s')).headers.get('retry-after')).toBe('7');
    running.faults.clear();
    await set({ endpoint: 'buy', kind: 'status', status: 503, body: '<h1>down</h1>' });
    const down = await buy('s');
    expect([down.status, down.headers.get('content-type'), down.headers.get('retry-after')]).toEqual([
      503,
      'text/html; charset=utf-8',
      null,
    ]);
  });

  it('foreign books and answers a web page; drip sends the whole body late; latency adds to both', async () => {
    const booked = running.ledger.entries().length;
    await set({ endpoint: 'buy', kind: 'foreign', times: 1 });
    const page = await buy('p');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(running.ledger.entries()).toHaveLength(booked + 1);
    await set({ endpoint: 'buy', kind: 'drip', ms: 4, times: 1 });
    await set({ endpoint: 'buy', kind: 'latency', ms: 40, times: 1 });
    const startedMs = performance.now();
    expect(await (await buy('d')).json()).toEqual({ bought: 'd' });
    expect(performance.now() - startedMs).toBeGreaterThan(80);
    expect(last()?.fault).toBe('drip+latency');
  });

  it('with a probability hit about that share', async () => {
    await set({ endpoint: 'greet', kind: 'status', status: 500, probability: 0.3 });
    const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await fetch(`${running.url}/greet/x`)).status));
    const hit = statuses.filter((status) => status === 500).length;
    expect(hit).toBeGreaterThan(35);
    expect(hit).toBeLessThan(90);
  });

  it('that make no sense are refused with the reason', async () => {
    for (const value of [
      null,
      [],
      {},
      { endpoint: 'buy' },
      { endpoint: 'x', kind: 'never' },
      { endpoint: '*', kind: 'status' },
      { endpoint: '*', kind: 'never', times: 0 },
      { endpoint: '*', kind: 'never', time: 1 },
    ]) {
      const refusal = await fault(value);
      expect(refusal.status).toBe(400);
      expect(await refusal.json()).toEqual({ error: expect.any(String) });
    }
  });
});

describe('the control port', () => {
  const ask = (method: string, path: string, body?: string): Promise<Response> =>
    fetch(`${control.url}${path}`, { method, ...(body === undefined ? {} : { body }) });

  it('sets switches to named values only', async () => {
    expect((await ask('PUT', '/switches/toy', '{"greeting":"hi"}')).status).toBe(200);
    expect(await (await fetch(`${running.url}/greet/you`)).json()).toMatchObject({ text: 'hi you' });
    expect((await ask('PUT', '/switches/toy', '{"greeting":"yo"}')).status).toBe(400);
    expect((await ask('PUT', '/switches/toy', '{"constructor":1}')).status).toBe(400);
    expect((await ask('PUT', '/switches/toy', '{greeting')).status).toBe(400);
  });

  it('moves the one clock, runs actions, and names what it does not know', async () => {
    const before = clock.now();
    await ask('POST', '/clock', '{"advanceMs":3600000}');
    expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await ask('POST', '/clock', '{"advanceMs":"1"}')).status).toBe(400);
    expect(await (await ask('POST', '/control/toy/echo', '{"a":1}')).json()).toEqual({ body: { a: 1 } });
    const refused = await ask('POST', '/control/toy/refuse');
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'not like that' }]);
    expect((await ask('POST', '/control/toy/toString')).status).toBe(400);
    expect((await ask('GET', '/journal/nobody')).status).toBe(404);
    expect((await ask('GET', '/journal/toy?since=x')).status).toBe(400);
    expect((await ask('GET', '/health')).status).toBe(200);
  });
});

describe('the ledger', () => {
  it('is read back by the next run, and credentials stay the same', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'ledger-'));
    const first = await start(stateDir);
    const sent = await fetch(`${first.url}/buy`, { method: 'POST', body: '{"asset":"kept"}' });
    expect(sent.status).toBe(201);
    await first.close();
    const second = await start(stateDir);
    expect(second.ledger.entries()).toEqual([expect.objectContaining({ assetId: 'kept', units: 1 })]);
    expect(second.env.TOY_KEY).toBe(first.env.TOY_KEY);
    expect(second.env.TOY_KEY).toContain(SECRET_MARKER);
    await second.close();
    await rm(stateDir, { recursive: true });
  });
});

describe('the pictured world', () => {
  it('repeats itself from the number alone, with other scripts now and then', () => {
    expect(rng('a').next()).toBe(rng('a').next());
    expect(rng('a').next()).not.toBe(rng('b').next());
    const scenes = Array.from({ length: 2_000 }, (_, i) => scene(i));
    const foreign = scenes.filter(({ title, contributor }) => /[\u0370-\u1cff\u3040-\ud7af]/u.test(title + contributor)).length;
    expect(foreign / scenes.length).toBeGreaterThan(0.04);
    expect(foreign / scenes.length).toBeLessThan(0.08);
    expect(scene(16).kind).toBe('video');
    expect(scene(gettyVideoScene(3)).kind).toBe('video');
  });

  it('is drawn at the size asked for, the same each time, and shows a watermark', async () => {
    const plain = await picture(7, { width: 300, height: 200, fit: 'cover' });
    expect(await sharp(plain).metadata()).toMatchObject({ width: 300, height: 200, format: 'jpeg' });
    expect((await picture(7, { width: 300, height: 200, fit: 'cover' })).equals(plain)).toBe(true);
    expect((await picture(7, { width: 300, height: 200, fit: 'cover', watermark: 'Sample' })).equals(plain)).toBe(false);
    const {
      width = 0,
      height = 0,
      format,
    } = await sharp(await picture(0, { width: 200, height: 200, format: 'png' })).metadata();
    expect([Math.max(width, height), format]).toEqual([200, 'png']);
    expect((await movie(20_001, { width: 160 })).toString('latin1', 4, 12)).toBe('ftypqt  ');
  });
});

describe('the program', () => {
  it('ends with the process that started it, and refuses what it does not know', async () => {
    const sims = await startSimulators({ only: ['photoshelter'] });
    expect(Object.keys(await sims.counts('photoshelter')).length).toBeGreaterThan(3);
    expect(JSON.stringify(sims.env)).toContain(SECRET_MARKER);
    await sims.stop();
    expect(() => process.kill(sims.pid, 0)).toThrow();
    await expect(startSimulators({ only: ['nobody'] })).rejects.toThrow(/ended with code 2/);
  });
});
