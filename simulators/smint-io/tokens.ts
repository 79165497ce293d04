/** The token book: access tokens of this run, and refresh tokens whose form proves where they come from. */
import { randomBytes } from 'node:crypto';
import { SECRET_MARKER, type SimHost } from '../kit/types.js';
import { mac } from './signing.js';

const FIRST_SERIAL = 'first';
const REFRESH_FORM = new RegExp(`^${SECRET_MARKER}-smintio-rt-([a-z0-9]+)-([0-9a-f]{32})$`);

const refreshToken = (serial: string): string => `${SECRET_MARKER}-smintio-rt-${serial}-${mac(`rt|${serial}`)}`;

/** The same in every run: a gateway configured once goes on working with a restarted simulator. */
export const FIRST_REFRESH_TOKEN = refreshToken(FIRST_SERIAL);

interface Refresh {
  alive: boolean;
  /** Serial of the token that this one replaces; it dies when this one is used. */
  readonly replaces: string | null;
}

export interface Tokens {
  issueAccess(): { readonly token: string; readonly seconds: number };
  isLiveAccess(token: string): boolean;
  /** Uses a refresh token, which ends the one it replaced; false when it is not good. */
  acceptRefresh(token: string): boolean;
  /** The successor of a used token; whether the old one dies now is a switch. */
  replaceRefresh(token: string): string;
  /** A new chain, as after a human consented again. */
  issueRefresh(): string;
  revoke(token: string): void;
  expireAccess(): number;
  revokeRefresh(): void;
}

export const createTokens = (host: SimHost): Tokens => {
  const access = new Map<string, number>();
  const refresh = new Map<string, Refresh>([[FIRST_SERIAL, { alive: true, replaces: null }]]);
  let isChainCut = false;

  const serialOf = (token: string): string | null => {
    const [, serial, proof] = REFRESH_FORM.exec(token) ?? [];
    return serial !== undefined && proof === mac(`rt|${serial}`) ? serial : null;
  };

  const remember = (replaces: string | null): string => {
    const serial = `${host.now().toString(36)}${randomBytes(6).toString('hex')}`;
    refresh.set(serial, { alive: true, replaces });
    return refreshToken(serial);
  };

  const adopt = (serial: string): Refresh | undefined => {
    if (isChainCut || host.switches.get('accept-earlier-refresh-tokens') !== true) return undefined;
    const adopted = { alive: true, replaces: null };
    refresh.set(serial, adopted);
    return adopted;
  };

  const kill = (serial: string): void => {
    const entry = refresh.get(serial);
    const stays = serial === FIRST_SERIAL && host.switches.get('first-refresh-token') === 'stays';
    if (entry && !stays) entry.alive = false;
  };

  return {
    issueAccess() {
      for (const [token, endsAt] of access) if (endsAt <= host.now()) access.delete(token);
      const seconds = Number(host.switches.get('access-token-seconds'));
      const token = host.secret('smintio-at');
      access.set(token, host.now() + seconds * 1000);
      return { token, seconds };
    },
    isLiveAccess: (token) => (access.get(token) ?? 0) > host.now(),
    acceptRefresh(token) {
      const serial = serialOf(token);
      if (serial === null) return false;
      const entry = refresh.get(serial) ?? adopt(serial);
      if (!entry?.alive) return false;
      if (entry.replaces !== null) kill(entry.replaces);
      return true;
    },
    replaceRefresh(token) {
      const serial = serialOf(token);
      const rotation = host.switches.get('refresh-rotation');
      if (rotation === 'none') return token;
      if (rotation === 'at-once' && serial !== null) kill(serial);
      return remember(serial);
    },
    issueRefresh: () => remember(null),
    revoke(token) {
      access.delete(token);
      const serial = serialOf(token);
      if (serial === null) return;
      const entry = refresh.get(serial) ?? { alive: false, replaces: null };
      entry.alive = false;
      refresh.set(serial, entry);
    },
    expireAccess() {
      const count = access.size;
      access.clear();
      return count;
    },
    revokeRefresh() {
      isChainCut = true;
      for (const entry of refresh.values()) entry.alive = false;
    },
  };
};
