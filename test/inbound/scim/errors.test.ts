import * as http from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../../src/domain/errors.ts';
import { exchange, type Answer } from '../../http/support/exchange.ts';
import { startScimServer, withParts, type ScimServer } from '../../http/support/scim-server.ts';

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
const mira = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'mira@contoso.test' };

/** Expects an error in the format of RFC 7644 §3.12: `status` is a string, and `detail` contains `about`. */
function expectError(answer: Answer, status: number, scimType: string | undefined, about: RegExp): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers['content-type']).toBe('application/scim+json');
  const { detail, ...rest } = answer.body as Record<string, unknown>;
  expect(rest).toEqual({ schemas: [errorUrn], status: String(status), ...(scimType !== undefined && { scimType }) });
  expect(detail).toMatch(about);
}

async function expectNoUsers(server: ScimServer): Promise<void> {
  const { body } = await server.request('GET', '/Users');
  expect(body).toMatchObject({ totalResults: 0, Resources: [] });
  expect(await server.store.changes.head()).toBe(0);
}

describe('an invalid body', () => {
  test.each([
    ['broken JSON', '{"userName": "mira', 'invalidSyntax', /not valid JSON/],
    ['nothing', '', 'invalidSyntax', /empty/],
    ['an array', '[]', 'invalidSyntax', /must be a JSON object/],
    ['a null', 'null', 'invalidSyntax', /must be a JSON object/],
    ['no userName', '{"displayName":"Mira"}', 'invalidValue', /^userName /],
    ['a blank userName', '{"userName":"  "}', 'invalidValue', /^userName /],
    ['a number as userName', '{"userName":7}', 'invalidValue', /^userName must be a string/],
    ['a text for a boolean', '{"userName":"m","active":"perhaps"}', 'invalidValue', /^active must be true or false/],
    ['a text for an object', '{"userName":"m","name":"Mira"}', 'invalidValue', /^name must be an object/],
    ['a number in an element', '{"userName":"m","emails":[{"value":7}]}', 'invalidValue', /^emails\.value must be a string/],
    [
      'two primary addresses',
      '{"userName":"m","emails":[{"value":"a","primary":true},{"value":"b","primary":true}]}',
      'invalidValue',
      /^emails /,
    ],
    [
      'an extension that is no object',
      '{"userName":"m","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":7}',
      'invalidValue',
      /enterprise/,
    ],
    ['endless nesting', `${'{"name":'.repeat(5000)}1${'}'.repeat(5000)}`, 'invalidSyntax', /nested/],
  ])('is refused with 400 and nothing is stored: %s', async (_, body, scimType, about) => {
    const server = await startScimServer();
    expectError(await server.request('POST', '/Users', { body }), 400, scimType, about);
    await expectNoUsers(server);
  });

  test('is refused with 400 when it is not UTF-8', async () => {
    const server = await startScimServer();
    const answer = await sendBytes(server, Buffer.concat([Buffer.from('{"userName":"m'), Buffer.from([0xfc]), Buffer.from('"}')]), {});
    expectError(answer, 400, 'invalidSyntax', /UTF-8/);
    await expectNoUsers(server);
  });

  test.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', { 'content-type': 'application/scim+json; charset=iso-8859-1' }],
    ['a compression', { 'content-encoding': 'gzip' }],
  ])('is refused with 415: %s', async (_, headers) => {
    const server = await startScimServer();
    expectError(await server.request('POST', '/Users', { body: mira, headers }), 415, undefined, / supported\.|^Unsupported /);
    await expectNoUsers(server);
  });

  test.each([
    ['application/json', { 'content-type': 'application/json' }],
    ['a quoted charset', { 'content-type': 'application/scim+json; charset="UTF-8"' }],
    ['no type at all', { 'content-type': '' }],
  ])('does not include a body with %s', async (_, headers) => {
    const server = await startScimServer();
    expect(await server.request('POST', '/Users', { body: mira, headers })).toMatchObject({ status: 201 });
  });

  test('is refused with 413 when it is too large, and the next request works', async () => {
    const server = await startScimServer({ settings: { maxBodyBytes: 2000 } });
    const large = { ...mira, title: 'x'.repeat(3_000_000) };
    const answer = await server.request('POST', '/Users', { body: large });
    expectError(answer, 413, undefined, /larger than 2000 bytes/);
    expect(answer.headers.connection).toBe('close');
    await expectNoUsers(server);
  });

  test('is refused with 413 when it is too large without a Content-Length', async () => {
    const server = await startScimServer({ settings: { maxBodyBytes: 2000 } });
    const answer = await sendBytes(server, Buffer.from(JSON.stringify({ ...mira, title: 'x'.repeat(500_000) })), {
      'transfer-encoding': 'chunked',
    });
    expectError(answer, 413, undefined, /larger than 2000 bytes/);
  });

  test('stores nothing when it is truncated', async () => {
    const server = await startScimServer();
    const request = http.request({
      port: server.port,
      path: '/scim/Users',
      method: 'POST',
      headers: bearer(server, { 'content-length': '500' }),
    });
    request.on('error', () => undefined);
    request.write('{"userName":"mira@contoso.test"');
    await new Promise((resolve) => request.once('socket', (socket) => socket.once('connect', resolve)));
    request.destroy();
    await expectNoUsers(server);
  });
});

