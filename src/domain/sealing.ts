/** Our one secret key at work: sealing what we must keep, signing what we hand out. Keys for each purpose are derived from it. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Sealing {
  /** Authenticated encryption bound to `context`: what was sealed for one row opens for no other. */
  seal(plain: string, context: string): Buffer;
  /** Throws when the bytes were altered, or sealed for another context or with another key. */
  open(sealed: Buffer, context: string): string;
  /** `payload.signature`, both base64url. */
  sign(payload: string, purpose: string): string;
  /** The payload, or undefined when the signature does not fit. */
  verify(signed: string, purpose: string): string | undefined;
  /** A password for a purpose, always the same for the same secret key. */
  derivePassword(purpose: string): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const SIGNATURE_BYTES = 16;

export const createSealing = (secretKey: Buffer): Sealing => {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    let key = keys.get(purpose);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secretKey, '', `clearance/${purpose}`, 32));
      keys.set(purpose, key);
    }
    return key;
  };
  const signature = (payload: string, purpose: string): Buffer =>
    createHmac('sha256', keyFor(`sign/${purpose}`))
      .update(payload)
      .digest()
      .subarray(0, SIGNATURE_BYTES);

  return {
    seal: (plain, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor('seal'), iv).setAAD(Buffer.from(context));
      const bytes = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), bytes]);
    },
    open: (sealed, context) => {
      const decipher = createDecipheriv('aes-256-gcm', keyFor('seal'), sealed.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    },
    sign: (payload, purpose) =>
      `${Buffer.from(payload).toString('base64url')}.${signature(payload, purpose).toString('base64url')}`,
    verify: (signed, purpose) => {
      const [encoded, given, ...rest] = signed.split('.');
      if (!encoded || !given || rest.length > 0) return undefined;
      const payload = Buffer.from(encoded, 'base64url').toString('utf8');
      const mark = Buffer.from(given, 'base64url');
      const expected = signature(payload, purpose);
      // base64url can be spelt in several ways; only the one that we wrote is ours.
      if (Buffer.from(payload).toString('base64url') !== encoded || mark.toString('base64url') !== given) return undefined;
      return mark.length === expected.length && timingSafeEqual(mark, expected) ? payload : undefined;
    },
    derivePassword: (purpose) => createHmac('sha256', keyFor('password')).update(purpose).digest('base64url'),
  };
};
