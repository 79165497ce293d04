/** What a simulated vendor booked: in memory, and in a file that survives a kill when a state folder is given. */

import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger, LedgerEntry } from './types.js';

export interface OpenLedger extends Ledger {
  close(): void;
}

/** Entries of an earlier run. A last line cut short by a kill was never acknowledged: it is cut off. */
const readBack = (file: string, descriptor: number): LedgerEntry[] => {
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) ftruncateSync(descriptor, whole);
  const lines = bytes.toString('utf8', 0, whole).split('\n');
  return lines.filter((line) => line !== '').map((line) => Object.freeze(JSON.parse(line) as LedgerEntry));
};

export const openLedger = (simulator: string, now: () => number, stateDir?: string): OpenLedger => {
  if (stateDir !== undefined) mkdirSync(stateDir, { recursive: true });
  const file = stateDir === undefined ? undefined : join(stateDir, `${simulator}.ledger.ndjson`);
  const descriptor = file === undefined ? undefined : openSync(file, 'a');
  const entries = file !== undefined && descriptor !== undefined && existsSync(file) ? readBack(file, descriptor) : [];
  return {
    append: (booked) => {
      const entry: LedgerEntry = Object.freeze({ at: new Date(now()).toISOString(), ...booked });
      if (descriptor !== undefined) {
        writeSync(descriptor, `${JSON.stringify(entry)}\n`);
        fsyncSync(descriptor);
      }
      entries.push(entry);
      return entry;
    },
    entries: () => entries,
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
};
