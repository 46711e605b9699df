// Defines the steps of the command `test` for a csv Target.
import { access, constants, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { TargetUnavailable } from '../../../domain/errors.ts';
import { showAge, showCount } from '../../../domain/wording.ts';
import type { DriverDeps, Examination, Examined } from '../driver.ts';
import { countRows } from './count-rows.ts';
import { assertFolder, atFolder } from './drop-folder.ts';
import { findUnwritable } from './encoding.ts';
import { type CsvSettings, toFileName } from './settings.ts';

/** If less space is free, in bytes, a hint is shown. A file of 50,000 people has about 5 MB, and exists twice while it is replaced. */
const littleSpace = 20_000_000;

/**
 * The steps of `test` for a drop folder. They create no file, not even briefly, because a product that watches the folder must not be
 * triggered. The access rights show whether the folder is writable.
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

/** @throws {TargetUnavailable} naming the folder, if no file could be written there. */
async function checkFolder(folder: string): Promise<Examined> {
  await assertFolder(folder);
  await access(folder, constants.R_OK).catch((cause: unknown) => {
    // Publishing a file must be able to list the folder, to delete temporary files of interrupted publications.
    throw new TargetUnavailable(`The folder ${folder} cannot be read`, {
      cause,
      hint: 'Give the user that runs the daemon permission to read it.',
    });
  });
  const { bavail, bsize } = await atFolder(folder, () => statfs(folder));
  const free = bavail * bsize;
  if (free === 0) throw new TargetUnavailable(`the folder ${folder} is full`, { hint: 'Free some disk space.' });
  const message = `The folder ${folder} exists and is writable, ${showBytes(free)} free`;
  return free < littleSpace ? { message, hint: 'Free some disk space.' } : { message };
}

/** @throws {TargetUnavailable} naming the column whose name does not exist in the encoding. */
function checkEncoding({ header, encoding }: CsvSettings): Examined {
  const column = header.find((one) => findUnwritable(one, encoding) !== undefined);
  if (column !== undefined)
    throw new TargetUnavailable(`The column ${column} cannot be written in ${encoding}`, {
      hint: 'Rename the column, or change settings.encoding.',
    });
  return { message: `The header can be written in ${encoding}` };
}

async function checkFile(file: string, settings: CsvSettings, now: Date, signal: AbortSignal): Promise<Examined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code === 'ENOENT') return { message: `The file ${file} does not exist yet, or the product has already taken it` };
    throw new TargetUnavailable(`The file ${file} cannot be examined (${found.code})`, { cause: found });
  }
  if (!found.isFile())
    throw new TargetUnavailable(`The path ${file} is not a file`, { hint: 'Move it away, or set another settings.fileName.' });
  // The clock of a file server may be ahead of this machine's clock.
  const writtenAt = new Date(Math.min(found.mtimeMs, now.getTime()));
  const about = `${showBytes(found.size)}, written ${showAge(writtenAt, now)}`;
  try {
    const rows = await countRows(file, settings, signal);
    return { message: `${file}: ${showCount(rows, 'row', 'rows')}, ${about}` };
  } catch (error) {
    // A file that cannot be read can still be replaced: renaming does not require read permission.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { message: `${file}: ${about}; its rows cannot be read (${code})` };
  }
}

function showBytes(bytes: number): string {
  if (bytes < 1_000) return showCount(bytes, 'byte', 'bytes');
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${Math.round(bytes / 1_000_000)} MB` : `${Math.round(bytes / 1_000_000_000)} GB`;
}
