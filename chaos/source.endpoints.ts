/** Which part a request to a source plays in a purchase, from its address alone. */

export type Role = 'spend' | 'baseline' | 'look' | 'token';

const ROLES: readonly (readonly [RegExp, Role])[] = [
  [/^(GET|POST) \/Rest\/Libraries\/1\/Content\/License\b/, 'spend'],
  [/^POST \/v3\/downloads\//, 'spend'],
  [/^POST (\/ims\/token|\/oauth2\/token)/, 'token'],
  // The list of all downloads is read when a lost purchase is looked for, and by nobody before a purchase.
  [/^GET \/v3\/downloads\b/, 'look'],
  [/^GET \/Rest\/Libraries\/1\/Member\/LicenseHistory\b/, 'look'],
  [/^GET \/Rest\/Libraries\/1\/(Member\/Profile|Content\/Info)\b/, 'baseline'],
  [/^GET \/v3\/(products\b|(images|videos)\/[^/]+\/(downloadhistory|producttypes))/i, 'baseline'],
];

/** `requestId`: jobs of the gateway name themselves in it, where the source is sent one. */
export const roleOf = (method: string, path: string, requestId: string | undefined): Role | undefined => {
  const role = ROLES.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];
  return role === 'baseline' && requestId?.startsWith('job-') ? 'look' : role;
};
