import { onTestFinished, expect, it } from 'vitest';
import { EntraClient } from '../../src/rehearsal/entra-client.ts';
import type { EntraPerson } from '../../src/rehearsal/entra-directory.ts';
import { inventDirectory } from '../../src/rehearsal/entra-people.ts';
import { openVisitorSystem, type VisitorSystem } from '../../src/rehearsal/visitor-system.ts';
import { until } from '../support/until.ts';
import { makeRandom } from './make-random.ts';
import { Site } from './site.ts';
import { inParallel, StaffOracle } from './staff-oracle.ts';

const people = 2_000;
const kills = 20;

const daemonFile = `
sources:
  default: { quiet: 1s }
delivery: { settle: 1s }
`;

const targetFile = (url: string) => `
target: vms
connector: old-vms
settings:
  url: ${url}
  auth: { headers: { X-Api-Key: not-a-secret } }
  concurrency: 8
guard:
  removals: { most: 100000, share: 100%, within: 24h }
  changes: { share: 100%, within: 1h }
`;

/** What happens to one person in the run, in order: everybody joins, every seventh gets another e-mail, every fifth is disabled. */
function livesOf(person: EntraPerson, index: number): readonly EntraPerson[] {
  const renamed = { ...person, mail: `renamed.${index}@contoso.com` };
  const last = index % 7 === 0 ? renamed : person;
  return [person, ...(index % 7 === 0 ? [renamed] : []), ...(index % 5 === 0 ? [{ ...last, accountEnabled: false }] : [])];
}

function activeAt(system: VisitorSystem): readonly string[] {
  return system
    .records()
    .flatMap((record) => (record['enabled'] === true ? [String(record['mail'])] : []))
    .sort();
}

it('a daemon killed 20 times in a run of 2,000 people loses no acknowledged change, doubles nobody and forgets nobody', async () => {
  const system = await openVisitorSystem({ random: makeRandom(7) });
  onTestFinished(() => system.goDown());
  system.faults.slow = { share: 1, ms: 5 };
  system.faults.cutAfterCommit = 0.1;
  // The fake keeps doubles, so that a repeated create would show.
  system.faults.takesDuplicates = true;
  const site = await Site.make({ 'vestibule.yaml': daemonFile, 'targets/vms.yaml': targetFile(system.url) });
  const tenantUrl = await site.start();
  const port = Number(new URL(tenantUrl).port);
  const { text: token } = await (await site.admin()).createToken({ label: 'entra' });
  let back = Promise.resolve();
  const client = new EntraClient({ tenantUrl, token, connections: 8 });
  const oracle = new StaffOracle(client, () => back);

  const lives = inventDirectory({ people }).people.map(livesOf);
  const total = lives.flat().length;
  await inParallel(
    lives.slice(0, 20).map((life) => async () => {
      for (const person of life) await oracle.put(person);
    }),
    8,
  );
  const first = await site.admin();
  await first.apply('vms', { by: 'test' });
  await until('it is live', async () => (await first.status()).targets[0]?.state === 'live', 30_000);

  const killing = (async () => {
    for (let kill = 1; kill <= kills; kill += 1) {
      await until(`deed ${kill} of the killer`, () => oracle.acknowledged >= (total * kill) / (kills + 1), 120_000);
      await site.kill();
      back = site.start(port).then(() => undefined);
      await back;
    }
  })();
  const working = inParallel(
    lives.slice(20).map((life) => async () => {
      for (const person of life) await oracle.put(person);
    }),
    8,
  );
  await Promise.all([killing, working]);
  client.close();

  const expected = oracle.active();
  const admin = await site.admin();
  await until(
    'everybody is there',
    async () => {
      const [target] = (await admin.status()).targets;
      return (
        target?.behind === 0 &&
        target.deliveries.queued + target.deliveries.unclear + target.deliveries.sending === 0 &&
        activeAt(system).length === expected.length
      );
    },
    180_000,
  );
  expect(activeAt(system)).toEqual(expected);
  expect(system.repeated()).toEqual([]);
  expect(system.counts().unanswered).toBeGreaterThan(100);
}, 400_000);
