/** What every source's adapter promises to the rest of the gateway: one suite, run over all four, each over real HTTP at its simulator. */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { SECRET_MARKER } from '../../simulators/kit/types.js';
import {
  type Datasource,
  type HistoryEntry,
  type HistoryPage,
  type LicenseRequest,
  type Licensing,
  SearchNotPossible,
  type SearchPage,
} from '../../src/datasources/datasource.js';
import { ASSET_KINDS, type Asset, orientationOf } from '../../src/domain/asset.js';
import { FAULT_CODES, SourceFault } from '../../src/domain/faults.js';
import { type AssetKey, assetIdOf, keyText, parseGlobalId } from '../../src/domain/ids.js';
import { type Rights, type TermList, UNKNOWN_RIGHTS } from '../../src/domain/rights.js';
import { passesFilters, type SearchFilters } from '../../src/domain/search-filters.js';
import {
  breakCopy,
  type ContractSource,
  callFor,
  closeAccounts,
  deadEnv,
  HARMFUL_IDS,
  queryOf,
  SOURCES,
  simulators,
  startSources,
  stopSources,
} from './contract.support.js';

beforeAll(startSources);
afterEach(async () => {
  breakCopy(false);
  await Promise.all(SOURCES.map(({ sim }) => simulators().clearFaults(sim)));
  await closeAccounts();
});
afterAll(stopSources);

// ---------- what is looked at again and again ----------

/** In the interface's order: one shape for all assets of all sources. */
const FIELDS =
  `id key source externalId kind title caption keywords contributor creditLine copyrightNotice collection width height
  durationSeconds mimeType capturedAt capturedAtText updatedAt aiGenerated renditions rights sourceLicense stockOrigin
  licenseTermsUrl acquireLicenseUrl licensing`.split(/\s+/);
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const TERM_LISTS = ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages'] as const;
const INSTANTS = ['validFrom', 'validUntil', 'toBeUsedUntil'] as const;
/** Planted into what the source says, where none of it may come out again. */
const PLANTED = `${SECRET_MARKER}-planted at http://203.0.113.9/secret?token=${SECRET_MARKER}`;

const expectRights = (rights: Rights): void => {
  expect(Object.keys(rights).sort()).toEqual(Object.keys(UNKNOWN_RIGHTS).sort());
  for (const terms of [rights, ...rights.parts]) {
    for (const name of TERM_LISTS) {
      const list: TermList = terms[name];
      expect(list.known).toBe(list.allowed.length + list.restricted.length > 0);
    }
    for (const name of INSTANTS) expect(terms[name] ?? '2000-01-01T00:00:00.000Z').toMatch(INSTANT);
    for (const { unit, max } of terms.limits) expect(unit !== '' && max > 0).toBe(true);
    if (terms.termKind === 'PERPETUAL') expect(terms.validUntil).toBeNull();
  }
};

/** No undefined, no NaN, no class instance anywhere: the asset survives our store and our caches unchanged. */
const expectPlain = (value: unknown): void => expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);

