/** The hash that a call is compared by when its idempotency key comes again. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from './canonical-json.js';

/** Members that are undefined are left out: a call without them keeps its hash when others become possible. */
export const payloadHashOf = (value: JsonValue): Buffer => createHash('sha256').update(canonicalJson(value)).digest();
