import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runVestibule } from '../cli/daemon-process.ts';
import { pollUntil } from '../support/poll.ts';
import { Site } from './site.ts';

const people = ['anna', 'bert', 'cleo', 'dora'];

/** A Target with a full file, from which leavers are removed after the delay. */
const target = (scope: string, drop: string, after = '1d') => `
target: front-desk
connector: sine-csv
settings: { drop: { folder: ${drop} } }
scope: [{ name: hosts, rule: '${scope}' }]
mapping: { Site Name: { value: GRZ } }
leavers: { outOfScope: [{ do: delete, after: ${after} }] }
guard: { removals: { most: 3, share: 100% } }
`;

it('an edit of the scope with a delay is shown with its people before apply, and can be reverted without a loss', async () => {
  const site = await Site.make({ 'vestibule.yaml': 'sources: { default: { quiet: 1s } }\n' });
  const drop = join(site.root, 'drop');
  await mkdir(drop);
  await site.write('targets/front-desk.yaml', target('title == "host"', drop));
  const url = await site.start();
  const admin = await site.admin();
  const { text: token } = await admin.createToken({ label: 'entra' });
  for (const name of people) {
    const answer = await fetch(new URL('/scim/Users', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        userName: `${name}@x.test`,
        displayName: name,
        name: { givenName: name, familyName: 'Berg' },
        title: 'host',
        active: true,
        emails: [{ type: 'work', value: `${name}@x.test` }],
      }),
    });
    expect(answer.status).toBe(201);
  }
  const run = (...words: readonly string[]) => runVestibule(...words, '--config', site.config, '--data', site.data);
  const there = async () => (await admin.status()).targets[0]?.active;
  await pollUntil('the first cycle has finished', async () => (await admin.status()).sources[0]?.cycle === 'over', 20_000);
  await admin.apply('front-desk', { by: 'test', replaceAll: true });
  await pollUntil('everyone is in the file', async () => (await there()) === people.length, 20_000);

  await site.write('targets/front-desk.yaml', target('title == "hots"', drop));
  const plan = await run('plan', 'front-desk');
  expect(plan.out).toContain(
    'Nothing to send now.\nA leaver delay begins for 4 people:\n  4 out of scope: condition “hosts” is false; delete is due on ',
  );
  expect(plan.out).toContain('anna (anna@x.test), bert (bert@x.test), cleo (cleo@x.test) and 1 more');
  expect(plan.out).toContain('The Guard will hold these removals when they are due: 4 removals; ');
  expect((await run('status')).out).toContain('a leaver delay begins for 4 people: delete from ');
  expect((await run('plan', 'front-desk', 'anna')).out).toContain('No action is planned now. A leaver delay begins.');
  expect((await run('why', 'anna')).out).toContain('If you apply it: A leaver delay begins. The person is out of scope');
  expect((await run('apply', 'front-desk', '--yes')).out).toContain('Applied. front-desk is live: a leaver delay began for 4 people.');
  expect((await run('log', 'front-desk')).out).toContain('applied: a leaver delay begins for 4 people');
  expect((await admin.status()).targets).toMatchObject([{ leaving: 4, active: 4 }]);

  await site.write('targets/front-desk.yaml', target('title == "host"', drop));
  expect((await run('plan', 'front-desk')).out).toContain('The leaver delay is cancelled for 4 people:');
  expect((await run('apply', 'front-desk', '--yes')).out).toContain(
    'Applied. front-desk is live: the leaver delay was cancelled for 4 people.',
  );
  expect((await admin.status()).targets).toMatchObject([{ leaving: 0, active: 4 }]);

  await site.write('targets/front-desk.yaml', target('title == "hots"', drop, '1s'));
  await run('apply', 'front-desk', '--yes');
  await pollUntil('the Guard holds them when they are due', async () => (await admin.status()).targets[0]?.holds[0]?.open === 4, 20_000);
  expect(await there()).toBe(4);
}, 120_000);
