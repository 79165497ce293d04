/** Terms on two axes of time: the gateway's own answer, the database's and a naive one over the plain list of events agree. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AssetId, ConnectionId, TenantId } from '../src/domain/ids.js';
import type { Instant } from '../src/domain/instant.js';
import { NO_ALLOCATION } from '../src/domain/license.js';
import { type Rights, UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { fieldOriginOf, type StatedTerms } from '../src/domain/stated-terms.js';
import { termsHash } from '../src/domain/terms-hash.js';
import { LAST, restatedTerms, stretchesOf, type TermsVersion, termsAsOf, termsAt } from '../src/domain/terms-versions.js';
import { type Database, inTenant, openDatabase } from '../src/store/database.js';
import { findActiveLicenses, findLicense, insertLicense, listLicenses } from '../src/store/license.store.js';
import { appendSourceTerms, appendTerms, findTerms, resumeTerms } from '../src/store/license-terms.store.js';
import {
  DAYS,
  dayOf,
  type History,
  type HistoryEvent,
  hasEnded,
  histories,
  naiveTerms,
  versionsOf,
} from './support/terms-history.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const TENANT = 'default' as TenantId;

/** What the store would hold, without a store. */
const replay = (history: History): TermsVersion[] => {
  const versions: TermsVersion[] = [];
  const add = (recordedAt: Instant, terms: ReturnType<typeof versionsOf>) => {
    for (const { from, until, rights, stated, kind } of terms)
      versions.push({
        licenseUuid: 'l',
        version: versions.length + 1,
        rights,
        stated,
        recordedAt,
        kind,
        effectiveFrom: from,
        effectiveUntil: until,
      });
  };
  add(history.recordedAt, [{ from: null, until: null, rights: history.first, stated: [], kind: 'RECORDED' }]);
  for (const event of history.events) {
    if (event.kind !== 'SOURCE') {
      add(event.recordedAt, versionsOf(versions, event));
      continue;
    }
    const rights = event.source;
    const before = versions.findLast(({ kind }) => kind === 'RECORDED');
    if (before && termsHash(before.rights) !== termsHash(rights)) {
      const restated = restatedTerms(versions, LAST, rights);
      add(event.recordedAt, [{ from: null, until: null, rights, stated: [], kind: 'RECORDED' }, ...restated]);
    }
  }
  return versions;
};

const noon = (day: Instant): Instant => day.replace('T00', 'T12') as Instant;
const TIMES = Array.from({ length: DAYS + 10 }, (_, n) => dayOf(n - 2)).flatMap((day) => [day, noon(day)]);
/** Pairs of a valid and a known time. */
const probes = (count: number) =>
  fc.array(fc.tuple(fc.constantFrom(...TIMES), fc.constantFrom(...TIMES)), { minLength: count, maxLength: count });

