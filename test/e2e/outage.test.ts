import { expect, it, onTestFinished } from 'vitest';
import { EntraClient } from '../../src/rehearsal/entra-client.ts';
import { runCycle } from '../../src/rehearsal/entra-cycle.ts';
import { inventDirectory } from '../../src/rehearsal/invent-directory.ts';
import { openVisitorSystem } from '../../src/rehearsal/visitor-system.ts';
import { pollUntil } from '../support/poll.ts';
import { makeRandom } from './make-random.ts';
import { Site } from './site.ts';

const daemonFile = `
sources:
  default: { quiet: 1s }
delivery: { settle: 1s }
`;

const targetFile = (name: string, url: string) => `
target: ${name}
connector: old-vms
settings: { url: '${url}', auth: { bearer: not-a-secret } }
`;

it('a REST system that was down during the whole run receives everything when it is back, without a person, and delays no other system', async () => {
  const [down, up] = [await openVisitorSystem({ random: makeRandom(1) }), await openVisitorSystem({ random: makeRandom(2) })];
  onTestFinished(async () => {
    await down.goDown();
    await up.goDown();
  });
  const site = await Site.make({
    'vestibule.yaml': daemonFile,
    'targets/plant.yaml': targetFile('plant', down.url),
    'targets/gate.yaml': targetFile('gate', up.url),
  });
  await down.goDown();
  const tenantUrl = await site.start();
  const admin = await site.admin();
  const { text: token } = await admin.createToken({ label: 'entra' });
  const client = new EntraClient({ tenantUrl, token });
  const directory = inventDirectory({ people: 100 });
  expect((await runCycle(client, directory)).failed).toEqual([]);
  for (const target of ['plant', 'gate']) await admin.apply(target, { by: 'test' });
  const expected = 99; // Person 4 has no e-mail, so this person has no valid row at old-vms.
  await pollUntil('the gate has everyone', () => up.records().length === expected, 60_000);

  const renamed = directory.people.map((person, index) => (index % 3 === 0 ? { ...person, surname: `Changed ${index}` } : person));
  expect((await runCycle(client, { ...directory, people: renamed })).failed).toEqual([]);
  client.close();
  await pollUntil(
    'the plant is known to be down',
    async () => (await admin.status()).targets.some((target) => target.name === 'plant' && target.trouble !== ''),
    60_000,
  );
  expect(down.records()).toEqual([]);

  await down.comeBack();
  const changed = renamed.filter((person) => person.mail !== undefined && person.surname?.startsWith('Changed') === true).length;
  await pollUntil(
    'the plant has everyone, with changes',
    () => down.records().filter((record) => String(record['lastname']).startsWith('Changed')).length === changed,
    120_000,
  );
  expect(down.records()).toHaveLength(expected);
  expect(down.repeated()).toEqual([]);
  const plant = (await admin.status()).targets.find((target) => target.name === 'plant');
  expect(plant?.deliveries.parked).toBe(0);
}, 200_000);