describe('a duplicate name', () => {
  test('is refused with 409 uniqueness and the name of the attribute', async () => {
    const server = await startScimServer();
    await server.request('POST', '/Users', { body: mira });
    expectError(
      await server.request('POST', '/Users', { body: { ...mira, userName: 'MIRA@contoso.test' } }),
      409,
      'uniqueness',
      /^userName /,
    );
    const group = { displayName: 'Lab Staff' };
    await server.request('POST', '/Groups', { body: group });
    expectError(await server.request('POST', '/Groups', { body: group }), 409, 'uniqueness', /^displayName /);
    expect((await server.request('GET', '/Groups')).body).toMatchObject({ totalResults: 1 });
  });
});

describe('an invalid query', () => {
  test.each([
    ['an unknown operator', '/Users?filter=userName+is+%22x%22', 'invalidFilter', /is not an operator/],
    ['an open quote', '/Users?filter=userName+eq+%22x', 'invalidFilter', /not closed/],
    ['a boolean compared by order', '/Users?filter=active+gt+true', 'invalidFilter', /active/],
    ['an invalid count', '/Users?count=many', 'invalidValue', /^count /],
    ['an invalid sortOrder', '/Users?sortBy=userName&sortOrder=random', 'invalidValue', /^sortOrder /],
    ['an empty sortBy', '/Users?sortBy=shoeSize', 'invalidValue', /^sortBy /],
    ['both lists of attributes', '/Users?attributes=id&excludedAttributes=name', 'invalidValue', /^excludedAttributes /],
    ['a bad filter for groups', '/Groups?filter=displayName', 'invalidFilter', /operator is expected/],
  ])('is refused with 400: %s', async (_, path, scimType, about) => {
    const server = await startScimServer();
    expectError(await server.request('GET', path), 400, scimType, about);
  });
});

