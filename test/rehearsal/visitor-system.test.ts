import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVisitorSystem, type VisitorSystem } from '../../src/rehearsal/visitor-system.ts';

let system: VisitorSystem;
let chance: number;

beforeEach(async () => {
  chance = 0.5;
  system = await openVisitorSystem({ random: () => chance, token: 't0ken', pageSize: 2 });
});
afterEach(() => system.goDown());

async function ask(
  method: string,
  path: string,
  body?: unknown,
  token = 't0ken',
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(system.url + path, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
const mails = (answer: { readonly body: unknown }) =>
  (answer.body as { readonly staff: readonly { readonly mail: string }[] }).staff.map(({ mail }) => mail);
const create = (mail: string) => ask('POST', '/api/staff', { mail });

describe('the simulated visitor system', () => {
  it('creates, replaces and removes records', async () => {
    expect(await create('anna@x.test')).toEqual({ status: 201, body: { id: 4711, mail: 'anna@x.test' } });
    expect(await ask('PUT', '/api/staff/4711', { firstname: 'Anna' })).toMatchObject({ status: 200 });
    expect(system.records()).toEqual([{ id: 4711, firstname: 'Anna' }]);
    expect((await ask('DELETE', '/api/staff/4711')).status).toBe(204);
    expect((await ask('DELETE', '/api/staff/4711')).status).toBe(404);
    expect((await ask('PUT', '/api/staff/4711', {})).status).toBe(404);
    expect(system.counts()).toMatchObject({ created: 1, replaced: 1, removed: 1, requests: 5 });
  });

  it('finds records by part of a text and by a whole value, and returns them in pages', async () => {
    for (const name of ['ann', 'joann', 'boris']) await create(`${name}@x.test`);
    expect(mails(await ask('GET', '/api/staff?q=ANN@'))).toEqual(['ann@x.test', 'joann@x.test']);
    expect(mails(await ask('GET', '/api/staff?mail=Ann@x.test'))).toEqual(['ann@x.test']);
    expect(mails(await ask('GET', '/api/staff?page=1'))).toEqual(['ann@x.test', 'joann@x.test']);
    expect(mails(await ask('GET', '/api/staff?page=2'))).toEqual(['boris@x.test']);
    expect(mails(await ask('GET', '/api/staff?page=3'))).toEqual([]);
  });

  it('refuses a second record with the same mail, unless configured to accept duplicates, and then returns both', async () => {
    await create('anna@x.test');
    expect(await create('Anna@x.test')).toEqual({ status: 400, body: { error: 'duplicate' } });
    expect(system.repeated()).toEqual([]);
    system.faults.takesDuplicates = true;
    expect((await create('Anna@x.test')).status).toBe(201);
    expect(system.repeated()).toEqual(['anna@x.test']);
  });

  it('requires its token', async () => {
    expect((await ask('GET', '/api/staff', undefined, 'other')).status).toBe(401);
  });
});

describe('a simulated fault', () => {
  it('closes the connection after the commit for the configured share of requests', async () => {
    system.faults.cutAfterCommit = 0.5;
    chance = 0.49;
    await expect(create('anna@x.test')).rejects.toThrow();
    chance = 0.5;
    expect((await create('boris@x.test')).status).toBe(201);
    expect(system.records()).toHaveLength(2);
    expect(system.counts().unanswered).toBe(1);
  });

  it('responds with 500 after the commit', async () => {
    system.faults.failAfterCommit = 1;
    expect((await create('anna@x.test')).status).toBe(500);
    expect(system.records()).toHaveLength(1);
  });

  it.each([
    ['tooMany', 1, 429],
    ['refuses', true, 401],
    ['wrongPath', true, 404],
  ] as const)('%s answers without an effect', async (fault, value, status) => {
    Object.assign(system.faults, { [fault]: value });
    expect((await create('anna@x.test')).status).toBe(status);
    expect(system.records()).toEqual([]);
  });

  it('delays responses', async () => {
    system.faults.slow = { share: 1, ms: 60 };
    const begun = performance.now();
    expect((await create('anna@x.test')).status).toBe(201);
    expect(performance.now() - begun).toBeGreaterThan(55);
  });

  it('stops the system with the requests in progress, and starts it again on the same port', async () => {
    await create('anna@x.test');
    const { url } = system;
    system.faults.slow = { share: 1, ms: 60_000 };
    const late = create('boris@x.test');
    const cut = expect(late).rejects.toThrow();
    while (system.counts().requests < 2) await new Promise(setImmediate);
    await system.goDown();
    await system.goDown();
    await cut;
    await expect(create('chris@x.test')).rejects.toThrow();
    await system.comeBack();
    expect(system.url).toBe(url);
    expect(system.records()).toHaveLength(1);
  });
});
