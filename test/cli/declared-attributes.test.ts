import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startVestibule } from './daemon-process.ts';

const urn = 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User';

/** A site whose `vestibule.yaml` can be rewritten and whose daemon can be restarted. */
async function openSite() {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-declared-'));
  await mkdir(join(folder, 'config'));
  const words = ['--config', join(folder, 'config'), '--data', join(folder, 'data')];
  onTestFinished(() => rm(folder, { recursive: true }));
  return {
    declare: (attributes: object, more: object = {}) =>
      writeFile(join(folder, 'config', 'vestibule.yaml'), JSON.stringify({ attributes: { [urn]: attributes }, ...more })),
    start: async () => {
      const daemon = await startVestibule(...words);
      onTestFinished(async () => void (await daemon.stop()));
      const token = (await readFile(join(folder, 'data', 'first-token'), 'utf8')).trim();
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
      return {
        daemon,
        ask: async (method: string, path: string, body?: object) => {
          const answer = await fetch(`${daemon.tenantUrl}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
          const text = await answer.text();
          return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
        },
      };
    },
  };
}

test('a start with a broken vestibule.yaml keeps the declared attributes in the store, in responses and in filters', async () => {
  const site = await openSite();
  await site.declare({ badge: 'text', floor: { type: 'integer' } });
  const first = await site.start();
  const anna = (await first.ask('POST', '/Users', { userName: 'anna', [urn]: { badge: '17', floor: 3 } })).body['id'] as string;
  await first.daemon.stop();

  await site.declare({ badge: 'text', floor: { type: 'integer' } }, { kepe: {} });
  const second = await site.start();
  const bert = (await second.ask('POST', '/Users', { userName: 'bert', [urn]: { badge: '18', floor: '4' } })).body;
  expect(bert[urn]).toEqual({ badge: '18', floor: 4 });
  await second.ask('PATCH', `/Users/${anna}`, { Operations: [{ op: 'Replace', path: `${urn}:floor`, value: '5' }] });
  const found = await second.ask('GET', `/Users?filter=${encodeURIComponent(`${urn}:floor ge 4`)}&sortBy=${urn}:badge`);
  expect((found.body['Resources'] as { userName: string }[]).map(({ userName }) => userName)).toEqual(['anna', 'bert']);
  expect((await second.ask('GET', `/Schemas/${urn}`)).status).toBe(200);
  expect((await second.ask('GET', `/Users/${anna}`)).body[urn]).toEqual({ badge: '17', floor: 5 });
  expect(JSON.stringify(second.daemon.lines)).not.toContain('does not declare');
  await second.daemon.stop();
});

test('a first start with a broken vestibule.yaml serves with the defaults and reports what is not stored', async () => {
  const site = await openSite();
  await site.declare({ badge: 'text' }, { kepe: {} });
  const { daemon, ask } = await site.start();
  expect((await ask('POST', '/Users', { userName: 'anna', [urn]: { badge: '17' } })).body).not.toHaveProperty([urn]);
  expect(daemon.lines.map(({ msg }) => msg)).toContain(
    'no valid vestibule.yaml found: the defaults are used, and custom attributes are not stored',
  );
  expect(daemon.lines).toContainEqual(expect.objectContaining({ level: 'warn', source: 'default', attribute: `${urn}:badge` }));
  await daemon.stop();
});

test('a changed declaration keeps stored values readable, hides those that no longer match, and accepts new ones', async () => {
  const site = await openSite();
  await site.declare({ badge: 'text', floor: 'text', gone: 'text' });
  const first = await site.start();
  const id = (await first.ask('POST', '/Users', { userName: 'anna', [urn]: { badge: '17', floor: 'EG', gone: 'x' } })).body['id'] as string;
  await first.daemon.stop();

  await site.declare({ badge: { type: 'text', many: true }, floor: 'number' });
  const { daemon, ask } = await site.start();
  const total = async (filter: string) => (await ask('GET', `/Users?filter=${encodeURIComponent(filter)}`)).body['totalResults'];
  const read = async () => (await ask('GET', `/Users/${id}`)).body;
  expect(await read()).toMatchObject({ userName: 'anna', schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] });
  expect(await read()).not.toHaveProperty([urn]);
  expect([await total(`${urn}:floor pr`), await total(`${urn}:badge eq "17"`), await total(`${urn}:gone eq "x"`)]).toEqual([0, 0, 0]);
  expect([await total(`not (${urn}:floor pr)`), await total(`${urn}:floor ne 1`)]).toEqual([1, 1]);
  expect((await ask('GET', `/Users?sortBy=${urn}:floor&filter=${urn}:floor%20gt%201`)).status).toBe(200);
  const add = { Operations: [{ op: 'Add', path: `${urn}:badge`, value: ['17', '18'] }] };
  expect((await ask('PATCH', `/Users/${id}?attributes=${urn}`, add)).body[urn]).toEqual({ badge: ['17', '18'] });
  expect(await total(`${urn}:badge eq "18"`)).toBe(1);
  await daemon.stop();
});
