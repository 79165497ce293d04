/** Keeps what shows a violation: rows, calls and books as files beside the logs of the run. */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { VENDORS } from './assets.js';
import type { Verdict } from './check.js';
import { uuidIn } from './check.records.js';
import type { CallRecord } from './intents.js';
import type { World } from './world.js';

const asText = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** Names the folder that holds everything. */
export const keepEvidence = async (world: World, verdict: Verdict, calls: readonly CallRecord[]): Promise<string> => {
  const { records, violations } = verdict;
  const about = new Set(violations.flatMap(({ operationIds }) => operationIds));
  const assets = new Set(records.operations.filter(({ operation_id: id }) => about.has(id)).map((row) => row.account_asset));
  const operations = records.operations.filter(({ account_asset: asset }) => assets.has(asset));
  const ids = new Set(operations.map((row) => row.operation_id));
  const rows = {
    operations,
    licenses: records.licenses.filter(({ operation_id: id }) => id !== null && ids.has(id)),
    events: records.events.filter(({ operation_id: id }) => ids.has(id)),
    purchases: records.purchases.filter(({ externalId }) => [...assets].some((asset) => asset.endsWith(`/${externalId}`))),
    calls: calls.filter(
      ({ intent, outcome }) =>
        [...assets].some((asset) => asset.endsWith(`/${intent.externalId}`)) || ids.has(uuidIn(outcome?.operationId ?? null)),
    ),
  };
  await writeFile(path.join(world.folder, 'violations.json'), asText(violations));
  await writeFile(path.join(world.folder, 'about.json'), asText(rows));
  await writeFile(path.join(world.folder, 'operations.json'), asText(records.operations));
  await writeFile(path.join(world.folder, 'calls.json'), asText(calls));
  for (const { simulator } of VENDORS) {
    await copyFile(world.ledgerFile(simulator), path.join(world.folder, `${simulator}.ledger.ndjson`)).catch(() => undefined);
  }
  return world.folder;
};
