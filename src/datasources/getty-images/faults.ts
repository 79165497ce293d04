/** What an answer of Getty Images that is no success means: its two shapes of errors, and everything that is neither. */
import { SourceFault, type SourceFaultReason } from '../../domain/faults.js';
import { parseJson } from '../http/json.js';
import { type HttpReply, retryAfterMs } from '../http/send.js';
import { readError, type WireError } from './wire.js';

const LABEL = 'Getty Images';

interface Meaning {
  readonly reason: SourceFaultReason;
  readonly message: string;
}

const SLOW_DOWN: Meaning = { reason: 'rate_limited', message: `${LABEL} asks us to slow down; try again later.` };
const KEY_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} refuses our key or access token; check the credential of this connection.`,
};
const NOT_ALLOWED: Meaning = {
  reason: 'forbidden',
  message: `${LABEL} does not allow this to our key; ask ${LABEL} whether the key is active and enabled for it.`,
};
const rejected = (what: string): Meaning => ({ reason: 'rejected', message: `${LABEL} ${what}` });

const BY_CODE: Readonly<Record<string, Meaning>> = {
  AuthorizationTokenRequired: {
    reason: 'unauthorized',
    message: `${LABEL} refuses our access token, or no agreement of the account covers the asset; check the credential and the agreement.`,
  },
  UserTokenRequired: {
    reason: 'forbidden',
    message: `${LABEL} lets this key download for a user only; ask ${LABEL} to set the key up for client credentials.`,
  },
  UnauthorizedDisplaySize: NOT_ALLOWED,
  InsufficientPermissions: NOT_ALLOWED,
  InsufficientAccess: NOT_ALLOWED,
  UnauthorizedToReportUsage: {
    reason: 'forbidden',
    message: `${LABEL} does not take reports of use from this account; ask it for that.`,
  },
  NoAccessToProductType: { reason: 'forbidden', message: `${LABEL} does not let this account use the product.` },
  OverageLimitReached: { reason: 'forbidden', message: `${LABEL} has no download left for this product in its period.` },
  ImageNotFound: rejected('does not know this image.'),
  VideoNotFound: rejected('does not know this clip.'),
  VideosNotFound: rejected('does not know this clip.'),
  InvalidPage: rejected('has no such page.'),
};

const byStatus = (status: number, own: boolean): Meaning => {
  if (status === 429) return SLOW_DOWN;
  if (status >= 500) return { reason: 'server_error', message: `${LABEL} failed (status ${status}); try again later.` };
  if (own && status === 401) return KEY_REFUSED;
  if (own && status === 403) return NOT_ALLOWED;
  if (own && status >= 400) return rejected(`calls the request wrong (status ${status}).`);
  // HTML from the edge, a captive portal, a redirect where none belongs: nobody says that the service has even seen the request.
  return { reason: 'bad_reply', message: `${LABEL} gave an answer that is not its own (status ${status}); try again later.` };
};

export const isJson = (reply: HttpReply): boolean =>
  /^(application|text)\/([\w.-]+\+)?json\b/i.test(reply.headers['content-type'] ?? '');

/** The edge names no code: only its known words make an answer its own. */
const EDGE_WORDS: Readonly<Record<number, RegExp>> = {
  401: /^Unauthorized\.?$/i,
  403: /^Forbidden\.?$/i,
  429: /^(Too Many Requests|Limit Exceeded|Account Over .* Limit)\.?$/i,
};

/** The error in Getty Images' own words; null for a success and for a foreign body. */
export const errorOf = (reply: HttpReply): WireError | null => {
  if (reply.status < 400 || !isJson(reply)) return null;
  try {
    const error = readError(parseJson(reply.text));
    if (error?.envelope === 'edge' && !EDGE_WORDS[reply.status]?.test(error.message)) return null;
    return error;
  } catch {
    return null;
  }
};

export const codeOf = (reply: HttpReply): string | null => {
  const error = errorOf(reply);
  return error?.envelope === 'service' ? error.code : null;
};

/** Whether another token may help: not where the token lacks a user. */
export const refusesToken = (reply: HttpReply): boolean => reply.status === 401 && codeOf(reply) !== 'UserTokenRequired';

/** Effect `none` only for a 4xx in one of Getty Images' own shapes: those are answered before anything is charged. */
export const faultOf = (reply: HttpReply, now: number): SourceFault => {
  const error = errorOf(reply);
  const code = error?.envelope === 'service' ? error.code : null;
  const known = code !== null && reply.status < 500 && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  const meaning = known ?? byStatus(reply.status, error !== null);
  return new SourceFault('GETTY_IMAGES', meaning.reason, meaning.message, {
    effect: error !== null && reply.status < 500 ? 'none' : 'unknown',
    sourceCode: code,
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
  });
};

/** Codes by which the service says that this asset cannot be had like this: an answer, not a fault. */
const REFUSALS: Readonly<Record<string, string>> = {
  OverageLimitReached: 'No download is left for this product in its period.',
  NotEnoughCreditsForPurchase: 'The credits of the account are not enough.',
  NoAccessToProductType: 'The account cannot use this product.',
  ImageNotFound: `${LABEL} no longer has this image.`,
  VideoNotFound: `${LABEL} no longer has this clip.`,
  VideosNotFound: `${LABEL} no longer has this clip.`,
  MissingRequiredQueryParameters: `${LABEL} needs to know more, for instance which of several products to charge.`,
  InvalidRequestParameters: 'The product asks for a note or a project code that is missing or not one of its own.',
};

/** The refusal of an order; null when the reply is anything else. */
export const refusalOf = (reply: HttpReply) => {
  const error = errorOf(reply);
  if (error?.envelope !== 'service' || reply.status >= 500) return null;
  const message = Object.hasOwn(REFUSALS, error.code) ? REFUSALS[error.code] : undefined;
  if (message === undefined) return null;
  return { code: error.code, message, raw: { status: reply.status, code: error.code, message: error.message } };
};

/** The token service has errors of its own (`{ "error": "invalid_client" }`), none of which have charged anything. */
export const tokenFaultOf = (reply: HttpReply, now: number): SourceFault => {
  const refused = reply.status === 400 || reply.status === 401;
  const meaning: Meaning = refused
    ? { reason: 'unauthorized', message: `${LABEL} gives us no access token; check key and secret of this connection.` }
    : byStatus(reply.status, errorOf(reply) !== null);
  return new SourceFault('GETTY_IMAGES', meaning.reason, meaning.message, {
    effect: 'none',
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
  });
};

/** A success whose body is not what was asked for. */
export const badReply = (endpoint: string): SourceFault =>
  new SourceFault('GETTY_IMAGES', 'bad_reply', `${LABEL} gave an answer to ${endpoint} that this gateway cannot read.`);

/** A history of which something is missing says nothing of what is not in it. */
export const notWhole = (): SourceFault =>
  new SourceFault('GETTY_IMAGES', 'bad_reply', `${LABEL} gave a history that is not whole; look again later.`);

export const asFault = (error: unknown): SourceFault =>
  error instanceof SourceFault
    ? error
    : new SourceFault('GETTY_IMAGES', 'bad_reply', `${LABEL} gave an answer that this gateway cannot read.`, { cause: error });

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
  new SourceFault('GETTY_IMAGES', 'unsupported', `${LABEL} ${what}`, { effect: 'none' });

export const notObtainable = (what: string): SourceFault =>
  new SourceFault('GETTY_IMAGES', 'rejected', `${LABEL} ${what}`, { effect: 'none' });
