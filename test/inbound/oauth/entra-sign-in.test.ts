import { sign } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { entraClaims, entraTrust, makeKey, signJwt, startKeyServer, tenantId, type SigningKey } from '../../support/key-server.ts';
import { startScimServer } from '../../http/support/scim-server.ts';

let key: SigningKey;

beforeAll(() => {
  key = makeKey('k1');
});

async function open() {
  const keyServer = await startKeyServer(key);
  const server = await startScimServer({ trusts: { default: { entra: entraTrust(keyServer) } } });
  const call = async (claims: Record<string, unknown> = {}, kid = 'k1') => {
    const text = await signJwt(key, { ...entraClaims(server.clock.now()), ...claims }, kid);
    return server.request('GET', '/Users', { headers: { authorization: `Bearer ${text}` } });
  };
  return { keyServer, server, call };
}

test('a token that Entra sends for an empty Secret Token is accepted, and the Source counts as connected', async () => {
  const { server, call } = await open();
  expect(await call()).toMatchObject({ status: 200, body: { totalResults: 0 } });
  expect((await server.store.sources.get('default'))?.contact?.last).toEqual(server.clock.now());
});

test('a refused token gets the reason in the body and in a header, and once a minute in the log', async () => {
  const { server, call } = await open();
  const answer = await call({ aud: 'api://x"\\y' });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(
    /^Bearer realm="vestibule", error="invalid_token", error_description="The token is for audience 'api:\/\/x[^"\\]*, which is not accepted\. See the Vestibule log for details\."$/,
  );
  expect(answer.text).not.toContain('8adf8e6e-');
  await call({ aud: 'api://y' });
  const noted = () => server.logged.filter(({ message }) => message === 'client refused');
  expect(noted()).toMatchObject([
    {
      level: 'warn',
      fields: { reason: 'audience', status: 401, address: '127.0.0.1', expected: expect.stringContaining('8adf8e6e-') as unknown },
    },
  ]);
  server.clock.advance(60_000);
  await call({ aud: 'api://y' });
  expect(noted()).toMatchObject([{}, { fields: { reason: 'audience', notLogged: 1 } }]);
  expect(JSON.stringify(server.logged)).not.toContain('eyJ');
});

test('an Entra token is answered with 503 while the signing keys cannot be fetched, and our own tokens still work', async () => {
  const { keyServer, server, call } = await open();
  keyServer.behave('down');
  const answer = await call();
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '10' }, body: { status: '503' } });
  expect(answer.headers['www-authenticate']).toBeUndefined();
  expect((await server.request('GET', '/Users')).status).toBe(200);
  keyServer.behave('well');
  server.clock.advance(10_000);
  expect((await call()).status).toBe(200);
});

test('a flood of tokens with made-up keys causes two requests to the key server, and a valid token is accepted meanwhile', async () => {
  const { keyServer, call } = await open();
  expect((await call()).status).toBe(200);
  const flood = Array.from({ length: 5 }, (_, index) => call({ nonce: index }, `made-up-${index}`));
  expect((await call({ nonce: 'right' })).status).toBe(200);
  expect((await Promise.all(flood)).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  expect(keyServer.asked).toHaveLength(2);
});

test('a token signed with an RSA key that is too short is rejected, and the response gives the reason', async () => {
  const { keyServer, server } = await open();
  const short = makeKey('short', 1024);
  keyServer.publish(short);
  // Signed without a library, because libraries reject such a key.
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', kid: 'short' })}.${encode(entraClaims(server.clock.now()))}`;
  const text = `${signed}.${sign('RSA-SHA256', Buffer.from(signed), short.privateKey).toString('base64url')}`;
  const answer = await server.request('GET', '/Users', { headers: { authorization: `Bearer ${text}` } });
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('The RSA signing key is too short (1024 bits, min 2,048)');
});

test('a token with a duplicate Bearer prefix is refused at once with that reason', async () => {
  const server = await startScimServer();
  for (let n = 0; n < 8; n += 1) {
    const answer = await server.request('GET', '/Users', { headers: { authorization: `Bearer Bearer ${server.token}` } });
    expect(answer).toMatchObject({
      status: 401,
      text: expect.stringContaining('Enter the token in the portal without the word Bearer') as string,
    });
  }
  expect(JSON.stringify(server.logged)).not.toContain(server.token);
});

test('a token of Entra is refused with a hint when no Source trusts Entra', async () => {
  const server = await startScimServer();
  const text = await signJwt(key, entraClaims(server.clock.now()));
  const answer = await server.request('GET', '/Users', { headers: { authorization: `Bearer ${text}` } });
  expect(answer.status).toBe(401);
  expect(answer.text).toContain('sources.NAME.entra.tenant');
  expect(answer.text).not.toContain(tenantId);
});
