// Locates and moves the folder of each Target in which Drivers keep files.
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetName } from '../../domain/ids.ts';

/** One folder per Target, in which Drivers keep files across restarts (`workFolder`). All operations can safely be repeated. */
export interface WorkFolders {
  /** Absolute path; the folder may not exist yet. */
  of(target: TargetName): string;
  /** Moves the folder of one Target to another Target and replaces the folder there. Does nothing if there is no folder. */
  move(from: TargetName, to: TargetName): Promise<void>;
  remove(target: TargetName): Promise<void>;
}

/** The work folders in `targets/` of a data folder. Does not access the disk yet. */
export function workFoldersIn(dataDir: string): WorkFolders {
  const of = (target: TargetName) => join(dataDir, 'targets', target);
  const remove = (target: TargetName) => rm(of(target), { recursive: true, force: true });
  return {
    of,
    remove,
    move: async (from, to) => {
      if (!(await isThere(of(from)))) return;
      await remove(to);
      await rename(of(from), of(to));
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
