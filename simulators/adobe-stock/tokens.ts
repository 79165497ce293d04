/** The access tokens of the identity service: issued, checked, and made invalid at once when asked. */

import type { SimHost, SimReply, SimRequest } from '../kit/types.js';
import type { Accounts, Profile } from './accounts.js';
import { switchValue } from './switches.js';

export interface Tokens {
  /** The profile whose token this is, while it lives. */
  findHolder(token: string): Profile | undefined;
  /** The token endpoint. */
  issue(request: SimRequest): SimReply;
  /** Gives how many were alive. */
  expireAll(): number;
}

const refuse = (status: number, error: string): SimReply => ({ status, body: { error } });

export const createTokens = (host: SimHost, accounts: Accounts): Tokens => {
  const live = new Map<string, { readonly holder: Profile; readonly expiresAtMs: number }>();

  const issue = (request: SimRequest): SimReply => {
    const form = request.form();
    // The body is preferred; the query is taken as well.
    const value = (name: string): string => form.get(name) ?? request.query.get(name) ?? '';
    if (value('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type');
    const holder = accounts.findByClient(value('client_id'));
    if (holder === undefined || holder.clientSecret !== value('client_secret')) {
      return refuse(Number(switchValue(host, 'ims-invalid-client-status')), 'invalid_client');
    }
    if (value('scope') === '') return refuse(400, 'invalid_scope');
    const token = host.secret('adobe-token');
    live.set(token, { holder, expiresAtMs: host.now() + Number(switchValue(host, 'token-lifetime-s')) * 1000 });
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { access_token: token, token_type: 'bearer', expires_in: Number(switchValue(host, 'token-expires-in')) },
    };
  };

  return {
    issue,
    findHolder: (token) => {
      const found = live.get(token);
      if (found === undefined) return undefined;
      if (host.now() < found.expiresAtMs) return found.holder;
      live.delete(token);
      return undefined;
    },
    expireAll: () => {
      const size = live.size;
      live.clear();
      return size;
    },
  };
};