describe('an invalid PATCH', () => {
  test.each([
    ['no Operations', {}, 'invalidSyntax', /Operations/],
    ['an unknown op', { Operations: [{ op: 'move', path: 'title' }] }, 'invalidSyntax', /op must be/],
    ['a malformed path', { Operations: [{ op: 'replace', path: 'emails[', value: 1 }] }, 'invalidPath', /./],
    ['a removal without path', { Operations: [{ op: 'remove' }] }, 'noTarget', /./],
    ['the id', { Operations: [{ op: 'replace', path: 'id', value: 'x' }] }, 'mutability', /^id /],
    ['removal of userName', { Operations: [{ op: 'remove', path: 'userName' }] }, 'mutability', /^userName /],
    [
      'a wrong type after a good operation',
      {
        Operations: [
          { op: 'add', path: 'title', value: 'T' },
          { op: 'add', path: 'active', value: 'x' },
        ],
      },
      'invalidValue',
      /^active /,
    ],
  ])('is refused with 400 and nothing of it is stored: %s', async (_, body, scimType, about) => {
    const server = await startScimServer();
    const { id } = (await server.request('POST', '/Users', { body: mira })).body as { id: string };
    const before = (await server.request('GET', `/Users/${id}`)).body;
    expectError(await server.request('PATCH', `/Users/${id}`, { body }), 400, scimType, about);
    expect((await server.request('GET', `/Users/${id}`)).body).toEqual(before);
  });
});

