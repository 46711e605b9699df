// Encodes rows as CSV and passes the bytes to a writer; counts and hashes them.
import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import { TargetUnavailable } from '../../../domain/errors.ts';
import type { OutboundRecord } from '../../../domain/record.ts';
import { separators, toCells } from './cells.ts';
import { openEncoder } from './encoding.ts';
import type { CsvSettings } from './settings.ts';
import { showCount } from '../../../domain/wording.ts';

/** Number of rows that are encoded at once: large enough to be fast, small enough to use little memory. */
const rowsAtOnce = 500;

/** What was written: `rows` does not count the header. */
export interface Written {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a header and all rows through `write`, chunk by chunk, so that memory does not grow with the file. Errors of `rows` and `write`
 * pass through.
 * @throws {TargetUnavailable} if there are more rows than the product accepts.
 */
export async function writeRows(
  rows: AsyncIterable<OutboundRecord>,
  settings: CsvSettings,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<Written> {
  const encoder = openEncoder(settings.encoding);
  const hash = createHash('sha256');
  let bytes = 0;
  let count = 0;
  let portion: (readonly string[])[] = [settings.header];

  async function put(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    hash.update(chunk);
    bytes += chunk.length;
    await write(chunk);
  }

  for await (const row of rows) {
    signal.throwIfAborted();
    count += 1;
    if (settings.maxRows !== undefined && count > settings.maxRows) throw tooLong(settings.maxRows);
    portion.push(toCells(row, settings.header, settings.escapeFormulas));
    if (portion.length < rowsAtOnce) continue;
    await put(encoder.write(toText(portion, settings)));
    portion = [];
  }
  await put(encoder.write(toText(portion, settings)));
  await put(encoder.end());
  return { rows: count, bytes, sha256: hash.digest('hex') };
}

function toText(rows: readonly (readonly string[])[], { delimiter, quoting, lineEnd }: CsvSettings): string {
  const always = quoting === 'always';
  return stringify([...rows], {
    delimiter,
    quoted: always,
    quoted_empty: always,
    quoted_match: separators,
    record_delimiter: lineEnd === 'crlf' ? '\r\n' : '\n',
  });
}

function tooLong(most: number): TargetUnavailable {
  return new TargetUnavailable(`the file would have more than ${showCount(most, 'row', 'rows')}`, {
    hint: 'Narrow the scope, or raise maxRows if the product accepts more.',
  });
}
