import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordConnection } from '../../../../src/outbound/drivers/driver.ts';
import { scriptDriver } from '../../../../src/outbound/drivers/script/index.ts';
import { driverContract, type DriverBench } from '../../../contracts/driver-contract.ts';
import { keepLines } from '../../../support/log-lines.ts';
import { needs } from '../../../support/programs.ts';
import { TestClock } from '../../../support/test-clock.ts';
import { pollUntil } from '../../../support/poll.ts';

const secret = 'token-that-nobody-sees';
const worker = new URL('../../../fixtures/drivers/worker.py', import.meta.url).pathname;

type Cards = Readonly<Record<string, { readonly record: { readonly Mail: string }; readonly active: boolean }>>;

async function openBench(): Promise<DriverBench> {
  const root = await mkdtemp(join(tmpdir(), 'vestibule-script-'));
  const folder = join(root, 'connector');
  await mkdir(folder);
  const { log, lines } = keepLines();
  const settings = scriptDriver.settings.parse({
    command: ['python3', worker],
    asks: ['find'],
    environment: { BADGE_TOKEN: secret },
    batch: 10,
  });
  const definition = { target: 'badges', match: [['Mail']], can: ['create', 'update', 'deactivate', 'delete'], folder } as const;
  const env = (name: string) => process.env[name];
  const faults = (what: object) => writeFile(join(folder, 'faults.json'), JSON.stringify(what));
  const deps = { log, clock: new TestClock(), definition, workFolder: join(root, 'work'), env };
  return {
    open: (access) => scriptDriver.open(settings, deps, access) as RecordConnection,
    examine: () => scriptDriver.examine(settings, deps),
    row: (Mail) => ({ Mail, Name: 'Anna Berg' }),
    held: async () => {
      const text = await readFile(join(folder, 'cards.json'), 'utf8').catch(() => '{}');
      return Object.entries(JSON.parse(text) as Cards).map(([key, { record, active }]) => ({ key, email: record.Mail, active }));
    },
    goDown: () => faults({ down: true }),
    refuse: () => faults({ refuses: true }),
    holdUp: async () => {
      await faults({ slow: 60 });
      return { arrived: pollUntil('the write has arrived', () => existsSync(join(folder, 'arrived.json'))) };
    },
    dieAfterCommit: () => faults({ die: true }),
    recover: () => faults({}),
    lines,
    secret,
    close: () => rm(root, { recursive: true, force: true }),
  };
}

needs('python3')('script', () => driverContract(openBench));
