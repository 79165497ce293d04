/** Answers that every part of the API gives alike: refusals, and the checks of tenant and bearer before any work. */
import type { Route, SimHost, SimReply, SimRequest } from '../kit/types.js';
import type { Tokens } from './tokens.js';

export const TENANT = 'simtenant';

/** The error shape of CLAPI is not public; the sibling API of the vendor has this one. */
export const refusal = (host: SimHost, status: number, code: string, message: string, uuid: string | null = null): SimReply => {
  const style = host.switches.get('error-body');
  if (style === 'empty') return { status };
  if (style === 'html') {
    return { status, headers: { 'content-type': 'text/html' }, body: `<html><body><h1>${status}</h1></body></html>` };
  }
  return { status, body: { error_code: code, error_message: message, error_details: { uuid, name: null } } };
};

/** A tenant is the first label of the host; a plain address (tests) stands for the one tenant there is. */
const isWrongHost = (request: SimRequest): boolean => {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (/^[^.]+-clapi\./.test(name)) return true;
  const tenant = /^([^.]+)\.clapi\./.exec(name)?.[1];
  return tenant !== undefined && tenant !== TENANT;
};

export const guarded =
  (host: SimHost, tokens: Tokens, handle: (request: SimRequest) => SimReply): Route['handle'] =>
  (request) => {
    if (isWrongHost(request)) return refusal(host, 404, 'tenant_not_found', 'No such tenant');
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined && tokens.isLiveAccess(bearer)) return handle(request);
    const reply = refusal(
      host,
      Number(host.switches.get('expired-token-status')),
      'not_authorized',
      'The access token is not valid',
    );
    return { ...reply, headers: { ...reply.headers, 'www-authenticate': 'Bearer error="invalid_token"' } };
  };
