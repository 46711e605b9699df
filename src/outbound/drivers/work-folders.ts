// Creates the folder of each Target for files that Drivers keep.
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetName } from '../../domain/ids.ts';

/** The folders in which Drivers keep what survives restarts (`workFolder`), one for each Target. Everything may be repeated without harm. */
export interface WorkFolders {
  /** Absolute path; the folder itself may be missing. */
  of(target: TargetName): string;
  /** Moves the folder of one Target to another and replaces its folder. Does nothing if there is no folder. */
  move(from: TargetName, to: TargetName): Promise<void>;
  remove(target: TargetName): Promise<void>;
}

/** The work folders in `targets/` of a data folder. Touches nothing yet. */
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
