// Determines how the program was started, for proposed commands and default folders.
import { basename, join, resolve } from 'node:path';
import { toShellWord, type Shell } from '../domain/shell-word.ts';

/** How this program was called: what the command lines that it proposes begin with, and where its folders are by default. */
export interface Invocation {
  /** The program as typed, quoted where needed: `./vestibule`, `/opt/vestibule/vestibule`, `docker compose exec vestibule vestibule`. */
  readonly program: string;
  /** The shell that proposed command lines are quoted for. */
  readonly shell: Shell;
  /** The folder of `config` and `data` when neither option nor environment names others; absolute. */
  readonly home: string;
  /** The folder in which the person typed; absolute. */
  readonly typedIn: string;
  /** What runs a program where this one runs, from where the person types: `docker compose exec vestibule`; empty when nothing is needed. */
  readonly wrapper: string;
  /** True if VESTIBULE_COMMAND is set: the program then runs in another environment, such as a container, whose variables set the folders. */
  readonly ownEnvironment: boolean;
}

/** The facts from which an Invocation is determined. */
export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The file that Node was told to run, absolute and with links unresolved: `process.argv[1]`. */
  readonly script: string;
  /** The folder of the installation, absolute. */
  readonly root: string;
  /** The working folder, absolute. */
  readonly cwd: string;
}

/**
 * How this program was called. `VESTIBULE_COMMAND` (set by the image and the compose file) wins; then `VESTIBULE_LAUNCHER` (set by
 * `./vestibule` and `vestibule.cmd`); then the name of the link on the path; else, as with `npm start`, the launcher is proposed.
 */
export function findInvocation(started: Started): Invocation {
  const { env, platform, root, cwd } = started;
  // Git Bash and its relatives set SHELL on Windows.
  const shell: Shell = platform === 'win32' && env['SHELL'] === undefined ? 'windows' : 'posix';
  const command = env['VESTIBULE_COMMAND'] ?? '';
  const launcher = env['VESTIBULE_LAUNCHER'] ?? '';
  return {
    program: command === '' ? toShellWord(launcher === '' ? nameOf(started, shell) : sameFolder(launcher, shell), shell) : command,
    shell,
    home: launcher === '' ? cwd : root,
    typedIn: typingFolder(started),
    wrapper: command.trim().split(/\s+/).slice(0, -1).join(' '),
    ownEnvironment: command !== '',
  };
}

/** PowerShell runs nothing from the working folder by its bare name; cmd.exe knows this form too. */
function sameFolder(launcher: string, shell: Shell): string {
  return /[\\/]/.test(launcher) ? launcher : `${shell === 'windows' ? '.\\' : './'}${launcher}`;
}

function nameOf(started: Started, shell: Shell): string {
  const { script, root } = started;
  if (basename(script) === 'vestibule') return 'vestibule';
  return typingFolder(started) === resolve(root) ? sameFolder('vestibule', shell) : join(root, 'vestibule');
}

/** npm runs scripts in the folder of the installation and notes where the person is. */
function typingFolder({ env, cwd }: Started): string {
  return resolve(env['npm_lifecycle_event'] === undefined ? cwd : (env['INIT_CWD'] ?? cwd));
}
