// Reads the file of the demo's badge system.
import { readFile } from 'node:fs/promises';

/** A person in the file of the badge system. */
export interface Badge {
  readonly key: string;
  readonly active: boolean;
  readonly record: Readonly<Record<string, string>>;
}

type Line = Badge | { readonly key: string; readonly deleted: true };

/** Reads the file of `visitor-worker.js`: each line is the last state of a record, or its deletion. Empty if the file does not exist. */
export async function readBadges(file: string): Promise<readonly Badge[]> {
  const badges = new Map<string, Badge>();
  for (const line of (await readWhole(file)).split('\n').filter(Boolean)) {
    const badge = JSON.parse(line) as Line;
    if ('deleted' in badge) badges.delete(badge.key);
    else badges.set(badge.key, badge);
  }
  return [...badges.values()];
}

/** Omits a last line that is still being written. */
async function readWhole(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
