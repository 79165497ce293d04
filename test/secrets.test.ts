/** No secret of a source and none of ours comes out anywhere: logs, answers, metrics, pictures, or the plain columns of the database. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, SECRET_MARKER } from '../simulators/kit/types.js';
import { makeFolder } from './server/fixtures/embedded-postgres.harness.js';
import { everyOperation, INTROSPECTION, type Introspection } from './support/every-operation.js';
import { eventually } from './support/gateway.js';
import { endPrograms, type Program, startProgram } from './support/process.js';
import { ADOBE, GETTY } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Our own keys carry the marker as well. */
const OWN = { viewer: `${SECRET_MARKER}-own-viewer-key`, admin: `${SECRET_MARKER}-own-admin-key` };
const SIMULATORS = ['adobe-stock', 'getty-images', 'photoshelter', 'smint-io'];

interface Trace {
  readonly where: string;
  readonly text: string;
}

/** The marker as it is, as hex (how PostgreSQL shows bytes), and within base64 at each of its three alignments. */
const FORMS: readonly string[] = [
  SECRET_MARKER,
  Buffer.from(SECRET_MARKER).toString('hex'),
  ...[0, 1, 2].map((shift) => {
    const whole = Buffer.from('.'.repeat(shift) + SECRET_MARKER).toString('base64url');
    return whole.slice(shift === 0 ? 0 : shift + 1, -2);
  }),
];
const findLeaks = (records: readonly Trace[]): readonly string[] =>
  records.flatMap(({ where, text }) => {
    const at = FORMS.map((form) => text.indexOf(form)).find((index) => index >= 0);
    return at === undefined ? [] : [`${where}: …${text.slice(Math.max(0, at - 150), at + 60)}…`];
  });

/** Every row of every table, in the words of PostgreSQL; bytes are hex. */
const rowsOf = async (database: TestDatabase): Promise<readonly Trace[]> => {
  const tables = await database.query(
    "select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'",
  );
  const all: Trace[] = [];
  for (const { name } of tables) {
    const rows = await database.query(`select t::text as text from ${name} t`);
    for (const { text } of rows) all.push({ where: `table ${name}`, text: String(text) });
  }
  return all;
};
const linesOf = (output: string): readonly Trace[] => output.split('\n').map((text) => ({ where: 'log', text }));

const answers: Trace[] = [];
let simulators: Simulators;
let database: TestDatabase;
let folder: string;
let program: Program;
let address: string;
let keyCount = 0;

