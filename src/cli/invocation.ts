// Determines how the program was started, for proposed commands and default folders.
import { basename, join, resolve } from 'node:path';
import { toShellWord, type Shell } from '../domain/shell-word.ts';

/** How this program was called, which determines the beginning of proposed commands and the default folders. */
export interface Invocation {
  /** The program as typed, quoted if needed: `./vestibule`, `/opt/vestibule/vestibule`, `docker compose exec vestibule vestibule`. */
  readonly program: string;
  /** The shell for which proposed commands are quoted. */
  readonly shell: Shell;
  /** The absolute path of the folder that contains the default folders `config` and `data`. */
  readonly home: string;
  /** The absolute path of the folder in which the person typed the command. */
  readonly typedIn: string;
  /** The prefix for running a program in the environment of this process: `docker compose exec vestibule`; empty if none is needed. */
  readonly wrapper: string;
  /** True if VESTIBULE_COMMAND is set: the program then runs in another environment, such as a container, whose variables set the folders. */
  readonly ownEnvironment: boolean;
}

/** The properties of the process from which the Invocation is determined. */
export interface Started {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The absolute path of the script that Node runs, with unresolved links: `process.argv[1]`. */
  readonly script: string;
  /** The absolute path of the installation. */
  readonly root: string;
  /** The absolute path of the working folder. */
  readonly cwd: string;
}

/**
 * Determines how this program was called: by `VESTIBULE_COMMAND` (set by the image and the compose file), otherwise by `VESTIBULE_LAUNCHER`
 * (set by `./vestibule` and `vestibule.cmd`), otherwise by the name of the link in PATH. In all other cases, such as `npm start`, proposed
 * commands use the launcher.
 */
export function findInvocation(started: Started): Invocation {
  const { env, platform, root, cwd } = started;
  // Git Bash and similar shells set SHELL on Windows.
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

/** A launcher in the working folder with `.\` or `./`: PowerShell does not run it by its name alone, and cmd.exe accepts this form too. */
function sameFolder(launcher: string, shell: Shell): string {
  return /[\\/]/.test(launcher) ? launcher : `${shell === 'windows' ? '.\\' : './'}${launcher}`;
}

function nameOf(started: Started, shell: Shell): string {
  const { script, root } = started;
  if (basename(script) === 'vestibule') return 'vestibule';
  return typingFolder(started) === resolve(root) ? sameFolder('vestibule', shell) : join(root, 'vestibule');
}

/** npm runs scripts in the folder of the installation, and sets INIT_CWD to the folder of the person. */
function typingFolder({ env, cwd }: Started): string {
  return resolve(env['npm_lifecycle_event'] === undefined ? cwd : (env['INIT_CWD'] ?? cwd));
}