const expectAsset = (asset: Asset, key: AssetKey, { profile }: ContractSource): void => {
  expect(Object.keys(asset)).toEqual(FIELDS);
  expectPlain(asset);
  expect(asset).toMatchObject({ id: assetIdOf(key), key, source: profile.source, externalId: key.externalId });
  expect(parseGlobalId(asset.id)).toEqual({ type: 'Asset', key });
  expect(profile.externalId.test(asset.externalId) && profile.lanes.includes(key.lane)).toBe(true);
  expect(ASSET_KINDS).toContain(asset.kind);
  expect(new Set(asset.keywords).size).toBe(asset.keywords.length);
  expect(asset.keywords.every((word) => word.trim() !== '')).toBe(true);
  for (const size of [asset.width, asset.height, asset.durationSeconds]) expect(size === null || size > 0).toBe(true);
  for (const at of [asset.capturedAt, asset.updatedAt, asset.sourceLicense?.asOf ?? null])
    expect(at ?? '2000-01-01T00:00:00.000Z').toMatch(INSTANT);
  expect(new Set(asset.renditions.map(({ role }) => role)).size).toBe(asset.renditions.length);
  for (const { role, address } of asset.renditions) {
    expect(role).toMatch(/^[a-z][a-z0-9_]{0,40}$/);
    expect(address).toMatch(/^https?:\/\//);
  }
  expectRights(asset.rights);
  expect(JSON.stringify({ ...asset, renditions: [], licensing: null })).not.toContain(SECRET_MARKER);
};

const expectCleanFault = (outcome: unknown, { profile }: ContractSource): SourceFault => {
  if (!(outcome instanceof SourceFault)) throw new Error(`no SourceFault but ${inspect(outcome, { depth: 1 }).slice(0, 300)}`);
  const { source, code, message, sourceCode } = outcome;
  expect(source).toBe(profile.source);
  expect(FAULT_CODES).toContain(code);
  expect(message).toContain(profile.label);
  expect(message).not.toMatch(/[\r\n]|:\/\/|\d+\.\d+\.\d+\.\d+|localhost|bearer/i);
  for (const secret of Object.values(simulators().env).filter((value) => value.length > 12 && !value.startsWith('/'))) {
    expect(message).not.toContain(secret);
    expect(sourceCode ?? '').not.toContain(secret);
  }
  // Faults are logged with their causes.
  expect(inspect(outcome, { depth: 8 })).not.toMatch(new RegExp(`${SECRET_MARKER}|203\\.0\\.113\\.9`));
  return outcome;
};

const one = async (source: Datasource, key: AssetKey): Promise<Asset> => {
  const { found, failed } = await source.loadAssets([key], callFor());
  const asset = found.get(keyText(key));
  if (asset === undefined) throw failed.get(keyText(key)) ?? new Error(`no asset ${keyText(key)}`);
  return asset;
};

/** Every hit of a search as an asset, read by id where the hit is but a key. */
const assetsOf = async (source: Datasource, { hits }: Pick<SearchPage, 'hits'>): Promise<readonly Asset[]> => {
  const bare = hits.filter(({ asset }) => asset === undefined).map(({ key }) => key);
  const { found, failed } = await source.loadAssets(bare, callFor(40_000));
  expect(failed.size).toBe(0);
  return hits.map(({ key, asset }) => asset ?? found.get(keyText(key))).filter((asset) => asset !== undefined);
};

const searchAll = async (source: Datasource, part: Parameters<typeof queryOf>[0]): Promise<readonly SearchPage[]> => {
  const pages: SearchPage[] = [];
  for (let place: string | null = null; ; ) {
    const page: SearchPage = await source.search(queryOf({ ...part, place }), callFor());
    pages.push(page);
    place = page.next;
    if (place === null) return pages;
    if (pages.length > 400) throw new Error('the search has no end');
  }
};

const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const STATUS = { kind: 'status', body: JSON.stringify({ error: PLANTED, message: PLANTED, code: PLANTED }) } as const;
const JSON_TYPE = { 'content-type': 'application/json' };
const TROUBLES = [
  { trouble: 'fails with 500', fault: { ...STATUS, status: 500, headers: JSON_TYPE }, reasons: ['server_error'] },
  {
    trouble: 'is down behind a page of HTML',
    fault: { ...STATUS, status: 503, headers: { 'content-type': 'text/html' } },
    reasons: ['server_error'],
  },
  {
    trouble: 'asks us to slow down',
    fault: { ...STATUS, status: 429, headers: { 'retry-after': '120' } },
    reasons: ['rate_limited'],
  },
  {
    trouble: 'says 403 in nobody’s words',
    fault: { ...STATUS, status: 403 },
    reasons: ['bad_reply', 'forbidden', 'unauthorized'],
  },
  { trouble: 'is replaced by a captive portal', fault: { kind: 'foreign' }, reasons: ['bad_reply'] },
  {
    trouble: 'answers garbage',
    fault: { kind: 'status', status: 200, body: `{"x": ${PLANTED}`, headers: JSON_TYPE },
    reasons: ['bad_reply'],
  },
  {
    trouble: 'answers JSON of another shape',
    fault: { ...STATUS, status: 200, headers: JSON_TYPE, body: `["${PLANTED}"]` },
    reasons: ['bad_reply'],
  },
  { trouble: 'breaks off its answer', fault: { kind: 'truncate' }, reasons: ['network', 'bad_reply'] },
  { trouble: 'hangs up', fault: { kind: 'reset-before' }, reasons: ['network'] },
] as const;

const FILTERS: readonly SearchFilters[] = [
  ...ASSET_KINDS.map((kind) => ({ kinds: [kind] })),
  { kinds: ['PHOTO', 'VIDEO'] },
  { kinds: [] },
  ...(['HORIZONTAL', 'VERTICAL', 'SQUARE', 'PANORAMIC'] as const).map((orientation) => ({ orientation })),
  { minWidth: 5_000 },
  { minHeight: 3_800 },
  { editorialOnly: true },
  { editorialOnly: false },
  { kinds: ['PHOTO'], orientation: 'VERTICAL', minWidth: 2_000, minHeight: 2_000, editorialOnly: false },
  { kinds: ['VIDEO'], editorialOnly: true },
];

describe.each(SOURCES.map((entry) => [entry.profile.label, entry] as const))('%s', (_label, entry) => {
  const { sim, profile, operations, silentOn } = entry;
  /** Those of the known keys that the source still has. */
  let keys: readonly AssetKey[];
  let sample: readonly Asset[];

  beforeAll(async () => {
    const { found, failed } = await entry.connect().loadAssets(entry.known(), callFor(60_000));
    expect(failed.size).toBe(0);
    keys = entry.known().filter((key) => found.has(keyText(key)));
    sample = [...found.values()];
    expect(keys.length).toBeGreaterThan(200);
  });

  describe('reads by id', () => {
    it('give whole assets of one shape, which survive being stored, and show no secret', () => {
      for (const key of keys) expectAsset(sample.find(({ id }) => id === assetIdOf(key)) as Asset, key, entry);
    });

    it('are silent where the source is silent', () => {
      for (const { rights } of sample) {
        for (const name of silentOn) expect(rights[name]).toEqual(UNKNOWN_RIGHTS[name]);
        const { model, termKind, parts } = rights;
        const permitted = [
          ...TERM_LISTS.map((name) => rights[name].known),
          ...parts,
          model !== 'UNKNOWN',
          termKind !== 'UNKNOWN',
        ];
        if (rights.origin === 'UNKNOWN') expect(permitted.filter((said) => said)).toEqual([]);
        expect(['SOURCE', 'UNKNOWN']).toContain(rights.origin);
      }
      if (silentOn.length > 0) expect(sample.every(({ rights }) => rights.termKind === 'UNKNOWN')).toBe(true);
    });

    it('match by id whatever the order, and read a key that is named twice like one', async () => {
      const asked = [...keys.slice(0, 30), ...keys.slice(10, 40)].reverse();
      const { found, failed } = await entry.connect().loadAssets(asked, callFor());
      expect(failed.size).toBe(0);
      expect([...found.keys()].sort()).toEqual(keys.slice(0, 40).map(keyText).sort());
      for (const [text, asset] of found) expect(keyText(asset.key)).toBe(text);
    });

    it('leave what does not or cannot exist out of both maps, beside what does', async () => {
      const good = keys.slice(0, 5);
      const { found, failed } = await entry.connect().loadAssets([...entry.impossible, ...good, ...entry.unknown], callFor());
      expect([...found.keys()].sort()).toEqual(good.map(keyText).sort());
      expect([...failed]).toEqual([]);
    });

    it('ask nobody for nothing', async () => {
      const before = total(await simulators().counts(sim));
      const source = entry.connect();
      for (const none of [[], entry.impossible]) expect((await source.loadAssets(none, callFor())).found.size).toBe(0);
      expect(total(await simulators().counts(sim))).toBe(before);
    });
  });

  describe('a source in trouble', () => {
    const ask = async (warm: readonly Datasource[], ms: number) =>
      Promise.all(operations.map(({ run }, index) => run(warm[index] as Datasource, callFor(ms))));
    /** One account for each operation, its token fetched, so that nothing but the operation itself is in trouble. */
    const warmAccounts = async (): Promise<readonly Datasource[]> => {
      const accounts = operations.map(() => entry.connect());
      expect(await ask(accounts, 20_000)).toEqual(operations.map(() => undefined));
      return accounts;
    };

    it.each(TROUBLES)('that $trouble is a fault in our words, of every operation', async ({ fault, reasons }) => {
      const accounts = await warmAccounts();
      for (const { endpoint } of operations) await simulators().addFault(sim, { ...fault, endpoint });
      for (const outcome of await ask(accounts, 5_000)) {
        const { reason, retryAfterMs } = expectCleanFault(outcome, entry);
        expect(reasons).toContain(reason);
        if (reason === 'rate_limited') expect(retryAfterMs).toBe(120_000);
      }
    });

    it.each(TROUBLES)('whose token service $trouble is a fault as well', async ({ fault }) => {
      await simulators().addFault(sim, { ...fault, endpoint: entry.tokenEndpoint });
      expectCleanFault(await faultOfRead(entry.connect(), 5_000), entry);
    });

    it('that never answers is given up at the deadline', async () => {
      const accounts = await warmAccounts();
      for (const { endpoint } of operations) await simulators().addFault(sim, { kind: 'never', endpoint });
      const startedAt = Date.now();
      for (const outcome of await ask(accounts, 400))
        expect(expectCleanFault(outcome, entry)).toMatchObject({ reason: 'timeout', code: 'DEADLINE_EXCEEDED' });
      expect(Date.now() - startedAt).toBeLessThan(1_500);
    });

    it('whose token service never answers is given up at the deadline as well', async () => {
      await simulators().addFault(sim, { kind: 'never', endpoint: entry.tokenEndpoint });
      const startedAt = Date.now();
      const fault = expectCleanFault(await faultOfRead(entry.connect(), 400), entry);
      expect(fault).toMatchObject({ reason: 'timeout', code: 'DEADLINE_EXCEEDED' });
      expect(Date.now() - startedAt).toBeLessThan(1_500);
    });

    it('is not even asked when the deadline has passed', async () => {
      const accounts = await warmAccounts();
      const before = total(await simulators().counts(sim));
      for (const outcome of await ask(accounts, -1)) expect(expectCleanFault(outcome, entry).code).toBe('DEADLINE_EXCEEDED');
      expect(total(await simulators().counts(sim))).toBe(before);
    });

    it('that nobody can connect to is out of reach, and a read says so with the fault of each key', async () => {
      const env = await deadEnv();
      const accounts = operations.map(() => entry.connect(env));
      for (const outcome of await ask(accounts, 5_000))
        expect(expectCleanFault(outcome, entry)).toMatchObject({
          reason: 'network',
          code: 'SOURCE_UNAVAILABLE',
          retryable: true,
        });
    });

    it('that refuses our credential says which one to check, without naming it', async () => {
      const wrong = `${SECRET_MARKER}-wrong-password`;
      const source = entry.connect({ ...simulators().env, [entry.secretVariable]: wrong });
      const fault = expectCleanFault(await faultOfRead(source, 5_000), entry);
      expect(fault).toMatchObject({ reason: 'unauthorized', code: 'SOURCE_UNAVAILABLE', retryable: false });
    });

    it('or a store of ours in trouble: a read never throws, and a search throws nothing but a fault', async () => {
      const source = entry.connect();
      breakCopy(true);
      const { found, failed } = await source.loadAssets(keys.slice(0, 3), callFor());
      for (const fault of failed.values())
        expect(expectCleanFault(fault, entry)).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryable: true });
      expect(found.size + failed.size).toBe(3);
      const page = await outcomeOf(source.search(queryOf({ text: entry.text, pageSize: 3 }), callFor()));
      if (page instanceof Error) expectCleanFault(page, entry);
    });

    it('fails the keys of the part that failed, and no others', async () => {
      const source = entry.connect();
      await one(source, keys[0] as AssetKey);
      const upstream = operations.find(({ name }) => name.startsWith('loadAssets'));
      // Where reads come from our copy, all of it fails or none.
      if (upstream === undefined) breakCopy(true);
      else await simulators().addFault(sim, { ...STATUS, status: 418, endpoint: upstream.endpoint, times: 1 });
      const { found, failed } = await source.loadAssets([...keys, ...entry.unknown, ...entry.impossible], callFor(40_000));
      for (const fault of failed.values()) expectCleanFault(fault, entry);
      const impossible = new Set(entry.impossible.map(keyText));
      expect(failed.size).toBeGreaterThan(0);
      expect([...failed.keys()].filter((text) => found.has(text) || impossible.has(text))).toEqual([]);
      for (const key of keys) expect(found.has(keyText(key)) || failed.has(keyText(key))).toBe(true);
      if (upstream !== undefined) expect(failed.size).toBeLessThanOrEqual(profile.maxIdsPerCall);
    });
  });

  describe('its token', () => {
    it('is fetched by one of fifty callers, and renewed by one of fifty when it ends early', async () => {
      const source = entry.connect();
      const all = () => Promise.all(Array.from({ length: 50 }, (_, caller) => entry.readWithToken(source, caller, callFor())));
      const fetched = async () => (await simulators().counts(sim))[entry.tokenEndpoint] ?? 0;
      const before = await fetched();
      await all();
      expect((await fetched()) - before).toBe(1);
      await simulators().action(sim, 'expire-tokens');
      for (const outcome of await all()) expect((outcome as { failed?: ReadonlyMap<string, unknown> }).failed?.size ?? 0).toBe(0);
      await all();
      expect((await fetched()) - before).toBe(2);
    });
  });

  describe('search', () => {
    it('pages to the end, no page longer than asked, nothing twice, and each hit can be read', async () => {
      const source = entry.connect();
      for (const pageSize of [7, 100]) {
        const pages = await searchAll(source, { text: entry.text, pageSize });
        const texts = pages.flatMap(({ hits }) => hits.map(({ key }) => keyText(key)));
        expect(texts.length).toBeGreaterThan(20);
        expect(new Set(texts).size).toBe(texts.length);
        for (const { hits, totalCount, unapplied } of pages) {
          expect(hits.length).toBeLessThanOrEqual(pageSize);
          expect(totalCount === null || totalCount >= 0).toBe(true);
          expect(unapplied).toEqual([]);
        }
        if (pageSize === 100) expect(await assetsOf(source, pages[0] as SearchPage)).toHaveLength(pages[0]?.hits.length ?? 0);
      }
    });

    it('gives hits that are whole only where a read by id gives the same', async () => {
      const source = entry.connect();
      const { hits } = await source.search(queryOf({ text: entry.text, pageSize: 20 }), callFor());
      const whole = hits.flatMap(({ asset }) => asset ?? []);
      const { found } = await source.loadAssets(
        whole.map(({ key }) => key),
        callFor(),
      );
      const timeless = (asset: Asset | undefined) => ({ ...asset, sourceLicense: { ...asset?.sourceLicense, asOf: null } });
      for (const asset of whole) expect(timeless(asset)).toEqual(timeless(found.get(keyText(asset.key))));
      for (const { key } of hits) expect(key.connectionId).toBe(entry.connectionId);
    });

    it('applies a filter, names it as not applied, or says that it cannot be asked so: none is ignored', async () => {
      const source = entry.connect();
      for (const filters of FILTERS) {
        const asked = Object.keys(filters) as (keyof SearchFilters)[];
        const page = await outcomeOf(source.search(queryOf({ text: entry.text, filters, pageSize: 60 }), callFor()));
        if (page instanceof SearchNotPossible) {
          expect(page.message).toContain(profile.label);
          continue;
        }
        if (page instanceof Error) throw page;
        const { unapplied, hits } = page as SearchPage;
        expect(unapplied.filter((name) => !asked.includes(name))).toEqual([]);
        const applied = asked.filter((name) => !unapplied.includes(name) && !(name === 'kinds' && filters.kinds?.length === 0));
        // The source may know the shape of a picture whose size it does not tell.
        const visible = (asset: Asset) => applied.filter((name) => name !== 'orientation' || orientationOf(asset) !== null);
        const strangers = (await assetsOf(source, { hits })).filter((asset) => !passesFilters(asset, filters, visible(asset)));
        expect({
          filters,
          strangers: strangers.map(({ externalId, kind, width, height }) => ({ externalId, kind, width, height })),
        }).toEqual({ filters, strangers: [] });
      }
    });

    it('refuses a place that it did not make, and words of any kind do no harm', async () => {
      const source = entry.connect();
      const places = [
        'x',
        '[]',
        'null',
        '-1',
        '1.5',
        '{}',
        '{"offset":-1}',
        '{"page":0,"rest":[]}',
        '{"images":1}',
        '{"page":1,"rest":["../x"]}',
      ];
      for (const place of places)
        expectCleanFault(await outcomeOf(source.search(queryOf({ text: entry.text, place }), callFor())), entry);
      for (const text of ['', '   ', '%00&ids=1', '"\'<script>', 'שלום 日本 🙂', '\u0000', 'x'.repeat(3_000)]) {
        const outcome = await outcomeOf(source.search(queryOf({ text, pageSize: 5, sort: 'NEWEST' }), callFor()));
        if (outcome instanceof SourceFault) expectCleanFault(outcome, entry);
        else if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SearchNotPossible);
      }
    });
  });

  describe('pictures', () => {
    it('open for each role of a photo and a clip, and are what they say', async () => {
      const source = entry.connect();
      const some = (['PHOTO', 'VIDEO'] as const).flatMap(
        (kind) => sample.find((asset) => asset.kind === kind && asset.renditions.length > 0) ?? [],
      );
      expect(some.length).toBeGreaterThan(0);
      for (const asset of some) {
        for (const { role, mimeType, width } of asset.renditions) {
          const file = await source.openRendition(asset, role, callFor());
          const bytes = Buffer.concat(await file.stream.toArray());
          if (file.length !== null) expect(bytes.length).toBe(file.length);
          if (mimeType !== null) expect(file.mimeType).toBe(mimeType);
          if (file.mimeType?.startsWith('video/'))
            expect(bytes.subarray(4, 8).toString('latin1')).toMatch(/ftyp|moov|mdat|wide|free/);
          else
            expect(Math.abs(((await sharp(bytes).metadata()).width ?? 0) - (width ?? 0))).toBeLessThanOrEqual(
              width === null ? 10_000 : 1,
            );
        }
      }
    });

    it('of a role that is not there, or from a source in trouble, are faults in our words', async () => {
      const source = entry.connect();
      const asset = await one(source, (sample.find(({ renditions }) => renditions.length > 0) as Asset).key);
      const role = asset.renditions[0]?.role ?? '';
      for (const wrong of ['', 'nothing', '__proto__', '../thumbnail'])
        expect(expectCleanFault(await outcomeOf(source.openRendition(asset, wrong, callFor())), entry).code).toBe(
          'BAD_USER_INPUT',
        );
      for (const { fault } of TROUBLES.filter((trouble) => trouble.fault.kind !== 'truncate')) {
        await simulators().addFault(sim, { ...fault, endpoint: '*' });
        expectCleanFault(await outcomeOf(source.openRendition(asset, role, callFor(3_000))), entry);
        await simulators().clearFaults(sim);
      }
      await simulators().addFault(sim, { kind: 'never', endpoint: '*' });
      expect(expectCleanFault(await outcomeOf(source.openRendition(asset, role, callFor(300))), entry).reason).toBe('timeout');
    });
  });

  const faultOfRead = async (source: Datasource, ms: number): Promise<unknown> => {
    const outcome = await outcomeOf(entry.readWithToken(source, 0, callFor(ms)));
    const failed = (outcome as { failed?: ReadonlyMap<string, unknown> } | undefined)?.failed;
    return failed === undefined ? outcome : [...failed.values()][0];
  };

  it('has the capabilities that it names, each with its reason', () => {
    const { capabilities, lanes, maxIdsPerCall } = entry.connect().profile;
    const source = entry.connect();
    expect(source.connectionId).toBe(entry.connectionId);
    const can = (name: keyof typeof capabilities): boolean => capabilities[name] !== undefined;
    expect(can('SEARCH')).toBe(true);
    expect(can('BULK_GET')).toBe(maxIdsPerCall > 1);
    expect([can('QUOTE'), can('LICENSE')]).toEqual([source.licensing !== undefined, source.licensing !== undefined]);
    expect(can('HISTORY')).toBe(source.history !== undefined);
    expect(can('DOWNLOAD')).toBe(source.openDownload !== undefined || source.openPurchased !== undefined);
    expect(can('CHANGES')).toBe([source.pullFeed, source.pollFacts, source.changeFeed].some((way) => way !== undefined));
    expect([can('WRITE_METADATA'), can('DELIVER')]).toEqual([source.metadata !== undefined, false]);
    expect(new Set(lanes).size).toBe(lanes.length);
    for (const reason of Object.values(capabilities)) expect(reason).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('knows its ids from texts that are none', () => {
    for (const { externalId } of keys) expect(profile.externalId.test(externalId)).toBe(true);
    expect(HARMFUL_IDS.filter((text) => profile.externalId.test(text))).toEqual([]);
  });

  if (entry.licenseEndpoint !== undefined) licensingContract(entry, entry.licenseEndpoint, () => sample);
});

