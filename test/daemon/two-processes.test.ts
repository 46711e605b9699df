import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdminApi } from '../../src/admin/api.ts';
import { createAdminClient } from '../../src/admin/client.ts';
import { findSocketPath } from '../../src/admin/socket-path.ts';
import { openInbound, type OpenedInbound } from '../../src/daemon/open-inbound.ts';
import type { SupervisorTiming } from '../../src/daemon/outbound-supervisor.ts';
import { startDaemon, type Daemon } from '../../src/daemon/start-daemon.ts';
import { startOutboundProcess } from '../../src/daemon/start-outbound-process.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { systemClock } from '../../src/system-clock.ts';
import { pollUntil as pollFor } from '../support/poll.ts';

/** Polls longer than other tests: a process is started several times, on a machine that may be busy. */
const pollUntil = (what: string, condition: () => Promise<boolean>) => pollFor(what, condition, 120_000);

const entry = new URL('./processes/faulty-outbound.ts', import.meta.url);

const timing: SupervisorTiming = {
  lookMs: 50,
  silentMs: 3_000,
  loadMs: 60_000,
  restartMs: 100,
  maxRestartMs: 500,
  healthyMs: 60_000,
  startMs: 20_000,
  stopMs: 2_000,
};

const targetText = (folder: string) => `target: front-desk
connector: tiny
settings: { drop: { folder: '${folder}' } }
`;

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

let root: string;
let daemon: Daemon;
let opened: OpenedInbound;
let token: string;
let requests = 0;

const path = (...names: readonly string[]) => join(root, ...names);

async function admin(): Promise<AdminApi> {
  return createAdminClient((await findSocketPath(path('data'), process.platform)) ?? '');
}

async function stage(name: string): Promise<number> {
  const body = JSON.stringify({ userName: `${name}@x.test`, active: true, emails: [{ type: 'work', value: `${name}@x.test` }] });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
  const { status } = await fetch(`${daemon.scimUrl}/Users`, { method: 'POST', headers, body });
  return status;
}

async function readiness(): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await fetch(new URL('/readyz', daemon.scimUrl));
  return { status: answer.status, body: await answer.text() };
}

/** Has the worker fail, and waits until it does. */
async function fault(what: string): Promise<void> {
  await writeFile(path('data', 'next-fault'), what);
  await rename(path('data', 'next-fault'), path('data', 'fault'));
  await pollUntil('the fault has begun', () => Promise.resolve(!existsSync(path('data', 'fault'))));
}

async function mails(): Promise<readonly string[]> {
  const text = await readFile(path('drop', 'front-desk.csv'), 'utf8').catch(() => '');
  return text.trim().split(/\r?\n/).slice(1).toSorted();
}

/** True when the outbound half works, and answers commands. */
async function isUp(): Promise<boolean> {
  if (!(await readiness()).body.includes('"problems":[]')) return false;
  return (await admin()).status().then(
    () => true,
    () => false,
  );
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vestibule-processes-'));
  for (const folder of ['config/targets', 'config/connectors/tiny', 'data', 'drop']) await mkdir(path(folder), { recursive: true });
  await writeFile(path('config/vestibule.yaml'), 'sources: { default: { quiet: 1s } }\ndelivery: { settle: 50ms }\n');
  await writeFile(path('config/targets/front-desk.yaml'), targetText(path('drop')));
  await writeFile(path('config/connectors/tiny/connector.yaml'), connectorText);
  const folders = { configDir: path('config'), dataDir: path('data') };
  opened = await openInbound({ folders, clock: systemClock, log: silentLogger }, 'write');
  daemon = await startDaemon(opened, { ...folders, listen: '127.0.0.1:0' }, (listens) =>
    startOutboundProcess(opened.inbound, {
      ...listens,
      folders,
      entry,
      timing,
      maxHeapMib: 128,
      clock: systemClock,
      log: silentLogger,
    }),
  );
  token = (await readFile(path('data', 'first-token'), 'utf8')).trim();
  requests = 0;
});

