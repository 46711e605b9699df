import { expect } from 'vitest';
import { may, must, should } from '../requirement.ts';
import type { Chapter } from '../requirement.ts';
import { expectError, pathOf, urns } from '../scim.ts';

/** Who may ask, and what is kept to oneself (RFC 7644 §2, §5, §6 and §7). */
export const access: Chapter = {
  title: 'Access, tenants and text',
  file: 'access',
  requirements: [
    must('RFC 7644 §2', 'a request without credentials answers 401 as a SCIM error', async (scim) => {
      expectError(await scim.get('/Users', { authorization: '' }), 401, undefined);
    }),
    must('RFC 7644 §2', 'a 401 tells in WWW-Authenticate which scheme is served', async (scim) => {
      const { headers } = await scim.get('/Users', { authorization: '' });
      expect(headers['www-authenticate']).toMatch(/^Bearer\b/);
    }),
    must('RFC 7644 §2', 'a token that is wrong answers 401 with error="invalid_token"', async (scim) => {
      const reply = await scim.get('/Users', { authorization: 'Bearer wrong' });
      expectError(reply, 401, undefined);
      expect(reply.headers['www-authenticate']).toMatch(/error="invalid_token"/);
    }),
    must('RFC 7644 §2', 'another scheme than Bearer, such as Basic, answers 401', async (scim) => {
      const basic = `Basic ${Buffer.from(`user:${scim.server.token}`).toString('base64')}`;
      expectError(await scim.get('/Users', { authorization: basic }), 401, undefined);
    }),
    must('RFC 7644 §2', 'the name of the scheme is case-insensitive', async (scim) => {
      expect((await scim.get('/Users', { authorization: `bearer ${scim.server.token}` })).status).toBe(200);
    }),
    must('RFC 7644 §2', 'credentials are asked for by every endpoint and method, discovery included', async (scim) => {
      for (const path of ['/Users', '/Users/x', '/Groups', '/Schemas', '/ServiceProviderConfig', '/ResourceTypes', '/Me', '/nowhere'])
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
          expect((await scim.send(method, path, undefined, { authorization: '' })).status, `${method} ${path}`).toBe(401);
    }),
    must('RFC 7644 §7.4', 'a token that expired or was revoked answers 401', async (scim) => {
      const expired = await scim.server.tokens.create({ label: 'short', expiresInMs: 60_000 });
      expect((await scim.get('/Users', { authorization: `Bearer ${expired.text}` })).status).toBe(200);
      scim.server.clock.advance(120_000);
      expectError(await scim.get('/Users', { authorization: `Bearer ${expired.text}` }), 401, undefined);
    }),
    may('RFC 7644 §7.4', 'several tokens are valid at once, so that one can be exchanged without a gap', async (scim) => {
      const second = await scim.server.tokens.create({ label: 'second' });
      expect((await scim.get('/Users')).status).toBe(200);
      expect((await scim.get('/Users', { authorization: `Bearer ${second.text}` })).status).toBe(200);
    }),
    must('RFC 7644 §7.5.1', 'no request is served for a token in the address', async (scim) => {
      const path = `/Users?access_token=${scim.server.token}`;
      expectError(await scim.get(path, { authorization: '' }), 401, undefined);
    }),
    should('RFC 7644 §7.5.2', 'names and addresses in requests are not written to the log', async (scim) => {
      await scim.get('/Users?filter=userName%20eq%20%22mira.secret%40contoso.test%22%20x');
      await scim.get('/Users/mira.secret@contoso.test');
      await scim.post('/Users', { schemas: [urns.user], userName: 'mira.secret@contoso.test', active: 'x' });
      expect(scim.server.logged.length).toBeGreaterThan(0);
      expect(JSON.stringify(scim.server.logged)).not.toContain('mira.secret');
    }),
    should('RFC 7644 §7.5.2', 'a password or a token is in no answer and in no line of the log', async (scim) => {
      const reply = await scim.post('/Users', { schemas: [urns.user], userName: 'a', active: 'x', password: 's3cr3t-x' });
      expect(reply.text).not.toContain('s3cr3t-x');
      const log = JSON.stringify(scim.server.logged);
      expect(log).not.toContain('s3cr3t-x');
      expect(log).not.toContain(scim.server.token);
    }),
    should('RFC 7644 §5', 'userNames are compared without letter case in all languages', async (scim) => {
      await scim.user({ userName: 'JÜRGEN.Ω@contoso.test' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'jürgen.ω@contoso.test' }), 409, 'uniqueness');
      expect(await scim.find('userName eq "Jürgen.Ω@CONTOSO.test"')).toEqual(['JÜRGEN.Ω@contoso.test']);
    }),
    should('RFC 7644 §5', 'userNames are the same however their letters are composed (NFC)', async (scim) => {
      await scim.user({ userName: 'j\u00FCrgen' });
      expectError(await scim.post('/Users', { schemas: [urns.user], userName: 'ju\u0308rgen' }), 409, 'uniqueness');
      expect(await scim.find('userName eq "ju\u0308rgen"')).toEqual(['j\u00FCrgen']);
    }),
    must('RFC 7644 §5', 'a name comes back in the spelling it was sent in', async (scim) => {
      const user = await scim.user({ userName: 'JÜRGEN' });
      expect((await scim.read(pathOf(user)))['userName']).toBe('JÜRGEN');
    }),
    may('RFC 7644 §6', 'the token tells the Source; each has Users, Groups and names of its own', async (scim) => {
      const other = await scim.server.tokens.create({ label: 'other', source: 'partner' });
      const there = { authorization: `Bearer ${other.text}` };
      const here = await scim.user({ userName: 'mira' });
      expect((await scim.post('/Users', { schemas: [urns.user], userName: 'mira' }, there)).status).toBe(201);
      expect((await scim.get('/Users', there)).body).toMatchObject({ totalResults: 1 });
      expect((await scim.list('/Users')).totalResults).toBe(1);
      expect((await scim.get(pathOf(here))).status).toBe(200);
    }),
    must('RFC 7644 §6', 'one Source never reads, changes or deletes what another has', async (scim) => {
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
