// Reads the file of the demo's badge system.
import { readFile } from 'node:fs/promises';

/** A person as the badge system's file has it. */
export interface Badge {
  readonly key: string;
  readonly active: boolean;
  readonly record: Readonly<Record<string, string>>;
}

type Line = Badge | { readonly key: string; readonly deleted: true };

/** What the file of `visitor-worker.js` says: each line is a record as it was written last, or its end. None while there is no file. */
export async function readBadges(file: string): Promise<readonly Badge[]> {
  const badges = new Map<string, Badge>();
  for (const line of (await readWhole(file)).split('\n').filter(Boolean)) {
    const badge = JSON.parse(line) as Line;
    if ('deleted' in badge) badges.delete(badge.key);
    else badges.set(badge.key, badge);
  }
  return [...badges.values()];
}

/** Without a last line that is still being written. */
async function readWhole(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
