/** Works off what other systems reported: each report has its effect once, or is rejected with a reason that people can read. */
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { SourceRegistry } from '../datasources/registry.js';
import {
  type AssetId,
  type AssetKey,
  type AssetSource,
  assetIdOf,
  nodeIdOf,
  parseGlobalId,
  SOURCE_LABELS,
  type TenantId,
} from '../domain/ids.js';
import type { InboundConnection, InboundEvent } from '../domain/inbound.js';
import { instantOf } from '../domain/instant.js';
import type { Actor } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import {
  claimInboundEvent,
  findInboundConnections,
  type InboundResult,
  listDueInboundEvents,
  nextInboundAt,
  postponeInboundEvent,
  settleInboundEvent,
} from '../store/inbound.store.js';
import { noteChange } from './change-feed.js';
import { type InboundMessage, type NamedAsset, readInboundBody } from './inbound-body.js';
import { recordLibraryDecision } from './library-approval.js';
import type { TermsService } from './terms.service.js';

/** Where the approvals of requests take decisions of other systems; undefined: the report is about none of them. */
export type DecideExternally = (
  tx: TenantTx,
  actor: Actor,
  report: {
    readonly system: string;
    readonly reference: string;
    readonly decision: 'APPROVE' | 'REJECT';
    readonly note: string | null;
  },
  requestId: string,
) => Promise<{ readonly assetId: AssetId | null; readonly refusal?: string } | undefined>;

export interface InboundWorkDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly terms: Pick<TermsService, 'report'>;
  readonly decideExternally?: DecideExternally;
  readonly now: () => number;
  readonly log: { warn(details: object, message: string): void };
}

export interface InboundWork {
  /** Works off what is due. Milliseconds until something is due again; null: nothing waits. */
  run(tenantId: TenantId, stopping: () => boolean): Promise<number | null>;
}

const TOGETHER = 100;
const MOST_ATTEMPTS = 20;
const pauseMs = (attempts: number): number => Math.min(3_600_000, 1_000 * 2 ** Math.min(attempts, 20));

type Settled = Omit<InboundResult, 'eventKind'>;
const rejected = (reason: string, assetId: AssetId | null = null): Settled => ({
  state: 'REJECTED',
  reason,
  assetId,
  licenseUuid: null,
});
const done = (assetId: AssetId | null, licenseUuid: string | null = null): Settled => ({
  state: 'DONE',
  reason: null,
  assetId,
  licenseUuid,
});

interface FoundAsset {
  readonly assetId: AssetId;
  readonly key: AssetKey;
  readonly source: AssetSource;
}

