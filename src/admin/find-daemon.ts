// Finds the socket of the daemon that runs on a data folder.
import { createConnection } from 'node:net';
import { DaemonError } from '../domain/errors.ts';
import type { AdminApi } from './api.ts';
import { createAdminClient } from './client.ts';
import { findSocketPath } from './socket-path.ts';

/**
 * The running daemon of a data folder, or `undefined` when there is none. A socket without a listener was left by a crash and
 * counts as none.
 * @throws {DaemonError} `socketDenied` when this user has no access to the socket.
 */
export async function findDaemon(dataDir: string, platform: NodeJS.Platform = process.platform): Promise<AdminApi | undefined> {
  const path = await findSocketPath(dataDir, platform);
  return path !== undefined && (await listens(path)) ? createAdminClient(path) : undefined;
}

/** True when a process listens on this socket. @throws {DaemonError} `socketDenied` */
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
