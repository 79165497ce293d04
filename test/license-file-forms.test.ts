/** Names, types and ranges of files: what a source or a client writes, and what becomes of it. */
import { describe, expect, it } from '@jest/globals';
import { parseVariant, plainMimeType, safeFileName, variantOf } from '../src/domain/license-file.js';
import { readRange } from '../src/server/byte-range.js';

describe('the name of a file', () => {
  it.each([
    ['AdobeStock_1.jpeg', 'AdobeStock_1.jpeg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.jpg', 'a.jpg'],
    ['a"; filename=b.exe', 'a filename=b.exe'],
    ['line\r\nset-cookie: x=y.jpg', 'lineset-cookie x=y.jpg'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['  two   words .jpg ', 'two words .jpg'],
    ['Möwe im Hafen.jpg', 'Möwe im Hafen.jpg'],
    ['.htaccess', 'htaccess'],
    ['...', null],
    ['/', null],
    ['', null],
    [null, null],
  ])('%j becomes %j', (given, wanted) => {
    expect(safeFileName(given)).toBe(wanted);
  });

  it('stays within 150 characters, with its ending and without half a character', () => {
    const name = safeFileName(`${'🐦'.repeat(100)}.jpeg`) as string;
    expect(name.length).toBeLessThanOrEqual(150);
    expect(name).toMatch(/🐦\.jpeg$/u);
    expect(() => encodeURIComponent(name)).not.toThrow();
  });
});

describe('the type of a file', () => {
  it.each([
    ['image/jpeg', 'image/jpeg'],
    ['Image/JPEG; charset=binary', 'image/jpeg'],
    ['application/vnd.adobe.photoshop', 'application/vnd.adobe.photoshop'],
    ['image/svg+xml', 'image/svg+xml'],
    ['image', null],
    ['image/jpeg\r\nx: y', null],
    ['', null],
    [null, null],
  ])('%j becomes %j', (given, wanted) => {
    expect(plainMimeType(given)).toBe(wanted);
  });
});

describe('a form', () => {
  it.each([
    [null, null, 'original', {}],
    [1600, null, '1600', { size: 1600 }],
    [null, 'png', 'original.png', { format: 'png' }],
    [400, 'jpeg', '400.jpeg', { size: 400, format: 'jpeg' }],
  ])('of size %j and format %j is %s, there and back', (size, format, variant, form) => {
    expect(variantOf(size, format)).toBe(variant);
    expect(parseVariant(variant)).toEqual(form);
  });

  it.each(['', 'original.tiff', '0', '1.5', '400.', 'original/../x', '999999'])('named %j is none', (text) => {
    expect(parseVariant(text)).toBeUndefined();
  });
});

describe('a range of 100 bytes', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=99-', { first: 99, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    ['BYTES=10-1000', { first: 10, last: 99 }],
    ['bytes=100-', 'beyond'],
    ['bytes=100-200', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=-', 'whole'],
    ['bytes=5-4', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=99999999999999999999-', 'whole'],
    [undefined, 'whole'],
  ])('%j is %j', (header, wanted) => {
    expect(readRange(header, 100)).toEqual(wanted);
  });
});
