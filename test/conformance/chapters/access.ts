import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect } from 'vitest';
import { listen } from '../../../src/http/server.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { may, must, should, type Chapter } from '../requirement.ts';
import { expectError, pathOf, urns, type Reply, type Scim } from '../scim.ts';

const form = 'application/x-www-form-urlencoded';

/** Asks the token endpoint as an identity provider does: a form, without a bearer token. */
function askForToken(scim: Scim, parameters: Readonly<Record<string, string>>, authorization = ''): Promise<Reply> {
  const body = new URLSearchParams(parameters).toString();
  return scim.send('POST', '/oauth/token', body, { 'content-type': form, authorization });
}

/** The client secret of a Source called `entra`. */
async function makeSecret(scim: Scim): Promise<string> {
  return (await scim.server.tokens.create({ label: 'client', source: 'entra', use: 'client' })).text;
}

/** Tries a handshake with our listener in one version of TLS; returns the result. */
async function tryHandshake(version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const tls = makeCertificate();
  const listening = await listen((_, response) => void response.end(), { address: '127.0.0.1', port: 0, tls });
  // The lowest security level, so that it is not this client that refuses.
  const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const socket = connect({ host: '127.0.0.1', port: listening.port, ca: tls.cert, servername: 'localhost', ...old });
  try {
    await once(socket, 'secureConnect');
    return socket.getProtocol() ?? '';
  } catch {
    return 'refused';
  } finally {
    socket.destroy();
    await listening.close();
  }
}

