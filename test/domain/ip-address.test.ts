import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInNetwork, isLoopback, parseNetwork, toClientNetwork, bracketAddress, toUsualAddress } from '../../src/domain/ip-address.ts';

const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
const nearly = fc.tuple(address, fc.constantFrom('', '%eth0', '%eth0.100', '%', '.', ':', '0', 'g', ' ')).map((parts) => parts.join(''));

describe('the canonical form of an address', () => {
  it.each<[string, string | undefined]>([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:A00:1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0.100', 'fe80::1'],
    ['0x7f.1', undefined],
    ['010.0.0.1', undefined],
    ['10.1', undefined],
    ['64:ff9b::10.0.0.010', undefined],
    ['64:ff9b::10.0.0.10', '64:ff9b::a00:a'],
    ['10.0.0.1%eth0', undefined],
    ['10.0.0.1:80', undefined],
    ['proxy.contoso.test', undefined],
    ['', undefined],
  ])('for %j is %j', (text, usual) => {
    expect(toUsualAddress(text)).toBe(usual);
  });

  it('exists for exactly the addresses that Node accepts', () => {
    fc.assert(fc.property(fc.oneof(nearly, fc.string()), (text) => (toUsualAddress(text) !== undefined) === (isIP(text) !== 0)));
  });
});

describe('a network', () => {
  it.each<[string, string, boolean]>([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', 'a00::1', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['fd00::/64', 'fd00::1%eth0', true],
    ['fd00::/64', 'fd00:0:0:1::1', false],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', 'proxy', false],
  ])('%s contains %s: %s', (network, text, belongs) => {
    const parsed = parseNetwork(network);
    expect(parsed && isInNetwork(text, parsed)).toBe(belongs);
  });

  it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', '10/8', 'proxy', ''])('cannot be %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['', ''],
])('the client at %j counts as %j', (text, network) => {
  expect(toClientNetwork(text)).toBe(network);
});

it.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['127.4.5.6', true],
  ['::1', true],
  ['[::1]', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['127.example.com', false],
  ['127.1', false],
  ['0.0.0.0', false],
  ['[::]', false],
  ['', false],
])('%j is a loopback address: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it('an IPv6 address is put in brackets before a port', () => {
  expect(['::1', '10.0.0.1', 'localhost'].map(bracketAddress)).toEqual(['[::1]', '10.0.0.1', 'localhost']);
});
