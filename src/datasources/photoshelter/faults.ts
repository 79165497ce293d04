/** What an answer of PhotoShelter that is no success means: its own error shapes, the proxy's HTML, and everything else. */
import { SourceFault, type SourceFaultReason } from '../../domain/faults.js';
import { parseJson } from '../http/json.js';
import { type HttpReply, retryAfterMs } from '../http/send.js';
import { readError, type WireError } from './wire.js';

const LABEL = 'PhotoShelter';

interface Meaning {
  readonly reason: SourceFaultReason;
  readonly message: string;
}

/** Here 403 is about the API key alone, whatever else is wrong. */
const KEY_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} refuses the API key; check the API key of this connection.`,
};
const SIGN_IN_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} does not let us sign in; check e-mail, password and organization of this connection.`,
};
/** A missing right is 401 here. A session that has ended looks the same, so this is said only after a fresh one was refused too. */
const NOT_ALLOWED: Meaning = {
  reason: 'forbidden',
  message: `${LABEL} does not allow this to our account; check its role in the organization.`,
};
const SLOW_DOWN: Meaning = { reason: 'rate_limited', message: `${LABEL} asks us to slow down; try again later.` };

const meaningOf = (status: number, own: WireError | null): Meaning => {
  if (status === 429) return SLOW_DOWN;
  if (status >= 500) return { reason: 'server_error', message: `${LABEL} failed (status ${status}); try again later.` };
  if (status === 403 || own?.id === 'ApiKeyInvalidException') return KEY_REFUSED;
  if (status === 401 || own?.id === 'AcsPermissionException') return NOT_ALLOWED;
  if (own?.id === 'TooManyRequestsException') return SLOW_DOWN;
  if (status === 404 || own?.id === 'ResourceNotFoundException') {
    return { reason: 'rejected', message: `${LABEL} does not have what was asked for.` };
  }
  if (own !== null) return { reason: 'rejected', message: `${LABEL} calls the request wrong (status ${status}).` };
  return { reason: 'bad_reply', message: `${LABEL} gave an answer that is not its own (status ${status}); try again later.` };
};

/** The error in PhotoShelter's own shape; null for a success and for a foreign body. */
export const errorOf = (reply: HttpReply): WireError | null => {
  // Half of the answers are large successes: only a body that can be an error is parsed for one.
  if (reply.status < 400 && !reply.text.slice(0, 200).includes('"error"')) return null;
  try {
    return readError(parseJson(reply.text));
  } catch {
    return null;
  }
};

/** Whether another session may help: the status that a dead one gives, or v3's way of hiding it behind a 200. */
export const refusesSession = (reply: HttpReply): boolean =>
  reply.status === 401 || (reply.status < 300 && errorOf(reply) !== null);

const asFault = (reply: HttpReply, meaning: Meaning, own: WireError | null, now: number): SourceFault =>
  new SourceFault('PHOTOSHELTER', meaning.reason, meaning.message, {
    effect: own !== null && reply.status < 500 ? 'none' : 'unknown',
    sourceCode: own?.id ?? null,
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
  });

export const faultOf = (reply: HttpReply, now: number): SourceFault => {
  const own = errorOf(reply);
  return asFault(reply, meaningOf(reply.status, own), own, now);
};

/** Of the two steps of signing in, where a 401 or 400 is about the account itself. */
export const signInFaultOf = (reply: HttpReply, now: number): SourceFault => {
  const own = errorOf(reply);
  const refused = reply.status === 401 || (own !== null && (reply.status === 400 || reply.status === 404));
  return asFault(reply, refused ? SIGN_IN_REFUSED : meaningOf(reply.status, own), own, now);
};

/** The organization was not entered although nothing failed. */
export const notEntered = (): SourceFault =>
  new SourceFault('PHOTOSHELTER', SIGN_IN_REFUSED.reason, SIGN_IN_REFUSED.message, { effect: 'none' });

/** A success whose body is not what was asked for. */
export const badReply = (endpoint: string): SourceFault =>
  new SourceFault('PHOTOSHELTER', 'bad_reply', `${LABEL} gave an answer to ${endpoint} that this gateway cannot read.`);

export const notOffered = (what: string): SourceFault =>
  new SourceFault('PHOTOSHELTER', 'unsupported', `${LABEL} ${what}`, { effect: 'none' });

export const notObtainable = (what: string): SourceFault =>
  new SourceFault('PHOTOSHELTER', 'rejected', `${LABEL} ${what}`, { effect: 'none' });

/** Our store, not the source, could not be read: to the caller it is the same source that does not answer. */
export const factsUnreadable = (cause: unknown): SourceFault =>
  new SourceFault('PHOTOSHELTER', 'server_error', `What we know of ${LABEL}'s license ends could not be read; try again later.`, {
    effect: 'none',
    cause,
  });
