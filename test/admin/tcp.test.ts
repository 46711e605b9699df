import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/domain/logger.ts';
import { createAdminApp } from '../../src/outbound/admin/admin-app.ts';
import { sampleApi } from './sample-api.ts';

let server: Server;
let port: number;

beforeAll(async () => {
  const serve = createAdminApp(sampleApi().api, { log: silentLogger, trust: { names: ['Admin.Contoso.com'] } });
  server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function ask(
  headers: Record<string, string>,
  method = 'GET',
  path = '/api/status',
): Promise<{ status: number; body: string; headers: object }> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }), reject);
    });
    call.on('error', reject);
    call.end();
  });
}

describe('the admin listener over TCP', () => {
  it.each([
    ['localhost', {}],
    ['127.0.0.1', {}],
    ['[::1]', {}],
    ['admin.contoso.com', {}],
    ['localhost', { 'sec-fetch-site': 'same-origin' }],
    ['localhost', { 'sec-fetch-site': 'none' }],
  ])('answers to %s with %o', async (name, headers) => {
    expect((await ask({ host: `${name}:${port}`, ...headers })).status).toBe(200);
  });

  it('answers a request that its own page sends with an Origin header', async () => {
    expect((await ask({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).status).toBe(200);
  });

  it.each([
    ['a foreign name that points here (DNS rebinding)', { host: 'evil.example' }],
    ['a name that only starts like a loopback address', { host: '127.0.0.1.evil.example' }],
    ['an address of the machine that is not configured', { host: '192.168.1.5' }],
    ['a foreign page', { host: 'localhost', origin: 'https://evil.example' }],
    ['a page without an origin', { host: 'localhost', origin: 'null' }],
    ['another port of this machine', { host: 'localhost:8081', origin: 'http://localhost:3000' }],
    ['a link or image on a foreign page', { host: 'localhost', 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s', async (_, headers) => {
    const answer = await ask(headers);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'foreign' } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it.each(['/api/tokens', '/api/targets/x/pause', '/api/targets/x/apply', '/api/targets/x/test'])(
    'is read-only and refuses POST %s',
    async (path) => {
      const answer = await ask({ host: 'localhost', 'content-type': 'application/json' }, 'POST', path);
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('read-only');
    },
  );
});
