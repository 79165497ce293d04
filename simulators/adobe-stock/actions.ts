/** What the control port can do to this vendor: age its tokens, change its catalogue, its accounts and its books. */
import { INITIAL_QUOTA, isAccountKind, type Profile } from './accounts.js';
import type { Desk } from './desk.js';
import { allowedLicenses, judge } from './verdict.js';

type Body = Readonly<Record<string, unknown>>;
type Action = (body: unknown) => unknown;

const asBody = (body: unknown): Body => (typeof body === 'object' && body !== null ? { ...body } : {});

const wholeIn = (body: Body, name: string): number => {
  const value = Number(body[name]);
  if (body[name] === null || !Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number`);
  return value;
};

const idsIn = (body: Body): readonly number[] => {
  if (!Array.isArray(body.ids)) throw new RangeError('ids must be a list');
  return body.ids.map(Number);
};

/** `profile` or `clientId` in the body names the profile; the one of env() is meant otherwise. */
const profileIn = (desk: Desk, body: Body): Profile => {
  const { profile: name, clientId } = body;
  if (name === undefined && clientId === undefined) return desk.accounts.first;
  const found = typeof name === 'string' ? desk.accounts.findByName(name) : desk.accounts.findByClient(String(clientId));
  if (found === undefined) throw new RangeError('no such profile');
  return found;
};

const publicState = ({ clientSecret: _hidden, ...state }: Profile): Omit<Profile, 'clientSecret'> => state;

const addAssets = (desk: Desk, body: Body): unknown => {
  const word = typeof body.word === 'string' && body.word !== '' ? body.word : 'newcomer';
  return { ids: desk.catalogue.add(wholeIn(body, 'count'), { word, createdMs: desk.host.now() }) };
};

const setAccount = (desk: Desk, body: Body): unknown => {
  if (!isAccountKind(body.kind)) throw new RangeError(`kind must be one of ${Object.keys(INITIAL_QUOTA).join(', ')}`);
  const profile = profileIn(desk, body);
  profile.kind = body.kind;
  profile.quota = body.quota === undefined ? INITIAL_QUOTA[body.kind] : wholeIn(body, 'quota');
  return publicState(profile);
};

const setQuota = (desk: Desk, body: Body): unknown => {
  const profile = profileIn(desk, body);
  profile.quota = wholeIn(body, 'quota');
  return publicState(profile);
};

/** A colleague buys on the website, past the gateway. */
const purchaseOutside = (desk: Desk, body: Body): unknown => {
  const profile = profileIn(desk, body);
  const asset = desk.catalogue.findLive(wholeIn(body, 'contentId'));
  if (asset === undefined) throw new RangeError('no such asset');
  const allowed = allowedLicenses(desk, profile, asset);
  const license = body.license === undefined ? allowed[0] : allowed.find((name) => name === body.license);
  if (license === undefined) throw new RangeError(`license must be one of ${allowed.join(', ')}`);
  const verdict = judge(profile, { asset, license });
  if (verdict.state === 'not_possible') throw new RangeError(`this profile cannot buy it: ${verdict.why}`);
  const billing = verdict.state === 'overage' ? 'overage' : 'credits';
  const detail = { via: 'outside' };
  return desk.purchases.book({ profile, contentId: asset.id, license, units: verdict.price, billing, again: false, detail });
};

const state = (desk: Desk): unknown => ({
  profiles: desk.accounts.profiles.map(publicState),
  purchases: desk.purchases.newestFirst(),
});

const credentials = (desk: Desk): unknown =>
  desk.accounts.profiles.map(({ clientId, clientSecret, organization, name, kind }) => ({
    clientId,
    clientSecret,
    organization,
    profile: name,
    kind,
  }));

export const createActions = (desk: Desk): Readonly<Record<string, Action>> => ({
  'expire-tokens': () => ({ expired: desk.tokens.expireAll() }),
  'add-assets': (body) => addAssets(desk, asBody(body)),
  'remove-assets': (body) => ({ removed: desk.catalogue.remove(idsIn(asBody(body))) }),
  'set-account': (body) => setAccount(desk, asBody(body)),
  'set-quota': (body) => setQuota(desk, asBody(body)),
  purchases: () => state(desk),
  'purchase-outside': (body) => purchaseOutside(desk, asBody(body)),
  credentials: () => credentials(desk),
});
