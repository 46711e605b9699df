import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAuth } from '../../../src/inbound/auth/create-auth.ts';
import { silentLogger } from '../../../src/domain/logger.ts';
import {
  assertionClaims,
  federationTrust,
  makeKey,
  principalId,
  signJwt,
  startKeyServer,
  tenantId,
  type SigningKey,
} from '../../support/key-server.ts';
import type { Answer } from '../../http/support/exchange.ts';
import { startScimServer, type ScimServer, type ScimServerOptions } from '../../http/support/scim-server.ts';

const form = 'application/x-www-form-urlencoded';

/** A server with a client secret. */
async function open(options: ScimServerOptions = {}) {
  const server = await startScimServer(options);
  const { text: secret, token } = await server.tokens.create({ label: 'entra', use: 'client' });
  return { server, secret, token };
}

function ask(server: ScimServer, body: string | Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : new URLSearchParams(body).toString();
  return server.request('POST', '/oauth/token', { body: text, headers: { 'content-type': form, authorization: '', ...headers } });
}

const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

const grantType = { grant_type: 'client_credentials' };

/** Authentication after a restart, optionally with another configuration. */
function restarted({ store, clock }: ScimServer, trusts: NonNullable<ScimServerOptions['trusts']>) {
  return createAuth({ store, clock, log: silentLogger, randomBytes, trusts, silentMs: () => 1 });
}

function accessTokenOf(answer: Answer): string {
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { readonly access_token: string }).access_token;
}

async function call(server: ScimServer, accessToken: string): Promise<Answer> {
  return server.request('GET', '/Users', { headers: { authorization: `Bearer ${accessToken}` } });
}

describe('a client secret', () => {
  test.each<readonly [string, (secret: string) => readonly [Record<string, string>, Record<string, string>?]]>([
    ['in the body', (secret) => [{ ...grantType, client_id: 'default', client_secret: secret }]],
    ['in the header', (secret) => [grantType, basic('default', secret)]],
    ['in both', (secret) => [{ ...grantType, client_id: 'default', client_secret: secret }, basic('default', secret)]],
    ['in the header, encoded', (secret) => [grantType, basic('%64efault', secret.replace('_', '%5F'))]],
    ['with a scope', (secret) => [{ ...grantType, client_id: 'default', client_secret: secret, scope: 'https://x/.default' }]],
    ['as JSON', (secret) => [{ ...grantType, client_id: 'default', client_secret: secret }, { 'content-type': 'application/json' }]],
    ['as SCIM', (secret) => [{ ...grantType, client_id: 'default', client_secret: secret }, { 'content-type': 'application/scim+json' }]],
  ])('is exchanged %s for an access token that is valid for an hour', async (_, shape) => {
    const { server, secret } = await open();
    const answer = await ask(server, ...shape(secret));
    expect(answer.body).toEqual({ access_token: expect.stringMatching(/^vsa_/) as string, token_type: 'Bearer', expires_in: 3600 });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(answer.headers['content-type']).toContain('application/json');
    const accessToken = accessTokenOf(answer);
    expect((await call(server, accessToken)).status).toBe(200);
    server.clock.advance(3_599_000);
    expect((await call(server, accessToken)).status).toBe(200);
    server.clock.advance(1_000);
    const late = await call(server, accessToken);
    expect(late.status).toBe(401);
    expect(late.text).toMatch(/access token expired at 2026-11-21 13:00:00 UTC/);
  });

  test('can be one of two valid secrets, each with its own access tokens', async () => {
    const { server, secret, token } = await open();
    const { text: young } = await server.tokens.create({ label: 'young', use: 'client' });
    const [old, next] = await Promise.all(
      [secret, young].map(async (one) => accessTokenOf(await ask(server, { ...grantType, client_id: 'default', client_secret: one }))),
    );
    await server.tokens.revoke(token.id);
    expect((await call(server, old ?? '')).text).toMatch(/client secret of this access token is no longer valid\. Token 2 was revoked/);
    expect((await call(server, next ?? '')).status).toBe(200);
  });

  test('that expires soon issues access tokens that expire at the same time', async () => {
    const { server } = await open();
    const { text, token } = await server.tokens.create({ label: 'short', use: 'client', expiresInMs: 90_000 });
    const answer = await ask(server, { ...grantType, client_id: 'default', client_secret: text });
    expect(answer.body).toMatchObject({ expires_in: 90 });
    await server.tokens.extend(token.id, 1_000);
    server.clock.advance(1_000);
    expect((await call(server, accessTokenOf(answer))).status).toBe(401);
  });

  test('determines the Source, and is stored as used', async () => {
    const { server } = await open();
    const { text } = await server.tokens.create({ label: 'p', use: 'client', source: 'plant2' });
    const accessToken = accessTokenOf(await ask(server, { ...grantType, client_id: 'plant2', client_secret: text }));
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await server.request('POST', '/Users', { body: { userName: 'mira' }, headers })).status).toBe(201);
    expect((await server.store.sources.get('plant2'))?.people).toBe(1);
    expect((await server.store.sources.get('default'))?.people).toBe(0);
    const used = (await server.store.tokens.list()).find(({ label }) => label === 'p');
    expect(used?.lastUsedAt).toEqual(server.clock.now());
  });

  test('issues access tokens that stay valid after a restart, because their key is stored', async () => {
    const { server, secret } = await open();
    const accessToken = accessTokenOf(await ask(server, { ...grantType, client_id: 'default', client_secret: secret }));
    const { callers, grants } = restarted(server, {});
    expect(await grants.grant({ clientId: 'default', secret })).toMatchObject({ is: 'granted' });
    expect(await callers.identify(accessToken)).toMatchObject({ is: 'authenticated', caller: { source: 'default' } });
  });
});

