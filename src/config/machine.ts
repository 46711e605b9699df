// The interface through which configuration code reads files and environment variables, and its real implementation.
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/** Access to the machine: files, environment, programs. Tests pass their own. */
export interface Machine {
  /** An environment variable; `undefined` if it is not set. */
  env(name: string): string | undefined;
  /** The text of a file. @throws {Error} of the system if the file is not readable. */
  readText(path: string): string;
  /** The bytes of a file. @throws {Error} of the system if the file is not readable. */
  readBytes(path: string): Uint8Array;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** The absolute path with symbolic links resolved as far as the path exists; the rest is normalized. */
  realPath(path: string): string;
  /** True if the file system treats `HOSTS.csv` and `hosts.csv` as the same file. */
  readonly ignoresCase: boolean;
  /** True if `program` can be started: a path (relative to `folder`), or a name in PATH. */
  hasProgram(program: string, folder: string): boolean;
}

/** The implementation for the machine on which this process runs. */
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

/** Max size of a file, in bytes; the files and secrets of a site have a few thousand. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Reads regular files only: reading a pipe would block until something is written to it, and a device has no end. @throws {Error} for both,
 * and for larger files.
 */
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
