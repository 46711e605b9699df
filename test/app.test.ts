import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { createAdminClient } from '../src/admin/client.ts';
import { findSocketPath } from '../src/admin/socket-path.ts';
import { openAdmin, startDaemon } from '../src/app.ts';
import { silentLogger } from '../src/domain/logger.ts';
import type { TargetDefinition } from '../src/domain/target.ts';
import { newTarget } from '../src/outbound/engine/definition/sync-definitions.ts';
import { hashDefinition } from '../src/mapping/canonical-json.ts';
import { systemClock } from '../src/system-clock.ts';
import { definitionOf } from './outbound/engine/harness.ts';
import { openJoined } from './support/stores.ts';

test.each(['{', 'null', '[]'])('a start with a broken vestibule.yaml succeeds even if the last valid one is stored as %s', async (note) => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-app-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const folders = { configDir: join(folder, 'config'), dataDir: join(folder, 'data') };
  await Promise.all([mkdir(folders.configDir), mkdir(folders.dataDir)]);
  const store = await openJoined({ folder: folders.dataDir, clock: systemClock, log: silentLogger });
  await store.notes.set('vestibule.yaml', note);
  await store.close();
  await writeFile(join(folders.configDir, 'vestibule.yaml'), 'kepe: {}\n');
  const admin = await openAdmin(folders, 'write');
  const { problems, tenantUrl } = await admin.api.status();
  await admin.close();
  expect(tenantUrl).toBe('http://127.0.0.1:8080/scim');
  expect(problems).toMatchObject([{ path: 'kepe', message: 'unknown key' }]);
});

describe('a definition that was applied and is no longer valid', () => {
  const works = (target: string, folder: string) =>
    definitionOf({ target, driver: 'csv', absent: 'removed', settings: { header: ['Email', 'Name', 'Department'], drop: { folder } } });

  it.each<readonly [string, (works: TargetDefinition) => unknown, RegExp]>([
    [
      'an invalid cron expression',
      (now) => ({ ...now, schedule: { onChange: true, reconcile: '61 3 * * *' } }),
      /schedule\.reconcile "61 3 \* \* \*" is not a cron expression: 61 is not valid for minute: no reconcile is scheduled/,
    ],
    [
      'an unknown time zone',
      (now) => ({ ...now, schedule: { onChange: true, reconcile: '0 3 * * *', timezone: 'Mars/Olympus' } }),
      /schedule\.timezone "Mars\/Olympus" is not a time zone/,
    ],
    [
      'an expression that does not compile',
      (now) => ({ ...now, scope: [{ name: 'all', rule: 'department ==' }] }),
      /cannot be used \(scope\.0\.rule: .*nothing is planned/,
    ],
    ['settings that its driver rejects', (now) => ({ ...now, settings: {} }), /cannot be used \(.*settings\.header.*nothing is sent/],
    ['an unknown driver', (now) => ({ ...now, driver: 'soap' }), /unknown driver soap\); nothing is sent/],
    ['a part missing', (now) => ({ ...now, guard: undefined }), /cannot be read \(guard is missing\): nothing is sent/],
    ['null in its place', () => null, /cannot be read \(the definition is not a map of keys\)/],
  ])('stops only its own Target: %s', async (_what, broken, said) => {
    const folder = await mkdtemp(join(tmpdir(), 'vestibule-app-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const folders = { configDir: join(folder, 'config'), dataDir: join(folder, 'data') };
    await mkdir(join(folders.configDir, 'targets'), { recursive: true });
    await mkdir(folders.dataDir);
    for (const name of ['gate', 'lobby']) await writeFile(join(folders.configDir, 'targets', `${name}.yaml`), 'target: {}\n');
    const store = await openJoined({ folder: folders.dataDir, clock: systemClock, log: silentLogger });
    const at = new Date();
    for (const definition of [broken(works('gate', folder)), works('lobby', folder)] as readonly TargetDefinition[]) {
      const name = definition === null || definition.target === 'gate' ? 'gate' : 'lobby';
      const definitionHash = hashDefinition(definition);
      await store
        .engine(1)
        .changeTarget(name, () => ({ ...newTarget(name, at), state: 'live', definition, definitionHash, appliedAt: at }));
    }
    const users = store.of('default').users;
    const anna = await users.create({ userName: 'anna@x.test', active: true }, { at, request: 'r-1' });
    await store.close();

    const daemon = await startDaemon({ ...folders, listen: '127.0.0.1:0' }, { log: silentLogger });
    const path = await findSocketPath(folders.dataDir, process.platform);
    const api = createAdminClient(path ?? '');
    try {
      const { targets } = await api.status();
      expect(targets.map(({ name, state }) => [name, state])).toEqual([
        ['gate', 'live'],
        ['lobby', 'live'],
      ]);
      const [gate, lobby] = targets.map(({ notes }) => notes.join(' '));
      expect(gate).toMatch(said);
      expect(lobby).not.toContain('applied definition');
      const why = await api.why(anna.id);
      expect(why.stories.map(({ target }) => target)).toContain('lobby');
      expect([...why.stories.map(({ target }) => target), ...why.untold.map(({ target }) => target)].sort()).toEqual(['gate', 'lobby']);
      // A command that takes effect reports it.
      expect(await api.pause('gate', 'jo')).toMatchObject({ state: 'paused', by: 'jo' });
      expect(await api.resume('gate', 'jo')).toMatchObject({ state: 'live' });
      expect((await fetch(daemon.scimUrl.replace(/scim$/, 'readyz'))).status).toBe(200);
    } finally {
      await daemon.stop();
    }
  });
});

test('a certificate that cannot be read ends the start with an error and a hint, and never falls back to plain HTTP', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-app-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const folders = { configDir: join(folder, 'config'), dataDir: join(folder, 'data') };
  await mkdir(folders.configDir);
  await writeFile(join(folders.configDir, 'vestibule.yaml'), 'server: { scim: { tls: { cert: /no/such.pem, key: /no/such.pem } } }\n');
  await expect(startDaemon({ ...folders, listen: '127.0.0.1:0' }, { log: silentLogger })).rejects.toMatchObject({
    code: 'listen',
    message: expect.stringContaining('/no/such.pem'),
    hint: expect.stringContaining('server.scim.tls'),
  });
});

test('a start on a port that is in use is refused with another address to paste', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-app-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const start = startDaemon({ configDir: join(folder, 'config'), dataDir: join(folder, 'data'), listen: `127.0.0.1:${port}` });
  await expect(start).rejects.toMatchObject({
    message: `cannot listen on 127.0.0.1:${port}: another process uses this port`,
    hint: 'Stop that process, or use another address: `vestibule start --listen 127.0.0.1:8090` (or set server.scim.listen in vestibule.yaml)',
  });
});
