/** Reads the `Range` header of one request for one file (RFC 9110, section 14). */

/** First and last byte, both included. */
export interface Bytes {
  readonly first: number;
  readonly last: number;
}

/**
 * `whole`: no range, several of them, or one that cannot be read: the whole is the answer then. `beyond`: it begins behind the end.
 */
export const readRange = (header: string | undefined, length: number): Bytes | 'whole' | 'beyond' => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  const [, from, to] = match;
  if (from === '') {
    const last = Number(to);
    return last === 0 ? 'beyond' : { first: Math.max(0, length - last), last: length - 1 };
  }
  const first = Number(from);
  const last = to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= length ? 'beyond' : { first, last };
};
