// The folders and file names of a site.
import { stagingFileIn } from '../store/sqlite/open.ts';

/** Where a daemon finds its files and keeps its data. */
export interface SiteFolders {
  readonly configDir: string;
  readonly dataDir: string;
}

/** The file by which a data folder is known to have been used. */
export function storeFile({ dataDir }: SiteFolders): string {
  return stagingFileIn(dataDir);
}
