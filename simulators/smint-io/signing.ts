/** Signatures with a key that every run shares, so that tokens and cursors outlive a restart of the simulator. */
import { createHmac } from 'node:crypto';
import { SECRET_MARKER } from '../kit/types.js';

const KEY = 'simulated-smintio-key';

export const mac = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex').slice(0, 32);

/** The same text gives the same secret in every run. */
export const signature = (kind: string, text: string): string => `${SECRET_MARKER}-${kind}-${mac(`${kind}|${text}`)}`;
