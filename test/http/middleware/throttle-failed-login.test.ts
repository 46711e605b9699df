import * as http from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TrustedProxies } from '../../../src/http/trusted-proxies.ts';
import { pollUntil } from '../../support/poll.ts';
import { exchange, type Answer } from '../support/exchange.ts';
import { startScimServer, type ScimServer } from '../support/scim-server.ts';

/** Sends over a separate connection, like attackers. */
function sendOnOwnConnection(server: ScimServer, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const agent = new http.Agent({ keepAlive: false });
  const method = body === undefined ? 'GET' : 'POST';
  return exchange(agent, method, `${server.url}/scim${path}`, { headers, ...(body !== undefined && { body }) });
}

const wrong = { authorization: 'Bearer vst_wrong' };

function countByStatus(answers: readonly Answer[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(answers, ({ status }) => String(status))].map(([status, all]) => [status, all.length]));
}

/** Waits until exactly `waiting` responses are delayed, then advances the clock until all requests have a response. */
async function runUntilAnswered<T>(server: ScimServer, answers: readonly Promise<T>[], waiting: number): Promise<readonly T[]> {
  let answered = 0;
  const all = Promise.all(answers.map((answer) => answer.finally(() => (answered += 1))));
  await pollUntil('every request without a delay is answered', () => answered === answers.length - waiting);
  await pollUntil('all are answered', () => {
    server.clock.advance(1_000);
    return answered === answers.length;
  });
  return all;
}

describe('during a flood of failed logins from the same address', () => {
  test('a valid token is answered at once, on a new connection and on an open one', async () => {
    const server = await startScimServer();
    let answered = 0;
    const flood = Array.from({ length: 180 }, async () => {
      const answer = await sendOnOwnConnection(server, '/Users', wrong);
      answered += 1;
      return answer;
    });
    // While the clock stands still, five get a response at once, ten are delayed, and the others are refused.
    await pollUntil('every request without a delay is answered', () => answered === 170);
    const right = { authorization: `Bearer ${server.token}` };
    expect((await sendOnOwnConnection(server, '/Users', right)).status).toBe(200);
    expect((await server.request('GET', '/Users')).status).toBe(200);
    expect((await server.request('POST', '/Users', { body: { userName: 'mira' } })).status).toBe(201);
    expect(answered).toBe(170);
    const answers = await runUntilAnswered(server, flood, 10);
    expect(countByStatus(answers)).toEqual({ 401: 15, 429: 165 });
    expect(answers.find(({ status }) => status === 429)).toMatchObject({ headers: { 'retry-after': '5' }, body: { status: '429' } });
  });

  test('no client is locked out afterwards: a valid token is accepted without a delay', async () => {
    const server = await startScimServer();
    await runUntilAnswered(
      server,
      Array.from({ length: 100 }, () => sendOnOwnConnection(server, '/Users', wrong)),
      10,
    );
    expect((await server.request('GET', '/Users')).status).toBe(200);
  });

  test('the log has one line per reason, not per request', async () => {
    const server = await startScimServer();
    await runUntilAnswered(
      server,
      Array.from({ length: 60 }, () => sendOnOwnConnection(server, '/Users', wrong)),
      10,
    );
    const reasons = server.logged.map(({ fields }) => fields['reason']);
    expect(new Set(reasons)).toEqual(new Set(['unknown', 'tooManyFailures']));
    expect(reasons.length).toBeLessThan(10);
  });
});

test('responses to invalid client secrets and invalid tokens are delayed together', async () => {
  const server = await startScimServer();
  const body = 'grant_type=client_credentials&client_id=default&client_secret=vst_wrong';
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  for (let index = 0; index < 5; index += 1) expect((await server.request('GET', '/Users', { headers: wrong })).status).toBe(401);
  let answered = false;
  const asking = sendOnOwnConnection(server, '/oauth/token', form, body).finally(() => (answered = true));
  await server.request('GET', '/Users');
  expect(answered).toBe(false);
  expect((await runUntilAnswered(server, [asking], 1))[0]).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  const flood = Array.from({ length: 12 }, () => sendOnOwnConnection(server, '/oauth/token', form, body));
  const answers = await runUntilAnswered(server, flood, 10);
  expect(answers.find(({ status }) => status === 429)).toMatchObject({
    headers: { 'retry-after': '5' },
    body: { error: 'temporarily_unavailable' },
  });
});

test('failed logins behind a trusted proxy are counted per client', async () => {
  const server = await startScimServer({ settings: { proxies: new TrustedProxies(['127.0.0.1']) } });
  const from = (address: string) => ({ ...wrong, 'x-forwarded-for': address });
  const answers = Array.from({ length: 30 }, (_, index) => sendOnOwnConnection(server, '/Users', from(`2001:db8::${index + 1}`)));
  const elsewhere = Array.from({ length: 5 }, () => sendOnOwnConnection(server, '/Users', from('203.0.113.9')));
  expect((await Promise.all(elsewhere)).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  // All addresses of one /64 network count as one client.
  expect(countByStatus(await runUntilAnswered(server, answers, 10))).toMatchObject({ 401: 15, 429: 15 });
});

test('an expired or revoked token is refused at once with the reason, however often, because it cannot be guessed', async () => {
  const server = await startScimServer();
  const { text, token } = await server.tokens.create({ label: 'old' });
  await server.tokens.revoke(token.id);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => sendOnOwnConnection(server, '/Users', { authorization: `Bearer ${text}` })),
  );
  expect(countByStatus(answers)).toEqual({ 401: 30 });
});

test('a client that disconnects no longer counts as waiting', async () => {
  const server = await startScimServer();
  for (let index = 0; index < 5; index += 1) await server.request('GET', '/Users', { headers: wrong });
  const agent = new http.Agent();
  onTestFinished(() => agent.destroy());
  const impatient = Array.from({ length: 10 }, () => {
    const request = http.get({ agent, port: server.port, path: '/scim/Users', headers: wrong });
    request.on('error', () => undefined);
    return request;
  });
  await pollUntil('ten wait', () => server.loginThrottle.waiting === 10);
  for (const request of impatient) request.destroy();
  await pollUntil('no request waits', () => server.loginThrottle.waiting === 0);
});
