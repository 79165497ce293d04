/** Metadata at the source: changed by those who saw the last state, read back, and written once. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId } from '../simulators/kit/world.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const SIM = 'photoshelter';
let simulators: Simulators;
let gateway: Gateway;
let asset: { readonly id: string; readonly externalId: string };
let keys = 0;
const newKey = (): string => {
  keys += 1;
  return `key-${keys}`;
};

const OUTCOME = `__typename ... on MetadataUpdated { replayed asset { caption } metadata { version fields { name value } } }
  ... on VersionConflict { message current { version fields { name value } } } ... on WriteNotConfirmed { replayed metadata { fields { name value } } }
  ... on UnsupportedBySource { source } ... on InvalidRequest { problems { path code message } } ... on IdempotencyConflict { message }`;
const update = async (
  fields: readonly { name: string; value: string | null }[],
  version: string,
  key = newKey(),
  caller = 'distributor',
  id = asset.id,
) => {
  const { data, errors } = await gateway.query(
    caller,
    `mutation($input: UpdateAssetMetadataInput!) { updateAssetMetadata(input: $input) { ${OUTCOME} } }`,
    { input: { assetId: id, expectedVersion: version, fields, idempotencyKey: key } },
  );
  return data?.updateAssetMetadata ?? errors[0];
};
const read = async (id = asset.id) =>
  (
    await gateway.query(
      'viewer',
      `{ asset(id: "${id}") { caption metadata { version fields { name value writable options } } } }`,
    )
  ).data.asset;
const audits = () =>
  gateway.database.query("select actor, data from audit_event where action = 'metadata.updated' order by event_id");
const sent = async (endpoint: string) => (await simulators.counts(SIM))[endpoint] ?? 0;

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
  const { data } = await gateway.query(
    'admin',
    '{ searchAssets(filter: { sources: [PHOTOSHELTER], kinds: [PHOTO] }, first: 3) { edges { node { id externalId } } } }',
  );
  asset = data.searchAssets.edges[0].node;
});
afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('metadata', () => {
  it('is read field by field with a version, and is nothing where the source has none', async () => {
    const { metadata } = await read();
    expect(metadata.version).toMatch(/^v1:[0-9a-f]{32}$/);
    const names = metadata.fields.map((field: { name: string }) => field.name);
    expect(names).toEqual(expect.arrayContaining(['iptc.caption', 'iptc.keywords', 'Usage', 'Approval', 'Licence start']));
    expect((await read()).metadata.version).toBe(metadata.version);
    const { data, errors } = await gateway.query(
      'viewer',
      `{ assetByExternalId(source: ADOBE_STOCK, externalId: "${adobeId(0)}") { metadata { version } } }`,
    );
    expect([data.assetByExternalId.metadata, errors]).toEqual([null, []]);
  });

  it('is changed, read back and on record with before and after; the same key changes nothing again', async () => {
    const { metadata } = await read();
    const fields = [
      { name: 'iptc.caption', value: 'Ein Fluß, zwei Brücken & "Anführung"' },
      { name: 'usage', value: 'Web' },
    ];
    const done = await update(fields, metadata.version, 'once');
    expect(done).toMatchObject({ __typename: 'MetadataUpdated', replayed: false, asset: { caption: fields[0]?.value } });
    expect(done.metadata.fields).toEqual(
      expect.arrayContaining([
        { name: 'iptc.caption', value: fields[0]?.value },
        { name: 'Usage', value: 'Web' },
      ]),
    );
    expect(done.metadata.version).not.toBe(metadata.version);
    const writes = await sent('v4-iptc-update');
    expect(await update(fields, metadata.version, 'once')).toMatchObject({ __typename: 'MetadataUpdated', replayed: true });
    expect(await update([{ name: 'usage', value: 'Print' }], metadata.version, 'once')).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
    expect(await sent('v4-iptc-update')).toBe(writes);
    const [event] = await audits();
    expect(event).toMatchObject({
      actor: 'key:distributor',
      data: { after: { 'iptc.caption': fields[0]?.value, Usage: 'Web' } },
    });
    expect(await audits()).toHaveLength(1);
  });

  it('with a stale version is not written, and the current one is shown', async () => {
    const stale = (await read()).metadata.version;
    await simulators.action(SIM, 'touch', { id: asset.externalId, changes: { credit: 'Somebody else' } });
    const conflict = await update([{ name: 'iptc.credit', value: 'Me' }], stale);
    expect(conflict.__typename).toBe('VersionConflict');
    expect(conflict.current.fields).toContainEqual({ name: 'iptc.credit', value: 'Somebody else' });
    const current = conflict.current.version;
    expect(await update([{ name: 'iptc.credit', value: null }], current)).toMatchObject({ __typename: 'MetadataUpdated' });
  });

  it('of twenty changes with one version is changed by one', async () => {
    const { version } = (await read()).metadata;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => update([{ name: 'iptc.title', value: `T${n}` }], version)),
    );
    const kinds = outcomes.map((one) => one.__typename ?? one.message).sort();
    expect(kinds.filter((kind) => kind === 'MetadataUpdated')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'VersionConflict')).toHaveLength(19);
  });

  it('with fields that do not exist is refused, all of them named, with what exists', async () => {
    const { version } = (await read()).metadata;
    const before = await sent('v4-custom-metadata-update');
    const refused = await update(
      [
        { name: 'Nonsense', value: 'x' },
        { name: 'Usage', value: 'No such word' },
        { name: 'iptc.nope', value: 'x' },
      ],
      version,
    );
    expect(refused.problems.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual([
      ['fields.0.name', 'UNKNOWN_FIELD'],
      ['fields.1.value', 'NOT_AN_OPTION'],
      ['fields.2.name', 'UNKNOWN_FIELD'],
    ]);
    expect(refused.problems[0].message).toMatch(/Usage.*Approval/);
    expect(await sent('v4-custom-metadata-update')).toBe(before);
  });

  it('that the source drops in silence is not taken for written', async () => {
    const { version } = (await read()).metadata;
    await simulators.addFault(SIM, { endpoint: 'v4-iptc-update', kind: 'status', status: 503, times: 1 });
    const lost = await update([{ name: 'iptc.headline', value: 'Lost' }], version, 'lost');
    expect(lost).toMatchObject({ __typename: 'WriteNotConfirmed', replayed: false });
    expect(lost.metadata.fields).not.toContainEqual({ name: 'iptc.headline', value: 'Lost' });
    expect(await update([{ name: 'iptc.headline', value: 'Lost' }], version, 'lost')).toMatchObject({
      __typename: 'WriteNotConfirmed',
      replayed: true,
    });
    await simulators.clearFaults(SIM);
  });

  it('whose answer is lost after it was written is found written', async () => {
    const { version } = (await read()).metadata;
    await simulators.addFault(SIM, { endpoint: 'v4-iptc-update', kind: 'reset-after', times: 1 });
    const outcome = await update([{ name: 'iptc.headline', value: 'Found' }], version);
    expect(outcome.__typename).toBe('MetadataUpdated');
    await simulators.clearFaults(SIM);
  });

  it('is changed by licensors, distributors and admins, in sources that take changes, for assets of their own tenant', async () => {
    for (const caller of ['viewer', 'requester', 'approver', 'auditor'])
      expect((await update([{ name: 'Usage', value: 'Web' }], 'x', 'roles', caller)).extensions.code).toBe('FORBIDDEN');
    const { data } = await gateway.query(
      'viewer',
      `{ assetByExternalId(source: ADOBE_STOCK, externalId: "${adobeId(0)}") { id } }`,
    );
    expect(await update([{ name: 'Usage', value: 'Web' }], 'x', 'other', 'admin', data.assetByExternalId.id)).toEqual({
      __typename: 'UnsupportedBySource',
      source: 'ADOBE_STOCK',
    });
    expect((await update([{ name: 'Usage', value: 'Web' }], 'x', 'tenant', 'acme/admin')).problems[0]).toMatchObject({
      path: 'assetId',
      code: 'NOT_FOUND',
    });
  });
});

describe.each(['query', 'flat', 'json-api'])('an account that takes changes as %s', (form) => {
  it('is written to in that form', async () => {
    await simulators.setSwitch(SIM, 'patch-body', form);
    const own = await startGateway({
      env: { ...simulators.env, WORKER: 'off', PHOTOSHELTER_PATCH_BODY: form },
      database: gateway.database,
    });
    try {
      const { version } = (await read()).metadata;
      const { data } = await own.query(
        'admin',
        `mutation { updateAssetMetadata(input: { assetId: "${asset.id}", expectedVersion: "${version}", fields: [{ name: "iptc.keywords", value: "${form}, b;c" }, { name: "Licence start", value: "2026-${form}" }], idempotencyKey: "${form}" }) { ${OUTCOME} } }`,
      );
      expect(data.updateAssetMetadata.__typename).toBe('MetadataUpdated');
    } finally {
      await own.stop();
      await simulators.setSwitch(SIM, 'patch-body', 'any');
    }
  });
});

describe.each([
  ['custom-metadata-item', 'field-option'],
  ['custom-metadata-empty', 'not-found'],
  ['custom-metadata-empty', 'empty-list'],
  ['iptc-keywords', 'list'],
])('where %s is %s', (name, value) => {
  it('metadata reads the same', async () => {
    const before = (await read()).metadata;
    await simulators.setSwitch(SIM, name, value);
    expect((await read()).metadata.fields.map((field: { name: string }) => field.name)).toEqual(
      before.fields.map((field: { name: string }) => field.name),
    );
    if (name === 'custom-metadata-item') expect((await read()).metadata).toEqual(before);
    await simulators.setSwitch(
      SIM,
      name,
      { 'custom-metadata-item': 'name-value', 'custom-metadata-empty': 'no-data', 'iptc-keywords': 'string' }[name] as string,
    );
  });
});
