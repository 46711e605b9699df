// Creates the data folder and restricts it to its owner.
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { messageOf, StoreError } from './domain/errors.ts';
import type { Logger } from './domain/logger.ts';

/** Permission bits of group and others. */
const others = 0o077;

/**
 * Creates the data folder if it is missing, and restricts it to its owner, because it contains personal data, the socket for commands, and
 * the lock. Logs a warning if the folder belongs to another user and cannot be restricted. Does nothing on Windows, which has no permission
 * bits.
 * @throws {StoreError} if the folder cannot be created.
 */
export async function prepareDataFolder(folder: string, log: Logger): Promise<void> {
  await createFolder(folder);
  const { mode } = await stat(folder);
  if (process.platform === 'win32' || (mode & others) === 0) return;
  const before = (mode & 0o777).toString(8);
  try {
    await chmod(folder, mode & 0o700);
    log.warn({ folder, before, now: (mode & 0o700).toString(8) }, 'the data folder was accessible to other users; it is now private');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? messageOf(error);
    const hint = 'Make the user that runs the daemon the owner of the folder, and set mode 700.';
    log.warn({ folder, before, code, hint }, 'the data folder is accessible to other users and belongs to another user');
  }
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = reasons[code ?? ''] ?? messageOf(error);
    throw new StoreError(`cannot create the data folder ${folder}: ${why}`, {
      hint: 'Create it and make the user that runs Vestibule its owner, or use another folder: --data DIR (or VESTIBULE_DATA).',
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EEXIST: 'a file with this name exists',
  ENOTDIR: 'a parent in its path is a file, not a folder',
  ENOSPC: 'the disk is full',
};

/** Creates an empty file that only its owner can read, if it is missing: SQLite would create it readable for all users. */
export async function makePrivateFile(file: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}
