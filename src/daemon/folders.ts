// The folders and file names of a site.
import { join } from 'node:path';

/** Where a daemon finds its files and keeps its data. */
export interface SiteFolders {
  readonly configDir: string;
  readonly dataDir: string;
}

/** Path of the store in a data folder. */
export function storeFile({ dataDir }: SiteFolders): string {
  return join(dataDir, 'vestibule.db');
}
