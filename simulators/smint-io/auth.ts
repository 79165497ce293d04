/** The identity server of a tenant: discovery, token and revocation. */
import type { Route, SimHost, SimReply, SimRequest } from '../kit/types.js';
import { signature } from './signing.js';
import type { Tokens } from './tokens.js';

const SCOPE = 'smintio.full openid profile offline_access';

export const CLIENT_ID = 'simulated-clearance';
export const CLIENT_SECRET = signature('smintio-client', CLIENT_ID);

const tokenError = (error: string, message: string): SimReply => ({ status: 400, body: { error, error_msg: message } });

/** Credentials travel in the form body; HTTP Basic is not read. */
const parseClientForm = (request: SimRequest): URLSearchParams | SimReply => {
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    return tokenError('invalid_request', 'A form is expected');
  }
  const form = request.form();
  const isClient = form.get('client_id') === CLIENT_ID && form.get('client_secret') === CLIENT_SECRET;
  return isClient ? form : tokenError('invalid_client', 'Unknown client');
};

export const authRoutes = (host: SimHost, tokens: Tokens): readonly Route[] => {
  let exchanges = 0;

  /** A reply without a successor leaves the presented token usable. */
  const refreshPart = (presented: string): { readonly refresh_token?: string | null } => {
    const mode = host.switches.get('refresh-token-in-reply');
    if (mode === 'null') return { refresh_token: null };
    const isLeftOut = mode === 'never' || (mode === 'every-second' && exchanges % 2 === 0);
    return isLeftOut ? {} : { refresh_token: tokens.replaceRefresh(presented) };
  };

  const token = (request: SimRequest): SimReply => {
    const form = parseClientForm(request);
    if (!(form instanceof URLSearchParams)) return form;
    const grant = form.get('grant_type');
    if (grant === 'client_credentials') return tokenError('unauthorized_client', 'This client acts for a person who consented');
    if (grant !== 'refresh_token') return tokenError('unsupported_grant_type', 'Only refresh_token is simulated');
    const presented = form.get('refresh_token');
    if (presented === null || presented === '') return tokenError('invalid_request', 'refresh_token is missing');
    if (!tokens.acceptRefresh(presented)) return tokenError('invalid_grant', 'The refresh token is not valid');
    exchanges += 1;
    const access = tokens.issueAccess();
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: access.token,
        ...refreshPart(presented),
        id_token: `e30.${host.secret('smintio-id')}.c2ln`,
        token_type: 'Bearer',
        expires_in: access.seconds,
        scope: SCOPE,
      },
    };
  };

  /** Answers 200 for an unknown token too, as the standard of revocation asks. */
  const revocation = (request: SimRequest): SimReply => {
    const form = parseClientForm(request);
    if (!(form instanceof URLSearchParams)) return form;
    tokens.revoke(form.get('token') ?? '');
    return { status: 200 };
  };

  const discovery = (): SimReply => ({
    status: 200,
    body: {
      issuer: host.baseUrl(),
      authorization_endpoint: `${host.baseUrl()}/connect/authorize`,
      token_endpoint: `${host.baseUrl()}/connect/token`,
      revocation_endpoint: `${host.baseUrl()}/connect/revocation`,
      scopes_supported: SCOPE.split(' '),
      grant_types_supported: ['authorization_code', 'refresh_token'],
      response_types_supported: ['code'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      code_challenge_methods_supported: ['plain', 'S256'],
    },
  });

  /** A person signs in here; the control action `consent` stands for that person. */
  const authorize = (): SimReply => ({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html><body>Sign in to give consent.</body></html>',
  });

  return [
    { endpoint: 'token', method: 'POST', pattern: '/connect/token', handle: token },
    { endpoint: 'revocation', method: 'POST', pattern: '/connect/revocation', handle: revocation },
    { endpoint: 'authorize', method: 'GET', pattern: '/connect/authorize', handle: authorize },
    { endpoint: 'discovery', method: 'GET', pattern: '/.well-known/openid-configuration', handle: discovery },
  ];
};
