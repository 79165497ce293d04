/** Calls by order of a caller reach the public internet and what the operator names, and nothing inside, whatever the address looks like. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAddressGuard, parseRange } from '../src/domain/outbound-address.js';
import { createOutboundHttp, type OutboundHttp } from '../src/outbound/guarded-http.js';

const strict = createAddressGuard([]);

describe('an address in numbers', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '[::ffff:10.0.0.1]',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    '3fff::1',
    '100::1',
    '::127.0.0.1',
    'localhost',
    '',
  ])('%s is closed', (address) => {
    expect(strict.mayReach(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('%s is open', (address) => {
    expect(strict.mayReach(address)).toBe(true);
  });

  it('is open where the operator names it, in either dress, and its neighbours stay closed', () => {
    const guard = createAddressGuard(['127.0.0.1', '10.2.0.0/16', 'fd00::/8']);
    expect(['127.0.0.1', '::ffff:127.0.0.1', '10.2.255.1', 'fd00::7'].map(guard.mayReach)).toEqual([true, true, true, true]);
    expect(['127.0.0.2', '10.3.0.1', 'fc00::7'].map(guard.mayReach)).toEqual([false, false, false]);
  });

  it('of a range is read strictly', () => {
    expect(
      ['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', 'host/8', '10.0.0', '::/129', '', 'fe80::1%eth0'].map(parseRange),
    ).toEqual(Array(8).fill(undefined));
    expect(parseRange(' 10.0.0.0/8 ')).toEqual(['10.0.0.0', 8]);
  });
});

describe('a URL', () => {
  it.each([
    'http://example.com/',
    'https://user:secret@example.com/',
    'https://user@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'nonsense',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://example.com/#part',
    `https://example.com/${'a'.repeat(2_000)}`,
  ])('%s is refused at once', (url) => {
    expect(strict.problemWith(url)).toEqual(expect.any(String));
  });

  it('with TLS and a name is taken, and without TLS where an address is named', () => {
    expect(strict.problemWith('https://example.com/hook?x=1')).toBeUndefined();
    const guard = createAddressGuard(['127.0.0.1']);
    expect(guard.problemWith('http://127.0.0.1:8080/hook')).toBeUndefined();
    expect(guard.problemWith('http://8.8.8.8/')).toEqual(expect.stringContaining('TLS'));
  });
});

describe('a call', () => {
  let server: Server;
  let port: number;
  let calls = 0;
  const open: OutboundHttp[] = [];
  const httpWith = (...allow: string[]): OutboundHttp => {
    const http = createOutboundHttp(createAddressGuard(allow));
    open.push(http);
    return http;
  };
  const post = (http: OutboundHttp, url: string, timeoutMs = 5_000) =>
    http.send({ method: 'POST', url, body: 'hello', timeoutMs });

  beforeAll(async () => {
    server = createServer((request, response) => {
      calls += 1;
      if (request.url === '/hang') return;
      if (request.url === '/away') return void response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end();
      if (request.url === '/long') return void response.end('x'.repeat(1_000_000));
      response.end('thank you');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await Promise.all(open.map((http) => http.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('reaches what is named', async () => {
    expect(await post(httpWith('127.0.0.1'), `http://127.0.0.1:${port}/`)).toMatchObject({ status: 200, text: 'thank you' });
  });

  it('to a name is judged by the address that it resolves to, at the connection', async () => {
    const before = calls;
    await expect(post(httpWith('10.0.0.0/8'), `http://localhost:${port}/`)).rejects.toMatchObject({ reason: 'refused_address' });
    await expect(post(httpWith(), `https://localhost:${port}/`)).rejects.toMatchObject({ reason: 'refused_address' });
    expect(calls).toBe(before);
    expect(await post(httpWith('127.0.0.0/8', '::1'), `http://localhost:${port}/`)).toMatchObject({ status: 200 });
  });

  it('does not follow where it is sent on', async () => {
    const before = calls;
    expect(await post(httpWith('127.0.0.1'), `http://127.0.0.1:${port}/away`)).toMatchObject({ status: 302 });
    expect(calls).toBe(before + 1);
  });

  it('ends with its deadline, and when it is stopped', async () => {
    const http = httpWith('127.0.0.1');
    await expect(post(http, `http://127.0.0.1:${port}/hang`, 200)).rejects.toMatchObject({ reason: 'timeout' });
    const stop = new AbortController();
    const hanging = http.send({ method: 'POST', url: `http://127.0.0.1:${port}/hang`, timeoutMs: 10_000, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(hanging).rejects.toMatchObject({ reason: 'stopped' });
  });

  it('reads only the beginning of a long answer', async () => {
    const { text } = await post(httpWith('127.0.0.1'), `http://127.0.0.1:${port}/long`);
    expect(text).toHaveLength(64 * 1024);
  });

  it('that finds nobody says so without the address', async () => {
    const fault = await post(httpWith('127.0.0.1'), 'http://127.0.0.1:1/secret-path').catch((error: Error) => error);
    expect(fault).toMatchObject({ reason: 'network' });
    expect((fault as Error).message).not.toContain('secret-path');
  });
});
