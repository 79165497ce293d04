/** Libraries that need approval: what is not approved does not exist for others, and both sides end with the same word. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeId } from '../simulators/photoshelter/ids.js';
import { everyOperation, INTROSPECTION, type Introspection } from './support/every-operation.js';
import { eventually, type Gateway, startGateway, synchronised } from './support/gateway.js';
import { createReporter } from './support/inbound.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const SIM = 'photoshelter';
let simulators: Simulators;
let gateway: Gateway;
let hidden: { readonly id: string; readonly externalId: string };
let shown: { readonly id: string; readonly externalId: string };

const setPolicy = (input: string, caller = 'admin') =>
  gateway.query(
    caller,
    `mutation { setLibraryPolicy(input: { ${input} }) { __typename ... on SetLibraryPolicyPayload { policy { seenBy approvedBy writeBack } } ... on InvalidRequest { problems { path code } } } }`,
  );
const FIELD =
  'source: PHOTOSHELTER, approvedBy: FIELD, field: "Approval", approvedValues: ["Approved"], rejectedValues: ["Rejected"], seenBy: [approver, licensor, auditor], writeBack: true';
let keys = 0;
const newKey = (): string => {
  keys += 1;
  return `key-${keys}`;
};
const decide = (assetId: string, decision: string, caller = 'approver', key = newKey()) =>
  gateway.query(
    caller,
    `mutation { decideLibraryAsset(input: { assetId: "${assetId}", decision: ${decision}, idempotencyKey: "${key}" }) { __typename
    ... on DecideLibraryAssetPayload { state replayed asset { id } writeBack { id state value } } ... on InvalidRequest { problems { path code } } } }`,
  );
const asset = async (caller: string, id: string) =>
  (await gateway.query(caller, `{ asset(id: "${id}") { id approvalState } }`)).data.asset;
const writeBacks = async (states = '[PENDING, AGREED, DRIFTED]') =>
  (
    await gateway.query(
      'auditor',
      `{ writeBacks(states: ${states}, first: 100) { edges { node { id state attempts value libraryValue lastError asset { id } } } } }`,
    )
  ).data.writeBacks.edges.map((edge: { node: object }) => edge.node);
const writeBackOf = async (id: string) =>
  (await writeBacks()).find((row: { asset: { id: string } | null }) => row.asset?.id === id);
const touch = (id: string, changes: object) => simulators.action(SIM, 'touch', { id, changes });
const factsOf = async (externalId: string): Promise<string | null> =>
  ((
    await gateway.database.query(
      `select facts->'customFields'->>'Approval' as value from asset_facts where tenant_id = 'default' and external_id = '${externalId}'`,
    )
  )[0]?.value as string) ?? null;
/** The queue's clock is the database's: a turn is brought forward, not waited for. */
const hurry = (task: string) =>
  gateway.database.query(
    `update graphile_worker._private_jobs set run_at = now() where locked_at is null and task_id in (select id from graphile_worker._private_tasks where identifier = '${task}')`,
  );
