// Reads the CSV file in the demo's drop folder.
import { readFile } from 'node:fs/promises';

/**
 * The rows of a dropped CSV file, as a product would read them: one object per row, by the names in the header. Empty if the file does not
 * exist. Supports only the format of the demo's file: comma-separated cells, quoted if needed, and one row per line.
 */
export async function readDrop(file: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const [header = [], ...rows] = (await readIfThere(file)).split(/\r?\n/).filter(Boolean).map(splitRow);
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function splitRow(line: string): readonly string[] {
  return [...`${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
