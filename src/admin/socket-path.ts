// Determines the path of the admin socket (on Windows, a named pipe) for a data folder.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A socket's path may have 103 bytes on macOS and 107 on Linux; a longer one is cut silently by some systems. */
const maxPathBytes = 100;

/**
 * Where the daemon of this data folder listens for commands: `DATA/vestibule.sock`, on Windows a named pipe. `undefined` where the
 * path would be too long for a socket; a short one then stands in `socketPointer(dataDir)`.
 */
export function adminSocketPath(dataDir: string, platform: NodeJS.Platform): string | undefined {
  const folder = resolve(dataDir);
  if (platform === 'win32') {
    // The file system ignores case, pipe names do too; the hash must as well.
    return `\\\\.\\pipe\\vestibule-${createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 32)}`;
  }
  const path = join(folder, 'vestibule.sock');
  return Buffer.byteLength(path) <= maxPathBytes ? path : undefined;
}

/** The file that names the socket where `DATA/vestibule.sock` would be too long. */
export function socketPointer(dataDir: string): string {
  return join(resolve(dataDir), 'vestibule.sock.path');
}

/** The path at which a daemon of this data folder would be found, or `undefined` where there cannot be one. Reads one small file. */
export async function findSocketPath(dataDir: string, platform: NodeJS.Platform): Promise<string | undefined> {
  // The pointer comes first: the daemon may see the folder under a longer name than we do (a mount, a link).
  return (await readPointer(socketPointer(dataDir))) ?? adminSocketPath(dataDir, platform);
}

async function readPointer(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch {
    // Not there, or not ours to read: the ordinary path tells more than this file would.
    return undefined;
  }
}
