// Keeps copies of the last published files.
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atFolder } from './drop-folder.ts';

/**
 * Keeps a copy of a finished file in `folder` as `name`.csv, and deletes all but the `max` newest copies (names of publications sort by
 * time). An existing copy of the same name is replaced.
 * @throws {TargetUnavailable} naming the folder.
 */
export async function keepCopy(finished: string, folder: string, name: string, max: number): Promise<void> {
  await atFolder(folder, async () => {
    // As private as the store, because every file contains all people.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const part = join(folder, `${name}.part`);
    await copyFile(finished, part);
    await rename(part, toPath(folder, name));
    const names = (await readdir(folder)).sort();
    const copies = names.filter((one) => one.endsWith('.csv'));
    const left = names.filter((one) => one.endsWith('.part'));
    await Promise.all([...copies.slice(0, Math.max(0, copies.length - max)), ...left].map((one) => rm(join(folder, one), { force: true })));
  });
}

/** Deletes the copy of a publication that could not be delivered. Never throws. */
export async function dropCopy(folder: string, name: string): Promise<void> {
  await rm(toPath(folder, name), { force: true }).catch(() => undefined);
}

function toPath(folder: string, name: string): string {
  return join(folder, `${name}.csv`);
}
