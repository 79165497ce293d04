/** What an answer of Smint.io that is no success means: by status, because the shape of its errors is not public. */
import { SourceFault, type SourceFaultReason } from '../../domain/faults.js';
import { parseJson } from '../http/json.js';
import { type HttpReply, retryAfterMs } from '../http/send.js';
import { apiError, tokenError } from './wire.js';

const LABEL = 'Smint.io';

interface Meaning {
  readonly reason: SourceFaultReason;
  readonly message: string;
}

const TOKEN_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} refuses our access token; check the credential of this connection.`,
};
const FORBIDDEN: Meaning = {
  reason: 'forbidden',
  message: `${LABEL} does not allow this to our credential; check the rights of the person who consented.`,
};
const SLOW_DOWN: Meaning = { reason: 'rate_limited', message: `${LABEL} asks us to slow down; try again later.` };
/** What only a person can mend: refresh tokens carry one consent on, and this chain has ended. */
const CONSENT_ENDED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} no longer takes our refresh token; a person must consent again and the new refresh token be configured.`,
};
const CLIENT_REFUSED: Meaning = {
  reason: 'unauthorized',
  message: `${LABEL} gives us no access token; check client id and secret of this connection.`,
};

const byStatus = (status: number): Meaning => {
  if (status === 429) return SLOW_DOWN;
  if (status >= 500) return { reason: 'server_error', message: `${LABEL} failed (status ${status}); try again later.` };
  if (status === 401) return TOKEN_REFUSED;
  if (status === 403) return FORBIDDEN;
  if (status >= 400) return { reason: 'rejected', message: `${LABEL} calls the request wrong (status ${status}).` };
  return { reason: 'bad_reply', message: `${LABEL} gave an answer that is not its own (status ${status}); try again later.` };
};

const jsonOf = (reply: HttpReply): unknown => {
  try {
    return parseJson(reply.text);
  } catch {
    return null;
  }
};

/** Whether another token may help: the vendor's own clients renew it on either status. */
export const refusesToken = (reply: HttpReply): boolean => reply.status === 401 || reply.status === 403;

export const faultOf = (reply: HttpReply, now: number): SourceFault => {
  const error = apiError.safeParse(jsonOf(reply));
  const { reason, message } = byStatus(reply.status);
  return new SourceFault('SMINT_IO', reason, message, {
    effect: 'none',
    sourceCode: error.success && /^\w{1,64}$/.test(error.data.error_code) ? error.data.error_code : null,
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
  });
};

/** The identity server has errors of its own (`{ "error": "invalid_grant" }`). */
export const tokenFaultOf = (reply: HttpReply, now: number): SourceFault => {
  const error = tokenError.safeParse(jsonOf(reply));
  const code = error.success && /^\w{1,64}$/.test(error.data.error) ? error.data.error : null;
  const refused = reply.status < 500 && reply.status !== 429 && (code !== null || reply.status === 400 || reply.status === 401);
  const meaning = code === 'invalid_grant' ? CONSENT_ENDED : refused ? CLIENT_REFUSED : byStatus(reply.status);
  return new SourceFault('SMINT_IO', meaning.reason, meaning.message, {
    effect: 'none',
    sourceCode: code,
    retryAfterMs: retryAfterMs(reply.headers['retry-after'], now),
  });
};

/** A success whose body is not what was asked for. */
export const badReply = (endpoint: string): SourceFault =>
  new SourceFault('SMINT_IO', 'bad_reply', `${LABEL} gave an answer to ${endpoint} that this gateway cannot read.`);

export const notOffered = (what: string): SourceFault =>
  new SourceFault('SMINT_IO', 'unsupported', `${LABEL} ${what}`, { effect: 'none' });

export const notObtainable = (what: string): SourceFault =>
  new SourceFault('SMINT_IO', 'rejected', `${LABEL} ${what}`, { effect: 'none' });

/** Preview addresses have an end that nobody states. */
export const pictureGone = (): SourceFault =>
  new SourceFault(
    'SMINT_IO',
    'bad_reply',
    `${LABEL} no longer serves this picture at the address it gave; the next reading of its feed brings a new one.`,
    { effect: 'none' },
  );

/** Our copy, not the source, could not be read: to the caller it is the same source that does not answer. */
export const copyUnreadable = (cause: unknown): SourceFault =>
  new SourceFault('SMINT_IO', 'server_error', `Our copy of ${LABEL} could not be read; try again later.`, {
    effect: 'none',
    cause,
  });
