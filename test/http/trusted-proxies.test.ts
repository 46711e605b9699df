import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { TrustedProxies } from '../../src/http/trusted-proxies.ts';
import { startScimServer } from './support/scim-server.ts';

const trusted = ['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48'];

function from(remoteAddress: string, headers: Record<string, string> = {}) {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('the address of a client', () => {
  test.each([
    ['an untrusted client that sends the header', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['a trusted proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['a trusted proxy by its address', '192.0.2.7', '203.0.113.9', '203.0.113.9'],
    ['the address beside it', '192.0.2.8', '203.0.113.9', '192.0.2.8'],
    ['two trusted proxies', '10.1.2.3', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
    ['an entry that a client sent before the first trusted proxy', '10.1.2.3', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
    ['trusted proxies only', '10.1.2.3', '10.4.4.4, 10.9.9.9', '10.4.4.4'],
    ['a trusted proxy without the header', '10.1.2.3', '', '10.1.2.3'],
    ['an invalid entry of the nearest proxy', '10.1.2.3', '203.0.113.9, unknown', '10.1.2.3'],
    ['an invalid entry further away', '10.1.2.3', 'unknown, 10.9.9.9', '10.9.9.9'],
    ['an empty entry', '10.1.2.3', '203.0.113.9,', '10.1.2.3'],
    ['an address with a port', '10.1.2.3', '203.0.113.9:51234', '203.0.113.9'],
    ['an IPv6 address with a port', '10.1.2.3', '[2001:DB8:0:0::9]:443', '2001:db8::9'],
    ['IPv6 in another form', '2001:db8:1:0::5', '2001:0DB8:0002::1', '2001:db8:2::1'],
    ['IPv4 at an IPv6 socket', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['IPv4 in the form of IPv6', '10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['a script', '10.1.2.3', '<script>', '10.1.2.3'],
  ])('is right behind %s', (_, remote, header, expected) => {
    expect(new TrustedProxies(trusted).clientAddressOf(from(remote, { 'x-forwarded-for': header }))).toBe(expected);
  });

  test('is the address of the connection when no proxy is trusted', () => {
    expect(new TrustedProxies([]).clientAddressOf(from('10.1.2.3', { 'x-forwarded-for': '1.2.3.4' }))).toBe('10.1.2.3');
  });
});

describe('the original URL of a client', () => {
  test.each([
    ['10.1.2.3', 'https', 'hosts.contoso.com', 'https://hosts.contoso.com'],
    ['10.1.2.3', 'HTTPS', 'Hosts.Contoso.com:8443', 'https://hosts.contoso.com:8443'],
    ['10.1.2.3', 'https, http', 'hosts.contoso.com, inner', 'https://hosts.contoso.com'],
    ['10.1.2.3', 'https', '[2001:db8::1]:443', 'https://[2001:db8::1]:443'],
    ['203.0.113.9', 'https', 'evil.example', undefined],
    ['10.1.2.3', 'javascript', 'hosts.contoso.com', undefined],
    ['10.1.2.3', 'https', 'a/b', undefined],
    ['10.1.2.3', 'https', 'a@b', undefined],
    ['10.1.2.3', 'https', 'a b', undefined],
    ['10.1.2.3', 'https', 'a:b:c', undefined],
    ['10.1.2.3', '', 'hosts.contoso.com', undefined],
    ['10.1.2.3', 'https', '', undefined],
  ])('is determined from %s with %j and %j', (remote, proto, host, expected) => {
    const headers = { 'x-forwarded-proto': proto, 'x-forwarded-host': host };
    expect(new TrustedProxies(trusted).originOf(from(remote, headers))).toBe(expected);
  });
});

describe('the links in answers behind a proxy', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hosts.contoso.com' };
  const location = async (settings: Parameters<typeof startScimServer>[0]) => {
    const server = await startScimServer(settings);
    const answer = await server.request('POST', '/Users', { body: { userName: 'mira' }, headers: forwarded });
    return { location: answer.headers.location ?? '', url: server.url };
  };

  test('use the address that a trusted proxy forwards', async () => {
    const made = await location({ settings: { proxies: new TrustedProxies(['127.0.0.1']) } });
    expect(made.location).toMatch(/^https:\/\/hosts\.contoso\.com\/scim\/Users\/[\w-]+$/);
  });

  test('use the socket when no proxy is trusted, and the public address when one is configured', async () => {
    const plain = await location({});
    expect(plain.location.startsWith(`${plain.url}/scim/Users/`)).toBe(true);
    const named = await location({ settings: { publicUrl: 'https://scim.test', proxies: new TrustedProxies(['127.0.0.1']) } });
    expect(named.location.startsWith('https://scim.test/scim/Users/')).toBe(true);
  });
});