describe('versions of terms', () => {
  it('answer for any pair of times what a naive walk through the events answers', () => {
    fc.assert(
      fc.property(histories, probes(40), (history, pairs) => {
        const versions = replay(history);
        const wrong = pairs.filter(([validAt, knownAt]) => {
          const expected = naiveTerms(history, validAt, knownAt);
          const covering = stretchesOf(versions, knownAt).filter(
            ({ from, until }) => (from === null || from <= validAt) && (until === null || until > validAt),
          );
          const same = isDeepStrictEqual(termsAt(versions, validAt, knownAt)?.rights, expected);
          return !same || covering.length !== 1 || !isDeepStrictEqual(covering[0]?.rights, expected ?? history.first);
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('are cut into stretches in order, without gap or overlap, where the version changes and nowhere else', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const versions = replay(history);
        const stretches = stretchesOf(versions, LAST);
        expect([stretches[0]?.from, stretches.at(-1)?.until]).toEqual([null, null]);
        for (const [index, { until, rights }] of stretches.slice(0, -1).entries()) {
          expect(stretches[index + 1]?.from).toBe(until);
          expect(stretches[index + 1]?.rights).not.toBe(rights);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('say nothing before anything was on record, but for both axes at once, where the first counts', () => {
    const [version] = replay({ first: UNKNOWN_RIGHTS, recordedAt: dayOf(5), events: [] });
    const versions = [version as TermsVersion];
    expect(termsAt(versions, dayOf(9), dayOf(4))).toBeUndefined();
    expect(termsAsOf(versions, dayOf(4))).toBe(UNKNOWN_RIGHTS);
    expect(stretchesOf(versions, dayOf(4))).toEqual([{ from: null, until: null, rights: UNKNOWN_RIGHTS }]);
    expect(stretchesOf([], dayOf(4))).toEqual([]);
  });

  const SOURCE: Rights = { ...UNKNOWN_RIGHTS, origin: 'SOURCE', restrictions: ['Old words'] };
  const stating = (stated: StatedTerms, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
    ...{ kind: 'STATED', recordedAt: dayOf(1), from: null, until: null, source: SOURCE },
    ...more,
    stated,
  });
  const saying = (source: Rights, day: number): HistoryEvent => ({
    ...stating({}),
    kind: 'SOURCE',
    recordedAt: dayOf(day),
    source,
  });
  const now = (first: Rights, ...events: HistoryEvent[]) =>
    termsAt(replay({ first, recordedAt: dayOf(0), events }), dayOf(20), LAST)?.rights;

  it('take back that words were read when the source writes new ones, and again with every change after that', () => {
    const changed = { ...SOURCE, restrictions: ['Old words', 'New words'] };
    const other = { ...changed, attributionText: 'A credit' };
    const reading = stating({ restrictions: ['Ours'] });
    expect(now(SOURCE, reading, saying({ ...SOURCE, attributionText: 'A credit' }, 2))?.restrictionsRead).toBe(true);
    for (const events of [[saying(changed, 2)], [saying(changed, 2), saying(other, 3)]]) {
      const rights = now(SOURCE, reading, ...events) as Rights;
      expect(rights.restrictionsRead).toBeUndefined();
      expect(fieldOriginOf(rights, 'restrictions')).toBe('SOURCE');
      expect(rights.restrictions).toEqual(expect.arrayContaining(['New words', 'Ours']));
    }
    const again = stating({ restrictions: [] }, { recordedAt: dayOf(3) });
    expect(now(SOURCE, reading, saying(changed, 2), again, saying(other, 4))?.restrictionsRead).toBe(true);
  });

  it('take from the source whatever nobody stated, part by part and member by member', () => {
    const { attributionRequired: _1, attributionText: _2, model: _3, modelReleased: _4, propertyReleased: _5, ...grant } = SOURCE;
    const { origin: _6, originVersion: _7, parts: _8, ...part } = grant;
    const ending = (...days: number[]): Rights => ({
      ...SOURCE,
      termKind: 'FIXED',
      validUntil: dayOf(Math.max(...days)),
      parts: days.map((day, n) => ({
        ...part,
        ...{ name: `${n}`, termKind: 'FIXED', validUntil: dayOf(day), editorialOnly: n === 0 ? 'YES' : 'UNKNOWN' },
      })),
    });
    const begun = stating({ validFrom: dayOf(-20), attributionText: 'Us', editorialOnly: 'NO' });
    const source = { ...ending(5, 100), attributionRequired: 'YES' as const };
    const rights = now(ending(8, 200), begun, saying(source, 2));
    expect(rights).toMatchObject({
      validFrom: dayOf(-20),
      validUntil: dayOf(100),
      attributionRequired: 'YES',
      attributionText: 'Us',
    });
    expect(rights?.parts.map(({ validUntil }) => validUntil)).toEqual([dayOf(5), dayOf(100)]);
    expect(rights?.parts.map(({ editorialOnly }) => editorialOnly)).toEqual(['YES', 'NO']);
  });

  it('end with a cancellation, whatever is stated later, but for a renewal from its end on', () => {
    const first: Rights = { ...SOURCE, termKind: 'FIXED', validUntil: dayOf(100) };
    const cancelled = stating({}, { kind: 'CANCELLATION', from: dayOf(10) });
    const longer = { validUntil: dayOf(300) };
    const endWith = (...events: HistoryEvent[]) => now(first, cancelled, ...events)?.validUntil;
    expect(endWith(stating(longer))).toBe(dayOf(10));
    expect(endWith(stating(longer, { kind: 'CORRECTION' }))).toBe(dayOf(10));
    expect(endWith(stating({ termKind: 'PERPETUAL' }))).toBe(dayOf(10));
    expect(endWith(stating(longer, { kind: 'RENEWAL', from: dayOf(9) }), saying({ ...first, validUntil: dayOf(400) }, 3))).toBe(
      dayOf(10),
    );
    expect(endWith(stating(longer, { kind: 'RENEWAL', from: dayOf(10) }))).toBe(dayOf(300));
    expect(endWith(stating(longer, { kind: 'RENEWAL', from: dayOf(12) }), saying({ ...first, validUntil: dayOf(90) }, 3))).toBe(
      dayOf(300),
    );
    expect(endWith(saying({ ...first, validUntil: dayOf(6) }, 3))).toBe(dayOf(6));
  });
});

describe('in the database', () => {
  let database: TestDatabase;
  let db: Database;
  const connectionId = 'terms-test' as ConnectionId;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.appUrl, onError: () => undefined });
    await database.query("insert into tenant (tenant_id) values ('default') on conflict do nothing");
    await database.query(
      "insert into source_connection (connection_id, tenant_id, source, name, origin) values ($1, 'default', 'ADOBE_STOCK', 'test', 'environment')",
      [connectionId],
    );
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  /** The history through the store's own functions. */
  const record = (history: History): Promise<string> =>
    inTenant(db, TENANT, async (tx) => {
      const uuid = uuidv7();
      const { first, recordedAt } = history;
      await insertLicense(tx, {
        tenantId: TENANT,
        connectionId,
        rights: first,
        recordedAt,
        state: 'ACTIVE',
        importKey: null,
        license: {
          uuid,
          assetId: `asset-${uuid}` as AssetId,
          source: 'ADOBE_STOCK',
          licenseType: 'Standard',
          origin: 'RECORDED',
          operationUuid: null,
          price: null,
          chargedUnits: null,
          allocation: NO_ALLOCATION,
          references: [],
          sourceReference: null,
          orderNumber: null,
          licensedAt: recordedAt,
          licensedBy: 'unknown',
          validUntil: first.validUntil,
          supersedesUuid: null,
        },
      });
      for (const event of history.events) {
        const entry = { tenantId: TENANT, licenseUuid: uuid, recordedAt: event.recordedAt };
        if (event.kind === 'SOURCE') await appendSourceTerms(tx, { ...entry, rights: event.source });
        else await appendTerms(tx, { ...entry, recordedBy: 'test', terms: versionsOf(await findTerms(tx, [uuid]), event) });
      }
      return uuid;
    });

  it('rights_as_of answers the same for random histories', async () => {
    await fc.assert(
      fc.asyncProperty(histories, probes(20), async (history, pairs) => {
        const uuid = await record(history);
        const answers = await database.query(
          `select rights_as_of($1, valid_at, known_at) as rights
           from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as p(valid_at, known_at, n) order by n`,
          [uuid, pairs.map(([validAt]) => validAt), pairs.map(([, knownAt]) => knownAt)],
        );
        expect(answers.map(({ rights }) => rights ?? undefined)).toEqual(
          pairs.map(([validAt, knownAt]) => naiveTerms(history, validAt, knownAt)),
        );
        const versions = await inTenant(db, TENANT, (tx) => findTerms(tx, [uuid]));
        expect(versions).toEqual(replay(history).map((version) => ({ ...version, licenseUuid: uuid })));
      }),
      { numRuns: 320 },
    );
  }, 120_000);

  it('a license is EXPIRED at exactly the times at which the terms that apply have ended', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.array(fc.constantFrom(...TIMES), { minLength: 8, maxLength: 8 }), async (history, times) => {
        const uuid = await record(history);
        const recorded = history.events.at(-1)?.recordedAt ?? history.recordedAt;
        await inTenant(db, TENANT, async (tx) => {
          for (const at of [...times].sort()) {
            const ended = hasEnded(history, at);
            const license = await findLicense(tx, uuid, at);
            expect([at, license?.state]).toEqual([at, ended ? 'EXPIRED' : 'ACTIVE']);
            const assetIds = [license?.assetId as AssetId];
            expect(await findActiveLicenses(tx, assetIds, at)).toHaveLength(ended ? 0 : 1);
            for (const state of ['ACTIVE', 'EXPIRED'] as const) {
              const listed = await listLicenses(tx, { assetIds, states: [state], limit: 5 }, at);
              expect(listed.map((each) => each.state)).toEqual(state === license?.state ? [state] : []);
            }
            // Its end is the first that comes, or the last that came.
            const end = license?.validUntil ?? null;
            const between = TIMES.filter((time) =>
              ended ? end !== null && time >= end && time <= at : time >= at && (end === null || time < end),
            );
            expect(between.filter((time) => hasEnded(history, time) !== ended)).toEqual([]);
            if (end !== null && !ended) expect(hasEnded(history, end)).toBe(true);
            // What lists by the column alone go by follows when it is asked to.
            await resumeTerms(tx, at);
            const { rows } = await sql<{
              end: Date | null;
            }>`select valid_until as end from license where license_id = ${uuid}`.execute(tx);
            if (!ended && at >= recorded) expect(rows[0]?.end?.toISOString() ?? null).toBe(end);
          }
        });
      }),
      { numRuns: 120 },
    );
  }, 180_000);

  it('rights_as_of shows nothing of another tenant, and nothing without one', async () => {
    const uuid = await record({ first: UNKNOWN_RIGHTS, recordedAt: dayOf(0), events: [] });
    const ask = (tenant: string) =>
      inTenant(db, tenant as TenantId, async (tx) => {
        return (await sql<{ rights: unknown }>`select rights_as_of(${uuid}, ${dayOf(1)}, ${dayOf(1)}) as rights`.execute(tx))
          .rows;
      });
    expect((await ask('default'))[0]?.rights).toEqual(UNKNOWN_RIGHTS);
    expect((await ask('acme'))[0]?.rights).toBeNull();
    await expect(
      database.query('update license_terms set effective_until = now() where license_id = $1', [uuid]),
    ).rejects.toThrow('accepts additions only');
  });

  it('nothing is on record before what was recorded earlier, whatever the clocks say', async () => {
    const uuid = await record({ first: UNKNOWN_RIGHTS, recordedAt: dayOf(5), events: [] });
    const versions = await inTenant(db, TENANT, (tx) =>
      appendTerms(tx, {
        tenantId: TENANT,
        licenseUuid: uuid,
        recordedAt: dayOf(4),
        recordedBy: 'test',
        terms: [{ from: null, until: null, rights: { ...UNKNOWN_RIGHTS, model: 'OWNED' }, stated: [], kind: 'STATED' }],
      }),
    );
    expect(versions.map(({ recordedAt }) => recordedAt)).toEqual([dayOf(5), dayOf(5)]);
  });
});
