/** v3 sign-in: token, organization, session. v3 writes by GET as well as by POST. */

import type { Route } from '../kit/types.js';
import { enterOrganization, signIn } from './auth.routes.js';
import { type Handler, v3 } from './call.js';
import { EMAIL, ORGANIZATION_NAME } from './credentials.js';
import { ORGANIZATION_ID } from './ids.js';
import { denied } from './refusal.js';
import type { Setting } from './setting.js';
import { ok } from './v3.answer.js';

const authenticate: Handler = (call) => {
  const { token } = signIn(call);
  return ok({ token, org: [{ id: ORGANIZATION_ID, name: ORGANIZATION_NAME }] });
};

const enter: Handler = (call) => {
  enterOrganization(call, call.param('id'));
  return ok();
};

const session: Handler = (call) => {
  if (call.session === undefined) throw denied('Session');
  return ok({ Session: { user_id: call.session.userId, email: EMAIL, tz: 'America/New_York', f_org: call.staff ? 't' : 'f' } });
};

const logout: Handler = (call) => {
  if (call.session !== undefined) call.setting.sessions.close(call.session.token);
  return ok();
};

export const v3AuthRoutes = (setting: Setting): readonly Route[] =>
  (['GET', 'POST'] as const).flatMap((method) => [
    ...v3(setting, 'authenticate', method, '/mem/authenticate', authenticate, { login: true }),
    ...v3(setting, 'organization-authenticate', method, '/mem/organization/{id}/authenticate', enter),
    ...v3(setting, 'session', method, '/mem/user/session', session),
    ...v3(setting, 'logout', method, '/mem/logout', logout),
  ]);