/** Authentication and confidentiality (RFC 7644 §2, §5, §6 and §7). */
export const access: Chapter = {
  title: 'Access, tenants and text',
  file: 'access',
  requirements: [
    must('RFC 7644 §2', 'a request without credentials returns 401 with a SCIM error', async (scim) => {
      expectError(await scim.get('/Users', { authorization: '' }), 401, undefined);
    }),
    must('RFC 7644 §2', 'a 401 response names the accepted authentication scheme in WWW-Authenticate', async (scim) => {
      const { headers } = await scim.get('/Users', { authorization: '' });
      expect(headers['www-authenticate']).toMatch(/^Bearer\b/);
    }),
    must('RFC 7644 §2', 'an invalid token returns 401 with error="invalid_token"', async (scim) => {
      const reply = await scim.get('/Users', { authorization: 'Bearer wrong' });
      expectError(reply, 401, undefined);
      expect(reply.headers['www-authenticate']).toMatch(/error="invalid_token"/);
    }),
    must('RFC 7644 §2', 'an authentication scheme other than Bearer, such as Basic, returns 401', async (scim) => {
      const basic = `Basic ${Buffer.from(`user:${scim.server.token}`).toString('base64')}`;
      expectError(await scim.get('/Users', { authorization: basic }), 401, undefined);
    }),
    must('RFC 7644 §2', 'the name of the authentication scheme is case-insensitive', async (scim) => {
      expect((await scim.get('/Users', { authorization: `bearer ${scim.server.token}` })).status).toBe(200);
    }),
    must('RFC 7644 §2', 'every endpoint and method requires credentials, including discovery', async (scim) => {
      for (const path of ['/Users', '/Users/x', '/Groups', '/Schemas', '/ServiceProviderConfig', '/ResourceTypes', '/Me', '/nowhere'])
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
          expect((await scim.send(method, path, undefined, { authorization: '' })).status, `${method} ${path}`).toBe(401);
    }),
    should(
      'RFC 7644 §2.1',
      'the token endpoint supports the OAuth 2.0 client credentials grant, with client_id and client_secret in a form',
      async (scim) => {
        const credentials = { client_id: 'entra', client_secret: await makeSecret(scim) };
        const { status, body, headers } = await askForToken(scim, { grant_type: 'client_credentials', ...credentials });
        expect(status).toBe(200);
        expect(headers['content-type']).toMatch(/^application\/json/);
        expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
        expect((await scim.get('/Users', { authorization: `Bearer ${body['access_token'] as string}` })).status).toBe(200);
      },
    ),
    must('RFC 6749 §2.3.1', 'client_id and client_secret are accepted in a Basic header', async (scim) => {
      const basic = `Basic ${Buffer.from(`entra:${await makeSecret(scim)}`).toString('base64')}`;
      const { status, body } = await askForToken(scim, { grant_type: 'client_credentials' }, basic);
      expect([status, typeof body['access_token']]).toEqual([200, 'string']);
    }),
    must('RFC 6749 §5.1', 'a response of the token endpoint must not be cached; it has Cache-Control: no-store', async (scim) => {
      const credentials = { client_id: 'entra', client_secret: await makeSecret(scim) };
      const { headers } = await askForToken(scim, { grant_type: 'client_credentials', ...credentials });
      expect(headers['cache-control']).toMatch(/no-store/);
    }),
    must('RFC 6749 §5.2', 'an invalid secret returns 401 with invalid_client and WWW-Authenticate', async (scim) => {
      await makeSecret(scim);
      const reply = await askForToken(scim, { grant_type: 'client_credentials', client_id: 'entra', client_secret: 'wrong' });
      expect([reply.status, reply.body['error']]).toEqual([401, 'invalid_client']);
      expect(reply.headers['www-authenticate']).toMatch(/^Basic\b/);
    }),
    must(
      'RFC 6749 §5.2',
      'an unsupported grant type returns 400 with unsupported_grant_type; a missing grant type returns 400 with invalid_request',
      async (scim) => {
        const credentials = { client_id: 'entra', client_secret: await makeSecret(scim) };
        const other = await askForToken(scim, { grant_type: 'password', ...credentials });
        expect([other.status, other.body['error']]).toEqual([400, 'unsupported_grant_type']);
        const none = await askForToken(scim, credentials);
        expect([none.status, none.body['error']]).toEqual([400, 'invalid_request']);
      },
    ),
    must('RFC 7644 §7.4', 'an access token expires: after expires_in seconds, requests with the token return 401', async (scim) => {
      const credentials = { client_id: 'entra', client_secret: await makeSecret(scim) };
      const { body } = await askForToken(scim, { grant_type: 'client_credentials', ...credentials });
      const authorization = `Bearer ${body['access_token'] as string}`;
      scim.server.clock.advance((body['expires_in'] as number) * 1000 + 1000);
      expectError(await scim.get('/Users', { authorization }), 401, undefined);
    }),
    must(
      'RFC 7644 §7.4',
      'a client secret is not accepted as a bearer token, and a bearer token is not accepted as a client secret',
      async (scim) => {
        expectError(await scim.get('/Users', { authorization: `Bearer ${await makeSecret(scim)}` }), 401, undefined);
        const { text } = await scim.server.tokens.create({ label: 'bearer', source: 'entra' });
        const reply = await askForToken(scim, { grant_type: 'client_credentials', client_id: 'entra', client_secret: text });
        expect([reply.status, reply.body['error']]).toEqual([401, 'invalid_client']);
      },
    ),
    must('RFC 7644 §7.2', 'TLS 1.2 and 1.3 are supported if a certificate is configured', async () => {
      expect(await tryHandshake('TLSv1.2')).toBe('TLSv1.2');
      expect(await tryHandshake('TLSv1.3')).toBe('TLSv1.3');
    }),
    must('RFC 7644 §7.2', 'older versions of TLS are rejected', async () => {
      expect(await tryHandshake('TLSv1.1')).toBe('refused');
    }),
    must('RFC 7644 §7.4', 'an expired or revoked token returns 401', async (scim) => {
      const expired = await scim.server.tokens.create({ label: 'short', expiresInMs: 60_000 });
      expect((await scim.get('/Users', { authorization: `Bearer ${expired.text}` })).status).toBe(200);
      scim.server.clock.advance(120_000);
      expectError(await scim.get('/Users', { authorization: `Bearer ${expired.text}` }), 401, undefined);
    }),
    may(
      'RFC 7644 §7.4',
      'several tokens can be valid at the same time, so that a token can be replaced without an interruption',
      async (scim) => {
        const second = await scim.server.tokens.create({ label: 'second' });
        expect((await scim.get('/Users')).status).toBe(200);
        expect((await scim.get('/Users', { authorization: `Bearer ${second.text}` })).status).toBe(200);
      },
    ),
    must('RFC 6750 §2.3', 'a token in the URI is not accepted', async (scim) => {
      const path = `/Users?access_token=${scim.server.token}`;
      expectError(await scim.get(path, { authorization: '' }), 401, undefined);
    }),
    should('RFC 7644 §7.5.2', 'names and addresses in requests are not logged', async (scim) => {
      await scim.get('/Users?filter=userName%20eq%20%22mira.secret%40contoso.test%22%20x');
      await scim.get('/Users/mira.secret@contoso.test');
      await scim.post('/Users', { schemas: [urns.user], userName: 'mira.secret@contoso.test', active: 'x' });
      expect(scim.server.logged.length).toBeGreaterThan(0);
      expect(JSON.stringify(scim.server.logged)).not.toContain('mira.secret');
    }),
    should('RFC 7644 §7.7', 'no response and no log line contains a password or a token', async (scim) => {
      const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'a', active: 'x', password: 's3cr3t-x' });
      expect(reply.text).not.toContain('s3cr3t-x');
      const log = JSON.stringify(scim.server.logged);
      expect(log).not.toContain('s3cr3t-x');
      expect(log).not.toContain(scim.server.token);
    }),
    should('RFC 7644 §5', 'userNames are compared regardless of case in all languages', async (scim) => {
      await scim.user({ userName: 'JÜRGEN.Ω@contoso.test' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'jürgen.ω@contoso.test' }), 409, 'uniqueness');
      expect(await scim.find('userName eq "Jürgen.Ω@CONTOSO.test"')).toEqual(['JÜRGEN.Ω@contoso.test']);
    }),
    should('RFC 7644 §5', 'userNames that differ only in Unicode composition (NFC) are equal', async (scim) => {
      await scim.user({ userName: 'j\u00FCrgen' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'ju\u0308rgen' }), 409, 'uniqueness');
      expect(await scim.find('userName eq "ju\u0308rgen"')).toEqual(['j\u00FCrgen']);
    }),
    should('RFC 7644 §5', 'userNames that differ only in the width of letters (full-width, half-width) are equal', async (scim) => {
      await scim.user({ userName: 'mira' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: '\uFF2D\uFF29\uFF32\uFF21' }), 409, 'uniqueness');
      expect(await scim.find('userName eq "\uFF2D\uFF29\uFF32\uFF21"')).toEqual(['mira']);
    }),
    must('RFC 7644 §5', 'a name is returned exactly as it was sent', async (scim) => {
      const user = await scim.user({ userName: 'JÜRGEN' });
      expect((await scim.read(pathOf(user)))['userName']).toBe('JÜRGEN');
    }),
    may('RFC 7644 §6', 'the token determines the Source; each Source has its own Users, Groups and names', async (scim) => {
      const other = await scim.server.tokens.create({ label: 'other', source: 'partner' });
      const there = { authorization: `Bearer ${other.text}` };
      const here = await scim.user({ userName: 'mira' });
      expect((await scim.post('/Users', { schemas: [urns.user], userName: 'mira' }, there)).status).toBe(201);
      expect((await scim.get('/Users', there)).body).toMatchObject({ totalResults: 1 });
      expect((await scim.list('/Users')).totalResults).toBe(1);
      expect((await scim.get(pathOf(here))).status).toBe(200);
    }),
    must('RFC 7644 §6', 'a Source never reads, changes or deletes resources of another Source', async (scim) => {
      const other = await scim.server.tokens.create({ label: 'other', source: 'partner' });
      const there = { authorization: `Bearer ${other.text}` };
      for (const one of [await scim.user(), await scim.group()]) {
        expectError(await scim.get(pathOf(one), there), 404, undefined);
        expectError(await scim.patch(pathOf(one), [{ op: 'add', path: 'externalId', value: 'x' }], there), 404, undefined);
        expectError(await scim.delete(pathOf(one), there), 404, undefined);
        expect(await scim.read(pathOf(one))).toEqual(one);
      }
    }),
  ],
};
