/** Terms on two axes of time: the gateway's own answer, the database's and a naive one over the plain list of events agree. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { AssetId, ConnectionId, TenantId } from '../src/domain/ids.js';
import type { Instant } from '../src/domain/instant.js';
import { NO_ALLOCATION } from '../src/domain/license.js';
import { UNKNOWN_RIGHTS } from '../src/domain/rights.js';
import { termsHash } from '../src/domain/terms-hash.js';
import { LAST, restatedTerms, stretchesOf, type TermsVersion, termsAsOf, termsAt } from '../src/domain/terms-versions.js';
import { type Database, inTenant, openDatabase } from '../src/store/database.js';
import { findLicense, insertLicense } from '../src/store/license.store.js';
import { appendSourceTerms, appendTerms, findTerms } from '../src/store/license-terms.store.js';
import { DAYS, dayOf, type History, histories, naiveTerms, sourceAfter, versionsOf } from './support/terms-history.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const TENANT = 'default' as TenantId;

/** What the store would hold, without a store. */
const replay = (history: History): TermsVersion[] => {
  const versions: TermsVersion[] = [];
  const add = (recordedAt: Instant, terms: ReturnType<typeof versionsOf>) => {
    for (const { from, until, rights, kind } of terms)
      versions.push({
        licenseUuid: 'l',
        version: versions.length + 1,
        rights,
        recordedAt,
        kind,
        effectiveFrom: from,
        effectiveUntil: until,
      });
  };
  add(history.recordedAt, [{ from: null, until: null, rights: history.first, kind: 'RECORDED' }]);
  for (const event of history.events) {
    if (event.kind !== 'SOURCE') {
      add(event.recordedAt, versionsOf(versions, event));
      continue;
    }
    const rights = sourceAfter(history.first, event);
    const before = versions.findLast(({ kind }) => kind === 'RECORDED');
    if (before && termsHash(before.rights) !== termsHash(rights)) {
      const restated = restatedTerms(versions, LAST, rights);
      add(event.recordedAt, [{ from: null, until: null, rights, kind: 'RECORDED' }, ...restated]);
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

  it('take back that words were read when the source writes new ones', () => {
    const first = { ...UNKNOWN_RIGHTS, origin: 'SOURCE' as const, restrictions: ['Old words'] };
    const base = replay({ first, recordedAt: dayOf(0), events: [] });
    const stated = { kind: 'STATED' as const, recordedAt: dayOf(1), from: null, until: null, stated: { restrictions: ['Ours'] } };
    const versions = [...base, ...replay({ first, recordedAt: dayOf(0), events: [stated] }).slice(1)];
    const restate = (restrictions: string[]) => restatedTerms(versions, LAST, { ...first, restrictions })[0]?.rights;
    expect(restate(['Old words'])?.restrictionsRead).toBe(true);
    const changed = restate(['New words']);
    expect(changed?.restrictionsRead).toBeUndefined();
    expect(changed?.restrictions).toEqual(expect.arrayContaining(['New words', 'Ours']));
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
        if (event.kind === 'SOURCE') await appendSourceTerms(tx, { ...entry, rights: sourceAfter(first, event) });
        else await appendTerms(tx, { ...entry, recordedBy: 'test', terms: versionsOf(await findTerms(tx, [uuid]), event) });
      }
      return uuid;
    });

  it('rights_as_of answers the same for random histories, and the license ends when its last terms do', async () => {
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
        const [license, versions] = await inTenant(db, TENANT, async (tx) => [
          await findLicense(tx, uuid, dayOf(0)),
          await findTerms(tx, [uuid]),
        ]);
        expect(versions).toEqual(replay(history).map((version) => ({ ...version, licenseUuid: uuid })));
        expect(license?.validUntil).toBe(naiveTerms(history, LAST, LAST)?.validUntil ?? null);
      }),
      { numRuns: 320 },
    );
  }, 120_000);

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
        terms: [{ from: null, until: null, rights: { ...UNKNOWN_RIGHTS, model: 'OWNED' }, kind: 'STATED' }],
      }),
    );
    expect(versions.map(({ recordedAt }) => recordedAt)).toEqual([dayOf(5), dayOf(5)]);
  });
});
