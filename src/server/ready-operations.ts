/** The operations that GraphiQL offers to a newcomer. */
import { assetIdOf, environmentConnectionId, type TenantId } from '../domain/ids.js';

/** A picture of the simulated Adobe Stock; ids of the environment's connections are derived, so it is known beforehand. */
const SANDBOX_ASSET = assetIdOf({
  connectionId: environmentConnectionId('default' as TenantId, 'ADOBE_STOCK'),
  lane: 'content',
  externalId: '100200307',
});

export const READY_OPERATIONS: readonly {
  readonly name: string;
  readonly role: string;
  readonly query: string;
  readonly variables: string;
}[] = [
  {
    name: 'Search all sources',
    role: 'viewer',
    query: `query Search($text: String!, $after: String) {
  searchAssets(text: $text, first: 12, after: $after) {
    sources { source state totalCount tookMs error { code message } }
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        id
        source
        externalId
        kind
        title
        creditLine
        rights { model editorialOnly validUntil }
        previews(minWidth: 100) { role url width height watermarked }
      }
    }
  }
}`,
    variables: '{ "text": "harbour" }',
  },
  {
    name: 'A page of assets',
    role: 'viewer',
    query: `query Page($refs: [AssetRef!]!) {
  assetsByExternalId(refs: $refs) {
    id
    source
    title
    contributor { name }
    creditLine
    rights { model editorialOnly termKind validUntil restrictions origin termsHash }
    sourceLicense { state raw asOf }
    activeLicense { id licenseType origin licensedAt }
    licenses(first: 3) { totalCount edges { node { licenseType state origin } } }
    previews(minWidth: 100) { role url watermarked }
    sameAs { source externalId title }
    jsonLd
  }
}`,
    variables: `{
  "refs": [
    { "source": "ADOBE_STOCK", "externalId": "100200307" },
    { "source": "GETTY_IMAGES", "externalId": "1200300400" },
    { "source": "SMINT_IO", "externalId": "90001" }
  ]
}`,
  },
  {
    name: 'What it would cost',
    role: 'viewer',
    query: `query Quotes($id: ID!) {
  asset(id: $id) {
    title
    licenseOptions { licenseType label }
    standard: quote(licenseType: "Standard") { ...Quote }
    extended: quote(licenseType: "Extended", locale: "de-DE") { ...Quote }
  }
}
fragment Quote on LicenseQuote {
  __typename
  ... on QuoteWithinEntitlement { message units remaining alreadyHeld { id } requiredReferences { key label required } fingerprint }
  ... on QuoteOverage { message price { amount currency } fingerprint }
  ... on QuoteCheckoutRequired { message url }
  ... on QuoteUnavailable { reason message }
}`,
    variables: JSON.stringify({ id: SANDBOX_ASSET }, null, 2),
  },
  {
    name: 'A purchase',
    role: 'licensor',
    query: `# The same idempotency key always gives the same answer: press play twice.
mutation Buy($assetId: ID!) {
  licenseAsset(input: {
    assetId: $assetId
    licenseType: "Standard"
    allocation: { costCenter: "4711", campaign: "spring" }
    idempotencyKey: "my-first-purchase"
  }) {
    __typename
    ... on LicenseGranted { replayed license { id licenseType licensedAt } operation { id state } }
    ... on LicenseAlreadyHeld { replayed license { id licenseType origin } }
    ... on LicensePending { message retryAfterMs operation { id state } }
    ... on QuoteChanged { message }
    ... on BudgetExceeded { message costCenter availableAmount requestedAmount }
    ... on OverageConfirmationRequired { message price { amount currency } }
    ... on CheckoutRequired { message url }
    ... on LicenseRefused { code message }
    ... on UnsupportedBySource { message }
    ... on InvalidRequest { problems { path code message } }
    ... on IdempotencyConflict { message }
  }
}`,
    variables: JSON.stringify({ assetId: SANDBOX_ASSET }, null, 2),
  },
  {
    name: 'May we use it?',
    role: 'viewer',
    query: `# ALLOWED only when terms on record answer every question of the use. Ask before and after the purchase.
query MayWe($assetId: ID!, $use: UseInput!) {
  canUse(assetId: $assetId, use: $use) {
    verdict
    reasons { code effect message origin }
    duties { kind text }
    license { licenseType rights { origin originVersion termsHash } }
  }
}`,
    variables: JSON.stringify({ assetId: SANDBOX_ASSET, use: { channel: 'web', territories: ['DE'] } }, null, 2),
  },
  {
    name: 'The same again, on purpose',
    role: 'licensor',
    query: `# Charged again for each new key. Needs the purchase before.
mutation Again($assetId: ID!) {
  relicenseAsset(input: {
    assetId: $assetId
    licenseType: "Standard"
    reason: "A second print run"
    idempotencyKey: "my-second-purchase"
  }) {
    __typename
    ... on LicenseGranted { replayed license { id supersedes { id state } } operation { id reason spendClass } }
    ... on LicensePending { message retryAfterMs operation { id state } }
    ... on LicenseRefused { code message }
    ... on InvalidRequest { problems { path code message } }
  }
}`,
    variables: JSON.stringify({ assetId: SANDBOX_ASSET }, null, 2),
  },
  {
    name: 'The audit trail of it',
    role: 'licensor',
    query: `query Trail($key: String!) {
  licenseOperation(idempotencyKey: $key) {
    id
    state
    evidence
    asset { title auditEvents(first: 10) { edges { node { occurredAt actor action data leafHash } } } }
  }
}`,
    variables: '{ "key": "my-first-purchase" }',
  },
  {
    name: 'Do the books agree?',
    role: 'licensor',
    query: `query Books {
  entitlements { items { source name remaining limit resetsAt } sources { source state } }
  reconciliation {
    asOf
    openUnknown
    needsReview
    oldestUnknown
    imports { source startedAt completedAt rowsRead imported failure }
    historyLag { source samples atMostMs horizonSeconds withinHorizon }
  }
}`,
    variables: '{}',
  },
];