afterEach(async () => {
  await daemon.stop().catch(() => undefined);
  await rm(root, { recursive: true, force: true });
});

async function goLive(): Promise<void> {
  expect(await stage('anna')).toBe(201);
  await pollUntil('the half runs', isUp);
  const api = await admin();
  await pollUntil('the first cycle is over', async () => (await api.status()).sources.some(({ cycle }) => cycle === 'over'));
  await api.apply('front-desk', { by: 'jo', replaceAll: true });
  await pollUntil('the file has Anna', async () => (await mails()).join() === 'anna@x.test');
}

describe('an outbound half that fails', () => {
  it.each([
    ['loops without end', 'loop', /did not respond for 3 s/],
    ['throws', 'the disk is on fire', /it failed: the disk is on fire/],
    ['runs out of memory', 'memory', /it ran out of memory/],
    ['is killed', 'killed', /it was killed \(SIGKILL\)/],
  ])(
    'is replaced when it %s: Entra is answered meanwhile, readiness and commands say what happened, and nothing is lost',
    async (_what, what, said) => {
      await goLive();
      await fault(what);
      const statuses: number[] = [];
      await pollUntil('the half was ended', async () => {
        requests += 1;
        statuses.push(await stage(`person-${requests}`));
        return said.test((await readiness()).body);
      });
      expect(new Set(statuses)).toEqual(new Set([201]));
      const { status, body } = await readiness();
      expect(status).toBe(200);
      expect(body).toMatch(said);
      await pollUntil('the half runs again', isUp);
      const expected = ['anna@x.test', ...Array.from({ length: requests }, (_, index) => `person-${index + 1}@x.test`)].toSorted();
      await pollUntil('everyone is in the file, once', async () => (await mails()).join() === expected.join());
    },
    300_000,
  );

  it('is restarted with increasing delays if each start fails; commands report the reason and the time of the next start', async () => {
    await writeFile(path('data', 'fail-at-start'), '');
    await fault('once');
    const failures: unknown[] = [];
    await pollUntil('it has failed at its start', async () => {
      await (await admin()).status().catch((error: unknown) => failures.push(error));
      return failures.some((error) => String(error).includes('it fails at each start'));
    });
    const said = failures.map(String).find((text) => text.includes('it fails at each start'));
    expect(said).toMatch(/Nothing is sent to targets: .* it failed: it fails at each start\. Next start at 2\d{3}-/);
    expect(await stage('bert')).toBe(201);
    expect((await readiness()).status).toBe(200);
    await rm(path('data', 'fail-at-start'));
    await pollUntil('it runs again', isUp);
  }, 300_000);

  it('pauses the target that it worked for at three consecutive failures, and reports that', async () => {
    await goLive();
    for (const time of [1, 2, 3]) {
      await pollUntil('it runs', isUp);
      await appendFile(path('config/targets/front-desk.yaml'), `# ${time}\n`);
      await fault('the end');
      await pollUntil('it has ended', async () => (await readiness()).body.includes('the end'));
    }
    await pollUntil('it runs', isUp);
    const [target] = (await (await admin()).status()).targets;
    expect(target).toMatchObject({ state: 'paused', why: expect.stringMatching(/exited 3 times in a row while it worked for front-desk/) });
  }, 300_000);
});

describe('a stop', () => {
  it('ends a half that does not respond', async () => {
    await fault('loop');
    const begun = performance.now();
    await daemon.stop();
    expect(performance.now() - begun).toBeLessThan(8_000);
    await opened.close();
  }, 120_000);

  it('does not wait for a file operation that never returns', async () => {
    execFileSync('mkfifo', [path('data', 'pipe')]);
    await fault('pipe');
    const begun = performance.now();
    await daemon.stop();
    expect(performance.now() - begun).toBeLessThan(8_000);
  }, 120_000);
});
