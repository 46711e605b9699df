import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDaemon } from '../src/app.ts';
import { prepareDataFolder } from '../src/data-folder.ts';
import { silentLogger } from '../src/domain/logger.ts';
import { keepLines } from './support/log-lines.ts';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  it('is created with access for its owner only', async () => {
    const folder = join(await makeFolder(), 'a', 'data');
    const { log, lines } = keepLines();
    await prepareDataFolder(folder, log);
    expect(await modeOf(folder)).toBe('700');
    expect(lines).toEqual([]);
  });

  it('that cannot be created is refused with the reason and a way out', async () => {
    const file = join(await makeFolder(), 'file');
    await writeFile(file, '');
    await expect(prepareDataFolder(join(file, 'data'), silentLogger)).rejects.toMatchObject({
      message: `cannot create the data folder ${join(file, 'data')}: a parent in its path is a file, not a folder`,
      hint: expect.stringContaining('--data DIR') as unknown,
    });
    await expect(prepareDataFolder(file, silentLogger)).rejects.toMatchObject({
      message: expect.stringContaining('a file with this name exists'),
    });
  });

  it.each([
    [0o755, '755'],
    [0o777, '777'],
    [0o750, '750'],
  ])('of mode %o is closed to other users, with a log message', async (mode, before) => {
    const folder = await makeFolder();
    await chmod(folder, mode);
    const { log, lines } = keepLines();
    await prepareDataFolder(folder, log);
    expect(await modeOf(folder)).toBe('700');
    expect(lines.join()).toContain(`"before":"${before}"`);
  });

  it('of a running daemon contains nothing that other users can read, so they cannot hold its lock', async () => {
    const folder = await makeFolder();
    const folders = { configDir: join(folder, 'config'), dataDir: join(folder, 'data') };
    await mkdir(folders.dataDir, { mode: 0o755 });
    const daemon = await startDaemon({ ...folders, listen: '127.0.0.1:0' }, { log: silentLogger });
    try {
      for (const name of ['vestibule.db', 'vestibule.db-wal', 'vestibule.db.lock', 'vestibule.db.pid', 'vestibule.sock', 'first-token']) {
        expect([name, await modeOf(join(folders.dataDir, name))]).toEqual([name, '600']);
      }
      expect(await modeOf(folders.dataDir)).toBe('700');
    } finally {
      await daemon.stop();
    }
  });
});
