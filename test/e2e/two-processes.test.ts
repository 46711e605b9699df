import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outboundFileIn } from '../../src/store/sqlite/open.ts';
import { takeLock } from '../../src/store/sqlite/store-lock.ts';
import { pollUntil } from '../support/poll.ts';
import { Site } from './site.ts';

/** The outbound process of a running daemon. */
function outboundPid(site: Site): number {
  return Number(readFileSync(`${outboundFileIn(site.data)}.pid`, 'utf8'));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Begins an authenticated request whose body never ends, and waits until the daemon reads it. */
async function beginRequest(site: Site, tenantUrl: string): Promise<void> {
  const token = readFileSync(join(site.data, 'first-token'), 'utf8').trim();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/scim+json',
    'content-length': 1_000,
    expect: '100-continue',
  };
  const open = request(`${tenantUrl}/Users`, { method: 'POST', headers });
  open.on('error', () => undefined);
  onTestFinished(() => void open.destroy());
  open.flushHeaders();
  await once(open, 'continue');
}

describe('the two processes of a daemon', () => {
  it('both end when the main process is killed, and the next start has both stores', async () => {
    const site = await Site.make({});
    await site.start();
    const pid = outboundPid(site);
    expect(pid).not.toBe(site.pid);
    // The main process answers first when the processors are busy.
    expect(getPriority(pid)).toBeGreaterThan(getPriority(site.pid));
    await site.kill();
    await pollUntil('the outbound process has ended', () => Promise.resolve(!isRunning(pid)), 20_000);
    await site.start();
    expect((await (await site.admin()).status()).running).toBe(true);
    expect(outboundPid(site)).not.toBe(pid);
  }, 120_000);

  it('both end immediately at a second SIGTERM, while a request is in progress and the outbound process does not respond', async () => {
    const site = await Site.make({});
    await beginRequest(site, await site.start());
    const pid = outboundPid(site);
    process.kill(pid, 'SIGSTOP');
    const begun = performance.now();
    const exit = site.exit();
    let signals = 0;
    let exited: number | null | undefined;
    void exit.then((code) => (exited = code));
    // A signal within half a second of the first one counts as the same.
    await pollUntil('the daemon has ended', async () => {
      if (performance.now() - begun > signals * 700) {
        site.signal('SIGTERM');
        signals += 1;
      }
      return Promise.resolve(exited !== undefined);
    });
    expect({ exited, signals }).toEqual({ exited: 143, signals: 2 });
    await pollUntil('the outbound process has ended', () => Promise.resolve(!isRunning(pid)), 20_000);
  }, 120_000);

  it('both end within 8 s of SIGTERM, although a request never ends and the outbound process does not respond', async () => {
    const site = await Site.make({});
    await beginRequest(site, await site.start());
    const pid = outboundPid(site);
    process.kill(pid, 'SIGSTOP');
    const begun = performance.now();
    await site.stop();
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(isRunning(pid)).toBe(false);
  }, 120_000);

  it('say which process has the outbound store, and start the outbound half when that process has ended', async () => {
    const site = await Site.make({});
    await site.start();
    await site.stop();
    const lock = takeLock(outboundFileIn(site.data));
    onTestFinished(() => lock.release());
    const tenantUrl = await site.start();
    const readiness = async () => (await fetch(new URL('/readyz', tenantUrl))).text();
    await pollUntil('readiness names the process', async () => (await readiness()).includes(`(PID ${process.pid})`), 60_000);
    lock.release();
    await pollUntil('the outbound half runs', async () => (await readiness()).includes('"problems":[]'), 60_000);
  }, 180_000);
});
