import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAdminClient } from '../../src/admin/client.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { openInbound } from '../../src/daemon/open-inbound.ts';
import { startDaemon } from '../../src/daemon/start-daemon.ts';
import { startOutboundProcess } from '../../src/daemon/start-outbound-process.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { systemClock } from '../../src/system-clock.ts';
import { entraClaims, makeKey, signJwt, startKeyServer, tenantId } from '../support/key-server.ts';
import { pollUntil } from '../support/poll.ts';

const connectorText = `connector: tiny
title: Tiny
driver: csv
can: [create, update, delete]
match: [Email]
absent: removed
settings: { header: [Email] }
mapping: { Email: { from: email, empty: hold } }
leavers: { gone: [{ do: delete }], inactive: [{ do: delete }], outOfScope: [{ do: delete }] }
`;

const hung = ['gate-1', 'gate-2', 'gate-3', 'gate-4'];

it('four drop folders that never respond delay neither sign-in with a token of Entra nor other targets nor a stop', async () => {
  const root = await mkdtemp(join(tmpdir(), 'vestibule-hung-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folders = { configDir: join(root, 'config'), dataDir: join(root, 'data') };
  await mkdir(join(folders.configDir, 'targets'), { recursive: true });
  await mkdir(join(folders.configDir, 'connectors', 'tiny'), { recursive: true });
  await mkdir(folders.dataDir);
  execFileSync('mkfifo', [join(folders.dataDir, 'pipe')]);
  const key = makeKey('k1');
  const keyServer = await startKeyServer(key);
  const source = `{ quiet: 1s, entra: { tenant: ${tenantId}, authority: '${keyServer.authority}' } }`;
  await writeFile(join(folders.configDir, 'vestibule.yaml'), `sources: { default: ${source} }\ndelivery: { settle: 50ms }\n`);
  await writeFile(join(folders.configDir, 'connectors', 'tiny', 'connector.yaml'), connectorText);
  for (const name of [...hung, 'front-desk']) {
    const drop = hung.includes(name) ? join(root, 'hung', name) : join(root, name);
    await mkdir(drop, { recursive: true });
    const text = `target: ${name}\nconnector: tiny\nsettings: { drop: { folder: '${drop}' } }\n`;
    await writeFile(join(folders.configDir, 'targets', `${name}.yaml`), text);
  }
  const opened = await openInbound({ folders, clock: systemClock, log: silentLogger }, 'write');
  const entry = new URL(`./processes/hung-folders.ts`, import.meta.url);
  const daemon = await startDaemon(opened, { ...folders, listen: '127.0.0.1:0' }, (listens) =>
    startOutboundProcess(opened.inbound, {
      ...listens,
      folders,
      entry,
      argv: [folders.dataDir],
      timing: { startMs: 60_000 },
      clock: systemClock,
      log: silentLogger,
    }),
  );
  onTestFinished(() => daemon.stop());
  const stage = async (name: string): Promise<number> => {
    const body = JSON.stringify({ userName: name, active: true, emails: [{ type: 'work', value: `${name}@x.test` }] });
    const headers = { authorization: `Bearer ${await signJwt(key, entraClaims(new Date()))}`, 'content-type': 'application/scim+json' };
    return (await fetch(`${daemon.scimUrl}/Users`, { method: 'POST', headers, body })).status;
  };
  const rows = () => readFile(join(root, 'front-desk', 'front-desk.csv'), 'utf8').catch(() => '');
  expect(await stage('anna')).toBe(201);
  const admin = createAdminClient((await findSocketPath(folders.dataDir, process.platform)) ?? '');
  await pollUntil('the first cycle is over', async () => (await admin.status()).sources.some(({ cycle }) => cycle === 'over'), 60_000);
  for (const name of hung) void admin.apply(name, { by: 'jo', replaceAll: true }).catch(() => undefined);
  await pollUntil(
    'four targets wait',
    async () => (await admin.status()).targets.filter(({ state }) => state === 'live').length === 4,
    60_000,
  );
  await admin.apply('front-desk', { by: 'jo', replaceAll: true });
  await pollUntil('Anna is in the file of the other target', async () => (await rows()).includes('anna@x.test'), 60_000);
  expect(await stage('bert')).toBe(201);
  await pollUntil('Bert is in it too', async () => (await rows()).includes('bert@x.test'), 60_000);
  const begun = performance.now();
  await daemon.stop();
  expect(performance.now() - begun).toBeLessThan(8_000);
}, 240_000);
