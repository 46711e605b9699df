// Finds the running daemon of a data folder by its socket.
import { createConnection } from 'node:net';
import { DaemonError } from '../domain/errors.ts';
import type { AdminApi } from './api.ts';
import { createAdminClient } from './client.ts';
import { findSocketPath } from './socket-path.ts';

/**
 * Connects to the running daemon of a data folder; `undefined` if there is none. A socket without a listener remains after a crash and is
 * ignored.
 * @throws {DaemonError} `socketDenied` if this user has no access to the socket.
 */
export async function findDaemon(dataDir: string, platform: NodeJS.Platform = process.platform): Promise<AdminApi | undefined> {
  const path = await findSocketPath(dataDir, platform);
  return path !== undefined && (await listens(path)) ? createAdminClient(path) : undefined;
}

/** True if a process is listening on this socket. @throws {DaemonError} `socketDenied` */
export function listens(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EACCES' && cause.code !== 'EPERM') return resolve(false);
      const hint = 'run the command as the same user as the daemon';
      reject(new DaemonError('socketDenied', `access to ${path} denied`, { hint, cause }));
    });
  });
}
