/** Two organisations with two product profiles each: their credentials, what they may buy and what they have left. */
import { SECRET_MARKER, type SimHost } from '../kit/types.js';
import type { AccountKind } from './licenses.js';

/** One credential belongs to exactly one product profile. */
export interface Profile {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organization: string;
  readonly name: string;
  readonly memberId: number;
  kind: AccountKind;
  quota: number;
}

export const INITIAL_QUOTA: Readonly<Record<AccountKind, number>> = {
  'enterprise-universal': 500,
  'enterprise-standard': 200,
  'consumer-overage': 0,
  'consumer-checkout': 0,
  'no-credits': 0,
  'alt-license': 500,
  'references-required': 500,
};

export const isAccountKind = (value: unknown): value is AccountKind =>
  typeof value === 'string' && Object.hasOwn(INITIAL_QUOTA, value);

export const isConsumer = (kind: AccountKind): boolean => kind === 'consumer-overage' || kind === 'consumer-checkout';

/** The secrets handed out while a simulator is built come from the seed: credentials outlive a restart. */
const profile = (host: SimHost, index: number, organization: string, name: string, kind: AccountKind): Profile => ({
  // 32 characters without hyphens, as the real ones.
  clientId: `${SECRET_MARKER}${host.secret('adobe-client').slice(-23)}`,
  clientSecret: `p8e-${host.secret('adobe-client-secret')}`,
  organization,
  name,
  memberId: 4_240 + index,
  kind,
  quota: INITIAL_QUOTA[kind],
});

export interface Accounts {
  /** The first is the one that env() names. */
  readonly profiles: readonly Profile[];
  readonly first: Profile;
  findByClient(clientId: string): Profile | undefined;
  findByName(name: string): Profile | undefined;
}

export const createAccounts = (host: SimHost): Accounts => {
  const first = profile(host, 1, 'northlight', 'northlight-brand', 'enterprise-universal');
  const profiles = [
    first,
    profile(host, 2, 'northlight', 'northlight-news', 'enterprise-standard'),
    profile(host, 3, 'southbay', 'southbay-projects', 'references-required'),
    profile(host, 4, 'southbay', 'southbay-social', 'alt-license'),
  ];
  const byClient = new Map(profiles.map((entry) => [entry.clientId, entry]));
  return {
    profiles,
    first,
    findByClient: (clientId) => byClient.get(clientId),
    findByName: (name) => profiles.find((entry) => entry.name === name),
  };
};