const polled = (externalId: string, value: string | null) =>
  eventually(
    async () => {
      await hurry('poll_facts');
      return factsOf(externalId);
    },
    (found) => found === value,
  );

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({
    env: { ...simulators.env, WORKER: 'on', CHANGE_POLL_INTERVAL_MS: '300', ASSET_CACHE_TTL_SECONDS: '0' },
  });
  await synchronised(gateway);
  const { data } = await gateway.query(
    'admin',
    '{ searchAssets(filter: { sources: [PHOTOSHELTER] }, first: 10) { edges { node { id externalId } } } }',
  );
  [hidden, shown] = data.searchAssets.edges.map((edge: { node: object }) => edge.node);
  await touch(hidden.externalId, { Approval: 'Draft' });
  await touch(shown.externalId, { Approval: 'Approved' });
  await polled(hidden.externalId, 'Draft');
  await polled(shown.externalId, 'Approved');
  // Everything that may name the asset: a license, its uses, variants of others, events.
  const record = await gateway.query(
    'licensor',
    `mutation { recordLicense(input: { assetId: "${hidden.id}", licenseType: "contract", licensedAt: "2026-01-01T00:00:00Z", idempotencyKey: "own" }) {
    __typename ... on RecordLicensePayload { license { id } } } }`,
  );
  const license = record.data.recordLicense.license.id;
  await gateway.query(
    'licensor',
    `mutation { recordUsage(input: { licenseId: "${license}", use: { channel: "web" }, idempotencyKey: "own" }) { __typename } }`,
  );
  await gateway.query(
    'admin',
    `mutation { setAssetVariants(input: { assetId: "${shown.id}", variants: [{ assetId: "${hidden.id}", market: "DE" }], idempotencyKey: "own" }) { __typename } }`,
  );
  expect((await setPolicy(FIELD)).data.setLibraryPolicy.policy).toEqual({
    seenBy: ['approver', 'licensor', 'auditor', 'admin'],
    approvedBy: 'FIELD',
    writeBack: true,
  });
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('an asset that is not approved', () => {
  it('is there for roles that see it, and says where it stands', async () => {
    expect(await asset('approver', hidden.id)).toMatchObject({ id: hidden.id, approvalState: 'PENDING' });
    expect(await asset('viewer', shown.id)).toMatchObject({ id: shown.id, approvalState: 'APPROVED' });
  });

  it('does not exist for others: by id, number, node, entity, in lists or in search', async () => {
    const license = (
      await gateway.query('licensor', '{ licenses(filter: { sources: [PHOTOSHELTER] }) { edges { node { id } } } }')
    ).data.licenses.edges[0].node.id;
    const { data, errors } = await gateway.query(
      'viewer',
      `{ asset(id: "${hidden.id}") { id } assets(ids: ["${hidden.id}", "${shown.id}"]) { id }
        assetByExternalId(source: PHOTOSHELTER, externalId: "${hidden.externalId}") { id }
        assetsByExternalId(refs: [{ source: PHOTOSHELTER, externalId: "${hidden.externalId}" }]) { id }
        node(id: "${hidden.id}") { id } nodes(ids: ["${hidden.id}", "${license}"]) { id }
        license(id: "${license}") { id } licenses(filter: { sources: [PHOTOSHELTER] }) { edges { node { id } } } usages { edges { node { id } } }
        _entities(representations: [{ __typename: "Asset", id: "${hidden.id}" }, { __typename: "Asset", source: "PHOTOSHELTER", externalId: "${hidden.externalId}" }, { __typename: "License", id: "${license}" }]) { __typename }
        searchAssets(filter: { sources: [PHOTOSHELTER] }, first: 50) { totalCount sources { totalCount } edges { node { id } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      asset: null,
      assets: [null, { id: shown.id }],
      assetByExternalId: null,
      assetsByExternalId: [null],
      node: null,
      nodes: [null, null],
      license: null,
      licenses: { edges: [] },
      usages: { edges: [] },
      _entities: [null, null, null],
    });
    const found = data.searchAssets.edges.map((edge: { node: { id: string } }) => edge.node.id);
    expect(found).not.toContain(hidden.id);
    // How many there are in all would tell how many are hidden.
    expect(data.searchAssets.totalCount).toBeNull();
    expect(data.searchAssets.sources[0].totalCount).toBeNull();
  });

  it('is named in no answer to a viewer, whatever field is asked for', async () => {
    const schema = (await gateway.query('viewer', INTROSPECTION)).data as Introspection;
    const ids = `["${hidden.id}", "${shown.id}"]`;
    const known: Record<string, readonly string[]> = {
      asset: [`(id: "${hidden.id}")`, `(id: "${shown.id}")`],
      assets: [`(ids: ${ids})`],
      assetByExternalId: [`(source: PHOTOSHELTER, externalId: "${hidden.externalId}")`],
      assetsByExternalId: [`(refs: [{ source: PHOTOSHELTER, externalId: "${hidden.externalId}" }])`],
      node: [`(id: "${hidden.id}")`],
      nodes: [`(ids: ${ids})`],
      canUse: [`(assetId: "${hidden.id}", use: { channel: "web" })`],
      variantFor: [`(assetId: "${shown.id}", market: "DE")`, `(assetId: "${hidden.id}", market: "DE")`],
      _entities: [`(representations: [{ __typename: "Asset", id: "${hidden.id}" }])`],
      searchAssets: ['(first: 50)', `(text: "${hidden.externalId}")`],
    };
    const names = [...schema.__schema.types]
      .filter(({ name }) => name === schema.__schema.queryType.name)
      .flatMap(({ fields }) => fields ?? []);
    const calls = Object.fromEntries(
      names.map(({ name, args }) => [
        name,
        known[name] ?? (args.some((arg) => arg.type.kind === 'NON_NULL' && arg.defaultValue === null) ? [] : ['']),
      ]),
    );
    // Queries alone: mutations, and fields that need arguments which are not listed above, are not walked.
    const { __schema } = schema;
    const queries = everyOperation(
      {
        __schema: {
          ...__schema,
          mutationType: null,
          types: __schema.types.map((type) => (type.name === 'Mutation' ? { ...type, fields: [] } : type)),
        },
      },
      calls,
      3,
    );
    expect(queries.length).toBeGreaterThan(25);
    for (const { name, document } of queries) {
      for (const caller of ['viewer', 'requester']) {
        const { text } = await gateway.query(caller, document);
        const leaks = [hidden.id, hidden.externalId].filter((word) => text.includes(word));
        // The caller's own words come back in complaints alone.
        if (leaks.length > 0)
          expect([
            name,
            text.slice(Math.max(0, text.indexOf(leaks[0] as string) - 120), text.indexOf(leaks[0] as string) + 60),
          ]).toEqual([name, '']);
      }
    }
  }, 180_000);

  it('is named in no event to a role that may read the trail and not see it', async () => {
    await setPolicy(FIELD.replace('approver, licensor, auditor', 'licensor'));
    const { text, data } = await gateway.query(
      'auditor',
      '{ auditEvents(first: 500) { edges { node { action subjectId data asset { id } } } } alerts { edges { node { id asset { id } } } } }',
    );
    expect(data.auditEvents.edges.length).toBeGreaterThan(5);
    expect([hidden.id, hidden.externalId].filter((word) => text.includes(word))).toEqual([]);
    const whole = await gateway.query('licensor', '{ auditEvents(first: 500) { edges { node { subjectId } } } }');
    expect(whole.text).toContain(hidden.id);
    expect(
      (await gateway.query('auditor', '{ auditEvents(first: 3) { edges { node { id } } pageInfo { hasNextPage } } }')).data
        .auditEvents,
    ).toMatchObject({ pageInfo: { hasNextPage: true } });
    await setPolicy(FIELD);
  });

  it('cannot be decided on by those for whom it does not exist, nor by other roles', async () => {
    await setPolicy(FIELD.replace('approver, licensor, auditor', 'licensor'));
    expect((await decide(hidden.id, 'APPROVE')).data.decideLibraryAsset.problems).toEqual([
      { path: 'assetId', code: 'NOT_FOUND' },
    ]);
    expect((await decide(hidden.id, 'APPROVE', 'licensor')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    await setPolicy(FIELD);
  });
});

describe('a decision', () => {
  it('counts at once, is written back although that fails three times, and both sides end equal', async () => {
    await simulators.addFault(SIM, { endpoint: 'v4-custom-metadata-update', kind: 'status', status: 500, times: 3 });
    const key = 'decide-once';
    const { data } = await decide(hidden.id, 'APPROVE', 'approver', key);
    expect(data.decideLibraryAsset).toMatchObject({
      __typename: 'DecideLibraryAssetPayload',
      state: 'APPROVED',
      replayed: false,
      writeBack: { value: 'Approved' },
    });
    expect(await asset('viewer', hidden.id)).toMatchObject({ id: hidden.id });
    const row = await eventually(
      () => writeBackOf(hidden.id),
      (one) => one?.state === 'AGREED',
    );
    expect(row).toMatchObject({ libraryValue: 'Approved', attempts: 4, lastError: null });
    const metadata = await gateway.query(
      'admin',
      `{ asset(id: "${hidden.id}") { approvalState metadata { fields { name value writable } } } }`,
    );
    expect(metadata.data.asset.metadata.fields).toContainEqual({ name: 'Approval', value: 'Approved', writable: false });
    expect((await decide(hidden.id, 'APPROVE', 'approver', key)).data.decideLibraryAsset).toMatchObject({
      replayed: true,
      state: 'APPROVED',
    });
    await simulators.clearFaults(SIM);
  });

  it('that the library contradicts later shows as drift, once, and the library counts', async () => {
    await gateway.database.query("update write_back set agreed_at = agreed_at - interval '5 minutes'");
    await touch(hidden.externalId, { Approval: 'Rejected' });
    await polled(hidden.externalId, 'Rejected');
    const row = await eventually(
      () => writeBackOf(hidden.id),
      (one) => one?.state === 'DRIFTED',
    );
    expect(row).toMatchObject({ libraryValue: 'Rejected', value: 'Approved' });
    expect(await asset('viewer', hidden.id)).toBeNull();
    expect(await asset('approver', hidden.id)).toMatchObject({ approvalState: 'REJECTED' });
    const events = await gateway.database.query("select data from audit_event where action = 'write_back.drifted'");
    expect(events).toEqual([{ data: expect.objectContaining({ found: 'Rejected', value: 'Approved' }) }]);
    await touch(hidden.externalId, { Approval: 'Approved' });
    await polled(hidden.externalId, 'Approved');
    await eventually(
      () => writeBackOf(hidden.id),
      (one) => one?.state === 'AGREED',
    );
  });

  it('of another system is one as well', async () => {
    const reporter = await createReporter(gateway, Date.now, { name: 'review', kinds: ['APPROVAL'] });
    expect(
      await reporter.send({
        type: 'APPROVAL',
        data: { source: 'PHOTOSHELTER', externalId: shown.externalId, decision: 'REJECT', reference: 'A-1' },
      }),
    ).toBe(202);
    await eventually(
      () => asset('viewer', shown.id),
      (found) => found === null,
    );
    await eventually(
      () => writeBackOf(shown.id),
      (one) => one?.state === 'AGREED',
    );
    expect(await factsOf(shown.externalId)).toBe('Rejected');
  });
});

describe('a library whose gallery says what is approved', () => {
  it('shows what the gallery holds, and approvals put assets into it', async () => {
    const galleryId = makeId('G0000', 'gallery:1');
    await touch(shown.externalId, { galleries: [galleryId] });
    await touch(hidden.externalId, { galleries: [] });
    await setPolicy(
      `source: PHOTOSHELTER, approvedBy: GALLERY, galleryId: "${galleryId}", seenBy: [approver, auditor], writeBack: true`,
    );
    await gateway.database.query("update write_back set state = 'SUPERSEDED'");
    // Decisions of before count until the gallery was read after them.
    await eventually(
      async () => {
        await hurry('keep_libraries');
        return asset('viewer', shown.id);
      },
      (found) => found !== null,
    );
    expect(await asset('viewer', hidden.id)).toBeNull();
    expect(await asset('approver', hidden.id)).toMatchObject({ approvalState: 'NOT_REQUESTED' });
    expect((await decide(hidden.id, 'APPROVE')).data.decideLibraryAsset).toMatchObject({
      state: 'APPROVED',
      writeBack: { value: galleryId },
    });
    await eventually(
      () => writeBackOf(hidden.id),
      (row) => row?.state === 'AGREED',
    );
    expect(await asset('viewer', hidden.id)).toMatchObject({ id: hidden.id });
    expect((await decide(hidden.id, 'REJECT')).data.decideLibraryAsset).toMatchObject({
      state: 'REJECTED',
      writeBack: { value: null },
    });
    await eventually(
      () => writeBackOf(hidden.id),
      (row) => row?.state === 'AGREED',
    );
    expect(await asset('viewer', hidden.id)).toBeNull();
  });
});

describe('setting a policy', () => {
  it.each([
    ['a source that is no library of one’s own', 'source: GETTY_IMAGES, approvedBy: NONE, seenBy: []', ['source']],
    ['a field without its values', 'source: PHOTOSHELTER, approvedBy: FIELD, seenBy: []', ['field', 'approvedValues']],
    [
      'writing back without a word for rejected',
      'source: PHOTOSHELTER, approvedBy: FIELD, field: "A", approvedValues: ["x"], seenBy: [], writeBack: true',
      ['rejectedValues'],
    ],
    ['a gallery that is not named', 'source: PHOTOSHELTER, approvedBy: GALLERY, field: "A", seenBy: []', ['field', 'galleryId']],
  ])('refuses %s', async (_what, input, paths) => {
    const { data } = await setPolicy(input);
    expect(data.setLibraryPolicy.problems.map((problem: { path: string }) => problem.path).sort()).toEqual([...paths].sort());
  });

  it('is for admins, of their own tenant, and NONE shows everything again', async () => {
    expect((await setPolicy(FIELD, 'approver')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await gateway.query('acme/admin', '{ libraryPolicies { source } }')).data.libraryPolicies).toEqual([]);
    await setPolicy('source: PHOTOSHELTER, approvedBy: NONE, seenBy: []');
    expect(await asset('viewer', shown.id)).toMatchObject({ id: shown.id });
  });
});
