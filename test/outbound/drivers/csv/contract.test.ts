import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe } from 'vitest';
import { silentLogger } from '../../../../src/domain/logger.ts';
import { csvDriver } from '../../../../src/outbound/drivers/csv/index.ts';
import type { SnapshotConnection } from '../../../../src/outbound/drivers/driver.ts';
import { snapshotContract, type SnapshotBench } from '../../../contracts/driver-contract.ts';
import { TestClock } from '../../../support/test-clock.ts';

async function openBench(): Promise<SnapshotBench> {
  const root = await mkdtemp(join(tmpdir(), 'vestibule-csv-'));
  const drop = join(root, 'drop');
  const away = join(root, 'away');
  const file = join(drop, 'front-desk.csv');
  await mkdir(drop);
  const definition = { target: 'front-desk', match: [['Email']], can: ['create', 'update', 'delete'], folder: root } as const;
  const settings = csvDriver.settings.parse({ header: ['Email'], drop: { folder: drop } });
  return {
    open: (access) => {
      const deps = { log: silentLogger, clock: new TestClock(), definition, workFolder: join(root, 'work') };
      return csvDriver.open(settings, deps, access) as SnapshotConnection;
    },
    row: (email) => ({ Email: email }),
    emails: async () => {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : parse(text, { fromLine: 2 }).flat();
    },
    // A replaced file is a new file, even with the same content.
    handedOver: async () => String((await stat(file)).ino),
    lose: () => rm(file),
    goDown: () => rename(drop, away),
    recover: () => rename(away, drop),
    close: () => rm(root, { recursive: true, force: true }),
  };
}

describe('the csv driver', () => snapshotContract(openBench));
