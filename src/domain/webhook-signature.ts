/** Signatures of Standard Webhooks: HMAC-SHA-256 over id, time and body, with each secret that is good at the moment. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export const newWebhookSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** The receiver takes the call when one of the signatures fits: so both secrets sign while one follows the other. */
export const signWebhook = (
  secrets: readonly string[],
  message: { readonly id: string; readonly atMs: number; readonly body: string },
): SignedHeaders => {
  const seconds = String(Math.floor(message.atMs / 1000));
  const signed = `${message.id}.${seconds}.${message.body}`;
  const signatures = secrets.map(
    (secret) =>
      `v1,${createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
        .update(signed)
        .digest('base64')}`,
  );
  return { 'webhook-id': message.id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
};