describe('an unknown URL or method', () => {
  test.each([
    ['GET', '/Users/nobody', /"nobody" does not exist/],
    ['DELETE', '/Groups/nothing', /"nothing" does not exist/],
    ['PUT', '/Users/nobody', /"nobody" does not exist/],
    ['GET', '/Printers', /No endpoint at/],
    ['GET', '/Schemas/urn:none', /Schema "urn:none"/],
  ])('%s %s is answered with 404', async (method, path, about) => {
    const server = await startScimServer();
    expectError(await server.request(method, path, method === 'PUT' ? { body: mira } : {}), 404, undefined, about);
  });

  test('outside SCIM also gets 404, with a valid token', async () => {
    const server = await startScimServer();
    const agent = new http.Agent();
    expectError(await exchange(agent, 'GET', `${server.url}/admin`, { headers: bearer(server) }), 404, undefined, /No endpoint at/);
  });

  test('that its path does not support gets 405 and the list of methods', async () => {
    const server = await startScimServer();
    const answer = await server.request('DELETE', '/Users');
    expectError(answer, 405, undefined, /DELETE is not allowed/);
    expect(answer.headers.allow?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
    expect(await server.request('OPTIONS', '/Users')).toMatchObject({ status: 204, headers: { allow: answer.headers.allow } });
  });

  test.each(['/Me'])('%s is answered with 501', async (path) => {
    const server = await startScimServer();
    expectError(await server.request('POST', path, { body: {} }), 501, undefined, /not supported/);
  });
});

describe('an invalid token', () => {
  test.each([
    ['none', '', 'Bearer realm="vestibule"'],
    ['another scheme', 'Basic bWlyYTpzYW5k', 'Bearer realm="vestibule"'],
    ['an empty one', 'Bearer ', 'Bearer realm="vestibule"'],
    [
      'an unknown one',
      'Bearer vst_unknown',
      'Bearer realm="vestibule", error="invalid_token", error_description="Unknown token. Compare it with the one that `vestibule token create` printed."',
    ],
  ])('is refused with 401: %s', async (_, authorization, challenge) => {
    const server = await startScimServer();
    const answer = await server.request('POST', '/Users', { body: mira, headers: { authorization } });
    expectError(answer, 401, undefined, /token/);
    expect(answer.headers['www-authenticate']).toBe(challenge);
    await expectNoUsers(server);
  });

  test('that has expired is refused with the time of expiry', async () => {
    const server = await startScimServer();
    const { text } = await server.tokens.create({ label: 'short', expiresInMs: 60_000 });
    const headers = { authorization: `Bearer ${text}` };
    expect((await server.request('GET', '/Users', { headers })).status).toBe(200);
    server.clock.advance(60_000);
    expectError(await server.request('GET', '/Users', { headers }), 401, undefined, /expired at 2026-11-21 12:01:00 UTC/);
  });

  test('that was revoked is refused at once, and other tokens still work', async () => {
    const server = await startScimServer();
    const { text, token } = await server.tokens.create({ label: 'old' });
    const headers = { authorization: `Bearer ${text}` };
    expect((await server.request('GET', '/Users', { headers })).status).toBe(200);
    await server.tokens.revoke(token.id);
    expectError(await server.request('GET', '/Users', { headers }), 401, undefined, /revoked at/);
    expect((await server.request('GET', '/Users')).status).toBe(200);
  });
});

describe('the server', () => {
  test('responds with 503, Retry-After and a message if the store is not writable', async () => {
    const refusal = new StoreError('the disk of the data folder is full');
    const server = await startScimServer({
      wrapStore: (store) => ({
        of: (source) => {
          const side = store.of(source);
          return withParts(side, { users: replaceMethod(side.users, 'create', () => Promise.reject(refusal)) });
        },
      }),
    });
    const answer = await server.request('POST', '/Users', { body: mira });
    expectError(answer, 503, undefined, /the disk of the data folder is full\)\. Nothing was changed/);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    await expectNoUsers(server);
  });

  test('responds to a bug with 500 without details, and logs it with the id of the request', async () => {
    const server = await startScimServer({
      wrapStore: () => ({
        of: () => {
          throw new TypeError('secret inside');
        },
      }),
    });
    const answer = await server.request('GET', '/Users');
    expectError(answer, 500, undefined, /^Internal error/);
    expect(answer.text).not.toContain('secret inside');
    const [line] = server.logged.filter(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ request: answer.headers['x-request-id'], status: 500, path: '/scim/Users' });
  });

  test('logs a refusal without anything that the client sent', async () => {
    const server = await startScimServer();
    await server.request('GET', '/Users?filter=userName+is+%22mira%40contoso.test%22');
    await server.request('POST', '/Users', { body: '{"userName": mira@contoso.test}' });
    await server.request('GET', '/Users/mira@contoso.test');
    await server.request('DELETE', '/mira@contoso.test');
    expect(server.logged.length).toBe(4);
    expect(JSON.stringify(server.logged)).not.toMatch(/mira|vst_/);
  });

  test.each([
    ['a value', { userName: 'mira', active: 'perhaps' }, 'active'],
    ['a part', { userName: 'mira', name: { familyName: 7 } }, 'name.familyName'],
    ['a missing attribute', { displayName: 'mira' }, 'userName'],
    ['a duplicate name', { userName: 'Otto' }, 'userName'],
    ['something unknown', 'mira', undefined],
  ])('logs a refusal because of %s with the attribute and without a value', async (_, body, attribute) => {
    const server = await startScimServer();
    await server.request('POST', '/Users', { body: { userName: 'otto' } });
    const { status } = await server.request('POST', '/Users', { body });
    const [line] = server.logged;
    expect(line?.fields).toMatchObject({ method: 'POST', path: '/scim/Users', status });
    expect(line?.fields['attribute']).toBe(attribute);
    expect(JSON.stringify(server.logged)).not.toMatch(/mira|otto|perhaps/i);
  });

  test('logs a refused parameter with its name', async () => {
    const server = await startScimServer();
    await server.request('GET', '/Users?sortBy=mira');
    expect(server.logged.map(({ fields }) => fields['attribute'])).toEqual(['sortBy']);
  });
});

function bearer(server: ScimServer, headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { authorization: `Bearer ${server.token}`, ...headers };
}

/** The same object with one method replaced. */
function replaceMethod<T extends object, K extends keyof T>(object: T, name: K, method: T[K]): T {
  return new Proxy(object, {
    get: (target, key) => {
      if (key === name) return method;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function sendBytes(server: ScimServer, bytes: Buffer, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const agent = new http.Agent();
  onTestFinished(() => agent.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const request = http.request(
    { agent, port: server.port, path: '/scim/Users', method: 'POST', headers: bearer(server, headers) },
    resolve,
  );
  request.on('error', reject);
  request.end(bytes);
  const response = await promise;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, text, body: JSON.parse(text) as unknown };
}
