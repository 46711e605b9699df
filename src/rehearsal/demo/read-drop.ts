// Reads the CSV file in the demo's drop folder.
import { readFile } from 'node:fs/promises';

/**
 * The rows of a dropped CSV file, as a product that fetches it would see them: one object per row, by the header's names. None while the
 * file is not there. Reads comma-separated cells, quoted where they must be, one row a line: the demo's own file has no others.
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
