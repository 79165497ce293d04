/** What an operator is to be woken for: purchases that are unclear or wait for a person, and what only one side knows of. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, buy, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const scrape = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
const lines = (text: string): string[] =>
  text.split('\n').filter((line) => /^clearance_(operations|incidents|purchase)/.test(line));

it('all stand at nothing from the start, and each purchase counts by source and outcome', async () => {
  const first = await scrape();
  expect(lines(first)).toEqual([
    'clearance_operations_open{state="UNKNOWN"} 0',
    'clearance_operations_open{state="NEEDS_REVIEW"} 0',
    'clearance_incidents_open{kind="UNMATCHED_UPSTREAM"} 0',
    'clearance_incidents_open{kind="UNMATCHED_LOCAL"} 0',
  ]);
  const { id } = await freshAsset(gateway, ADOBE);
  const order = { assetId: id, licenseType: ADOBE.licenseType, idempotencyKey: 'metrics-1' };
  expect((await buy(gateway, order)).__typename).toBe('LicenseGranted');
  // What a replay answers was counted when it happened.
  await buy(gateway, order);
  expect(lines(await scrape())).toContain('clearance_purchase_outcomes_total{source="ADOBE_STOCK",outcome="LicenseGranted"} 1');
  await buy(gateway, { ...order, assetId: 'nonsense', idempotencyKey: 'metrics-2' });
  expect(lines(await scrape())).toContain('clearance_purchase_outcomes_total{source="none",outcome="InvalidRequest"} 1');
});

it('those of all tenants are counted, at a price that no other statement count shows', async () => {
  const { id } = await freshAsset(gateway, ADOBE);
  await buy(gateway, { assetId: id, licenseType: ADOBE.licenseType, idempotencyKey: 'metrics-3' });
  const { database } = gateway;
  await database.query("update license_operation set state = 'NEEDS_REVIEW' where idempotency_key = 'metrics-3'");
  await database.query("update license_operation set state = 'UNKNOWN', tenant_id = 'acme' where idempotency_key = 'metrics-1'");
  await database.query(`insert into incident (incident_id, tenant_id, kind, source, account, operation_id, asset_id, opened_at)
    select gen_random_uuid(), tenant_id, 'UNMATCHED_LOCAL', source, account, operation_id, asset_id, now()
    from license_operation where idempotency_key = 'metrics-3'`);
  const statements = (text: string) => /^clearance_sql_statements_total \d+/m.exec(text)?.[0];
  const before = statements(await scrape());
  const after = await eventually(scrape, (text) => text.includes('clearance_operations_open{state="UNKNOWN"} 1'));
  expect(lines(after)).toEqual(
    expect.arrayContaining([
      'clearance_operations_open{state="UNKNOWN"} 1',
      'clearance_operations_open{state="NEEDS_REVIEW"} 1',
      'clearance_incidents_open{kind="UNMATCHED_UPSTREAM"} 0',
      'clearance_incidents_open{kind="UNMATCHED_LOCAL"} 1',
    ]),
  );
  expect(statements(after)).toBe(before);
});