/** Only for sources that sell. Each test has an asset of its own. */
function licensingContract(entry: ContractSource, endpoint: string, sample: () => readonly Asset[]): void {
  const { sim } = entry;
  let next = 0;
  const ledger = () => simulators().ledger(sim);
  const requests = async () => (await simulators().counts(sim))[endpoint] ?? 0;
  const licensingOf = ({ licensing }: Datasource): Licensing => {
    if (licensing === undefined) throw new Error('nothing is sold here');
    return licensing;
  };

  /** The next photo that the account could buy here and now, with nothing more to say. */
  const nextRequest = async (source: Datasource): Promise<LicenseRequest> => {
    for (const asset of sample()
      .filter(({ kind }) => kind === 'PHOTO')
      .slice(next)) {
      next += 1;
      for (const { licenseType } of licensingOf(source).typesFor(asset)) {
        const request = { asset, licenseType, references: [], operationTag: `clearance:contract-${next}`, again: false };
        const { verdict, held, references } = await licensingOf(source).baseline(request, callFor());
        if (verdict === 'possible' && held === null && !references.some(({ required }) => required)) return request;
      }
    }
    throw new Error('no photo is left that can be bought');
  };

  describe('licensing', () => {
    it('names types for a photo without asking anybody, the same each time, and without touching the asset', async () => {
      const before = total(await simulators().counts(sim));
      const source = entry.connect();
      const kinds = new Set<string>();
      for (const asset of sample()) {
        const untouched = structuredClone(asset);
        const types = licensingOf(source).typesFor(asset);
        expect(licensingOf(source).typesFor(asset)).toEqual(types);
        expect(asset).toEqual(untouched);
        expect(new Set(types.map(({ licenseType }) => licenseType)).size).toBe(types.length);
        for (const { licenseType, label } of types) expect(licenseType.trim() !== '' && label.trim() !== '').toBe(true);
        if (types.length > 0) kinds.add(asset.kind);
      }
      expect(kinds).toContain('PHOTO');
      expect(total(await simulators().counts(sim))).toBe(before);
    });

    it('looks before it spends, books once when it spends, and then sees the license and finds it in the history', async () => {
      const source = entry.connect();
      const before = await ledger();
      const request = await nextRequest(source);
      const baseline = await licensingOf(source).baseline(request, callFor());
      expectPlain(baseline);
      expect(JSON.stringify(baseline)).not.toContain(SECRET_MARKER);
      expect(await ledger()).toEqual(before);
      const reply = await licensingOf(source).license(request, callFor());
      expect(reply).toMatchObject({ kind: 'granted', licenseType: request.licenseType });
      // The address of the file is a secret by contract, and the only one.
      const { file: _, ...told } = { file: undefined, ...reply };
      expectPlain(told);
      expect(JSON.stringify(told)).not.toContain(SECRET_MARKER);
      const booked = (await ledger()).slice(before.length);
      expect(booked.map(({ assetId }) => assetId)).toEqual([request.asset.externalId]);
      expect((await licensingOf(source).baseline(request, callFor())).held).toMatchObject({ licenseType: request.licenseType });
      const listed: HistoryEntry[] = [];
      for (let place: string | null = null, pages = 0; pages < 100; pages += 1) {
        const page: HistoryPage | undefined = await source.history?.(place, callFor());
        listed.push(...(page?.entries ?? []));
        place = page?.next ?? null;
        if (place === null) break;
      }
      expectPlain(listed);
      expect(JSON.stringify(listed)).not.toContain(SECRET_MARKER);
      expect(listed.filter(({ key }) => keyText(key) === keyText(request.asset.key)).length).toBe(1);
      expect(await ledger()).toHaveLength(before.length + 1);
    });

    it('says that nothing happened when no byte left us, with a token in hand or without', async () => {
      const request = await nextRequest(entry.connect());
      const before = await ledger();
      for (const only of [/API_URL/, /./]) {
        const source = entry.connect(await deadEnv(only));
        const fault = expectCleanFault(await outcomeOf(licensingOf(source).license(request, callFor(3_000))), entry);
        expect(fault).toMatchObject({ reason: 'network', effect: 'none' });
      }
      expect(await ledger()).toEqual(before);
    });

    it('spends nothing when its token ended, and does not try again by itself', async () => {
      const source = entry.connect();
      const request = await nextRequest(source);
      const before = await ledger();
      await simulators().action(sim, 'expire-tokens');
      const sent = await requests();
      const fault = expectCleanFault(await outcomeOf(licensingOf(source).license(request, callFor())), entry);
      // A token that would not outlive the deadline may have been renewed beforehand; this one had a day.
      expect(fault).toMatchObject({ reason: 'unauthorized', effect: 'none' });
      expect(await requests()).toBe(sent + 1);
      expect(await ledger()).toEqual(before);
      expect(await licensingOf(source).license(request, callFor())).toMatchObject({ kind: 'granted' });
    });

    it.each([
      { doubt: 'the line is cut after the work', fault: { kind: 'reset-after' }, booked: 1 },
      { doubt: 'the line is cut before the work', fault: { kind: 'reset-before' }, booked: 0 },
      { doubt: 'the answer is cut in half', fault: { kind: 'truncate' }, booked: 1 },
      { doubt: 'a captive portal answers in its place', fault: { kind: 'foreign' }, booked: 1 },
      { doubt: 'no answer comes', fault: { kind: 'never-after' }, booked: 1 },
      { doubt: 'the answer is a 500', fault: { ...STATUS, status: 500 }, booked: 0 },
      { doubt: 'the edge says 403 in its own words', fault: { ...STATUS, status: 403, body: PLANTED }, booked: 0 },
      { doubt: 'the answer is garbage', fault: { ...STATUS, status: 200, headers: JSON_TYPE, body: '{"contents":' }, booked: 0 },
    ] as const)('is in doubt, and sends its order once, when $doubt', async ({ fault, booked }) => {
      const source = entry.connect();
      const request = await nextRequest(source);
      const [before, sent] = [await ledger(), await requests()];
      await simulators().addFault(sim, { ...fault, endpoint });
      const outcome = expectCleanFault(await outcomeOf(licensingOf(source).license(request, callFor(1_500))), entry);
      expect(outcome.effect).toBe('unknown');
      expect(await requests()).toBe(sent + 1);
      expect(await ledger()).toHaveLength(before.length + booked);
    });
  });
}
