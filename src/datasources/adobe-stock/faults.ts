/** What an answer of Adobe Stock that is no success means: its own two shapes of errors, the edge's HTML, and everything else. */
import { SourceFault, type SourceFaultReason } from '../../domain/faults.js';
import { parseJson } from '../http/json.js';
import { type HttpReply, retryAfterMs } from '../http/send.js';
import { readError, type WireError } from './wire.js';

const LABEL = 'Adobe Stock';

/** What was thrown, as a fault. */
export const asFault = (error: unknown): SourceFault =>
  error instanceof SourceFault
    ? error
    : new SourceFault('ADOBE_STOCK', 'bad_reply', `${LABEL} gave an answer that this gateway cannot read.`, { cause: error });

interface Meaning {
  readonly reason: SourceFaultReason;
  readonly message: string;
}

const TOKEN_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} refuses our access token; check the credential of this connection.`,
};
const KEY_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} refuses the API key; check the client id of this connection.`,
};
const SLOW_DOWN: Meaning = { reason: 'rate_limited', message: `${LABEL} asks us to slow down; try again later.` };
const rejected = (what: string): Meaning => ({ reason: 'rejected', message: `${LABEL} ${what}` });

/** By code without leading zeros; the service's codes (10 to 606) and the API gateway's (six digits) do not overlap. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  10: TOKEN_REFUSED,
  401010: TOKEN_REFUSED,
  401013: TOKEN_REFUSED,
  11: KEY_REFUSED,
  403000: KEY_REFUSED,
  403003: KEY_REFUSED,
  429050: SLOW_DOWN,
  20: rejected('does not support these parameters together, for instance a license that does not fit the asset (code 20).'),
  31: rejected('does not know the method that was asked for (code 31).'),
  100: rejected('calls the data of the request invalid, for instance an asset that is gone or a missing reference (code 100).'),
  600: rejected('misses the product name; check the product of this connection (code 600).'),
  601: rejected('wants an access token for the license state (code 601).'),
  602: rejected('does not know the locale (code 602).'),
  603: rejected('does not know a column that was asked for (code 603).'),
  604: rejected('does not know a parameter that was sent (code 604).'),
  605: rejected('cannot read the ids that were sent (code 605).'),
  606: rejected('was asked for more assets at once than it allows (code 606).'),
};

const byStatus = (status: number, own: boolean): Meaning => {
  if (status === 429) return SLOW_DOWN;
  if (status >= 500) return { reason: 'server_error', message: `${LABEL} failed (status ${status}); try again later.` };
  if (status === 401) return TOKEN_REFUSED;
  if (own && status === 403) {
    return { reason: 'forbidden', message: `${LABEL} does not allow this to our credential; check its product profile.` };
  }
  if (own && status >= 400) return rejected(`calls the request wrong (status ${status}).`);
  // HTML from the edge, a captive portal, a redirect where none belongs: nobody says that the service has even seen the request.
  return { reason: 'bad_reply', message: `${LABEL} gave an answer that is not its own (status ${status}); try again later.` };
};

export const isJson = (reply: HttpReply): boolean =>
  /^(application|text)\/([\w.-]+\+)?json\b/i.test(reply.headers['content-type'] ?? '');

/** The error in Adobe Stock's own words; null for a success and for a foreign body. */
export const errorOf = (reply: HttpReply): WireError | null => {
  if (reply.status < 400 || !isJson(reply)) return null;
  try {
    return readError(parseJson(reply.text));
  } catch {
    return null;
  }
};

/** Whether another token may help. */
export const refusesToken = (reply: HttpReply): boolean => {
  if (reply.status < 400) return false;
  return reply.status === 401 || errorOf(reply)?.code === '10';
};

/** Effect `none` only for a 4xx in one of Adobe's own shapes: those are answered before anything is ordered. */
export const faultOf = (reply: HttpReply, now: number): SourceFault => {
  const error = errorOf(reply);
  const known = error !== null && reply.status < 500 ? BY_CODE[error.code] : undefined;
  const meaning = known ?? byStatus(reply.status, error !== null);
  return new SourceFault('ADOBE_STOCK', meaning.reason, meaning.message, {
    effect: error !== null && reply.status < 500 ? 'none' : 'unknown',
    sourceCode: error?.code ?? null,
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
    ...(error?.incident && /^[\w-]{1,64}$/.test(error.incident) ? { cause: new Error(`${LABEL} case ${error.incident}`) } : {}),
  });
};

/** The token service has errors of its own (`{ "error": "invalid_client" }`), none of which have touched the stock service. */
export const tokenFaultOf = (reply: HttpReply, now: number): SourceFault => {
  const refused = reply.status === 400 || reply.status === 401;
  const meaning: Meaning = refused
    ? {
        reason: 'unauthorized',
        message: `${LABEL} gives us no access token; check client id, secret and scope of this connection.`,
      }
    : byStatus(reply.status, false);
  return new SourceFault('ADOBE_STOCK', meaning.reason, meaning.message, {
    effect: 'none',
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
  });
};

/** A success whose body is not what was asked for. `word` is the source's own, where it is one that may be shown. */
export const badReply = (endpoint: string, word: string | null = null): SourceFault =>
  new SourceFault('ADOBE_STOCK', 'bad_reply', `${LABEL} gave an answer to ${endpoint} that this gateway cannot read.`, {
    sourceCode: word !== null && /^\w{1,40}$/.test(word) ? word : null,
  });

/** A further license was asked for, and this answer tells of none: whether it was bought is not known. */
export const notSaidAgain = (word: string): SourceFault =>
  new SourceFault('ADOBE_STOCK', 'bad_reply', `${LABEL} did not say whether the further license was bought.`, {
    effect: 'unknown',
    sourceCode: /^\w{1,40}$/.test(word) ? word : null,
  });

export const historyMoved = (): SourceFault =>
  new SourceFault(
    'ADOBE_STOCK',
    'bad_reply',
    `${LABEL} changed its license history while it was read; read it again from the beginning.`,
    {
      effect: 'none',
    },
  );

/** For what happens before a spending request leaves: whatever it was, nothing was spent. */
export const withoutEffect = (error: unknown): unknown =>
  error instanceof SourceFault && error.effect !== 'none'
    ? new SourceFault(error.source, error.reason, error.message, {
        effect: 'none',
        retryAfterMs: error.retryAfterMs,
        sourceCode: error.sourceCode,
        cause: error,
      })
    : error;

export const notOffered = (what: string): SourceFault =>
  new SourceFault('ADOBE_STOCK', 'unsupported', `${LABEL} ${what}`, { effect: 'none' });

export const notObtainable = (what: string): SourceFault =>
  new SourceFault('ADOBE_STOCK', 'rejected', `${LABEL} ${what}`, { effect: 'none' });

/** For what another try may find, because parts of the source learn of a purchase later than others. */
export const notYetNamed = (what: string): SourceFault =>
  new SourceFault('ADOBE_STOCK', 'bad_reply', `${LABEL} ${what}`, { effect: 'none' });
