/** Where we may call by order of a caller: public addresses, and those that the operator names; nothing inside by accident. */
import { BlockList, isIP } from 'node:net';

/** Not the public internet: this network, private, shared (carrier), loopback, link-local, protocol, documentation, benchmark, multicast, reserved. */
const CLOSED_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** All that is routed in IPv6 lies in here; so loopback, local, multicast and NAT64 are closed without being named. */
const OPEN_6: readonly [string, number] = ['2000::', 3];
/** But for these: protocol assignments with Teredo, documentation, 6to4 (which carries an IPv4 address inside). */
const CLOSED_6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const listOf = (ranges: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
};
const CLOSED = { 4: listOf(CLOSED_4), 6: listOf(CLOSED_6) };
const ROUTED_6 = listOf([OPEN_6]);

/** An address or a range in CIDR; undefined for anything else. */
export const parseRange = (text: string): readonly [string, number] | undefined => {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const family = isIP(address);
  const widest = family === 6 ? 128 : 32;
  if (family === 0 || address.includes('%') || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
    return undefined;
  const length = bits === undefined ? widest : Number(bits);
  return length <= widest ? [address, length] : undefined;
};

/** An IPv4 address dressed as IPv6 is judged as what it is. */
const plain = (address: string): string => {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const canonical = new URL(`http://[${bare}]`).hostname;
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return bare;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
};

export interface AddressGuard {
  /** Of an address in numbers. */
  mayReach(address: string): boolean;
  /** Whether the operator has named it: such an address may be reached without TLS. */
  isNamed(address: string): boolean;
  /** What speaks against a URL before anything is resolved, for people; undefined: nothing. */
  problemWith(url: string): string | undefined;
}

const MAX_URL = 2_000;

/** `allow` holds addresses and ranges that parseRange takes. */
export const createAddressGuard = (allow: readonly string[]): AddressGuard => {
  const named = listOf(allow.map(parseRange).filter((range) => range !== undefined));
  const isNamed = (address: string): boolean => {
    const bare = plain(address);
    const family = isIP(bare);
    return family !== 0 && named.check(bare, family === 6 ? 'ipv6' : 'ipv4');
  };
  const mayReach = (address: string): boolean => {
    const bare = plain(address);
    switch (isIP(bare)) {
      case 4:
        return isNamed(bare) || !CLOSED[4].check(bare, 'ipv4');
      case 6:
        return isNamed(bare) || (ROUTED_6.check(bare, 'ipv6') && !CLOSED[6].check(bare, 'ipv6'));
      default:
        return false;
    }
  };
  return {
    mayReach,
    isNamed,
    problemWith: (text) => {
      if (text.length > MAX_URL || !URL.canParse(text)) return `Give an absolute https address of at most ${MAX_URL} characters.`;
      const url = new URL(text);
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'The address must start with https://.';
      if (url.username !== '' || url.password !== '') return 'An address with a user name or password in it is not taken.';
      if (url.hash !== '') return 'An address with a fragment is not taken.';
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const isLiteral = isIP(host) !== 0;
      if (isLiteral && !mayReach(host)) return 'This address is not on the public internet. OUTBOUND_ALLOW can name exceptions.';
      // A name may stand for an address that is named; that is looked at when it is resolved.
      if (url.protocol === 'http:' && (isLiteral ? !isNamed(host) : allow.length === 0))
        return 'Without TLS only addresses that OUTBOUND_ALLOW names are called: start with https://.';
      return undefined;
    },
  };
};
