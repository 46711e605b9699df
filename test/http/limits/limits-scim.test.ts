import { describe, expect, test } from 'vitest';
import { pollUntil } from '../../support/poll.ts';
import type { Answer } from '../support/exchange.ts';
import { openRaw } from '../support/raw-connection.ts';
import { startScimServer, type ScimServer } from '../support/scim-server.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

function expectRefusal(answer: Answer, status: number, scimType: string | undefined, about: RegExp): void {
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/scim+json' },
    body: { schemas: [errorUrn], status: String(status), detail: expect.stringMatching(about) as unknown },
  });
  expect((answer.body as { scimType?: string }).scimType).toBe(scimType);
}

async function addUser(server: ScimServer): Promise<string> {
  return ((await server.request('POST', '/Users', { body: { userName: 'mira@contoso.test' } })).body as { id: string }).id;
}

const longFilter = `title eq "${'x'.repeat(10_000)}"`;
const deepFilter = `${'('.repeat(60)}title pr${')'.repeat(60)}`;

describe.each([
  ['longer than 10,000 characters', longFilter, /longer than 10000/],
  ['nested more than 50 levels deep', deepFilter, /nested more than 50/],
])('a filter that is %s is refused', (_, filter, about) => {
  test.each(['/Users', '/Groups'])('in the query of %s', async (path) => {
    const server = await startScimServer();
    expectRefusal(await server.request('GET', `${path}?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter', about);
  });

  test.each(['/Users/.search', '/Groups/.search', '/.search'])('in the body of %s', async (path) => {
    const server = await startScimServer();
    expectRefusal(await server.request('POST', path, { body: { filter } }), 400, 'invalidFilter', about);
  });

  test('in the brackets of a PATCH path', async () => {
    const server = await startScimServer();
    const body = { Operations: [{ op: 'replace', path: `emails[${filter}].value`, value: 'x' }] };
    expectRefusal(await server.request('PATCH', `/Users/${await addUser(server)}`, { body }), 400, 'invalidFilter', about);
  });

  test.each(['attributes', 'excludedAttributes'])('in the brackets of %s', async (name) => {
    const server = await startScimServer();
    const path = `/Users/${await addUser(server)}?${name}=${encodeURIComponent(`emails[${filter}]`)}`;
    expectRefusal(await server.request('GET', path), 400, 'invalidFilter', about);
  });
});

describe('a body', () => {
  const numbered = (count: number, name = 'x') => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 1]));

  test.each([
    ['more than 100,000 values', { userName: 'm', x: Array.from({ length: 100_000 }, () => []) }, /more than 100000 values/],
    ['more than 1,000 names in one object', { userName: 'm', x: numbered(1_001) }, /more than 1000 names/],
    ['more than 32 levels', JSON.parse(`${'{"x":'.repeat(33)}1${'}'.repeat(33)}`) as object, /nested more than 32 levels/],
  ])('with %s is refused and nothing is stored', async (_, body, about) => {
    const server = await startScimServer();
    expectRefusal(await server.request('POST', '/Users', { body }), 400, 'invalidSyntax', about);
    expect((await server.request('GET', '/Users')).body).toMatchObject({ totalResults: 0 });
  });

  test('with 20,000 members and with 990 names is accepted', async () => {
    const server = await startScimServer();
    const members = Array.from({ length: 20_000 }, (_, index) => ({ value: `member-${index}` }));
    expect((await server.request('POST', '/Groups', { body: { displayName: 'Everybody', members } })).status).toBe(201);
    expect((await server.request('POST', '/Users', { body: { userName: 'm', ...numbered(990) } })).status).toBe(201);
  });

  test('with more than 200 names in attributes is refused', async () => {
    const server = await startScimServer();
    const attributes = Array.from({ length: 201 }, (_, index) => `name${index}`);
    expectRefusal(
      await server.request('POST', '/Users/.search', { body: { attributes } }),
      400,
      'invalidValue',
      /^attributes contains more than 200/,
    );
    expect((await server.request('POST', '/Users/.search', { body: { attributes: attributes.slice(1) } })).status).toBe(200);
  });

  test('with more than 1,000 Operations is refused with 413', async () => {
    const server = await startScimServer();
    const body = { Operations: Array.from({ length: 1_001 }, () => ({ op: 'replace', path: 'title', value: 'x' })) };
    expectRefusal(
      await server.request('PATCH', `/Users/${await addUser(server)}`, { body }),
      413,
      undefined,
      /1001 Operations \(max 1000\)/,
    );
  });

  test.each([
    ['with a Content-Length', 'Content-Length: 2000000\r\n\r\n', 'x'.repeat(2_000_000)],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', `${(2_000_000).toString(16)}\r\n${'x'.repeat(2_000_000)}\r\n0\r\n\r\n`],
  ])('that is too large, %s, is read to its end before it is refused, so that no TCP reset hides the response', async (_, header, body) => {
    const server = await startScimServer();
    const client = await openRaw(server.port);
    client.write(
      `POST /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\n${header}`,
    );
    client.write(body.slice(0, 1_500_000));
    await pollUntil('the larger part has left', () => client.socket.writableLength === 0);
    // Other requests complete meanwhile, so that there was time for an early refusal.
    for (let times = 0; times < 3; times += 1) await server.request('GET', '/Users');
    const early = client.answers.length;
    client.write(body.slice(1_500_000));
    expect(await client.readToEnd()).toMatchObject([{ status: 413, headers: { connection: 'close' }, body: { status: '413' } }]);
    expect(early).toBe(0);
  });

  test('that is too large and never ends is refused too', async () => {
    const { port, token } = await startScimServer();
    const client = await openRaw(port);
    client.write(`POST /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 2000000\r\n\r\n{`);
    expect(await client.readToEnd()).toMatchObject([{ status: 413 }]);
  });
});

test('resources of another Source are treated like resources that do not exist, for every request', async () => {
  const server = await startScimServer();
  const other = { authorization: `Bearer ${(await server.tokens.create({ label: 'other', source: 'other' })).text}` };
  const theirs = ((await server.request('POST', '/Groups', { headers: other, body: { displayName: 'Theirs' } })).body as { id: string }).id;
  const unknownId = `${theirs.slice(0, -1)}${theirs.endsWith('0') ? '1' : '0'}`;
  const large = { Operations: Array.from({ length: 1_001 }, () => ({ op: 'remove', path: 'members' })) };
  const requests: readonly [string, string, object | undefined][] = [
    ['GET', '', undefined],
    ['HEAD', '', undefined],
    ['GET', `?attributes=${encodeURIComponent(`members[${deepFilter}]`)}`, undefined],
    ['DELETE', '', undefined],
    ['PUT', '', { displayName: 'Mine' }],
    ['PATCH', '', { Operations: [{ op: 'remove', path: 'members' }] }],
    ['PATCH', '', large],
    ['PATCH', '', { Operations: [{ op: 'move' }] }],
  ];
  for (const [method, query, body] of requests) {
    for (const headers of [{}, { 'if-match': 'W/"1"' }]) {
      const sent = { headers, ...(body && { body }) };
      const [real, none] = [
        await server.request(method, `/Groups/${theirs}${query}`, sent),
        await server.request(method, `/Groups/${unknownId}${query}`, sent),
      ];
      expect({ status: real.status, text: real.text.replaceAll(theirs, '') }).toEqual({
        status: none.status,
        text: none.text.replaceAll(unknownId, ''),
      });
    }
  }
});
