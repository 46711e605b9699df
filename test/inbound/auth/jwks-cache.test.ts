import { beforeAll, describe, expect, test } from 'vitest';
import { JwksCache, KeysUnavailable, KeyUnknown } from '../../../src/inbound/auth/jwks-cache.ts';
import { makeKey, startKeyServer, tenantId, type SigningKey } from '../../support/key-server.ts';
import { TenantJwks } from '../../../src/inbound/auth/tenant-jwks.ts';
import { showSecond } from '../../../src/domain/wording.ts';
import { keepLines } from '../../support/log-lines.ts';
import { TestClock } from '../../support/test-clock.ts';
import { pollUntil } from '../../support/poll.ts';

let first: SigningKey;
let second: SigningKey;

beforeAll(() => {
  first = makeKey('first');
  second = makeKey('second');
});

async function open() {
  const server = await startKeyServer(first);
  const clock = new TestClock();
  const { log, lines } = keepLines();
  const cache = new JwksCache(`${server.authority}/${tenantId}/.well-known/openid-configuration`, { clock, log });
  const find = (kid: string) => cache.find({ alg: 'RS256', kid });
  return { server, clock, lines, cache, find };
}

describe('a JWKS cache', () => {
  test('finds keys through the discovery document and caches them', async () => {
    const { server, cache, find } = await open();
    expect(await find('first')).toMatchObject({ type: 'public' });
    await find('first');
    expect(server.asked).toEqual([`/${tenantId}/.well-known/openid-configuration`, `/${tenantId}/discovery/keys`]);
    expect(cache.issuer).toBe(`https://sts.windows.net/${tenantId}/`);
  });

  test('fetches once for all concurrent requests', async () => {
    const { server, find } = await open();
    await Promise.all(Array.from({ length: 50 }, () => find('first')));
    expect(server.asked).toHaveLength(2);
  });

  test('fetches again when a token names an unknown key', async () => {
    const { server, clock, find } = await open();
    await find('first');
    server.publish(first, second);
    clock.advance(60_000);
    expect(await find('second')).toMatchObject({ type: 'public' });
    expect(server.asked).toHaveLength(4);
  });

  test('fetches at most once a minute, regardless of the number of unknown keys', async () => {
    const { server, clock, find } = await open();
    await find('first');
    const flood = () => Promise.allSettled(Array.from({ length: 200 }, (_, index) => find(`made-up-${index}`)));
    const outcomes = await flood();
    expect(outcomes.every((one) => one.status === 'rejected' && one.reason instanceof KeyUnknown)).toBe(true);
    expect(server.asked).toHaveLength(2);
    clock.advance(60_000);
    await flood();
    await flood();
    expect(server.asked).toHaveLength(4);
  });

  test('keeps using its cached keys while the key server is down, and reports the failure when an unknown key is named', async () => {
    const { server, clock, find } = await open();
    await find('first');
    server.behave('down');
    clock.advance(3_600_000);
    expect(await find('first')).toMatchObject({ type: 'public' });
    await expect(find('second')).rejects.toThrow(KeysUnavailable);
    expect(await find('first')).toMatchObject({ type: 'public' });
  });

  test('refreshes old keys without delaying the request, and drops a revoked key', async () => {
    const { server, clock, find } = await open();
    await find('first');
    server.publish(second);
    clock.advance(24 * 3_600_000 + 1);
    expect(await find('first')).toMatchObject({ type: 'public' });
    await pollUntil('the keys were read again', () =>
      find('first').then(
        () => false,
        (error: unknown) => error instanceof KeyUnknown,
      ),
    );
    expect(server.asked).toHaveLength(4);
  });

  test.each(['down', 'garbage', 'huge', 'moved'] as const)(
    'without keys is unavailable when the server is %s, and retries after 10 seconds',
    async (mood) => {
      const { server, clock, lines, find } = await open();
      server.behave(mood);
      await expect(find('first')).rejects.toMatchObject({ name: 'KeysUnavailable', retryAfterSeconds: 10 });
      await expect(find('first')).rejects.toThrow(KeysUnavailable);
      expect(server.asked).toHaveLength(1);
      clock.advance(10_000);
      await expect(find('first')).rejects.toThrow(KeysUnavailable);
      expect(server.asked).toHaveLength(2);
      expect(lines.filter((line) => line.includes('cannot read'))).toHaveLength(1);
      server.behave('well');
      clock.advance(10_000);
      expect(await find('first')).toMatchObject({ type: 'public' });
    },
  );

  test('waits at most 5 seconds for a silent server, shared by all concurrent requests', async () => {
    const { server, clock, find } = await open();
    server.behave('silent');
    const asking = Promise.allSettled([find('first'), find('first'), find('first')]);
    await pollUntil('the server was asked', () => server.asked.length > 0);
    clock.advance(4_999);
    clock.advance(1);
    expect((await asking).map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(server.asked).toHaveLength(1);
  });
});

test('the JWKS caches report since when a key server has been unreachable, until it responds again', async () => {
  const server = await startKeyServer(first);
  const clock = new TestClock();
  const caches = new TenantJwks({ clock, log: keepLines().log });
  const cache = caches.version1({ authority: server.authority, tenant: tenantId });
  const find = (kid: string) => cache.find({ alg: 'RS256', kid }).catch(() => undefined);
  expect(caches.troubles()).toEqual([]);
  server.behave('down');
  await find('first');
  const since = showSecond(clock.now());
  const trouble = `no access to the signing keys of Entra at ${server.authority} since ${since}: `;
  expect(caches.troubles()).toEqual([`${trouble}sign-in with Entra tokens fails until the keys can be read`]);
  clock.advance(60_000);
  await find('first');
  expect(caches.troubles()).toEqual([`${trouble}sign-in with Entra tokens fails until the keys can be read`]);
  server.behave('well');
  clock.advance(60_000);
  await find('first');
  expect(caches.troubles()).toEqual([]);
  server.behave('down');
  clock.advance(60_000);
  await find('new');
  expect(caches.troubles()).toEqual([expect.stringContaining('previously read keys still work')]);
});
