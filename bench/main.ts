/** Runs the benchmarks that are named, or all: prints what was measured and ends with 1 when a goal is missed. */
import { parseArgs } from 'node:util';
import { runEvents } from './events.js';
import { runInbound } from './inbound.js';
import { runLicensing } from './licensing.js';
import { runPage } from './page.js';
import { runReplay, runRights } from './rights.js';
import { runSharing } from './sharing.js';
import { startDatabaseServer } from './support/database.js';
import { type Field, startField, UPSTREAM_MS } from './support/field.js';
import { type Goal, machine, say, sayGoals } from './support/report.js';
import { runThroughput } from './throughput.js';

const NAMES = ['page', 'rights', 'sharing', 'throughput', 'licensing', 'events', 'inbound'];

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean', default: false } }, allowPositionals: true });
const stranger = positionals.find((name) => !NAMES.includes(name));
if (stranger !== undefined) {
  process.stderr.write(`There is no benchmark ${stranger}. Usage: npm run bench -- [--quick] [${NAMES.join('] [')}]\n`);
  process.exit(2);
}
const wants = (name: string): boolean => positionals.length === 0 || positionals.includes(name);

// What was started ends with us, however we end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const overHttp = async (field: Field): Promise<readonly Goal[]> => [
  ...(wants('sharing') ? await runSharing(field, values.quick) : []),
  ...(wants('throughput') ? await runThroughput(field, values.quick) : []),
];

const run = async (): Promise<readonly Goal[]> => {
  const startedAt = performance.now();
  say(`${machine()}; sources answer after ${UPSTREAM_MS} ms where throughput and sharing are measured`);
  say();
  const goals: Goal[] = [];
  const server = await startDatabaseServer();
  if (wants('rights')) goals.push(...runRights(values.quick), ...(await runReplay()));
  if (wants('inbound')) goals.push(...(await runInbound(values.quick)));
  if (wants('page')) goals.push(...(await runPage()));
  if (wants('sharing') || wants('throughput')) {
    const field = await startField();
    goals.push(...(await overHttp(field)));
    await field.stop();
  }
  if (wants('licensing')) goals.push(...(await runLicensing(values.quick)));
  if (wants('events')) goals.push(...(await runEvents(values.quick)));
  await server.stop();
  sayGoals(goals);
  say(`Took ${Math.round((performance.now() - startedAt) / 1000)} s.`);
  return goals;
};

run().then(
  (goals) => process.exit(goals.every(({ met }) => met) ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`The benchmark broke off: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
