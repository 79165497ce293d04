/** One clock: what decides or records a time takes the one that a test can move. The few places with the machine's own say why. */
import { describe, expect, it } from '@jest/globals';
import { type SourceFile, sourceFiles } from './support/source-files.js';

/** `Date.now` with or without a call, `new Date()` without a time. Durations (`performance.now`) are no clock. */
const MACHINE_CLOCK = /\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)|\bnew\s+Date\b(?!\s*\()|(?<!new\s)\bDate\s*\(\s*\)/;
/** Statements stand in src/store alone, where no function is called `now`: what is called so there is PostgreSQL's. */
const DATABASE_CLOCK =
  /(?<![.\w])now\(\s*\)|\b(?:current_timestamp|current_date|current_time|localtime|localtimestamp|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\b/i;

const MACHINE: Readonly<Record<string, string>> = {
  'src/compose.ts': 'Gives everybody the clock; without another one it is the machine’s.',
  'src/main.ts': 'Tells two presses of Ctrl-C from one signal that comes twice.',
  'src/services/file-copies.ts': 'Compares with times of files, which the file system takes from the machine.',
  'src/server/embedded-postgres.lock.ts': 'Watches other processes and files of this machine before anything is composed.',
  'src/server/embedded-postgres.postmaster.ts': 'Waits for processes of this machine before anything is composed.',
  'src/server/embedded-postgres.process.ts': 'Waits for processes of this machine before anything is composed.',
};
const DATABASE: Readonly<Record<string, string>> = {
  'src/store/jobs.store.ts': 'The queue compares the times of jobs with the database’s clock: a pause is counted by that.',
};

const src = sourceFiles('src');
/** Comments may speak of clocks. */
const codeOf = ({ text }: SourceFile): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const reading = (clock: RegExp, room = 'src/'): string[] =>
  src
    .filter((file) => file.path.startsWith(room) && clock.test(codeOf(file)))
    .map(({ path }) => path)
    .sort();

describe('the clock', () => {
  it('of the machine is read where it is handed out, and where the machine itself is the matter', () => {
    expect(reading(MACHINE_CLOCK)).toEqual(Object.keys(MACHINE).sort());
  });

  it('of the database decides nothing but when a job is due', () => {
    expect(reading(DATABASE_CLOCK, 'src/store/')).toEqual(Object.keys(DATABASE).sort());
  });

  it.each([
    ['const at = Date.now();', true],
    ['const now = options.now ?? Date.now;', true],
    ['new Date()', true],
    ['new Date( )', true],
    ['new Date(at)', false],
    ['deps.now()', false],
    ['const begun = performance.now();', false],
    ['Date.parse(text)', false],
  ])('is told by %s: %s', (code, expected) => {
    expect(MACHINE_CLOCK.test(code)).toBe(expected);
  });

  it.each([
    ['.set({ revoked_at: sql<Date>`now()` })', true],
    ['sql`select 1 from x where until < now() + interval`', true],
    ['sql`select current_timestamp`', true],
    ['instantOf(deps.now())', false],
  ])('is asked of the database by %s: %s', (code, expected) => {
    expect(DATABASE_CLOCK.test(code)).toBe(expected);
  });
});
