// Counts the rows of a CSV file.
import { createReadStream } from 'node:fs';
import { openDecoder } from './encoding.ts';
import type { CsvSettings } from './settings.ts';

/**
 * Number of rows in a CSV file, without the header. A line break inside quotation marks does not end a row. Reads in chunks, so memory does
 * not grow with the file.
 * @throws the file system's own error if the file cannot be read.
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