describe('the token endpoint refuses', () => {
  test.each<readonly [string, number, string, (secret: string) => readonly [string | Record<string, string>, Record<string, string>?]]>([
    ['an unknown secret', 401, 'invalid_client', () => [{ ...grantType, client_id: 'default', client_secret: 'vst_x' }]],
    ['a secret of another client', 401, 'invalid_client', (secret) => [{ ...grantType, client_id: 'other', client_secret: secret }]],
    ['no client', 401, 'invalid_client', () => [grantType]],
    ['a client without secret', 401, 'invalid_client', () => [{ ...grantType, client_id: 'default' }]],
    ['an empty secret', 401, 'invalid_client', () => [{ ...grantType, client_id: 'default', client_secret: '' }]],
    ['a Basic header without colon', 401, 'invalid_client', () => [grantType, { authorization: 'Basic ZGVmYXVsdA==' }]],
    ['a Basic header with a broken escape', 401, 'invalid_client', () => [grantType, basic('default', '%zz')]],
    ['two different clients', 400, 'invalid_request', (secret) => [{ ...grantType, client_id: 'other' }, basic('default', secret)]],
    ['a duplicate parameter', 400, 'invalid_request', () => ['grant_type=client_credentials&grant_type=client_credentials']],
    ['no grant_type', 400, 'invalid_request', () => [{ client_id: 'default' }]],
    ['an empty body', 400, 'invalid_request', () => ['']],
    ['a JSON body', 400, 'invalid_request', (secret) => [JSON.stringify({ ...grantType, client_id: 'default', client_secret: secret })]],
    ['another grant type', 400, 'unsupported_grant_type', () => [{ grant_type: 'password', username: 'a', password: 'b' }]],
    ['another kind of assertion', 400, 'invalid_request', () => [{ ...grantType, client_assertion: 'x', client_assertion_type: 'saml' }]],
    ['a huge body', 413, 'invalid_request', () => [`grant_type=${'x'.repeat(40_000)}`]],
  ])('%s with %i %s', async (_, status, error, shape) => {
    const { server, secret } = await open();
    const answer = await ask(server, ...shape(secret));
    expect(answer.status, answer.text).toBe(status);
    expect(answer.body).toEqual({ error, error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/) as string });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="vestibule"' : undefined);
    expect(JSON.stringify(server.logged)).not.toContain(secret);
  });

  test.each([
    [{ client_secret: 'x' }, 'Missing client_id.'],
    [{ client_id: 'default' }, 'Missing client_secret.'],
    [{}, 'Missing client_id and client_secret.'],
  ])('%j, with the message: %s', async (form, told) => {
    const { server } = await open();
    expect((await ask(server, { ...grantType, ...form })).body).toMatchObject({
      error_description: expect.stringContaining(told) as string,
    });
  });

  test('a secret with another identifier, and logs only names of Sources', async () => {
    const { server, secret } = await open();
    await server.tokens.create({ label: 'x', source: 'partner' });
    const wrong = await ask(server, { ...grantType, client_id: 'mira@contoso.com', client_secret: secret });
    expect(wrong.text).toContain("The client identifier is not a known source. The client identifier for this secret is 'default'");
    server.clock.advance(60_000);
    await ask(server, { ...grantType, client_id: 'partner', client_secret: secret });
    const logged = JSON.stringify(server.logged);
    expect(logged).not.toContain('mira');
    expect(logged).toContain('partner');
  });

  test('a GET, with a text about the endpoint', async () => {
    const { server } = await open();
    const answer = await server.request('GET', '/oauth/token', { headers: { authorization: '' } });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  test('a bearer token as client secret, and a client secret as bearer token, each with a hint', async () => {
    const { server, secret } = await open();
    const asSecret = await ask(server, { ...grantType, client_id: 'default', client_secret: server.token });
    expect(asSecret).toMatchObject({ status: 401, text: expect.stringContaining('`vestibule token create --oauth`') as string });
    const asBearer = await call(server, secret);
    expect(asBearer).toMatchObject({
      status: 401,
      text: expect.stringContaining('together with the client identifier and the token endpoint') as string,
    });
  });

  test('an expired secret and a revoked one, with the reason', async () => {
    const { server, secret, token } = await open();
    const credentials = { ...grantType, client_id: 'default', client_secret: secret };
    await server.tokens.extend(token.id, 1_000);
    server.clock.advance(1_000);
    expect((await ask(server, credentials)).text).toContain('expired at 2026-11-21 12:00:01 UTC');
    await server.tokens.revoke(token.id);
    expect((await ask(server, credentials)).text).toContain('revoked at 2026-11-21 12:00:01 UTC');
  });
});

describe('an access token', () => {
  test('that was changed or invented is refused', async () => {
    const { server, secret } = await open();
    const accessToken = accessTokenOf(await ask(server, { ...grantType, client_id: 'default', client_secret: secret }));
    const [said = '', signature = ''] = accessToken.split('.');
    const other = Buffer.from(JSON.stringify({ s: 'plant2', c: 1, x: 4_000_000_000 })).toString('base64url');
    const forged = [`vsa_${other}.${signature}`, said, `${said}.`, `${said}.AAAA`, `${accessToken}.x`, `vsa_${'x'.repeat(600)}`];
    // Each counts as a guess, and the response to the first five guesses is not delayed.
    for (const text of forged.slice(0, 5)) expect((await call(server, text)).text).toContain('This server did not issue the access token');
    expect((await call(server, accessToken)).status).toBe(200);
  });

  test('is refused before any was issued, without a write to the store', async () => {
    const { server } = await open();
    expect((await call(server, 'vsa_e30.AAAA')).status).toBe(401);
    expect(await server.store.notes.get('accessTokenKey')).toBeUndefined();
  });
});

describe('an assertion of Entra', () => {
  let key: SigningKey;

  beforeAll(() => {
    key = makeKey('k1');
  });

  const assert = (assertion: string, clientId = 'plant2') => ({
    ...grantType,
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: 'api://vestibule/.default',
  });

  async function openFederated() {
    const keyServer = await startKeyServer(key);
    const server = await startScimServer({ trusts: { plant2: { federation: federationTrust(keyServer) } } });
    const sign = (claims: Record<string, unknown> = {}) => signJwt(key, { ...assertionClaims(server.clock.now(), keyServer), ...claims });
    return { keyServer, server, sign };
  }

  test.each([
    ['as configured', {}, 'plant2'],
    ['with /.default behind its audience', { aud: 'api://vestibule/.default' }, 'plant2'],
    ['with another client identifier', {}, 'd3adbeef-0000-0000-0000-000000000000'],
  ])('%s is exchanged for an access token of its Source', async (_, claims, clientId) => {
    const { server, sign } = await openFederated();
    const accessToken = accessTokenOf(await ask(server, assert(await sign(claims), clientId)));
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await server.request('POST', '/Users', { body: { userName: 'mira' }, headers })).status).toBe(201);
    expect((await server.store.sources.get('plant2'))?.people).toBe(1);
  });

  test('issues access tokens that become invalid when their Source trusts another application', async () => {
    const { keyServer, server, sign } = await openFederated();
    const accessToken = accessTokenOf(await ask(server, assert(await sign())));
    const trust = federationTrust(keyServer);
    const is = async (trusts: NonNullable<ScimServerOptions['trusts']>) =>
      (await restarted(server, trusts).callers.identify(accessToken)).is;
    expect(await is({ plant2: { federation: trust } })).toBe('authenticated');
    expect(await is({ plant2: { federation: { ...trust, subject: tenantId } } })).toBe('refused');
    expect(await is({ other: { federation: trust } })).toBe('refused');
  });

  test.each([
    ['another tenant', { tid: principalId }, /comes from tenant/],
    ['another subject', { sub: 'aaaaaaaa-8888-7777-6666-555555555555' }, /has the subject/],
    ['another audience', { aud: 'api://vestibule/other' }, /is for audience/],
    ['the issuer of version 1', { iss: 'https://sts.windows.net/x/' }, /issued by/],
    ['an end in the past', { exp: 1_700_000_000 }, /expired at/],
  ])('for %s is refused with the reason', async (_, claims, why) => {
    const { server, sign } = await openFederated();
    const answer = await ask(server, assert(await sign(claims)));
    expect(answer).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.stringMatching(why) as string },
    });
  });

  test('is refused with the identifier of another Source, however that one signs in', async () => {
    const keyServer = await startKeyServer(key);
    const other = { ...federationTrust(keyServer), subject: tenantId };
    const server = await startScimServer({
      trusts: { plant2: { federation: federationTrust(keyServer) }, okta: {}, plant3: { federation: other } },
    });
    await server.tokens.create({ label: 'x', source: 'partner' });
    const assertion = await signJwt(key, assertionClaims(server.clock.now(), keyServer));
    for (const clientId of ['okta', 'plant3', 'partner']) {
      const answer = await ask(server, assert(assertion, clientId));
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
      expect(answer.text).toContain(`The client identifier is '${clientId}'. For this assertion use 'plant2'`);
    }
    expect((await ask(server, assert(assertion, 'plant2'))).status).toBe(200);
  });

  test('without a verified signature has the expected values written only to the log', async () => {
    const keyServer = await startKeyServer(key);
    const plant2 = federationTrust(keyServer);
    const plant3 = { ...plant2, audience: 'api://three', subject: 'aaaaaaaa-0000-0000-0000-000000000003' };
    const server = await startScimServer({ trusts: { plant2: { federation: plant2 }, plant3: { federation: plant3 } } });
    const told = async (claims: Record<string, unknown>, clientId: string) => {
      const text = await signJwt(key, { ...assertionClaims(server.clock.now(), keyServer), ...claims });
      return (await ask(server, assert(text, clientId))).text;
    };
    // The refusals of the assertion for plant2, with the client id plant3 and with an unknown client id.
    expect(await told({ sub: tenantId }, 'plant3')).not.toContain('api://three');
    expect(await told({ tid: principalId }, 'd3adbeef')).not.toContain(plant2.tenant);
    expect(await told({ aud: 'api://four' }, 'd3adbeef')).not.toMatch(/api:\/\/(?:three|vestibule)/);
    // The intended Source.
    server.clock.advance(60_000);
    expect(await told({ aud: 'api://four' }, 'plant3')).not.toContain('api://three');
    expect(await told({ aud: 'api://three' }, 'd3adbeef')).not.toContain(plant3.subject);
    const logged = JSON.stringify(server.logged);
    expect(logged).toContain('api://three');
  });

  test('without an audience is refused, whatever audience is configured', async () => {
    const keyServer = await startKeyServer(key);
    const server = await startScimServer({ trusts: { plant2: { federation: { ...federationTrust(keyServer), audience: '/.default' } } } });
    const text = await signJwt(key, { ...assertionClaims(server.clock.now(), keyServer), aud: undefined });
    expect((await ask(server, assert(text, 'plant2'))).status).toBe(401);
  });

  test('signed by another key, or not a JWT, is refused', async () => {
    const { keyServer, server } = await openFederated();
    const forged = await signJwt(makeKey('k1'), assertionClaims(server.clock.now(), keyServer));
    expect(await ask(server, assert(forged))).toMatchObject({ status: 401, text: expect.stringContaining('signature') as string });
    expect(await ask(server, assert('vst_x'))).toMatchObject({ status: 401, text: expect.stringContaining('not a JWT') as string });
  });

  test('is refused when no Source is configured for it', async () => {
    const { server } = await open();
    expect(await ask(server, assert('eyJ.x.y'))).toMatchObject({ status: 401 });
  });

  test('that cannot be verified now is refused with 503 and Retry-After', async () => {
    const { keyServer, server, sign } = await openFederated();
    keyServer.behave('down');
    const answer = await ask(server, assert(await sign()));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '10' }, body: { error: 'temporarily_unavailable' } });
  });
});
