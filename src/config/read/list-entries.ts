// Lists the entries of a folder, and finds misspelt file names.
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** Entries of a folder, sorted by name, without hidden entries. Empty if the folder cannot be listed; `findMisnamed` reports that. */
export function listEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** Names of files in a folder that are probably misspellings of `name` (`connector.yaml`): other case, other ending, singular or plural. */
export function listMisspelt(folder: string, name: string): readonly string[] {
  const [stem = ''] = name.split('.');
  const endings = ['', '.yml', '.yaml', '.json', '.txt', '.yaml.txt', '.yml.txt'];
  const alike = new Set(endings.flatMap((ending) => [stem + ending, `${stem}s${ending}`, stem.replace(/s$/, '') + ending]));
  return listEntries(folder)
    .filter((entry) => !entry.isDirectory() && entry.name !== name && alike.has(entry.name.toLowerCase()))
    .map((entry) => entry.name);
}

/** Paths of the folders in a folder, sorted by name, including links. Empty if the folder does not exist. */
export function listFolders(folder: string): readonly string[] {
  return listEntries(folder)
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(folder, name));
}
