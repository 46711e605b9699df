// Runs the `test` steps of a csv Target.
import { access, constants, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { TargetUnavailable } from '../../../domain/errors.ts';
import { showAge, showCount } from '../../../domain/wording.ts';
import type { DriverDeps, Examination, Examined } from '../driver.ts';
import { countRows } from './count-rows.ts';
import { assertFolder, atFolder } from './drop-folder.ts';
import { findUnwritable } from './encoding.ts';
import { type CsvSettings, toFileName } from './settings.ts';

/** Less free space than this is shown with a hint, in bytes: a file of 50,000 people takes about 5 MB, twice while it is replaced. */
const littleSpace = 20_000_000;

/**
 * The steps of `test` for a drop folder. Writes nothing, not even for a moment: whether the folder can be written is decided by its access
 * rights, and a product that watches it must not be woken.
 */
export function examineCsv(settings: CsvSettings, { definition, clock }: DriverDeps): Examination {
  const { folder } = settings.drop;
  const name = toFileName(settings, definition.target);
  return {
    steps: [
      { step: 'folder', needed: true, run: () => checkFolder(folder) },
      { step: 'encoding', needed: false, run: async () => checkEncoding(settings) },
      { step: 'file', needed: false, run: (signal) => checkFile(join(folder, name), settings, clock.now(), signal) },
    ],
    close: async () => undefined,
  };
}

/** @throws {TargetUnavailable} naming the folder, when a file could not be written there. */
async function checkFolder(folder: string): Promise<Examined> {
  await assertFolder(folder);
  await access(folder, constants.R_OK).catch((cause: unknown) => {
    // Drafts of an interrupted publication are looked for and removed.
    throw new TargetUnavailable(`The folder ${folder} cannot be read`, {
      cause,
      hint: 'Give the user of the daemon the right to read it.',
    });
  });
  const { bavail, bsize } = await atFolder(folder, () => statfs(folder));
  const free = bavail * bsize;
  if (free === 0) throw new TargetUnavailable(`the folder ${folder} is full`, { hint: 'Free some disk space.' });
  const message = `The folder ${folder} exists and can be written, ${showBytes(free)} free`;
  return free < littleSpace ? { message, hint: 'Free some disk space.' } : { message };
}

/** @throws {TargetUnavailable} naming the column that the encoding cannot write. */
function checkEncoding({ header, encoding }: CsvSettings): Examined {
  const column = header.find((one) => findUnwritable(one, encoding) !== undefined);
  if (column !== undefined)
    throw new TargetUnavailable(`The column ${column} cannot be written in ${encoding}`, { hint: 'See settings.encoding.' });
  return { message: `The header can be written in ${encoding}` };
}

async function checkFile(file: string, settings: CsvSettings, now: Date, signal: AbortSignal): Promise<Examined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code === 'ENOENT') return { message: `No file ${file} yet, or the product has taken it` };
    throw new TargetUnavailable(`The file ${file} cannot be examined (${found.code})`, { cause: found });
  }
  if (!found.isFile())
    throw new TargetUnavailable(`The path ${file} is not a file`, { hint: 'Move it away, or set another settings.fileName.' });
  // The clock of a file server may be ahead of this machine's.
  const writtenAt = new Date(Math.min(found.mtimeMs, now.getTime()));
  const about = `${showBytes(found.size)}, written ${showAge(writtenAt, now)}`;
  try {
    const rows = await countRows(file, settings, signal);
    return { message: `${file}: ${showCount(rows, 'row', 'rows')}, ${about}` };
  } catch (error) {
    // It is replaced by renaming, which needs no right to read it.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { message: `${file}: ${about}; its rows cannot be read (${code})` };
  }
}

function showBytes(bytes: number): string {
  if (bytes < 1_000) return showCount(bytes, 'byte', 'bytes');
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${Math.round(bytes / 1_000_000)} MB` : `${Math.round(bytes / 1_000_000_000)} GB`;
}
