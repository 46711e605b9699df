import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openAdmin } from '../src/app.ts';
import { silentLogger } from '../src/domain/logger.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { systemClock } from '../src/system-clock.ts';

test.each(['{', 'null', '[]'])('a start with a broken vestibule.yaml survives a last good one that is kept as %s', async (note) => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-app-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const folders = { configDir: join(folder, 'config'), dataDir: join(folder, 'data') };
  await Promise.all([mkdir(folders.configDir), mkdir(folders.dataDir)]);
  const store = await openSqliteStore({ file: join(folders.dataDir, 'vestibule.db'), clock: systemClock, log: silentLogger });
  await store.notes.set('vestibule.yaml', note);
  await store.close();
  await writeFile(join(folders.configDir, 'vestibule.yaml'), 'kepe: {}\n');
  const admin = await openAdmin(folders);
  const { problems, tenantUrl } = await admin.api.status();
  await admin.close();
  expect(tenantUrl).toBe('http://127.0.0.1:8080/scim');
  expect(problems).toMatchObject([{ path: 'kepe', message: 'unknown key' }]);
});
