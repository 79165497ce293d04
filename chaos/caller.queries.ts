/** What the hammer says to the gateway, in GraphQL, and how it reads the answers. */
import type { Intent, Mutation, Outcome } from './intents.js';

const OUTCOME = `fragment Told on LicenseOutcome { __typename
  ... on LicenseGranted { replayed license { id } operation { ...Course } }
  ... on LicenseAlreadyHeld { replayed license { id } operation { ...Course } }
  ... on LicensePending { operation { ...Course } }
  ... on LicenseRefused { code operation { ...Course } }
  ... on InvalidRequest { problems { code } } }
  fragment Course on LicenseOperation { id state failure { code } }`;

export const BUY: Readonly<Record<Mutation, string>> = {
  licenseAsset: `mutation Buy($input: LicenseAssetInput!) { result: licenseAsset(input: $input) { ...Told } } ${OUTCOME}`,
  relicenseAsset: `mutation Buy($input: RelicenseAssetInput!) { result: relicenseAsset(input: $input) { ...Told } } ${OUTCOME}`,
  licenseAssets: `mutation Buy($input: LicenseAssetsInput!) { result: licenseAssets(input: $input) { __typename
    ... on LicenseAssetsPayload { items { assetId outcome { ...Told } error { code message } } } } } ${OUTCOME}`,
};
export const FIND =
  'query($source: AssetSource!, $externalId: String!) { result: assetByExternalId(source: $source, externalId: $externalId) { id } }';
export const SET_BUDGET = 'mutation($input: SetBudgetInput!) { result: setBudget(input: $input) { __typename } }';
export const SET_UNIT_PRICE = 'mutation($input: SetUnitPriceInput!) { result: setUnitPrice(input: $input) { __typename } }';
export const RESOLVE = 'mutation($input: ResolveOperationInput!) { result: resolveOperation(input: $input) { __typename } }';

/** Nobody ever quoted this. */
const NO_QUOTE = `v1:sha256:${'0'.repeat(64)}`;

const itemOf = (intent: Intent, assetId: string): Record<string, unknown> => ({
  assetId,
  licenseType: intent.licenseType,
  acceptOverage: intent.acceptOverage,
  ...(intent.costCenter !== null && { allocation: { costCenter: intent.costCenter } }),
  ...(intent.expectsOtherQuote && { expectedQuote: NO_QUOTE }),
});

/** All intents of one call; there is more than one with `licenseAssets` only. */
export const inputOf = (intents: readonly Intent[], assetIdOf: (intent: Intent) => string): Record<string, unknown> => {
  const [first] = intents;
  if (!first) throw new RangeError('a call without intents');
  const { mutation, key: idempotencyKey } = first;
  if (mutation === 'licenseAssets') return { items: intents.map((intent) => itemOf(intent, assetIdOf(intent))), idempotencyKey };
  const reason = mutation === 'relicenseAsset' ? { reason: 'A further campaign' } : {};
  return { ...itemOf(first, assetIdOf(first)), ...reason, idempotencyKey };
};

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const memberOf = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];

export const outcomeOf = (told: unknown): Outcome => {
  const operation = memberOf(told, 'operation');
  const problems = memberOf(told, 'problems');
  const replayed = memberOf(told, 'replayed');
  return {
    kind: String(memberOf(told, '__typename')),
    replayed: typeof replayed === 'boolean' ? replayed : null,
    operationId: textOf(memberOf(operation, 'id')),
    operationState: textOf(memberOf(operation, 'state')),
    licenseId: textOf(memberOf(memberOf(told, 'license'), 'id')),
    code:
      textOf(memberOf(told, 'code')) ??
      textOf(memberOf(memberOf(operation, 'failure'), 'code')) ??
      (Array.isArray(problems) ? textOf(memberOf(problems[0], 'code')) : null),
  };
};

export interface ItemTold {
  readonly assetId: string;
  readonly outcome: Outcome | null;
  readonly error: string | null;
}

export const itemsOf = (told: unknown): readonly ItemTold[] => {
  const items = memberOf(told, 'items');
  return (Array.isArray(items) ? items : []).map((item: unknown) => {
    const outcome = memberOf(item, 'outcome');
    const error = memberOf(item, 'error');
    return {
      assetId: String(memberOf(item, 'assetId')),
      outcome: outcome ? outcomeOf(outcome) : null,
      error: error ? `${String(memberOf(error, 'code'))}: ${String(memberOf(error, 'message'))}` : null,
    };
  });
};

export const idIn = (told: unknown): string | null => textOf(memberOf(told, 'id'));
