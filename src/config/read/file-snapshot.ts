// Takes and compares snapshots of all configuration files, to detect changes.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The state of files by path: a digest of the content, or the reason why a file is unreadable, such as `ENOENT` for a missing file. An
 * unlisted path counts as missing.
 */
export type FileSnapshot = ReadonlyMap<string, string>;

/** The entry of a missing file. */
const absent = 'ENOENT';

/** Larger files are compared by size and times: 16 MiB, more than any reader of configuration accepts. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Reads the files of a site, and the names of other files in its folders. Reads one file at a time without blocking the event loop, so that an
 * unreachable network folder blocks only one thread. Never throws.
 */
export async function snapshotSite(configFolder: string): Promise<FileSnapshot> {
  const snapshot = new Map<string, string>();
  for (const { path, isRead } of await listSite(configFolder)) snapshot.set(path, isRead ? await digestFile(path) : 'listed');
  return snapshot;
}

/** Takes a snapshot of individual files, such as those of secrets. */
export async function snapshotFiles(paths: Iterable<string>): Promise<FileSnapshot> {
  const snapshot = new Map<string, string>();
  for (const path of paths) snapshot.set(path, await digestFile(path));
  return snapshot;
}

interface Listed {
  readonly path: string;
  /** False for a file that is not read; only its name is checked. */
  readonly isRead: boolean;
}

async function listSite(folder: string): Promise<readonly Listed[]> {
  const connectors = await listFolder(join(folder, 'connectors'));
  const listed: Listed[] = [];
  for (const connector of connectors) {
    const inside = await listFolder(connector);
    listed.push({ path: connector, isRead: false }, ...inside.map((path) => ({ path, isRead: basename(path) === 'connector.yaml' })));
  }
  const targets = await listFolder(join(folder, 'targets'));
  return [
    ...(await listFolder(folder)).map((path) => ({ path, isRead: basename(path) === 'vestibule.yaml' })),
    ...targets.map((path) => ({ path, isRead: path.endsWith('.yaml') })),
    ...listed,
  ];
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
}

async function digestFile(path: string): Promise<string> {
  try {
    const found = await stat(path);
    const { size, mtimeMs, ctimeMs, ino } = found;
    // Reading a pipe would block the thread until something is written to it.
    if (!found.isFile()) return 'no file';
    if (size > maxBytes) return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
    return createHash('sha256')
      .update(await readFile(path))
      .digest('base64url');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  }
}

/** The files that differ from the snapshot in effect, split by whether two consecutive snapshots agree. */
export interface FileChanges {
  /** Paths that differ from the snapshot in effect and are equal in both reads: new, edited and missing files. */
  readonly changed: ReadonlySet<string>;
  /** Paths that differ between the two reads: an editor may be saving the file, so its content does not count yet. */
  readonly unsettled: ReadonlySet<string>;
}

/** Compares two consecutive snapshots with the snapshot in effect. */
export function compareSnapshots(taken: FileSnapshot, before: FileSnapshot, now: FileSnapshot): FileChanges {
  const changed = new Set<string>();
  const unsettled = new Set<string>();
  for (const path of new Set([...taken.keys(), ...before.keys(), ...now.keys()])) {
    if (contentOf(now, path) !== contentOf(before, path)) unsettled.add(path);
    else if (contentOf(now, path) !== contentOf(taken, path)) changed.add(path);
  }
  return { changed, unsettled };
}

/** A snapshot in which the given paths have their state from an older snapshot. */
export function keepPaths(now: FileSnapshot, older: FileSnapshot, paths: Iterable<string>): FileSnapshot {
  const kept = new Map(now);
  for (const path of paths) kept.set(path, contentOf(older, path));
  return kept;
}

/** True if no file exists at a path. */
export function isAbsent(snapshot: FileSnapshot, path: string): boolean {
  return contentOf(snapshot, path) === absent;
}

/** The name of the Target with this file, or `undefined`. */
export function targetOfFile(configFolder: string, path: string): string | undefined {
  return dirname(path) === join(configFolder, 'targets') && path.endsWith('.yaml') ? basename(path, '.yaml') : undefined;
}

/** Path of a Target's file. */
export function fileOfTarget(configFolder: string, target: string): string {
  return join(configFolder, 'targets', `${target}.yaml`);
}

function contentOf(snapshot: FileSnapshot, path: string): string {
  return snapshot.get(path) ?? absent;
}
