// Determines the path of the admin socket (on Windows, a named pipe) for a data folder.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Max length of a socket path: the limit is 103 bytes on macOS and 107 on Linux, and some systems silently truncate a longer path. */
const maxPathBytes = 100;

/**
 * The path at which the daemon of this data folder listens for commands: `DATA/vestibule.sock`, on Windows a named pipe. `undefined` if the
 * path is too long for a socket; the file `socketPointer(dataDir)` then contains a shorter path.
 */
export function adminSocketPath(dataDir: string, platform: NodeJS.Platform): string | undefined {
  const folder = resolve(dataDir);
  if (platform === 'win32') {
    // The file system and pipe names are case-insensitive, so the hash must be too.
    return `\\\\.\\pipe\\vestibule-${createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 32)}`;
  }
  const path = join(folder, 'vestibule.sock');
  return Buffer.byteLength(path) <= maxPathBytes ? path : undefined;
}

/** The file that contains the path of the socket if `DATA/vestibule.sock` is too long. */
export function socketPointer(dataDir: string): string {
  return join(resolve(dataDir), 'vestibule.sock.path');
}

/** The path of the socket of this data folder's daemon; `undefined` if no daemon can exist. Reads one small file. */
export async function findSocketPath(dataDir: string, platform: NodeJS.Platform): Promise<string | undefined> {
  // The pointer file has precedence: the daemon may use a longer path for the same folder than this process (a mount, a link).
  return (await readPointer(socketPointer(dataDir))) ?? adminSocketPath(dataDir, platform);
}

async function readPointer(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch {
    // Missing or not readable: connecting to the default path gives a better error.
    return undefined;
  }
}
