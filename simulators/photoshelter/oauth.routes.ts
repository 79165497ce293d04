/** v4 OAuth 2 by authorization code: a client registers, the user consents at once, codes and refresh tokens become bearers. */

import type { Route, SimReply } from '../kit/types.js';
import { anyFields, one } from './answer.js';
import { type Call, type Handler, v4 } from './call.js';
import { makeId } from './ids.js';
import { badRequest, Refusal } from './refusal.js';
import type { Setting } from './setting.js';

interface Client {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

const REQUIRED = ['application_name', 'description', 'email', 'name'] as const;

const refused = (title: string): Refusal => new Refusal(401, 'OAuthServerException', title);

const register =
  (clients: Map<string, Client>): Handler =>
  (call): SimReply => {
    const fields = anyFields(call);
    // The older definition called it callback_url.
    const redirectUri = fields.get('redirect_uri') ?? fields.get('callback_url');
    const missing = REQUIRED.filter((name) => !fields.get(name));
    if (missing.length > 0 || !redirectUri)
      throw badRequest(`Missing: ${[...missing, ...(redirectUri ? [] : ['redirect_uri'])].join(', ')}`);
    const client = { id: makeId('OAC00', String(clients.size)), secret: call.setting.host.secret('oauth-client'), redirectUri };
    clients.set(client.id, client);
    return one(call, {
      id: client.id,
      type: 'oAuthClient',
      attributes: { client_id: client.id, client_secret: client.secret, redirect_uri: redirectUri },
    });
  };

const authorize =
  (clients: Map<string, Client>, grants: Map<string, string>): Handler =>
  (call): SimReply => {
    const client = clients.get(call.query('client_id') ?? '');
    if (client === undefined || call.query('response_type') !== 'code' || call.query('redirect_uri') !== client.redirectUri)
      throw badRequest('Invalid authorization request');
    const code = call.setting.host.secret('code');
    grants.set(code, client.id);
    const query = new URLSearchParams({ code, state: call.query('state') ?? '' });
    return { status: 302, headers: { location: `${client.redirectUri}?${query.toString()}` } };
  };

/** Codes and refresh tokens are good for one use each. */
const issue = (call: Call, grants: Map<string, string>, clientId: string): SimReply => {
  const { sessions, host, number } = call.setting;
  const session = sessions.open('oauth');
  const refresh = host.secret('refresh');
  grants.set(refresh, clientId);
  return {
    status: 200,
    body: {
      access_token: session.token,
      token_type: 'Bearer',
      expires_in: number('token-lifetime-seconds'),
      refresh_token: refresh,
    },
  };
};

const token =
  (clients: Map<string, Client>, grants: Map<string, string>): Handler =>
  (call): SimReply => {
    const fields = anyFields(call);
    const client = clients.get(fields.get('client_id') ?? '');
    if (client === undefined || fields.get('client_secret') !== client.secret) throw refused('Client authentication failed');
    const type = fields.get('grant_type');
    if (type !== 'authorization_code' && type !== 'refresh_token') throw badRequest('grant_type is not supported');
    const grant = fields.get(type === 'refresh_token' ? 'refresh_token' : 'code') ?? '';
    if (grants.get(grant) !== client.id) throw refused('The grant is invalid or has expired');
    grants.delete(grant);
    return issue(call, grants, client.id);
  };

export const oauthRoutes = (setting: Setting): readonly Route[] => {
  const clients = new Map<string, Client>();
  const grants = new Map<string, string>();
  return [
    ...v4(setting, 'oauth-register', 'POST', '/oauth/register', register(clients), { login: true }),
    ...v4(setting, 'oauth-authorize', 'GET', '/oauth/authorize', authorize(clients, grants), { login: true }),
    ...v4(setting, 'oauth-token', 'POST', '/oauth/token', token(clients, grants), { login: true }),
  ];
};
