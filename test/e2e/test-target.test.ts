import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { TestReport } from '../../src/admin/reports/test-report.ts';
import { openVisitorSystem } from '../../src/rehearsal/visitor-system.ts';
import { runVestibule } from '../cli/daemon-process.ts';
import { makeRandom } from './make-random.ts';
import { Site } from './site.ts';

const secret = 'token-that-nobody-sees';

const targetFile = (url: string, site: string) => `
target: vms
connector: old-vms
settings:
  url: ${url}
  auth: { bearer: '\${file:${join(site, 'token')}}' }
`;

it('test finds a wrong path, a wrong token and a wrong secret before apply, and writes nothing', async () => {
  const system = await openVisitorSystem({ random: makeRandom(1), token: secret });
  onTestFinished(() => system.goDown());
  system.add({ mail: 'anna@contoso.com' });
  const site = await Site.make({});
  const words = ['--config', site.config, '--data', site.data];
  const test = async () => {
    const { exitCode, out } = await runVestibule('test', 'vms', ...words, '--json');
    expect(out).not.toContain(secret);
    const { steps } = JSON.parse(out) as TestReport;
    return { exitCode, failed: steps.find(({ result }) => result === 'failed') };
  };
  await site.start();

  await site.write('targets/vms.yaml', targetFile(`${system.url}/v2`, site.config));
  expect(await test()).toMatchObject({
    exitCode: 1,
    failed: { step: 'settings', message: expect.stringContaining('the file does not exist') },
  });
  await site.write('token', `${secret}\n`);
  expect(await test()).toMatchObject({ exitCode: 1, failed: { step: 'signIn', message: 'answered 404: no such page' } });
  await site.write('token', 'another-token\n');
  await site.write('targets/vms.yaml', targetFile(system.url, site.config));
  expect(await test()).toMatchObject({ exitCode: 1, failed: { step: 'signIn', message: 'answered 401: unauthorized' } });
  await site.write('token', `${secret}\n`);
  expect(await test()).toEqual({ exitCode: 0, failed: undefined });

  const counts = system.counts();
  expect({ written: counts.created + counts.replaced + counts.removed, records: system.records().length }).toEqual({
    written: 0,
    records: 1,
  });
  expect(await readdir(site.data)).not.toContain('targets');
  await site.stop();

  // Without a daemon, the same command runs the examination in its own process.
  expect(await test()).toEqual({ exitCode: 0, failed: undefined });
}, 60_000);
