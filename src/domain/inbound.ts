/** Other systems that report to us, what they may report, and what became of it. */
import type { AssetId, TenantId } from './ids.js';
import type { Instant } from './instant.js';

export const INBOUND_KINDS = ['RENEWAL', 'APPROVAL', 'METADATA', 'ASSET_CHANGE'] as const;
export type InboundKind = (typeof INBOUND_KINDS)[number];
export const isInboundKind = (text: string): text is InboundKind => (INBOUND_KINDS as readonly string[]).includes(text);

export type InboundState = 'RECEIVED' | 'DONE' | 'REJECTED';

export interface InboundConnection {
  readonly uuid: string;
  readonly name: string;
  /** The other system, as terms and references name it. */
  readonly system: string;
  readonly kinds: readonly InboundKind[];
  readonly enabled: boolean;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly rotatedAt: Instant | null;
  readonly disabledAt: Instant | null;
}

/** What a caller's signature is checked with. */
export interface InboundDoor {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly sealedSecret: Buffer;
  readonly sealedPrevious: Buffer | null;
  readonly previousUntil: Instant | null;
}

export interface InboundEvent {
  readonly uuid: string;
  readonly connectionUuid: string;
  readonly webhookId: string;
  readonly receivedAt: Instant;
  readonly requestId: string;
  readonly body: Buffer;
  readonly state: InboundState;
  readonly eventKind: string | null;
  readonly reason: string | null;
  readonly assetId: AssetId | null;
  readonly licenseUuid: string | null;
  readonly attempts: number;
  readonly changedAt: Instant;
}

/** How long the secret before the last one is still good. */
export const PREVIOUS_SECRET_MS = 24 * 3_600_000;
