// The file system and environment, as configuration code uses them; tests replace it.
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/** Access to the machine: files, environment, programs. Tests pass their own. */
export interface Machine {
  /** A variable of the environment, `undefined` when it is not set. */
  env(name: string): string | undefined;
  /** The text of a file. @throws {Error} of the system when it cannot be read. */
  readText(path: string): string;
  /** The bytes of a file. @throws {Error} of the system when it cannot be read. */
  readBytes(path: string): Uint8Array;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** The whole path with symbolic links followed as far as it exists; the rest is normalised. */
  realPath(path: string): string;
  /** True where the file system takes `HOSTS.csv` and `hosts.csv` for one file. */
  readonly ignoresCase: boolean;
  /** True if `program` can be started: a path (relative to `folder`), or a name in PATH. */
  hasProgram(program: string, folder: string): boolean;
}

/** The machine that this process runs on. */
export function thisMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  return {
    env: (name) => env[name],
    readText: (path) => readRegularFile(path).toString('utf8'),
    readBytes: readRegularFile,
    isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    realPath,
    ignoresCase: process.platform === 'win32',
    hasProgram: (program, folder) => programPaths(program, folder, env).some(isExecutable),
  };
}

/** Largest file that is read, in bytes; the files of a site and its secrets have a few thousand. */
const maxBytes = 16 * 1024 * 1024;

/** A pipe would keep us waiting until something is written to it, and a device has no end. @throws {Error} for these, and for larger files. */
function readRegularFile(path: string): Buffer {
  const found = statSync(path);
  if (found.isDirectory()) return readFileSync(path);
  if (!found.isFile()) throw new Error('it is not a regular file');
  if (found.size > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024 / 1024} MiB`);
  return readFileSync(path);
}

function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const above = dirname(whole);
    return above === whole ? whole : join(realPath(above), basename(whole));
  }
}

function programPaths(program: string, folder: string, env: NodeJS.ProcessEnv): readonly string[] {
  if (isAbsolute(program)) return [program];
  if (/[\\/]/.test(program)) return [resolve(folder, program)];
  const endings = process.platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '');
  return folders.flatMap((entry) => endings.map((ending) => join(entry, program + ending)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
