/** Tokens: who is signed in, and whether the organization was entered with that token. */

import { ORGANIZATION_ID, STAFF_ID } from './ids.js';

export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly kind: 'session' | 'oauth';
  /** Set by organization/authenticate: the state sits on the token. */
  organizationId: string | null;
  /** Session tokens die of idle time, bearers at a fixed instant. */
  endsAt: number;
}

export interface Sessions {
  open(kind: Session['kind']): Session;
  /** Undefined: unknown, idle for too long, or expired. Use counts as activity. */
  find(token: string): Session | undefined;
  close(token: string): void;
  expireAll(): number;
}

export const isStaff = (session: Session | undefined): boolean => session?.organizationId === ORGANIZATION_ID;

/** `issue` makes a token text that carries the marker of the simulators. */
export const createSessions = (now: () => number, lifetimeSeconds: () => number, issue: (kind: string) => string): Sessions => {
  const sessions = new Map<string, Session>();
  const end = (): number => now() + lifetimeSeconds() * 1000;
  return {
    open: (kind) => {
      // Tokens are letters, digits, dots and underscores.
      const token = issue(kind === 'oauth' ? 'bearer' : 'token').replaceAll('-', '.');
      const session: Session = { token, kind, userId: STAFF_ID, organizationId: null, endsAt: end() };
      sessions.set(token, session);
      return session;
    },
    find: (token) => {
      const session = sessions.get(token);
      if (session === undefined || session.endsAt <= now()) return undefined;
      if (session.kind === 'session') session.endsAt = end();
      return session;
    },
    close: (token) => {
      sessions.delete(token);
    },
    expireAll: () => {
      const count = sessions.size;
      sessions.clear();
      return count;
    },
  };
};
