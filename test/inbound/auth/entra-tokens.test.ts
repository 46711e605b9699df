import { createHmac, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { EntraTokens } from '../../../src/inbound/auth/entra-tokens.ts';
import { TenantJwks } from '../../../src/inbound/auth/tenant-jwks.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import type { EntraTrust } from '../../../src/domain/source.ts';
import {
  appId,
  audienceId,
  entraClaims,
  entraTrust,
  makeKey,
  signJwt,
  startKeyServer,
  tenantId,
  type ClaimsToSign,
  type KeyServer,
  type SigningKey,
} from '../../support/key-server.ts';
import { TestClock } from '../../support/test-clock.ts';

let key: SigningKey;
let foreignKey: SigningKey;

beforeAll(() => {
  key = makeKey('k1');
  foreignKey = makeKey('k1');
});

async function open(more: (server: KeyServer) => Readonly<Record<string, EntraTrust>> = () => ({})) {
  const server = await startKeyServer(key);
  const clock = new TestClock();
  const trusts = new Map(Object.entries({ default: entraTrust(server), ...more(server) }));
  const tenantJwks = new TenantJwks({ clock, log: silentLogger });
  return { server, clock, entraTokens: new EntraTokens({ trusts, tenantJwks, clock }) };
}

const otherTenant = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

describe('a token that Entra issued', () => {
  test('authenticates its Source', async () => {
    const { clock, entraTokens } = await open();
    const text = await signJwt(key, entraClaims(clock.now()));
    expect(await entraTokens.identify(text)).toEqual({ is: 'authenticated', caller: { source: 'default' } });
  });

  test('may have the claims of version 2', async () => {
    const { server, clock, entraTokens } = await open();
    const claims = { ...entraClaims(clock.now()), iss: `${server.authority}/${tenantId}/v2.0`, appid: undefined, azp: appId };
    expect((await entraTokens.identify(await signJwt(key, claims))).is).toBe('authenticated');
  });

  test('determines the Source among several of one tenant by its audience', async () => {
    const { clock, entraTokens } = await open((server) => ({ plant2: { ...entraTrust(server), audiences: ['api://plant2'] } }));
    const text = await signJwt(key, { ...entraClaims(clock.now()), aud: ['api://plant2'] });
    expect(await entraTokens.identify(text)).toEqual({ is: 'authenticated', caller: { source: 'plant2' } });
  });

  test('is accepted up to two minutes before or after its validity, and not beyond', async () => {
    const { clock, entraTokens } = await open();
    const seconds = clock.now().getTime() / 1000;
    const is = async (claims: ClaimsToSign) => {
      const identity = await entraTokens.identify(await signJwt(key, { ...entraClaims(clock.now()), ...claims }));
      return identity.is === 'refused' ? identity.cause : identity.is;
    };
    expect(await is({ nbf: seconds + 120 })).toBe('authenticated');
    expect(await is({ nbf: seconds + 121 })).toBe('notYetValid');
    expect(await is({ exp: seconds - 119 })).toBe('authenticated');
    expect(await is({ exp: seconds - 120 })).toBe('expired');
  });

  test.each<readonly [string, ClaimsToSign, string, RegExp]>([
    ['another tenant', { tid: otherTenant }, 'tenant', new RegExp(otherTenant)],
    ['no tenant', { tid: undefined }, 'tenant', /tenant ""/],
    ['another audience', { aud: 'api://other' }, 'audience', new RegExp(`"api://other"(?!.*${audienceId})`)],
    ['no audience', { aud: undefined }, 'audience', /audience ""/],
    ['another issuer', { iss: 'https://sts.example/' }, 'issuer', /"https:\/\/sts.example\/"\. Expected: "https:\/\/sts.windows.net/],
    ['the issuer of another tenant', { iss: `https://sts.windows.net/${otherTenant}/` }, 'issuer', /Expected:/],
    ['another application', { appid: otherTenant }, 'app', new RegExp(`Expected: "${appId}"`)],
    ['no application', { appid: undefined }, 'app', /application ""/],
    ['no expiry', { exp: undefined }, 'claims', /exp/],
    ['an expiry in the past', { exp: 1_700_000_000 }, 'expired', /expired at 2023-11-14 22:13:20 UTC/],
    ['a start in the future', { nbf: 4_000_000_000 }, 'notYetValid', /not valid before 2096-10-02.*clock/],
  ])('with %s is refused, and the refusal names the reason', async (_, claims, cause, detail) => {
    const { clock, entraTokens } = await open();
    const identity = await entraTokens.identify(await signJwt(key, { ...entraClaims(clock.now()), ...claims }));
    expect(identity).toMatchObject({ is: 'refused', cause, detail: expect.stringMatching(detail) as string });
  });

  test.each([
    ['tenant', { tid: otherTenant }, tenantId],
    ['audience', { aud: 'api://other' }, audienceId],
  ])(
    'with a wrong %s has the expected value written only to the log, because its signature is not verified yet',
    async (_, claims, expected) => {
      const { clock, entraTokens } = await open();
      const identity = await entraTokens.identify(await signJwt(key, { ...entraClaims(clock.now()), iss: 'x', ...claims }));
      expect(identity).toMatchObject({ expected: `"${expected}"`, detail: expect.not.stringContaining(expected) as string });
    },
  );

  test('is verified at most once in five minutes, and is not accepted after it has expired', async () => {
    const { clock, server, entraTokens } = await open();
    const text = await signJwt(key, { ...entraClaims(clock.now()), exp: clock.now().getTime() / 1000 + 400 });
    expect((await entraTokens.identify(text)).is).toBe('authenticated');
    server.publish(foreignKey);
    clock.advance(24 * 3_600_000);
    expect(await entraTokens.identify(text)).toMatchObject({ cause: 'expired' });
  });
});

test('a valid token that is longer than any of Entra’s is refused without verification', async () => {
  const { clock, server, entraTokens } = await open();
  const text = await signJwt(key, { ...entraClaims(clock.now()), groups: 'x'.repeat(16 * 1024) });
  expect(await entraTokens.identify(text)).toMatchObject({ is: 'refused', cause: 'malformed' });
  expect(server.asked).toEqual([]);
});

describe('a forged token', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('without a signature is refused', async () => {
    const { clock, entraTokens } = await open();
    for (const alg of ['none', 'None', 'NONE']) {
      const text = `${encode({ alg, kid: 'k1' })}.${encode(entraClaims(clock.now()))}.`;
      expect(await entraTokens.identify(text)).toMatchObject({ is: 'refused', guess: true });
    }
  });

  test('signed by HMAC with the public key as its secret is refused', async () => {
    const { clock, entraTokens } = await open();
    for (const secret of [
      key.publicKey.export({ format: 'pem', type: 'spki' }),
      key.publicKey.export({ format: 'der', type: 'spki' }),
      JSON.stringify(key.publicKey.export({ format: 'jwk' })),
    ]) {
      const said = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(entraClaims(clock.now()))}`;
      const text = `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
      expect(await entraTokens.identify(text)).toMatchObject({ is: 'refused', cause: 'algorithm' });
    }
  });

  test('signed by another key with the same key id is refused', async () => {
    const { clock, entraTokens } = await open();
    const text = await signJwt(foreignKey, entraClaims(clock.now()));
    expect(await entraTokens.identify(text)).toMatchObject({ is: 'refused', cause: 'signature', guess: true });
  });

  test('that contains its own key is refused', async () => {
    const { clock, entraTokens } = await open();
    const jwk = foreignKey.publicKey.export({ format: 'jwk' });
    const genuine = await signJwt(foreignKey, entraClaims(clock.now()));
    const [, payload = ''] = genuine.split('.');
    const said = `${encode({ alg: 'RS256', kid: 'k1', jwk, jku: 'https://evil.example/keys' })}.${payload}`;
    const text = `${said}.${sign('sha256', Buffer.from(said), foreignKey.privateKey).toString('base64url')}`;
    expect(await entraTokens.identify(text)).toMatchObject({ is: 'refused', cause: 'signature' });
  });

  test('of an unknown tenant causes no request to the key server', async () => {
    const { clock, server, entraTokens } = await open();
    await entraTokens.identify(await signJwt(foreignKey, { ...entraClaims(clock.now()), tid: otherTenant }));
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['is not a JWT', 'eyJ.'],
    ['has five parts', 'eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJ4In0.c2ln.x.y'],
    ['has a payload that is a list', `eyJhbGciOiJSUzI1NiJ9.${encode([1])}.c2ln`],
    ['has bytes that are not base64', 'eyJhbGciOiJSUzI1NiJ9.%%%%.c2ln'],
  ])('that %s is refused as malformed', async (_, text) => {
    const { entraTokens } = await open();
    expect(await entraTokens.identify(text)).toMatchObject({ is: 'refused', cause: 'malformed' });
  });
});