const get = async (path: string, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<string> => {
  const sent = body === undefined ? {} : { method: 'POST', body };
  const response = await fetch(new URL(path, address), {
    headers,
    ...sent,
    redirect: 'manual',
    signal: AbortSignal.timeout(6_000),
  });
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  answers.push({
    where: `${path.slice(0, 60)} ${body?.slice(0, 80) ?? ''}`,
    text: `${JSON.stringify([...response.headers])}\n${text}`,
  });
  return text;
};
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const ask = async (query: string, key: string = OWN.admin): Promise<any> =>
  JSON.parse(await get('/graphql', { 'content-type': 'application/json', 'x-api-key': key }, JSON.stringify({ query })));

/** An id as we make them, of nothing: the caller of the other one may not close it. */
const nobodys = (type: string): string => Buffer.from(`${type}:019aaf00-0000-7000-8000-000000000001`).toString('base64url');
const NOBODYS_REPORT = Buffer.from('UsageReport:019aaf00-0000-7000-8000-000000000001').toString('base64url');
const NOBODYS_OPERATION = Buffer.from('LicenseOperation:019aaf00-0000-7000-8000-000000000001').toString('base64url');

const purchase = (assetId: string, more = '') =>
  `(input: { assetId: "${assetId}", idempotencyKey: "secrets-${keyCount++}" ${more} })`;
const newAsset = async (source: string, externalId: string): Promise<string> =>
  (await ask(`{ assetByExternalId(source: ${source}, externalId: "${externalId}") { id } }`)).data.assetByExternalId.id;

/** One asset of each source. */
let page: { readonly id: string; readonly source: string; readonly externalId: string }[];

beforeAll(async () => {
  simulators = await startSimulators();
  database = await createTestDatabase();
  folder = await makeFolder();
  program = startProgram(folder, {
    ...simulators.env,
    DATABASE_URL: database.ownerUrl,
    DATABASE_APP_URL: database.appUrl,
    CLEARANCE_API_KEYS: `viewer:viewer:${OWN.viewer},admin:admin:${OWN.admin}`,
    CLEARANCE_MODE: 'development',
    LOG_LEVEL: 'trace',
    ASSET_CACHE_TTL_SECONDS: '0',
    ADOBE_STOCK_MAX_RPS: '0',
    SEARCH_DEADLINE_MS: '3000',
    SPEND_DEADLINE_MS: '1500',
  });
  address = await program.ready();
  await eventually(
    () => database.query("select 1 from sync_state where tenant_id = 'default' and drained_at is not null"),
    (rows) => rows.length >= 2,
  );
  const [transaction] = await database.query(
    "select external_id from stored_asset where asset->'key'->>'lane' = 'transaction' order by 1 limit 1",
  );
  const [medium] = await database.query('select external_id from asset_facts order by 1 limit 1');
  const refs = [
    ['ADOBE_STOCK', ADOBE.next()],
    ['GETTY_IMAGES', GETTY.next()],
    ['PHOTOSHELTER', String(medium?.external_id)],
    ['SMINT_IO', String(transaction?.external_id)],
  ].map(([source, externalId]) => `{ source: ${source}, externalId: "${externalId}" }`);
  const { data } = await ask(`{ assetsByExternalId(refs: [${refs.join(' ')}]) { id source externalId } }`);
  page = data.assetsByExternalId;
});
afterAll(async () => {
  await endPrograms();
  if (folder) await rm(folder, { recursive: true, force: true });
  await database?.drop();
  await simulators?.stop();
});

const PAGE_FIELDS =
  'id title rights { restrictions } sourceLicense { raw } previews { role url } licenseOptions { licenseType } sameAs { id } jsonLd';
const readPage = () => ask(`{ assets(ids: [${page.map(({ id }) => `"${id}"`).join(' ')}]) { ${PAGE_FIELDS} } }`);

/** A search, a page, its pictures and two purchases, all at once. */
const round = async (): Promise<void> => {
  const pictures = readPage().then(async ({ data }) => {
    const urls = (data?.assets ?? []).flatMap((asset: { previews?: { url: string }[] } | null) => asset?.previews ?? []);
    await Promise.all(urls.map(({ url }: { url: string }) => get(url.replace(address, '')).catch(() => 'cut off')));
  });
  await Promise.all([
    pictures,
    ask(
      '{ searchAssets(text: "harbour", first: 8) { edges { node { id } } sources { state error { message } } } sources { source state } }',
    ),
    ...page
      .slice(0, 2)
      .map(({ id }) => ask(`mutation { licenseAsset${purchase(id)} { __typename ... on LicenseRefused { message } } }`)),
  ]);
};

const ECHO = `${SECRET_MARKER}-echo`;
const KINDS: readonly Omit<Fault, 'endpoint'>[] = [
  { kind: 'latency', ms: 20 },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'truncate' },
  { kind: 'foreign' },
  { kind: 'drip', ms: 100 },
  { kind: 'never' },
  { kind: 'never-after' },
  { kind: 'status', status: 500, body: `{"error":"${ECHO}","message":"${ECHO}"}` },
  { kind: 'status', status: 502, body: `<html>upstream said ${ECHO}</html>`, headers: { 'x-upstream': ECHO } },
  { kind: 'status', status: 302, body: '', headers: { location: `https://elsewhere.invalid/?token=${ECHO}` } },
  { kind: 'status', status: 401, body: `{"error_code":"401013","message":"${ECHO}","ErrorCode":"AuthorizationTokenRequired"}` },
  {
    kind: 'status',
    status: 403,
    body: `{"error_code":"403003","message":"Api key ${ECHO} is invalid","ErrorMessage":"${ECHO}"}`,
  },
  { kind: 'status', status: 429, body: `{"error_code":"429050","message":"${ECHO}"}` },
];
const nameOf = ({ kind, status }: Omit<Fault, 'endpoint'>): string => `${kind} ${status ?? ''}`.trim();

