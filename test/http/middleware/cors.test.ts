import { describe, expect, test } from 'vitest';
import { startScimServer } from '../support/scim-server.ts';

const origin = 'https://scimvalidator.microsoft.com';
const settings = { allowedOrigins: [origin] };

/** A preflight request of a browser, without a token. */
const preflight = (method: string, from = origin) => ({
  headers: {
    authorization: '',
    origin: from,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type',
    'access-control-request-private-network': 'true',
  },
});

describe('a page of an allowed origin', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('sends a preflight before a %s, without a token', async (method) => {
    const server = await startScimServer({ settings });
    const answer = await server.request('OPTIONS', '/Users/1', preflight(method));
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type,If-Match,If-None-Match',
      'access-control-allow-private-network': 'true',
      'access-control-max-age': '600',
    });
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('can read responses and errors with their headers', async () => {
    const server = await startScimServer({ settings });
    const made = await server.request('POST', '/Users', { body: { userName: 'mira' }, headers: { origin } });
    expect(made).toMatchObject({ status: 201, headers: { 'access-control-allow-origin': origin, vary: 'Origin' } });
    expect(made.headers['access-control-expose-headers']).toContain('Location');
    const refused = await server.request('GET', '/Users', { headers: { origin, authorization: 'Bearer vst_x' } });
    expect(refused).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': origin } });
    const missing = await server.request('GET', '/Users/none', { headers: { origin } });
    expect(missing).toMatchObject({ status: 404, headers: { 'access-control-allow-origin': origin } });
  });

  test('can request an access token', async () => {
    const server = await startScimServer({ settings });
    const answer = await server.request('OPTIONS', '/oauth/token', preflight('POST'));
    expect(answer).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': origin } });
  });
});

describe('a page of any other origin', () => {
  test.each([
    ['of another site', settings, 'https://evil.example'],
    ['of a site with the same beginning', settings, `${origin}.evil.example`],
    ['without an origin of its own', settings, 'null'],
    ['where none is allowed', { allowedOrigins: [] }, origin],
  ])('gets no CORS headers, and 401 to its preflight: %s', async (_, more, from) => {
    const server = await startScimServer({ settings: more });
    const asked = await server.request('OPTIONS', '/Users', preflight('GET', from));
    expect(asked.status).toBe(401);
    const answer = await server.request('GET', '/Users', { headers: { origin: from } });
    expect(Object.keys({ ...asked.headers, ...answer.headers }).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test('OPTIONS without CORS headers lists the methods, for clients with a token', async () => {
  const server = await startScimServer({ settings });
  const answer = await server.request('OPTIONS', '/Users');
  expect(answer).toMatchObject({ status: 204, headers: { allow: expect.stringContaining('POST') as string } });
  expect((await server.request('OPTIONS', '/Users', { headers: { authorization: '' } })).status).toBe(401);
});

test('no response may be cached by intermediaries or shown as a page, and ETags still work', async () => {
  const server = await startScimServer();
  const made = await server.request('POST', '/Users', { body: { userName: 'mira' } });
  const { id } = made.body as { readonly id: string };
  const again = await server.request('GET', `/Users/${id}?excludedAttributes=groups,manager`, {
    headers: { 'if-none-match': made.headers.etag ?? '' },
  });
  expect(again.status).toBe(304);
  const refused = await server.request('GET', '/Users', { headers: { authorization: '' } });
  for (const { headers } of [made, again, refused]) {
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  }
});
