// Publishes a file in the drop folder atomically, and explains file errors.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TargetUnavailable } from '../../../domain/errors.ts';
import type { Written } from './write-rows.ts';

/** @throws {TargetUnavailable} naming the folder, if it does not exist, is not a folder, or is not writable. */
export async function assertFolder(folder: string): Promise<void> {
  const found = await atFolder(folder, () => stat(folder));
  if (!found.isDirectory()) throw new TargetUnavailable(`${folder} is not a folder`, { hint: 'Check drop.folder.' });
  await atFolder(folder, () => access(folder, constants.W_OK | constants.X_OK));
}

/** A temporary file in the same folder as the published file, so that renaming it is atomic. */
export interface Draft {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes the file to disk and closes it. */
  finish(): Promise<void>;
  /** Deletes the file. No effect if it was already renamed or deleted. */
  discard(): Promise<void>;
}

/**
 * Creates the temporary file of a publication with these permissions. `name` is unique to the publication and contains no dot. An existing
 * file is an error: a symbolic link at that path could point to one of Vestibule's own files.
 * @throws {TargetUnavailable} as `atFolder` does.
 */
export async function openDraft(folder: string, fileName: string, name: string, mode: number): Promise<Draft> {
  const path = join(folder, `${toDraftStart(fileName)}${name}.tmp`);
  const handle = await atFolder(folder, async () => {
    const opened = await open(path, 'wx', mode);
    // Sets the mode again, because the umask of the daemon may have reduced the permissions.
    if (process.platform !== 'win32') await opened.chmod(mode);
    return opened;
  });
  return {
    path,
    write: (bytes) => atFolder(folder, () => handle.writeFile(bytes)),
    finish: () =>
      atFolder(folder, async () => {
        await handle.sync();
        await handle.close();
      }),
    discard: async () => {
      await handle.close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** Deletes the temporary files of interrupted publications of this file. @throws {TargetUnavailable} as `atFolder` does. */
export async function cleanDrafts(folder: string, fileName: string): Promise<void> {
  const start = toDraftStart(fileName);
  const names = await atFolder(folder, () => readdir(folder));
  // The name of a publication contains no dot, so `.hosts.csv.….tmp` is not a temporary file of the file `hosts`.
  const left = names.filter((name) => name.startsWith(start) && name.endsWith('.tmp') && !name.slice(start.length, -4).includes('.'));
  await atFolder(folder, () => Promise.all(left.map((name) => rm(join(folder, name), { force: true }))));
}

/**
 * Renames a finished temporary file to the published file in one step, and makes the step durable.
 * @throws {TargetUnavailable} as `atFolder` does.
 */
export async function handOver(draft: Draft, folder: string, file: string): Promise<void> {
  await atFolder(folder, async () => {
    await rename(draft.path, file);
    await syncFolder(folder);
  });
}

/**
 * True if the published file still exists with the content that was just written. A symbolic link in its place counts as changed, and is
 * replaced.
 */
export async function hasContent(file: string, { bytes, sha256 }: Written): Promise<boolean> {
  try {
    const found = await lstat(file);
    if (!found.isFile() || found.size !== bytes) return false;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex') === sha256;
  } catch {
    return false; // The product has removed the file, or it is not readable: it is written again.
  }
}

/** The file is hidden, so that a product that reads `*.csv` never reads an incomplete file. */
function toDraftStart(fileName: string): string {
  return `.${fileName}.`;
}

/** Windows cannot open a folder, and does not require this step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: ['does not exist', 'Create or mount it.'],
  ENOTDIR: ['is not a folder', 'Check drop.folder.'],
  EACCES: ['is not writable', 'Give the user that runs the daemon write permission.'],
  EPERM: ['is not writable', 'Give the user that runs the daemon write permission, and close the file in other programs.'],
  EEXIST: ["contains another file with the name of Vestibule's temporary file", 'Delete the hidden .tmp file there.'],
  EBUSY: ['contains a file that is in use', 'Close the file in other programs.'],
  EROFS: ['is read-only', 'Mount it read-write.'],
  ENOSPC: ['is full', 'Free some disk space.'],
  EDQUOT: ['is full', 'Free some disk space, or raise the quota.'],
};

/** Converts a file system error to a failure of the Target that names the folder. */
export async function atFolder<T>(folder: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const [message, hint] = reasons[code] ?? [`cannot be used (${code === '' ? messageOf(error) : code})`, 'Check drop.folder.'];
    throw new TargetUnavailable(`the folder ${folder} ${message}`, { hint, cause: error });
  }
}
