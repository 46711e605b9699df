import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDaemon, listens } from '../../src/admin/find-daemon.ts';
import { adminSocketPath, findSocketPath, socketPointer } from '../../src/admin/socket-path.ts';
import { silentLogger } from '../../src/domain/logger.ts';
import { createAdminApp } from '../../src/outbound/admin/admin-app.ts';
import { listenOnSocket } from '../../src/outbound/admin/listen-on-socket.ts';
import { sampleApi } from './sample-api.ts';

const serve = createAdminApp(sampleApi().api, { log: silentLogger, trust: 'socket' });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-socket-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Creates a socket file without a listener, as after a crash. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer();
  // Renamed before the listener closes, so that closing does not remove the file.
  await new Promise<void>((resolve) => server.listen(`${path}.now`, resolve));
  await rename(`${path}.now`, path);
  await new Promise((resolve) => server.close(resolve));
}

describe('the admin socket', () => {
  it('is created in the data folder with access for its owner only', async () => {
    const listener = await listenOnSocket(serve, folder);
    expect(listener.path).toBe(join(folder, 'vestibule.sock'));
    expect(statSync(listener.path).mode & 0o777).toBe(0o600);
    expect(await findDaemon(folder)).toBeDefined();
    await listener.close();
    await listener.close();
    expect(existsSync(listener.path)).toBe(false);
    expect(await findDaemon(folder)).toBeUndefined();
  });

  it('counts as no daemon when a crash left it behind, and the next daemon replaces it', async () => {
    const path = join(folder, 'vestibule.sock');
    await leaveSocket(path);
    expect(existsSync(path)).toBe(true);
    expect(await findDaemon(folder)).toBeUndefined();
    const listener = await listenOnSocket(serve, folder);
    expect(await findDaemon(folder)).toBeDefined();
    await listener.close();
  });

  it('is not taken over while a daemon listens on it', async () => {
    const listener = await listenOnSocket(serve, folder);
    await expect(listenOnSocket(serve, folder)).rejects.toThrow('another daemon is listening');
    expect(await listens(listener.path)).toBe(true);
    await listener.close();
  });

  it('has a short path elsewhere when the path of the data folder is too long for a socket', async () => {
    const data = join(folder, 'd'.repeat(120));
    await mkdir(data);
    const listener = await listenOnSocket(serve, data, folder);
    expect(Buffer.byteLength(listener.path)).toBeLessThanOrEqual(100);
    expect((await readFile(socketPointer(data), 'utf8')).trim()).toBe(listener.path);
    expect(statSync(listener.path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(listener.path)).mode & 0o777).toBe(0o700);
    expect(await findDaemon(data)).toBeDefined();
    await listener.close();
    expect(existsSync(socketPointer(data))).toBe(false);
    expect(existsSync(dirname(listener.path))).toBe(false);
  });

  it('has its short path replaced after a crash left it behind', async () => {
    await mkdir(join(folder, 'vestibule-abc123'));
    await leaveSocket(join(folder, 'vestibule-abc123', 'sock'));
    await writeFile(socketPointer(folder), `${join(folder, 'vestibule-abc123', 'sock')}\n`);
    expect(await findDaemon(folder)).toBeUndefined();
    const listener = await listenOnSocket(serve, folder);
    expect(listener.path).toBe(join(folder, 'vestibule.sock'));
    expect(existsSync(join(folder, 'vestibule-abc123'))).toBe(false);
    await listener.close();
  });

  it('is a named pipe on Windows, with a name that does not depend on the case of the path', () => {
    expect(adminSocketPath('/Data', 'win32')).toMatch(/^\\\\\.\\pipe\\vestibule-[0-9a-f]{32}$/);
    expect(adminSocketPath('/Data', 'win32')).toBe(adminSocketPath('/data/', 'win32'));
    expect(adminSocketPath('/data2', 'win32')).not.toBe(adminSocketPath('/data', 'win32'));
  });

  it('may have a path of up to 100 bytes, counted in bytes and not in characters', async () => {
    const prefix = '/x/';
    const name = (length: number) => prefix + 'd'.repeat(length - prefix.length - '/vestibule.sock'.length);
    expect(adminSocketPath(name(100), 'linux')).toHaveLength(100);
    expect(adminSocketPath(name(101), 'linux')).toBeUndefined();
    expect(adminSocketPath(name(99).replace('d', 'ü'), 'linux')).toBeDefined();
    expect(adminSocketPath(name(100).replace('d', 'ü'), 'linux')).toBeUndefined();
    expect(await findSocketPath(name(101), 'linux')).toBeUndefined();
  });
});