describe('after every operation and every fault', () => {
  it('each query and mutation of the schema answers, with all of its fields', async () => {
    const [adobe, getty] = page as [(typeof page)[0], (typeof page)[0]];
    const input = purchase(await newAsset('ADOBE_STOCK', ADOBE.next()), 'licenseType: "Standard"');
    const bought = await ask(
      `mutation { licenseAsset${input} { __typename ... on LicenseGranted { license { id } operation { id } } } }`,
    );
    expect(bought.data.licenseAsset.__typename).toBe('LicenseGranted');
    const { license, operation } = bought.data.licenseAsset;
    const asked = await ask(
      'mutation { createRequest(input: { title: "all", idempotencyKey: "secrets-0" }) { ... on LicenseRequestPayload { request { id } } } }',
    );
    const licenseRequest = asked.data.createRequest.request.id;
    const reference = `{ source: ADOBE_STOCK, externalId: "${adobe.externalId}" }`;
    const ids = `[${page.map(({ id }) => `"${id}"`).join(' ')}]`;
    const operations = everyOperation(
      (await ask(INTROSPECTION)).data as Introspection,
      {
        viewer: [''],
        sources: [''],
        node: [`(id: "${license.id}")`, `(id: "${operation.id}")`, `(id: "${getty.id}")`],
        nodes: [`(ids: ${ids})`],
        asset: page.map(({ id }) => `(id: "${id}")`),
        assets: [`(ids: ${ids})`],
        assetByExternalId: [`(source: ADOBE_STOCK, externalId: "${adobe.externalId}")`],
        assetsByExternalId: [`(refs: [${reference}])`],
        searchAssets: ['(text: "harbour")', '(text: "people", sort: NEWEST, filter: { kinds: [PHOTO], licensedByUs: false })'],
        license: [`(id: "${license.id}")`],
        licenses: [''],
        licenseOperation: [`(id: "${operation.id}")`, '(idempotencyKey: "secrets-0")'],
        canUse: page.map(({ id }) => `(assetId: "${id}", use: { channel: "web", territories: ["DE"] })`),
        auditEvents: ['(first: 500)'],
        usages: ['', `(filter: { licenseId: "${license.id}" })`],
        recordUsage: [`(input: { licenseId: "${license.id}", use: { channel: "web" }, idempotencyKey: "secrets" })`],
        recordUsages: [
          `(input: { rows: [{ licenseId: "${license.id}", use: { channel: "tv" }, idempotencyKey: "secrets" }, { licenseId: "x", use: { channel: "" }, idempotencyKey: "" }] })`,
        ],
        reportUsage: [
          '(input: { source: GETTY_IMAGES, recordedBefore: "2099-01-01T00:00:00Z", idempotencyKey: "secrets" })',
          '(input: { source: ADOBE_STOCK, recordedBefore: "2099-01-01T00:00:00Z", idempotencyKey: "secrets-adobe" })',
        ],
        usageReport: [`(id: "${NOBODYS_REPORT}")`],
        entitlements: ['', '(sources: [ADOBE_STOCK])'],
        budgets: ['', '(costCenter: "secrets", at: "2026-03-01T00:00:00Z")'],
        unitPrices: [''],
        alerts: ['', '(filter: { states: [OPEN], kinds: [TERM_END] }, first: 5)'],
        alertRules: [''],
        setAlertRules: ['(input: { escalateAfterHours: 48 })', '(input: { leadDays: [-1] })'],
        acknowledgeAlert: ['(input: { alertId: "x", note: "secrets" })'],
        changesSince: ['', '(first: 5, kinds: [LICENSE])'],
        eventEndpoints: [''],
        eventDeliveries: ['(endpointId: "x", states: [PENDING])'],
        createEventEndpoint: [
          '(input: { url: "https://example.com/secrets", idempotencyKey: "secrets-endpoint" })',
          '(input: { url: "http://10.0.0.1/", types: ["x"], idempotencyKey: "" })',
        ],
        updateEventEndpoint: ['(input: { endpointId: "x", description: "secrets" })'],
        enableEventEndpoint: ['(endpointId: "x")'],
        disableEventEndpoint: ['(endpointId: "x", reason: "secrets")'],
        rotateEventEndpointSecret: ['(endpointId: "x")'],
        replayEvents: ['(endpointId: "x", since: "2026-03-01T00:00:00Z")'],
        variantFor: [`(assetId: "${adobe.id}", market: "DE", language: "de", campaign: "secrets")`],
        setAssetVariants: [
          `(input: { assetId: "${adobe.id}", variants: [{ assetId: "${getty.id}", market: "DE" }], idempotencyKey: "secrets-variants" })`,
          '(input: { assetId: "x", variants: [], idempotencyKey: "" })',
        ],
        termsPolicies: ['', '(source: ADOBE_STOCK, licenseType: "Standard")'],
        setTermsPolicy: [
          '(input: { source: GETTY_IMAGES, licenseType: "premiumaccess", terms: { termKind: PERPETUAL } })',
          '(input: { source: SMINT_IO, licenseType: "", terms: {} })',
        ],
        withdrawTermsPolicy: ['(input: { source: GETTY_IMAGES, licenseType: "premiumaccess" })'],
        setBudget: [
          '(input: { costCenter: "secrets", measure: PURCHASES, amount: "9" })',
          '(input: { measure: MONEY, amount: "-1" })',
        ],
        reconciliation: [''],
        incidents: ['', '(closed: true, kind: UNMATCHED_LOCAL, first: 5)', '(closed: false)'],
        importLicenseHistory: [
          '(input: { source: ADOBE_STOCK })',
          '(input: { source: GETTY_IMAGES })',
          '(input: { source: SMINT_IO })',
        ],
        inboundConnections: [''],
        inboundEvents: [''],
        createInboundConnection: ['(input: { name: "secrets", system: "secrets", kinds: [METADATA] })'],
        rotateInboundSecret: ['(connectionId: "x")'],
        disableInboundConnection: ['(connectionId: "x")'],
        libraryPolicies: [''],
        writeBacks: [''],
        setLibraryPolicy: ['(input: { source: PHOTOSHELTER, approvedBy: NONE, seenBy: [] })'],
        decideLibraryAsset: ['(input: { assetId: "x", decision: APPROVE, idempotencyKey: "" })'],
        updateAssetMetadata: [
          `(input: { assetId: "${page[3]?.id}", expectedVersion: "x", fields: [{ name: "Usage", value: "Web" }], idempotencyKey: "secrets" })`,
        ],
        closeIncident: ['(input: { incidentId: "x", note: "secrets" })'],
        setUnitPrice: ['(input: { source: ADOBE_STOCK, licenseType: "*", amount: "0.5", currency: "EUR" })'],
        selections: [''],
        selection: [`(id: "${nobodys('Selection')}")`],
        saveSelection: [
          `(input: { name: "secrets", assetIds: ["${page[0]?.id}"], idempotencyKey: "secrets-selection" })`,
          '(input: { name: "", assetIds: [], idempotencyKey: "" })',
        ],
        licenseRequests: ['', '(filter: { states: [DRAFT], campaign: "secrets" }, first: 5)'],
        licenseRequest: [`(id: "${nobodys('LicenseRequest')}")`],
        createRequest: [
          '(input: { title: "secrets", idempotencyKey: "secrets-request" })',
          '(input: { title: "", idempotencyKey: "" })',
        ],
        addCandidates: [
          `(input: { requestId: "${licenseRequest}", items: [{ assetId: "${page[2]?.id}" }], idempotencyKey: "secrets-candidates" })`,
        ],
        removeCandidate: ['(itemId: "x")'],
        refreshCandidate: ['(itemId: "x")'],
        submitRequest: [`(input: { requestId: "${licenseRequest}", idempotencyKey: "secrets-submit" })`],
        commentOnRequest: [`(input: { requestId: "${licenseRequest}", text: "secrets", idempotencyKey: "secrets-comment" })`],
        fulfilRequest: [`(input: { requestId: "${licenseRequest}", idempotencyKey: "secrets-fulfil" })`],
        withdrawRequest: ['(requestId: "x")'],
        approvals: ['', '(filter: { mine: true, states: [PENDING] })'],
        approval: [`(id: "${nobodys('Approval')}")`],
        approvalRules: [''],
        delegations: [''],
        decideApproval: [
          '(input: { approvalId: "x", decision: APPROVE, expectedContentHash: "x", idempotencyKey: "secrets-decide" })',
        ],
        setApprovalRules: ['(input: { rules: [] })', '(input: { rules: [{ name: "", steps: [] }] })'],
        setDelegation: ['(input: { to: null })', '(input: { to: "key:nobody", until: "2099-01-01T00:00:00Z" })'],
        _service: [''],
        _entities: [`(representations: [{ __typename: "Asset", id: "${adobe.id}" }])`],
        relicenseAsset: [purchase(getty.id, 'reason: "a second print"'), purchase(page[0]?.id ?? '', 'reason: "a second print"')],
        licenseAssets: [
          `(input: { items: [{ assetId: "${page[0]?.id}" }, { assetId: "${getty.id}" }], idempotencyKey: "secrets-${keyCount++}" })`,
        ],
        stateTerms: [
          `(input: { licenseId: "${license.id}", terms: { channels: { allowed: ["web"] } }, idempotencyKey: "secrets-terms" })`,
        ],
        recordRenewal: [
          `(input: { licenseId: "${license.id}", system: "secrets", reference: "1", terms: { termKind: PERPETUAL }, idempotencyKey: "secrets-terms" })`,
        ],
        recordLicense: [
          `(input: { assetId: "${page[3]?.id}", licenseType: "contract", licensedAt: "2026-01-01T00:00:00Z", idempotencyKey: "secrets-terms" })`,
        ],
        resolveOperation: [`(input: { operationId: "${NOBODYS_OPERATION}", resolution: REJECTED, reason: "secrets" })`],
        setSettlePolicy: ['(input: { source: GETTY_IMAGES, notFound: NEEDS_REVIEW })'],
        licenseAsset: [purchase(getty.id), purchase(await newAsset('ADOBE_STOCK', ADOBE.next())), purchase(page[2]?.id ?? '')],
      },
      4,
    );
    for (const { name, document } of operations) expect([name, (await ask(document)).errors]).toEqual([name, undefined]);
    await readPage();
    const { data } = await ask(`{ license(id: "${license.id}") { download(size: 400) { url } } }`);
    await get(data.license.download.url.replace(address, ''));
    for (const path of [
      '/',
      '/healthz',
      '/readyz',
      '/metrics',
      '/graphiql/config.json',
      '/files/previews/x/y?t=z',
      '/files/licenses/x/y?t=z',
    ])
      await get(path);
    for (const key of ['', OWN.viewer, `${OWN.viewer}x`])
      await ask('mutation { licenseAsset(input: { assetId: "x", idempotencyKey: "y" }) { __typename } }', key);
  });

  it.each(KINDS.map((fault) => [nameOf(fault), fault] as const))('%s at every source is answered', async (_name, fault) => {
    // Every other time with tokens that have ended, so that the token services fail as well.
    if (KINDS.indexOf(fault) % 2 === 1) for (const simulator of SIMULATORS) await simulators.action(simulator, 'expire-tokens');
    for (const simulator of SIMULATORS) await simulators.addFault(simulator, { endpoint: '*', ...fault });
    await round();
    for (const simulator of SIMULATORS) await simulators.clearFaults(simulator);
    // And on the spending call alone, which is reached only when the rest works.
    await Promise.all(
      [ADOBE, GETTY].map(async (vendor) => {
        const id = await newAsset(vendor.source, vendor.next());
        await simulators.addFault(vendor.simulator, { endpoint: vendor.spend, ...fault });
        await ask(
          `mutation { licenseAsset${purchase(id, `licenseType: "${vendor.licenseType}"`)} { __typename ... on LicenseRefused { message } ... on LicensePending { operation { failure { message } evidence } } } }`,
        );
        await simulators.clearFaults(vendor.simulator);
      }),
    );
  });

  it('nothing holds a secret: no answer, no log line, no metric, no column', async () => {
    await eventually(
      () =>
        database.query(
          "select operation_id from license_operation where state = 'UNKNOWN' and settled_at is null and sending_at > now() - interval '7 seconds'",
        ),
      (rows) => rows.length === 0,
    );
    for (const path of ['/readyz', '/metrics']) await get(path);
    await ask(
      '{ auditEvents(first: 500) { edges { node { action data actor } } } licenses(first: 100) { edges { node { id } } } }',
    );
    // A few suffice to see where it comes from.
    expect(findLeaks(answers).slice(0, 5)).toEqual([]);
    expect(findLeaks(linesOf(program.output())).slice(0, 5)).toEqual([]);
    expect(findLeaks(await rowsOf(database)).slice(0, 5)).toEqual([]);
    // There was something to search.
    expect(answers.length).toBeGreaterThan(150);
    expect(program.output()).toMatch(/"msg":"upstream"/);
    const [sealed] = await database.query('select count(*)::integer as n from source_credential_state');
    expect(sealed).toEqual({ n: 1 });
  });

  it('a planted secret is found by the same search, wherever it lies and however it is written', async () => {
    const secret = `${SECRET_MARKER}-planted`;
    const [shifted, twice] = [Buffer.from(`.${secret}`), Buffer.from(`..${secret}`)];
    for (const text of [
      secret,
      `x=${secret}&y`,
      Buffer.from(secret).toString('hex'),
      ...[Buffer.from(secret), shifted, twice].map((bytes) => bytes.toString('base64')),
    ]) {
      expect(
        findLeaks([
          { where: 'answer', text: 'fine' },
          { where: 'answer', text: `{"a":"${text}"}` },
        ]),
      ).toHaveLength(1);
      expect(findLeaks(linesOf(`{"level":10}\n{"err":"${text}"}\n`))).toHaveLength(1);
    }
    const plant = (column: string, value: string) =>
      database.query(
        `insert into audit_event (event_id, tenant_id, occurred_at, actor, action, subject_type, subject_id, data, body, leaf_hash)
         select gen_random_uuid(), 'default', now(), 'x', 'license.sent', 'License', 'x', ${column === 'data' ? value : "'{}'"}, ${column === 'body' ? value : "''"}, ''`,
      );
    await plant('data', `'{"token":"${secret}"}'`);
    await plant('body', `convert_to('{"token":"${secret}"}', 'utf8')`);
    const found = findLeaks(await rowsOf(database));
    expect(found.filter((leak) => leak.startsWith('table public.audit_event'))).toHaveLength(2);
  });
});
