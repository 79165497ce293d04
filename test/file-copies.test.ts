/** Copies on disk: whole under the hash of their bytes, or not there at all. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFileCopies, type FileCopies } from '../src/services/file-copies.js';
import { copiesIn } from './support/downloads.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

let home: string;
let copies: FileCopies;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'clearance-copies-'));
  copies = createFileCopies(path.join(home, 'files'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

class Broken extends Error {}
const incoming = (signal = new AbortController().signal) => ({ signal, fault: () => new Broken('broken') });
const bytesOf = (...parts: readonly string[]) => Readable.from(parts.map((part) => Buffer.from(part)));
const hashOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const NOTHING = { whole: [], partial: [] };

describe('a stream', () => {
  it('is kept under the hash of its bytes, and found by it', async () => {
    const copy = await copies.keep({ stream: bytesOf('one', ' two'), length: 7 }, incoming());
    expect(copy).toEqual({ contentHash: hashOf('one two'), length: 7 });
    const place = (await copies.find(copy)) as string;
    expect(path.basename(place)).toBe(copy.contentHash.replace('sha256:', ''));
    expect(await readFile(place, 'utf8')).toBe('one two');
    // Of an unknown length as well, and the same bytes once.
    expect(await copies.keep({ stream: bytesOf('one two'), length: null }, incoming())).toEqual(copy);
    expect((await copiesIn(home)).whole).toHaveLength(1);
  });

  it.each([
    ['shorter than announced', () => bytesOf('one'), 4],
    ['longer than announced', () => bytesOf('one', 'two'), 4],
    ['empty', () => bytesOf(), null],
    ['empty as announced', () => bytesOf(), 0],
    [
      'that breaks off',
      () =>
        Readable.from(
          (function* () {
            yield Buffer.from('one');
            throw new Error('https://secret.example/?token=x');
          })(),
        ),
      null,
    ],
  ])('%s is a fault and nothing is kept', async (_name, stream, length) => {
    await expect(copies.keep({ stream: stream(), length }, incoming())).rejects.toThrow(Broken);
    expect(await copiesIn(home)).toEqual(NOTHING);
  });

  it('that is cut off is a fault and nothing is kept, be it before or in the middle', async () => {
    const stuck = () => {
      const stream = new Readable({ read: () => undefined });
      stream.push(Buffer.from('one'));
      return stream;
    };
    await expect(copies.keep({ stream: stuck(), length: 9 }, incoming(AbortSignal.abort()))).rejects.toThrow(Broken);
    const cut = new AbortController();
    const stream = stuck();
    stream.once('data', () => setImmediate(() => cut.abort()));
    await expect(copies.keep({ stream, length: 9 }, incoming(cut.signal))).rejects.toThrow(Broken);
    expect(stream.destroyed).toBe(true);
    expect(await copiesIn(home)).toEqual(NOTHING);
  });
});

describe('a copy', () => {
  it('of another length than recorded, or gone, is not found; the same bytes put it right', async () => {
    const copy = await copies.keep({ stream: bytesOf('one'), length: 3 }, incoming());
    const place = (await copies.find(copy)) as string;
    await writeFile(place, 'on');
    expect(await copies.find(copy)).toBeUndefined();
    await copies.keep({ stream: bytesOf('one'), length: 3 }, incoming());
    expect(await readFile((await copies.find(copy)) as string, 'utf8')).toBe('one');
    await rm(place);
    expect(await copies.find(copy)).toBeUndefined();
  });

  it('that a dead process left half written is swept away; one that is being written is not', async () => {
    await copies.keep({ stream: bytesOf('one'), length: 3 }, incoming());
    const partial = path.join(home, 'files', 'partial');
    for (const name of ['dead.part', 'living.part']) await writeFile(path.join(partial, name), 'x');
    const longAgo = Date.now() / 1000 - 130;
    await utimes(path.join(partial, 'dead.part'), longAgo, longAgo);
    await copies.sweep();
    expect((await copiesIn(home)).partial).toEqual(['living.part']);
  });
});

describe('the disk', () => {
  /** Keeps a stream of so many bytes in a process whose files may not grow beyond 64 kB. */
  const keepWithin64kB = async (bytes: number): Promise<string> => {
    const script = path.join(home, 'keep.mts');
    await writeFile(
      script,
      `import { Readable } from 'node:stream';
       import { createFileCopies } from '${PROJECT}src/services/file-copies.ts';
       const stream = Readable.from((function* () { for (let left = ${bytes}; left > 0; left -= 1000) yield Buffer.alloc(1000, 1); })());
       createFileCopies('${home}/files')
         .keep({ stream, length: ${bytes} }, { signal: new AbortController().signal, fault: (error) => error as Error })
         .then((copy) => console.log('kept', copy.length), (error) => console.log(error.name, error.code, error.message));`,
    );
    const child = spawn('bash', ['-c', 'ulimit -f 64 && exec node --import tsx "$0"', script], {
      cwd: PROJECT,
      env: { PATH: process.env.PATH, HOME: home, TSX_DISABLE_CACHE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await once(child, 'close');
    return said.trim();
  };

  it('that is full is a typed fault with what to do, and leaves no part of the file', async () => {
    expect(await keepWithin64kB(40_000)).toBe('kept 40000');
    const whole = await copiesIn(home);
    expect(await keepWithin64kB(4_000_000)).toMatch(/^StorageFull INTERNAL There is no room left .* try again\.$/);
    expect(await copiesIn(home)).toEqual(whole);
    expect((await readFile(path.join(home, 'files', whole.whole[0] ?? ''))).length).toBe(40_000);
  });
});
