/** The OAuth token endpoint and the tokens issued so far. */
import type { Route, SimHost, SimReply, SimRequest } from '../kit/types.js';

interface TokenState {
  readonly kind: 'valid' | 'expired' | 'unknown';
  /** Whether a user stands behind the token. */
  readonly user: boolean;
}

export interface Tokens {
  check(token: string): TokenState;
  expireAll(): number;
  readonly routes: readonly Route[];
}

const LIFETIME_SECONDS = 1800;

const oauthError = (status: number, error: string, description: string): SimReply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: { error, error_description: description },
});

/** Client id and secret from the body, or from HTTP Basic. */
const credentialsOf = (request: SimRequest, form: URLSearchParams): readonly [string | null, string | null] => {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id'), form.get('client_secret')];
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
};

export const createTokens = (
  host: SimHost,
  credentials: { readonly key: string; readonly secret: string },
  overLimit: () => SimReply | null,
): Tokens => {
  const issued = new Map<string, { readonly expiresAt: number; readonly user: boolean }>();
  const refreshable = new Set<string>();

  const issue = (user: boolean, legacy: boolean): SimReply => {
    const now = host.now();
    for (const [old, state] of issued) {
      if (state.expiresAt > now - 3_600_000) break;
      issued.delete(old);
    }
    const token = host.secret('access');
    issued.set(token, { expiresAt: now + LIFETIME_SECONDS * 1000, user });
    const refresh = user ? host.secret('refresh') : null;
    if (refresh !== null) refreshable.add(refresh);
    return {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
      body: {
        access_token: token,
        token_type: 'Bearer',
        // The old address still answers text here.
        expires_in: legacy ? String(LIFETIME_SECONDS) : LIFETIME_SECONDS,
        ...(refresh === null ? {} : { refresh_token: refresh }),
      },
    };
  };

  const grant = (request: SimRequest, legacy: boolean): SimReply => {
    const limited = overLimit();
    if (limited !== null) return limited;
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
      return oauthError(400, 'invalid_request', 'The request must be form-encoded.');
    }
    const form = request.form();
    const [key, secret] = credentialsOf(request, form);
    if (key !== credentials.key || secret !== credentials.secret || host.switches.get('key-state') === 'disabled') {
      return oauthError(Number(host.switches.get('token-error-status')), 'invalid_client', 'Client authentication failed.');
    }
    switch (form.get('grant_type')) {
      case 'client_credentials':
        return issue(false, legacy);
      case 'password':
        return form.get('username') && form.get('password')
          ? issue(true, legacy)
          : oauthError(400, 'invalid_grant', 'Name or password is missing.');
      case 'refresh_token':
        return refreshable.has(form.get('refresh_token') ?? '')
          ? issue(true, legacy)
          : oauthError(400, 'invalid_grant', 'The refresh token is not known.');
      default:
        return oauthError(400, 'unsupported_grant_type', 'This grant is not offered.');
    }
  };

  const route = (endpoint: string, pattern: string, legacy: boolean): Route => ({
    endpoint,
    method: 'POST',
    pattern,
    handle: (request) => grant(request, legacy),
  });

  return {
    check: (token) => {
      const state = issued.get(token);
      if (state === undefined) return { kind: 'unknown', user: false };
      return { kind: state.expiresAt > host.now() ? 'valid' : 'expired', user: state.user };
    },
    expireAll: () => {
      const count = issued.size;
      for (const [token, state] of issued) issued.set(token, { ...state, expiresAt: 0 });
      return count;
    },
    routes: [route('token', '/oauth2/token', false), route('token-legacy', '/v4/oauth2/token', true)],
  };
};
