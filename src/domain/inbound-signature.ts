/** Signatures of the Standard Webhooks scheme on what others send us: who holds the secret wrote these bytes, a moment ago. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;
/** How far the time of a call may lie from ours, both ways. */
export const TOLERANCE_SECONDS = 300;
const MAX_ID = 255;
/** More signatures than anybody rotates through: the rest is not looked at. */
const MAX_SIGNATURES = 8;

export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

const keyOf = (secret: string): Buffer => Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');

export interface SignedHeaders {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly signatures: readonly Buffer[];
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Undefined where something is missing or makes no sense, or where the time lies too far off: nothing else needs to be read then. */
export const readSignedHeaders = (headers: Headers, nowMs: number): SignedHeaders | undefined => {
  const [id, time, signature] = [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']];
  if (typeof id !== 'string' || typeof time !== 'string' || typeof signature !== 'string') return undefined;
  if (!/^[\x21-\x7e]+$/.test(id) || id.length > MAX_ID || !/^\d{1,12}$/.test(time)) return undefined;
  const timestamp = Number(time);
  if (Math.abs(Math.floor(nowMs / 1000) - timestamp) > TOLERANCE_SECONDS) return undefined;
  const signatures = signature
    .split(' ', MAX_SIGNATURES)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice(3), 'base64'));
  return signatures.length === 0 ? undefined : { id, timestamp, signatures };
};

/** In constant time for each secret and signature. */
export const isSignedBy = (secrets: readonly string[], headers: SignedHeaders, body: Buffer): boolean => {
  let fits = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', keyOf(secret)).update(`${headers.id}.${headers.timestamp}.`).update(body).digest();
    for (const given of headers.signatures) {
      if (given.length === expected.length && timingSafeEqual(given, expected)) fits = true;
    }
  }
  return fits;
};
