import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AdminApi } from '../../src/admin/api.ts';
import { findDaemon } from '../../src/admin/find-daemon.ts';
import { callDaemon } from '../../src/admin/call-daemon.ts';
import { CommandRefused, ConfigProblems, DaemonError, StoreError } from '../../src/domain/errors.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { createAdminApp } from '../../src/outbound/admin/admin-app.ts';
import { listenOnSocket, type SocketListener } from '../../src/outbound/admin/listen-on-socket.ts';
import * as sample from './sample-api.ts';

/** Per method: a call as the CLI makes it, the arguments that must arrive, and the result that must be returned. */
const calls: readonly (readonly [keyof AdminApi, (api: AdminApi) => Promise<unknown>, readonly unknown[], unknown])[] = [
  ['status', (api) => api.status(), [], sample.status],
  ['check', (api) => api.check(), [], sample.check],
  ['plan', (api) => api.plan('front-desk', { limit: 50 }), ['front-desk', { limit: 50 }], sample.plan],
  ['plan', (api) => api.plan('front-desk'), ['front-desk', {}], sample.plan],
  ['plan', (api) => api.plan('x', { system: 'new' }), ['x', { system: 'new' }], sample.plan],
  ['plan', (api) => api.plan('x', { resend: true }), ['x', { resend: true }], sample.plan],
  ['apply', (api) => api.apply('x', { by: 'jo', resend: true }), ['x', { by: 'jo', resend: true }], sample.applyReport],
  [
    'apply',
    (api) => api.apply('x', { by: 'jo', replaceAll: true, without: 0, system: 'new', hash: 'abc' }),
    ['x', { by: 'jo', replaceAll: true, without: 0, system: 'new', hash: 'abc' }],
    sample.applyReport,
  ],
  ['apply', (api) => api.apply('x', { by: 'jo' }), ['x', { by: 'jo' }], sample.applyReport],
  ['test', (api) => api.test('x', { timeoutMs: 500, applied: true }), ['x', { timeoutMs: 500, applied: true }], sample.test],
  ['test', (api) => api.test('x'), ['x', {}], sample.test],
  ['draft', (api) => api.draft('x', 'jo'), ['x', 'jo'], sample.targetReport],
  ['pause', (api) => api.pause('x', 'jo'), ['x', 'jo'], sample.targetReport],
  ['resume', (api) => api.resume('x', 'jo'), ['x', 'jo'], sample.targetReport],
  ['holds', (api) => api.holds('x'), ['x', {}], sample.holds],
  ['holds', (api) => api.holds('x', { hold: 17, persons: ['Söhne & Co'] }), ['x', { hold: 17, persons: ['Söhne & Co'] }], sample.holds],
  ['holds', (api) => api.holds('x', { persons: ['a', 'b'] }), ['x', { persons: ['a', 'b'] }], sample.holds],
  [
    'accept',
    (api) => api.accept('x', { hold: 17, revision: 40, persons: ['a1'], by: 'jo' }),
    ['x', { hold: 17, revision: 40, persons: ['a1'], by: 'jo' }],
    { released: 31, left: 0 },
  ],
  ['accept', (api) => api.accept('x', { by: 'jo' }), ['x', { by: 'jo' }], { released: 31, left: 0 }],
  ['reject', (api) => api.reject('x', { hold: 17, by: 'jo' }), ['x', { hold: 17, by: 'jo' }], { rejected: 31, left: 2 }],
  ['rejections', (api) => api.rejections('x'), ['x'], sample.rejections],
  ['rejections', (api) => api.rejections('x', ['a', 'b']), ['x', ['a', 'b']], sample.rejections],
  [
    'withdraw',
    (api) => api.withdraw('x', { persons: ['a1'], asOf: sample.rejections.now, by: 'jo' }),
    ['x', { persons: ['a1'], asOf: sample.rejections.now, by: 'jo' }],
    { withdrawn: 3 },
  ],
  ['withdraw', (api) => api.withdraw('x', { by: 'jo' }), ['x', { by: 'jo' }], { withdrawn: 3 }],
  ['retry', (api) => api.retry('x', 'anna@contoso.com'), ['x', 'anna@contoso.com'], sample.retryReport],
  ['retry', (api) => api.retry('x', undefined), ['x'], sample.retryReport],
  ['planPerson', (api) => api.planPerson('x', 'Anna & Söhne'), ['x', 'Anna & Söhne'], sample.personPlan],
  ['log', (api) => api.log('x', 7), ['x', 7], sample.log],
  ['log', (api) => api.log('x'), ['x'], sample.log],
  ['list', (api) => api.list('front-desk'), ['front-desk', {}], sample.list],
  [
    'list',
    (api) => api.list('front-desk', { groups: ['noRow'], limit: 5, after: 'a1' }),
    ['front-desk', { groups: ['noRow'], limit: 5, after: 'a1' }],
    sample.list,
  ],
  ['forgetting', (api) => api.forgetting('lobby'), ['lobby'], sample.forgetReport],
  ['forget', (api) => api.forget('lobby', 'jo'), ['lobby', 'jo'], sample.forgetReport],
  ['rename', (api) => api.rename('lobby', 'reception', 'jo'), ['lobby', 'reception', 'jo'], sample.renameReport],
  ['why', (api) => api.why('Anna Müller & Söhne?'), ['Anna Müller & Söhne?'], sample.why],
  [
    'createToken',
    (api) => api.createToken({ label: 'entra', source: 'hr', use: 'client', expiresInMs: 5 }),
    [{ label: 'entra', source: 'hr', use: 'client', expiresInMs: 5 }],
    sample.newToken,
  ],
  ['listTokens', (api) => api.listTokens(), [], [sample.token]],
  ['extendToken', (api) => api.extendToken(3, 1000), [3, 1000], sample.token],
  ['extendToken', (api) => api.extendToken(3, undefined), [3], sample.token],
  ['revokeToken', (api) => api.revokeToken(3), [3], sample.token],
];

