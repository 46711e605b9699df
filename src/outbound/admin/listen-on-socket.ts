// Opens the Unix socket (on Windows, the named pipe) through which the CLI sends commands to the daemon.
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listens } from '../../admin/find-daemon.ts';
import { adminSocketPath, findSocketPath, socketPointer } from '../../admin/socket-path.ts';

/** The listener for commands of the CLI. */
export interface SocketListener {
  readonly path: string;
  /** Accepts no new commands, waits for commands in progress (`force`: closes their connections), and removes the socket. Safe to call twice. */
  close(options?: { readonly force?: boolean }): Promise<void>;
}

/**
 * Serves commands on the socket of this data folder, accessible to its owner only (mode 0600). The caller holds the store's lock, so an
 * existing socket was left by a crash and is replaced. If the path is too long for a socket, uses a short path in the run-time folder and
 * stores that path in `vestibule.sock.path`.
 * @throws an `Error` if another process listens there, or if the folder is not writable.
 */
export async function listenOnSocket(serve: RequestListener, dataDir: string, runtimeFolder: string = tmpdir()): Promise<SocketListener> {
  await removeLeftOver(dataDir);
  const path = adminSocketPath(dataDir, process.platform) ?? (await makeShortPath(dataDir, runtimeFolder));
  const server = createServer(serve);
  await listenPrivately(server, path);
  let closed: Promise<void> | undefined;
  return { path, close: ({ force = false } = {}) => (closed ??= close(server, path, dataDir, force)) };
}

async function removeLeftOver(dataDir: string): Promise<void> {
  const left = await findSocketPath(dataDir, process.platform);
  if (left === undefined || process.platform === 'win32') return;
  if (await listens(left)) throw new Error(`another daemon is listening on ${left}`);
  await rm(left, { force: true });
  await removePointer(left, dataDir);
}

/** Creates a private folder with a random name: in a shared folder, another process could create a fixed name first. */
async function makeShortPath(dataDir: string, runtimeFolder: string): Promise<string> {
  const folder = await mkdtemp(join(runtimeFolder, 'vestibule-'));
  const path = join(folder, 'sock');
  await writeFile(socketPointer(dataDir), `${path}\n`, { mode: 0o600 });
  return path;
}

/**
 * Creates the socket in a private folder, restricts it to its owner, and only then moves it to its path, so that no other user can connect
 * in between.
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

async function close(server: Server, path: string, dataDir: string, force: boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    if (force) server.closeAllConnections();
    else server.closeIdleConnections();
  });
  // The server removes only the path at which it created the socket.
  if (process.platform !== 'win32') await rm(path, { force: true });
  await removePointer(path, dataDir);
}

async function removePointer(path: string, dataDir: string): Promise<void> {
  if (path === adminSocketPath(dataDir, process.platform)) return;
  await rm(socketPointer(dataDir), { force: true });
  // Removes only a folder that `makeShortPath` created, because a pointer file that was written manually may contain any path.
  if (/^vestibule-\w{6}$/.test(dirname(path).split('/').at(-1) ?? '')) await rm(dirname(path), { recursive: true, force: true });
}
