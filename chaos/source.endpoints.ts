/** Which part a request to a source plays in a purchase, from its address alone. */

export type Role = 'spend' | 'baseline' | 'look' | 'token';

const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/^(GET|POST) \/Rest\/Libraries\/1\/Content\/License\b/, 'spend'],
  [/^POST \/v3\/downloads\//, 'spend'],
  [/^POST (\/ims\/token|\/oauth2\/token)/, 'token'],
  [/^GET \/Rest\/Libraries\/1\/(Member\/(Profile|LicenseHistory)|Content\/Info)\b/, 'baseline'],
  [/^GET \/v3\/(products\b|(images|videos)\/[^/]+\/(downloadhistory|producttypes))/i, 'baseline'],
];

/** `requestId`: jobs of the gateway name themselves in it, where the source is sent one. */
export const roleOf = (method: string, path: string, requestId: string | undefined): Role | undefined => {
  const role = ROLES.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];
  return role === 'baseline' && requestId?.startsWith('job-') ? 'look' : role;
};