export const createInboundWork = (deps: InboundWorkDeps): InboundWork => {
  const { db, registry, now } = deps;

  /** A text: why it cannot be told which asset is meant. */
  const assetOf = (tenantId: TenantId, named: NamedAsset): FoundAsset | string => {
    const sources = registry.of(tenantId);
    if ('assetId' in named) {
      const parsed = parseGlobalId(named.assetId);
      const datasource = parsed?.type === 'Asset' ? sources.byConnection(parsed.key.connectionId) : undefined;
      if (
        parsed?.type !== 'Asset' ||
        !datasource?.profile.externalId.test(parsed.key.externalId) ||
        !datasource.profile.lanes.includes(parsed.key.lane)
      )
        return 'data.assetId: is the id of no asset here';
      return { assetId: named.assetId as AssetId, key: parsed.key, source: datasource.profile.source };
    }
    const { source, externalId } = named;
    const datasource = sources.bySource(source);
    if (!datasource?.profile.externalId.test(externalId))
      return `data.externalId: ${SOURCE_LABELS[source]} has no such number here`;
    const { lanes } = datasource.profile;
    const lane = named.lane ?? (lanes.length === 1 ? lanes[0] : undefined);
    if (lane === undefined || !lanes.includes(lane)) return `data.lane: say which, ${lanes.join(' or ')}, or give assetId`;
    const key = { connectionId: datasource.connectionId, lane, externalId };
    return { assetId: assetIdOf(key), key, source };
  };

  const actorOf = (tenantId: TenantId, { name }: InboundConnection): Actor => ({
    tenantId,
    subject: `inbound:${name}`,
    name,
    roles: ['licensor'],
  });

  /** Has a transaction of its own, and its effect once for each reference and key: what is repeated after a crash changes nothing. */
  const renew = async (
    actor: Actor,
    connection: InboundConnection,
    event: InboundEvent,
    { data }: Extract<InboundMessage, { type: 'RENEWAL' }>,
  ): Promise<Settled> => {
    const parsed = parseGlobalId(data.licenseId);
    if (parsed?.type !== 'License') return rejected('data.licenseId: is the id of no license');
    const outcome = await deps.terms.report(
      actor,
      {
        licenseUuid: parsed.uuid,
        kind: data.kind,
        from: data.effectiveFrom ?? null,
        until: data.effectiveUntil ?? null,
        ...(data.terms && { terms: data.terms }),
        ...(data.note && { note: data.note }),
        report: { system: connection.system, reference: data.reference },
      },
      { idempotencyKey: `inbound/${event.uuid}`, requestId: event.requestId },
    );
    if (outcome.kind === 'RecordRenewalPayload') return done(outcome.license.assetId, outcome.license.uuid);
    if (outcome.kind === 'IdempotencyConflict') return rejected(`data.reference: ${outcome.message}`);
    return rejected(outcome.problems.map(({ path, message }) => `data.${path}: ${message}`).join('; '));
  };

  const approve = async (
    tx: TenantTx,
    actor: Actor,
    connection: InboundConnection,
    event: InboundEvent,
    { data }: Extract<InboundMessage, { type: 'APPROVAL' }>,
  ): Promise<Settled> => {
    const { decision, reference = null, note = null } = data;
    if (reference !== null && deps.decideExternally) {
      const taken = await deps.decideExternally(
        tx,
        actor,
        { system: connection.system, reference, decision, note },
        event.requestId,
      );
      if (taken) return taken.refusal === undefined ? done(taken.assetId) : rejected(taken.refusal, taken.assetId);
    }
    const found = assetOf(actor.tenantId, data);
    if (typeof found === 'string') return rejected(found);
    const recorded = await recordLibraryDecision(tx, {
      tenantId: actor.tenantId,
      decidedBy: actor.subject,
      assetId: found.assetId,
      verdict: decision === 'APPROVE' ? 'APPROVED' : 'REJECTED',
      note,
      reference: reference === null ? null : `${connection.system}: ${reference}`,
      at: instantOf(now()),
      requestId: event.requestId,
    });
    return recorded ? done(found.assetId) : rejected('data: the asset belongs to no library that needs approval', found.assetId);
  };

  const change = async (
    tx: TenantTx,
    actor: Actor,
    connection: InboundConnection,
    event: InboundEvent,
    message: Extract<InboundMessage, { type: 'METADATA' | 'ASSET_CHANGE' }>,
  ): Promise<Settled> => {
    const found = assetOf(actor.tenantId, message.data);
    if (typeof found === 'string') return rejected(found);
    await noteChange(tx, {
      tenantId: actor.tenantId,
      source: found.source,
      assetId: found.assetId,
      action: 'asset.changed',
      actor: actor.subject,
      at: instantOf(now()),
      requestId: event.requestId,
      data: {
        change: message.type === 'METADATA' ? 'METADATA' : 'UPDATED',
        system: connection.system,
        fields: message.data.fields ?? [],
      },
    });
    return done(found.assetId);
  };

  const settle = async (tx: TenantTx, actor: Actor, event: InboundEvent, result: InboundResult): Promise<void> => {
    const at = instantOf(now());
    if (!(await settleInboundEvent(tx, event.uuid, result, at)) || result.state !== 'REJECTED') return;
    await appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId: actor.tenantId,
      occurredAt: at,
      actor: actor.subject,
      action: 'inbound_event.rejected',
      subjectType: 'InboundEvent',
      subjectId: nodeIdOf('InboundEvent', event.uuid),
      assetId: result.assetId,
      licenseUuid: null,
      requestId: event.requestId,
      data: { webhookId: event.webhookId, eventKind: result.eventKind, reason: result.reason },
    });
  };

  const workOff = async (tenantId: TenantId, connection: InboundConnection, event: InboundEvent): Promise<void> => {
    const actor = actorOf(tenantId, connection);
    const reading = readInboundBody(event.body);
    const refuse = (reason: string, eventKind: string | null) =>
      inTenant(db, tenantId, (tx) => settle(tx, actor, event, { ...rejected(reason), eventKind }));
    if ('reason' in reading) return refuse(reading.reason, reading.eventKind);
    const { message } = reading;
    if (!connection.kinds.includes(message.type))
      return refuse(`type: this connection may not report ${message.type}`, message.type);
    const renewal = message.type === 'RENEWAL' ? await renew(actor, connection, event, message) : undefined;
    const result = await inTenant(db, tenantId, async (tx) => {
      // Somebody else has it.
      if (!(await claimInboundEvent(tx, event.uuid))) return undefined;
      const settled =
        renewal ??
        (message.type === 'APPROVAL'
          ? await approve(tx, actor, connection, event, message)
          : await change(
              tx,
              actor,
              connection,
              event,
              message as Extract<InboundMessage, { type: 'METADATA' | 'ASSET_CHANGE' }>,
            ));
      await settle(tx, actor, event, { ...settled, eventKind: message.type });
      return settled;
    });
    const parsed = result?.assetId ? parseGlobalId(result.assetId) : undefined;
    if (parsed?.type === 'Asset') deps.reader.forget(parsed.key);
  };

  /** Something of ours failed: later it may go well. What fails for good ends as rejected. */
  const postpone = (tenantId: TenantId, connection: InboundConnection, event: InboundEvent): Promise<void> =>
    inTenant(db, tenantId, (tx) => {
      const reason = 'It could not be worked off here; it is tried again.';
      const until = instantOf(now() + pauseMs(event.attempts));
      if (event.attempts < MOST_ATTEMPTS) return postponeInboundEvent(tx, event.uuid, reason, until, instantOf(now()));
      return settle(tx, actorOf(tenantId, connection), event, {
        ...rejected('It could not be worked off here. Send it again under another webhook-id.'),
        eventKind: null,
      });
    });

  return {
    run: async (tenantId, stopping) => {
      for (;;) {
        const events = await readInTenant(db, tenantId, (tx) => listDueInboundEvents(tx, instantOf(now()), TOGETHER));
        if (events.length === 0 || stopping()) break;
        const connections = await readInTenant(db, tenantId, (tx) =>
          findInboundConnections(tx, [...new Set(events.map((event) => event.connectionUuid))]),
        );
        for (const event of events) {
          const connection = connections.find(({ uuid }) => uuid === event.connectionUuid);
          if (!connection || stopping()) continue;
          await workOff(tenantId, connection, event).catch(async (error: unknown) => {
            deps.log.warn({ err: error, inboundEvent: event.uuid }, 'a report could not be worked off; it is tried again');
            await postpone(tenantId, connection, event);
          });
        }
      }
      const next = await readInTenant(db, tenantId, nextInboundAt);
      return next === null ? null : Math.max(0, Date.parse(next) - now());
    },
  };
};
