// The entry point of the process: runs one command line.
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findInvocation } from './cli/invocation.ts';
import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal/terminal.ts';
import { waitForStopSignal } from './cli/terminal/wait-for-stop-signal.ts';

/**
 * Runs one command line and returns its exit code (0 success, 1 failed or refused, 2 problems in the files or wrong usage). Errors are
 * printed on standard error. Called once by the launcher.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { env, platform } = process;
  const root = fileURLToPath(new URL('..', import.meta.url));
  const invocation = findInvocation({ env, platform, script: process.argv[1] ?? '', root, cwd: process.cwd() });
  const terminal = processTerminal(loginName(), invocation);
  const context = {
    terminal,
    loadApp: () => import('./app.ts'),
    waitForStopSignal: () => waitForStopSignal(),
  };
  return runProgram(argv, context, await readVersion());
}

/** `package.json` is next to `src` in a checkout, and next to `dist` in a release. */
async function readVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return manifest.version;
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user id may have no name.
    return process.getuid === undefined ? 'unknown' : `uid ${process.getuid()}`;
  }
}
