// Counts the rows of a CSV file.
import { createReadStream } from 'node:fs';
import { openDecoder } from './encoding.ts';
import type { CsvSettings } from './settings.ts';

/**
 * Rows of a CSV file without its header; a line break inside quotation marks ends no row. Reads in portions, so that memory does not grow
 * with the file. @throws the file system's own error when it cannot be read.
 */
export async function countRows(file: string, { encoding }: Pick<CsvSettings, 'encoding'>, signal: AbortSignal): Promise<number> {
  const decoder = openDecoder(encoding);
  let ends = 0;
  let quoted = false;
  let last = '\n';
  const take = (text: string): void => {
    for (const character of text) {
      if (character === '"') quoted = !quoted;
      else if (character === '\n' && !quoted) ends += 1;
      last = character;
    }
  };
  for await (const chunk of createReadStream(file, { signal }) as AsyncIterable<Buffer>) take(decoder.write(chunk));
  take(decoder.end() ?? '');
  const lines = last === '\n' ? ends : ends + 1;
  return Math.max(0, lines - 1);
}
