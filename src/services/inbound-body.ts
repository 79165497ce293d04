/** What other systems write to us, read from unknown: members that we do not know are left alone, what we need is checked. */
import { z } from 'zod';
import { ASSET_SOURCES } from '../domain/ids.js';
import { INBOUND_KINDS, type InboundKind } from '../domain/inbound.js';
import { type Instant, parseInstant } from '../domain/instant.js';
import type { StatedTerms } from '../domain/stated-terms.js';

const MAX_TEXT = 500;

const instant = z.string().transform((text, context): Instant => {
  const parsed = parseInstant(text);
  if (parsed === null) {
    context.addIssue({ code: 'custom', message: 'is no time of RFC 3339 in UTC' });
    return z.NEVER;
  }
  return parsed;
});
const known = z.enum(['YES', 'NO', 'UNKNOWN']);
const list = z.object({ allowed: z.array(z.string()).optional(), restricted: z.array(z.string()).optional() });

const TERMS = z.object({
  model: z.enum(['ROYALTY_FREE', 'RIGHTS_MANAGED', 'RIGHTS_READY', 'OWNED', 'UNKNOWN']).optional(),
  editorialOnly: known.optional(),
  exclusive: known.optional(),
  usages: list.optional(),
  channels: list.optional(),
  placements: list.optional(),
  sizes: list.optional(),
  territories: list.optional(),
  industries: list.optional(),
  languages: list.optional(),
  termKind: z.enum(['PERPETUAL', 'FIXED', 'UNKNOWN']).optional(),
  validFrom: instant.optional(),
  validUntil: instant.optional(),
  toBeUsedUntil: instant.optional(),
  limits: z.array(z.object({ unit: z.string(), max: z.number().int().nonnegative() })).optional(),
  attributionRequired: known.optional(),
  attributionText: z.string().optional(),
  modelReleased: known.optional(),
  propertyReleased: known.optional(),
  restrictions: z.array(z.string()).optional(),
});

const text = z.string().trim().min(1).max(MAX_TEXT);
/** By our id, or by the source's own number; the lane where the source has several. */
const ASSET = z.union([
  z.object({ assetId: z.string().max(512) }),
  z.object({ source: z.enum(ASSET_SOURCES), externalId: z.string().max(200), lane: z.string().max(50).optional() }),
]);
export type NamedAsset = z.infer<typeof ASSET>;

const RENEWAL = z.object({
  reference: text,
  kind: z.enum(['RENEWAL', 'CORRECTION', 'CANCELLATION']).default('RENEWAL'),
  licenseId: z.string().max(512),
  effectiveFrom: instant.nullish(),
  effectiveUntil: instant.nullish(),
  terms: TERMS.nullish(),
  note: z.string().max(MAX_TEXT).nullish(),
});
const APPROVAL = z.intersection(
  ASSET,
  z.object({ decision: z.enum(['APPROVE', 'REJECT']), reference: text.nullish(), note: z.string().max(2_000).nullish() }),
);
const CHANGE = z.intersection(ASSET, z.object({ fields: z.array(z.string().max(200)).max(200).optional() }));

export type InboundMessage =
  | { readonly type: 'RENEWAL'; readonly data: Omit<z.infer<typeof RENEWAL>, 'terms'> & { readonly terms?: StatedTerms } }
  | { readonly type: 'APPROVAL'; readonly data: z.infer<typeof APPROVAL> }
  | { readonly type: 'METADATA' | 'ASSET_CHANGE'; readonly data: z.infer<typeof CHANGE> };

const DATA = { RENEWAL, APPROVAL, METADATA: CHANGE, ASSET_CHANGE: CHANGE } as const;
const ENVELOPE = z.object({ type: z.enum(INBOUND_KINDS), data: z.record(z.string(), z.unknown()) });

const MOST_COMPLAINTS = 10;

/** For people: which member, and what is wrong with it. Nothing of its content. */
const complaintOf = (error: z.ZodError, under: string): string =>
  error.issues
    .slice(0, MOST_COMPLAINTS)
    .map(({ path, message }) => `${[under, ...path.map(String)].filter((part) => part !== '').join('.') || 'body'}: ${message}`)
    .join('; ')
    .slice(0, 1_000);

/** The kind is told as far as it can be read, also where the rest cannot. */
export type InboundReading =
  | { readonly message: InboundMessage }
  | { readonly reason: string; readonly eventKind: InboundKind | null };

export const readInboundBody = (body: Buffer): InboundReading => {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return { reason: 'body: is not JSON', eventKind: null };
  }
  const envelope = ENVELOPE.safeParse(json);
  if (!envelope.success) return { reason: complaintOf(envelope.error, ''), eventKind: null };
  const { type } = envelope.data;
  const data = DATA[type].safeParse(envelope.data.data);
  if (!data.success) return { reason: complaintOf(data.error, 'data'), eventKind: type };
  return { message: { type, data: data.data } as InboundMessage };
};