let folder: string;
let listener: SocketListener;
let client: AdminApi;
let behind: ReturnType<typeof sample.sampleApi>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-wire-'));
  const forward = new Proxy({} as AdminApi, { get: (_, name: keyof AdminApi) => behind.api[name] });
  listener = await listenOnSocket(createAdminApp(forward, { log: silentLogger, trust: 'socket' }), folder);
  const found = await findDaemon(folder);
  if (found === undefined) throw new Error('the daemon was not found');
  client = found;
});

beforeEach(() => {
  behind = sample.sampleApi();
});

afterAll(async () => {
  await listener.close();
  await rm(folder, { recursive: true });
});

describe('the admin API over the socket', () => {
  it('has a method in this table for every method of AdminApi', () => {
    expect(new Set(calls.map(([name]) => name))).toEqual(new Set(Object.keys(sample.sampleApi().api)));
  });

  it.each(calls)('passes the arguments of %s and its result unchanged, with dates as Date (%#)', async (name, call, args, answer) => {
    expect(await call(client)).toEqual(answer);
    expect(behind.calls).toEqual([[name, ...args]]);
  });

  it('leaves texts inside records and values unchanged when they look like dates', async () => {
    const report = await client.why('anna');
    expect(report.stories[0]?.record?.[0]?.['since']).toBe('2026-03-02T08:30:00.000Z');
    expect(report.stories[0]?.accepted?.at).toBeInstanceOf(Date);
  });

  it.each([
    ['CommandRefused', new CommandRefused('there is no target "x"', { hint: 'see: vestibule status' }), CommandRefused],
    ['StoreError', new StoreError('the disk is full'), StoreError],
    ['ConfigProblems', new ConfigProblems(sample.status.problems), ConfigProblems],
    ['another DaemonError', new DaemonError('targetUnavailable', 'does not answer'), DaemonError],
  ])('throws the %s that the daemon threw, with its message', async (_, thrown, kind) => {
    behind = sample.sampleApi({ pause: () => Promise.reject(thrown) });
    const caught: unknown = await client.pause('x', 'jo').catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(kind);
    expect(caught).toMatchObject({ code: thrown.code, message: thrown.message, hint: thrown.hint });
    if (thrown instanceof ConfigProblems) expect(caught).toMatchObject({ problems: thrown.problems });
  });

  it('does not reveal the details of a bug', async () => {
    behind = sample.sampleApi({ status: () => Promise.reject(new TypeError('cannot read secret of undefined')) });
    await expect(client.status()).rejects.toMatchObject({ code: 'internal', message: expect.not.stringContaining('secret') });
  });

  it.each<readonly [string, 'GET' | 'POST', string, unknown, string]>([
    ['an unknown key', 'POST', '/api/targets/x/apply', { by: 'jo', replaceall: true }, 'replaceall'],
    ['a time limit that is too long', 'POST', '/api/targets/x/test', { timeoutMs: 86_400_000 }, 'timeoutMs'],
    ['a missing name of the person who acts', 'POST', '/api/targets/x/pause', {}, 'by'],
    ['an empty name of the person who acts', 'POST', '/api/targets/x/pause', { by: ' ' }, 'by'],
    ['a hold that is not a number', 'POST', '/api/targets/x/accept', { by: 'jo', hold: '17' }, 'hold'],
    ['a limit that is not a number', 'GET', '/api/targets/x/plan?limit=all', undefined, 'limit'],
    ['a list of an unknown group', 'GET', '/api/targets/x/list?groups=parked,gone', undefined, 'groups'],
    ['a list without a target', 'GET', '/api/targets/x/list?limit=0', undefined, 'limit'],
    ['a token id that is not a number', 'POST', '/api/tokens/first/revoke', {}, ''],
    ['a source name with invalid characters', 'POST', '/api/tokens', { label: 'x', source: 'a/b' }, 'source'],
    ['a question without a person', 'GET', '/api/why', undefined, 'person'],
    ['a body that is not an object', 'POST', '/api/targets/x/pause', [], ''],
    ['a body that is too large', 'POST', '/api/targets/x/pause', { by: 'x'.repeat(70_000) }, 'bytes'],
  ])('refuses %s and calls no method', async (_, method, path, body, named) => {
    await expect(callDaemon(listener.path, { method, path, body })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(named),
    });
    expect(behind.calls).toEqual([]);
  });

  it('reports an unknown route', async () => {
    await expect(callDaemon(listener.path, { method: 'GET', path: '/api/nothing' })).rejects.toMatchObject({ code: 'notFound' });
  });
});
