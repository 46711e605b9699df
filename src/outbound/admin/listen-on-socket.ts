// Opens the admin socket in the data folder.
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listens } from '../../admin/find-daemon.ts';
import { adminSocketPath, findSocketPath, socketPointer } from '../../admin/socket-path.ts';

/** The listener that the CLI talks to. */
export interface SocketListener {
  readonly path: string;
  /** Accepts no new commands, waits for commands in progress, and removes the socket. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves commands on the socket of this data folder, for its owner alone (mode 0600). The caller holds the store's lock, so an existing
 * socket was left by a crash and is replaced. A path that is too long for a socket is replaced by a short one in the
 * run-time folder, named in `vestibule.sock.path`.
 * @throws an `Error` when another process listens there, or the folder cannot be written.
 */
export async function listenOnSocket(serve: RequestListener, dataDir: string, runtimeFolder: string = tmpdir()): Promise<SocketListener> {
  await removeLeftOver(dataDir);
  const path = adminSocketPath(dataDir, process.platform) ?? (await makeShortPath(dataDir, runtimeFolder));
  const server = createServer(serve);
  await listenPrivately(server, path);
  let closed: Promise<void> | undefined;
  return { path, close: () => (closed ??= close(server, path, dataDir)) };
}

async function removeLeftOver(dataDir: string): Promise<void> {
  const left = await findSocketPath(dataDir, process.platform);
  if (left === undefined || process.platform === 'win32') return;
  if (await listens(left)) throw new Error(`another daemon is listening on ${left}`);
  await rm(left, { force: true });
  await removePointer(left, dataDir);
}

/** A folder of our own, which only we may enter: another process could take a fixed name in a shared folder first. */
async function makeShortPath(dataDir: string, runtimeFolder: string): Promise<string> {
  const folder = await mkdtemp(join(runtimeFolder, 'vestibule-'));
  const path = join(folder, 'sock');
  await writeFile(socketPointer(dataDir), `${path}\n`, { mode: 0o600 });
  return path;
}

/**
 * Makes the socket in a folder of ours, restricts it to its owner, and only then moves it to its path: no other user can connect in between.
 * (A umask would do the same, but a worker thread cannot set one.)
 */
async function listenPrivately(server: Server, path: string): Promise<void> {
  if (process.platform === 'win32') return listen(server, path);
  const folder = await mkdtemp(join(dirname(path), 's'));
  try {
    const made = join(folder, 's');
    await listen(server, made);
    await chmod(made, 0o600);
    await rename(made, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, path: string, dataDir: string): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  // The server removes the name under which it was made.
  if (process.platform !== 'win32') await rm(path, { force: true });
  await removePointer(path, dataDir);
}

async function removePointer(path: string, dataDir: string): Promise<void> {
  if (path === adminSocketPath(dataDir, process.platform)) return;
  await rm(socketPointer(dataDir), { force: true });
  // Only the folder that `makeShortPath` made: a pointer written by hand may name any place.
  if (/^vestibule-\w{6}$/.test(dirname(path).split('/').at(-1) ?? '')) await rm(dirname(path), { recursive: true, force: true });
}
