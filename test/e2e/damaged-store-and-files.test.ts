import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pollUntil } from '../support/poll.ts';
import { Site } from './site.ts';

const target = (extra = '') => `
target: front-desk
connector: sine-csv
settings: { drop: { folder: DROP } }
tables: { offices: { Graz: GRZ } }
${extra}`;

async function ask(url: string, path: string, init: RequestInit = {}) {
  const answer = await fetch(new URL(path, url), init);
  return { status: answer.status, text: await answer.text() };
}

it('a daemon with a damaged store answers, refuses writes, and says what to do', async () => {
  const site = await Site.make({});
  await mkdir(site.data);
  await writeFile(join(site.data, 'vestibule.db'), 'this was a database once'.repeat(1000));
  const url = await site.start();
  const ready = await ask(url, '/readyz');
  expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('the store is damaged')]);
  const write = await ask(url, '/scim/Users', { method: 'POST', body: '{}', headers: { authorization: 'Bearer x' } });
  expect([write.status, write.text]).toEqual([503, expect.stringContaining('Nothing was changed')]);
  expect((await (await site.admin()).status()).readOnly).toContain('damaged');
});

it('an invalid file leaves the applied definition in effect; readiness, status and the log report it, and Entra still gets responses', async () => {
  const site = await Site.make({ 'targets/front-desk.yaml': target().replace('DROP', '/tmp') });
  await site.start();
  const admin = await site.admin();
  const { text: token } = await admin.createToken({ label: 'entra' });
  await admin.apply('front-desk', { by: 'test', replaceAll: true });
  await site.write('targets/front-desk.yaml', target('sceme: [x]').replace('DROP', '/tmp'));
  await site.write('vestibule.yaml', 'servr: {}\n');
  const status = await admin.status();
  expect(status.problems.map((problem) => problem.path)).toEqual(expect.arrayContaining(['servr', 'sceme']));
  expect(status.targets).toMatchObject([{ name: 'front-desk', state: 'draft', liveWhenQuiet: true }]);
  await site.stop();
  const again = await site.start();
  const ready = await ask(again, '/readyz');
  expect([ready.status, ready.text]).toEqual([200, expect.stringContaining('sceme')]);
  // The caller is unauthenticated, so file paths are not shown.
  expect(ready.text).not.toContain(site.config);
  expect((await (await site.admin()).status()).targets).toMatchObject([{ name: 'front-desk', liveWhenQuiet: true }]);
  const write = await ask(again, '/scim/Users', {
    method: 'POST',
    body: JSON.stringify({ userName: 'anna@x.test' }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
  });
  expect(write.status).toBe(201);
});

it('a file saved while the daemon runs is checked within seconds without a command, and the log and readiness report its problem', async () => {
  const site = await Site.make({ 'targets/front-desk.yaml': target().replace('DROP', '/tmp') });
  const url = await site.start();
  const file = join(site.config, 'targets', 'front-desk.yaml');
  const logged = () => site.lines.filter((line) => line['file'] === file);
  await site.write('targets/front-desk.yaml', target('sceme: [x]').replace('DROP', '/tmp'));
  await pollUntil('the file was checked', () => Promise.resolve(logged().length > 0), 20_000);
  expect(logged()).toMatchObject([{ path: 'sceme', problem: 'unknown key' }]);
  await pollUntil('readiness reports it', async () => (await ask(url, '/readyz')).text.includes('sceme'));
  await site.write('targets/front-desk.yaml', target().replace('DROP', '/tmp'));
  await pollUntil('the file was checked again', async () => !(await ask(url, '/readyz')).text.includes('sceme'), 20_000);
  expect(logged()).toHaveLength(1);
});

it('the store is readable by its owner only', async () => {
  const site = await Site.make({});
  await site.start();
  expect((await stat(join(site.data, 'vestibule.db'))).mode & 0o077).toBe(0);
});
