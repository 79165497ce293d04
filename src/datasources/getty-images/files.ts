/** Pictures and licensed files behind signed addresses. An address is a key to its file: it is in no message and no log. */
import type { OpenFile } from '../datasource.js';
import type { HttpStream } from '../http/send.js';
import { discard } from './client.js';
import { badReply, faultOf, notObtainable } from './faults.js';

/** Answers of an address that ran out; for a picture, a fresh one may help. */
export const EXPIRED: ReadonlySet<number> = new Set([403, 404, 410]);

const isPage = (mimeType: string | null): boolean =>
  mimeType !== null && /^(text\/|application\/([\w.-]+\+)?json\b)/i.test(mimeType);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What the name holds beside letters may be a path: the last part of it alone is a name. */
export const fileNameIn = (disposition: string | undefined): string | null => {
  const extended = /\bfilename\*\s*=\s*UTF-8'[^']*'([^;]+)/i.exec(disposition ?? '')?.[1];
  const plain = /\bfilename\s*=\s*(?:"([^"]*)"|([^;]*))/i.exec(disposition ?? '');
  const given = extended === undefined ? (plain?.[1] ?? plain?.[2] ?? '') : decoded(extended);
  const name =
    given
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 200) ?? '';
  return /^\.*$/.test(name) ? null : name;
};

const fileOf = ({ headers, stream }: HttpStream): OpenFile => {
  const length = headers['content-length'];
  return {
    stream,
    mimeType: headers['content-type'] ?? null,
    length: length !== undefined && headers['content-encoding'] === undefined ? Number(length) : null,
    fileName: fileNameIn(headers['content-disposition']),
  };
};

const isFile = ({ status, headers }: HttpStream): boolean => status === 200 && !isPage(headers['content-type'] ?? null);
const isTrouble = ({ status }: HttpStream): boolean => status === 429 || status >= 500;
const troubleOf = ({ status, headers }: HttpStream, now: number) => faultOf({ status, headers, text: '' }, now);

export const openedPicture = (reply: HttpStream, now: number): OpenFile => {
  if (isFile(reply)) return { ...fileOf(reply), fileName: null };
  discard(reply);
  throw isTrouble(reply) ? troubleOf(reply, now) : notObtainable('does not hand out this picture.');
};

const FILE_IS_GONE =
  'no longer hands out this file: it came with the order alone, at an address that is good for a day. ' +
  'Another order would give another one and may be charged.';

export const openedPurchase = (reply: HttpStream, now: number): OpenFile => {
  if (isFile(reply)) return fileOf(reply);
  discard(reply);
  if (isTrouble(reply)) throw troubleOf(reply, now);
  // Something on the way that answers in its place is no word on the file.
  throw EXPIRED.has(reply.status) ? notObtainable(FILE_IS_GONE) : badReply('delivery');
};
