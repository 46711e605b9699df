// Writes a file to the drop folder atomically, and explains file errors.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TargetUnavailable } from '../../../domain/errors.ts';
import type { Written } from './write-rows.ts';

/** @throws {TargetUnavailable} naming the folder, when it does not exist, is not a folder, or cannot be written. */
export async function assertFolder(folder: string): Promise<void> {
  const found = await atFolder(folder, () => stat(folder));
  if (!found.isDirectory()) throw new TargetUnavailable(`${folder} is not a folder`, { hint: 'Check drop.folder.' });
  await atFolder(folder, () => access(folder, constants.W_OK | constants.X_OK));
}

/** A file being written beside its place, in the same folder so that renaming it is one step. */
export interface Draft {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Brings it to the disk; nothing more can be written. */
  finish(): Promise<void>;
  /** Removes it. No effect if it has been renamed or removed. */
  discard(): Promise<void>;
}

/**
 * Begins the draft of a publication, with these permissions. `name` keeps apart what two publications left behind; it has no dot. An
 * existing file is not followed: a symbolic link there could point to any file of Vestibule.
 * @throws {TargetUnavailable}
 */
export async function openDraft(folder: string, fileName: string, name: string, mode: number): Promise<Draft> {
  const path = join(folder, `${toDraftStart(fileName)}${name}.tmp`);
  const handle = await atFolder(folder, async () => {
    const opened = await open(path, 'wx', mode);
    // Otherwise the umask of the daemon would reduce the configured permissions.
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

/** Removes what earlier publications of this file left behind when they were interrupted. @throws {TargetUnavailable} */
export async function cleanDrafts(folder: string, fileName: string): Promise<void> {
  const start = toDraftStart(fileName);
  const names = await atFolder(folder, () => readdir(folder));
  // The name of a publication has no dot: `.hosts.csv.….tmp` is no draft of the file `hosts`.
  const left = names.filter((name) => name.startsWith(start) && name.endsWith('.tmp') && !name.slice(start.length, -4).includes('.'));
  await atFolder(folder, () => Promise.all(left.map((name) => rm(join(folder, name), { force: true }))));
}

/** Puts a finished draft in its place in one step, and makes the step durable. @throws {TargetUnavailable} */
export async function handOver(draft: Draft, folder: string, file: string): Promise<void> {
  await atFolder(folder, async () => {
    await rename(draft.path, file);
    await syncFolder(folder);
  });
}

/** True when the file is still there as it would be written now. A symbolic link in its place is not followed: it is replaced. */
export async function holds(file: string, { bytes, sha256 }: Written): Promise<boolean> {
  try {
    const found = await lstat(file);
    if (!found.isFile() || found.size !== bytes) return false;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex') === sha256;
  } catch {
    return false; // Taken by the product, or not readable: then it is written again.
  }
}

/** Hidden, so that a product which takes `*.csv` never sees half a file. */
function toDraftStart(fileName: string): string {
  return `.${fileName}.`;
}

/** Windows cannot open a folder for it, and needs no such step. */
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
  EACCES: ['is not writable', 'Give the user of the daemon write permission.'],
  EPERM: ['is not writable', 'Give the user of the daemon write permission, and close the file in other programs.'],
  EEXIST: ["contains another file with the name of Vestibule's temporary file", 'Delete the hidden .tmp file there.'],
  EBUSY: ['contains a file that is in use', 'Close the file in other programs.'],
  EROFS: ['is read-only', 'Mount it for writing.'],
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
