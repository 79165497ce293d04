/** What the benchmarks print: tables, and goals that are met or missed. */
import { cpus } from 'node:os';

export interface Goal {
  readonly name: string;
  readonly measured: string;
  readonly wanted: string;
  readonly met: boolean;
}

export const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export const sayTable = (rows: readonly (readonly string[])[]): void => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    say(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
    );
  }
};

export const machine = (): string => `${cpus()[0]?.model ?? 'unknown cpu'}, ${cpus().length} cores, Node ${process.version}`;

export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;

export const atLeast = (name: string, ratio: number, wanted: number): Goal => ({
  name,
  measured: times(ratio),
  wanted: `at least ${wanted} ×`,
  met: ratio >= wanted,
});

export const atMost = (name: string, ratio: number, wanted: number): Goal => ({
  name,
  measured: times(ratio),
  wanted: `at most ${wanted} ×`,
  met: ratio <= wanted,
});

export const equal = (name: string, measured: readonly number[], wanted: readonly number[]): Goal => ({
  name,
  measured: measured.join(', '),
  wanted: wanted.join(', '),
  met: measured.length === wanted.length && measured.every((value, index) => value === wanted[index]),
});

export const sayGoals = (goals: readonly Goal[]): void => {
  say('Goals');
  for (const { name, measured, wanted, met } of goals)
    say(`  ${met ? 'met   ' : 'MISSED'}  ${name}: ${measured} (wanted: ${wanted})`);
};
