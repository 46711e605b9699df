// Prints an error with its hint, and returns the exit code.
import { CommanderError } from 'commander';
import { ConfigProblems, DaemonError, messageOf } from '../../domain/errors.ts';
import { Exit } from '../command-context.ts';
import { showProblems } from '../output/problems.ts';
import { createStyle } from '../output/style.ts';
import { withoutControls } from '../output/format.ts';
import type { Terminal } from './terminal.ts';

/**
 * Exit codes, stable for scripts: 0 success; 1 failed or refused; 2 problems in the files, or wrong usage. The launcher also uses 69: wrong
 * Node version.
 */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Prints an error with its hint on standard error, and returns the exit code. */
export function reportError(error: unknown, terminal: Terminal): number {
  if (error instanceof Exit) return error.exitCode;
  // Commander has already printed its message; help and version end with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ConfigProblems) {
    terminal.err(showProblems(withoutControls(error.problems), createStyle(false)));
    return exitCodes.usage;
  }
  const { message, hint } = withoutControls(toWords(error));
  terminal.err(`vestibule: ${message}`);
  if (hint !== undefined) terminal.err(`  -> ${hint}`);
  if (!(error instanceof DaemonError) && error instanceof Error && terminal.env['VESTIBULE_DEBUG'] !== undefined)
    terminal.err(error.stack ?? '');
  return error instanceof DaemonError && error.code === 'usage' ? exitCodes.usage : exitCodes.failed;
}

function toWords(error: unknown): { readonly message: string; readonly hint?: string } {
  if (error instanceof DaemonError) return { message: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  const message = messageOf(error);
  return { message: `unexpected error: ${message}`, hint: 'Set VESTIBULE_DEBUG=1 to see the stack trace.' };
}
