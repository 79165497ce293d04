/** v4 sign-in: the token, entering and leaving the organization, the session's user. */

import type { Route, SimReply } from '../kit/types.js';
import { anyFields, done, includesOf, one, unpaged } from './answer.js';
import { type Call, type Handler, v4 } from './call.js';
import { EMAIL, ORGANIZATION_NAME, passwordIsRight } from './credentials.js';
import { ORGANIZATION_ID } from './ids.js';
import { badRequest, denied } from './refusal.js';
import type { Session } from './sessions.js';
import type { Setting } from './setting.js';

const organization = { id: ORGANIZATION_ID, name: ORGANIZATION_NAME };

/** Signs in with what the caller sent, wherever it put it; shared with v3. */
export const signIn = (call: Call): Session => {
  const fields = anyFields(call);
  const [email, password] = [fields.get('email'), fields.get('password')];
  if (!email || !password) throw badRequest('email and password are required');
  if (email.toLowerCase() !== EMAIL || !passwordIsRight(password)) throw denied('Session');
  return call.setting.sessions.open('session');
};

/** The organization is entered with the token that the call carries; shared with v3. */
export const enterOrganization = (call: Call, organizationId: string | undefined): void => {
  if (call.session === undefined) throw denied('Organization');
  if (!organizationId) throw badRequest('org_id is required');
  if (organizationId !== ORGANIZATION_ID) throw denied('Organization');
  call.session.organizationId = organizationId;
};

/** The only v4 answer without a data block around its content. */
const authenticate: Handler = (call): SimReply => {
  const { setting } = call;
  const mode = anyFields(call).get('mode');
  if (mode !== 'token' && mode !== 'cookie') throw badRequest('mode must be token or cookie');
  const session = signIn(call);
  const org = setting.is('organization-list', 'list')
    ? { org: [organization] }
    : setting.is('organization-list', 'object')
      ? { org: organization }
      : {};
  return {
    status: 200,
    headers: mode === 'cookie' ? { 'set-cookie': `ps_session=${session.token}; Path=/; HttpOnly` } : {},
    body: { token: session.token, ...org, two_factor: false },
  };
};

const logout: Handler = (call) => {
  if (call.session !== undefined) call.setting.sessions.close(call.session.token);
  return done(call);
};

const enter: Handler = (call) => {
  enterOrganization(call, anyFields(call).get('org_id'));
  return done(call);
};

const leave: Handler = (call) => {
  if (call.session === undefined) throw denied('Organization');
  call.session.organizationId = null;
  return done(call);
};

const user: Handler = (call) => {
  if (call.session === undefined) throw denied('Session');
  const includes = includesOf(call).has('organizations')
    ? {
        includes: {
          organizations: { data: [{ id: ORGANIZATION_ID, type: 'organization', attributes: { name: ORGANIZATION_NAME } }] },
        },
      }
    : {};
  return one(call, { id: call.session.userId, type: 'user', attributes: { email: EMAIL }, ...includes });
};

const invites: Handler = (call) => {
  if (call.session === undefined) throw denied('Session');
  return unpaged(call, []);
};

export const authRoutes = (setting: Setting): readonly Route[] => [
  ...v4(setting, 'authenticate', 'POST', '/authenticate', authenticate, { login: true }),
  ...v4(setting, 'authenticate', 'GET', '/authenticate', authenticate, { login: true }),
  ...v4(setting, 'logout', 'POST', '/authenticate/logout', logout),
  ...v4(setting, 'logout', 'GET', '/authenticate/logout', logout),
  ...v4(setting, 'organization-authenticate', 'POST', '/organization/authenticate', enter),
  ...v4(setting, 'organization-logout', 'POST', '/organization/logout', leave),
  ...v4(setting, 'organization-logout', 'GET', '/organization/logout', leave),
  ...v4(setting, 'user-session', 'GET', '/user/session', user),
  ...v4(setting, 'user-invites', 'GET', '/user/invites', invites),
];
