/** What Getty Images may answer to a report of uses, in every shape that its documentation leaves open, and when it is asked again. */
import { describe, expect, it } from '@jest/globals';
import { readUsageReply } from '../src/datasources/getty-images/usage.js';
import { SourceFault } from '../src/domain/faults.js';
import { pauseAfter } from '../src/domain/usage-report.js';

const ROWS = ['11', '22', '33'].map((externalId) => ({ externalId, quantity: 1, date: '2026-01-05' }));
const OWN = 'application/vnd.getty.error+json';

const read = (status: number, body: unknown, type = 'application/json') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return readUsageReply({ status, headers: { 'content-type': type }, text }, ROWS, 0);
  } catch (error) {
    if (!(error instanceof SourceFault)) throw error;
    return `${error.reason}, effect ${error.effect}`;
  }
};
const error = (code: string) => ({ ErrorCode: code, ErrorMessage: 'words' });

describe('an answer to a batch', () => {
  it.each([
    ['201 with the count', 201, { invalid_assets: [], total_asset_usages_processed: 3 }],
    ['200 with the count', 200, { invalid_assets: [], total_asset_usages_processed: 3 }],
    ['201 with the count as text and no list', 201, { total_asset_usages_processed: '3' }],
    ['201 without a count', 201, {}],
  ])('of %s books it', (_name, status, body) => {
    expect(read(status, body)).toEqual({ kind: 'booked', invalid: [] });
  });

  it.each([
    ['texts', { invalid_assets: ['22'], total_asset_usages_processed: 0 }],
    ['numbers', { invalid_assets: [22], total_asset_usages_processed: 0 }],
    ['objects', { invalid_assets: [{ asset_id: '22' }], total_asset_usages_processed: 0 }],
    ['objects with an id', { invalid_assets: [{ id: 22, reason: 'gone' }], total_asset_usages_processed: 0 }],
    ['Pascal case', { InvalidAssets: ['22'], TotalAssetUsagesProcessed: 0 }],
    ['camel case', { invalidAssets: ['22'], totalAssetUsagesProcessed: 0 }],
  ])('that lists bad numbers as %s refuses it, whatever its status', (_name, body) => {
    for (const status of [200, 201, 400, 404, 409, 422])
      expect(read(status, body)).toEqual({ kind: 'refused', code: 'INVALID_ASSETS', invalid: ['22'] });
  });

  it('that lists them within an error refuses it as well', () => {
    expect(read(400, { ...error('InvalidRequest'), invalid_assets: ['22', '33'] }, OWN)).toMatchObject({ invalid: ['22', '33'] });
  });

  it('that lists numbers which are none of ours, or none, does not say for which rows', () => {
    expect(read(400, { invalid_assets: ['99'] })).toEqual({ kind: 'refused', code: 'INVALID_ASSETS', invalid: null });
    expect(read(400, error('InvalidRequest'), OWN)).toEqual({ kind: 'refused', code: 'InvalidRequest', invalid: null });
  });

  it('that says it booked the others is believed: they must not be sent again', () => {
    expect(read(201, { invalid_assets: ['22'], total_asset_usages_processed: 2 })).toEqual({ kind: 'booked', invalid: ['22'] });
  });

  it('of an id that was used before says that it was booked', () => {
    expect(read(409, error('TransactionIdDuplicated'), OWN)).toEqual({ kind: 'booked_before' });
  });

  it.each([
    ['a count that does not fit', 201, { invalid_assets: [], total_asset_usages_processed: 2 }],
    ['bad numbers and a count that fits neither', 201, { invalid_assets: ['22'], total_asset_usages_processed: 1 }],
    ['a list and success without a count', 200, { invalid_assets: ['22'] }],
    ['nothing', 201, ''],
    ['half an answer', 201, '{"invalid_assets":'],
    ['a list', 201, []],
    ['a foreign 400', 400, { hello: 'world' }],
    ['a foreign 409', 409, { hello: 'world' }],
    ['a list from a service that failed', 500, { invalid_assets: ['22'] }],
  ])('of %s leaves a doubt', (_name, status, body) => {
    expect(read(status, body)).toBe(`${status === 500 ? 'server_error' : 'bad_reply'}, effect unknown`);
  });

  it.each([
    ['may not report', 403, error('UnauthorizedToReportUsage'), 'forbidden'],
    ['has no token', 401, { message: 'Unauthorized' }, 'unauthorized'],
    ['asks too often', 429, { message: 'Too Many Requests' }, 'rate_limited'],
  ])('to an account that %s books nothing', (_name, status, body, reason) => {
    expect(read(status, body, 'ErrorCode' in body ? OWN : undefined)).toBe(`${reason}, effect none`);
  });
});

describe('the pause after trouble', () => {
  it('grows from a second to an hour, and is never shorter than what the source asks for', () => {
    expect([0, 1, 2, 5, 11, 12, 1_000].map((troubles) => pauseAfter(troubles, null))).toEqual([
      1_000, 2_000, 4_000, 32_000, 2_048_000, 3_600_000, 3_600_000,
    ]);
    expect(pauseAfter(0, 60_000)).toBe(60_000);
    expect(pauseAfter(0, 86_400_000)).toBe(3_600_000);
  });
});
