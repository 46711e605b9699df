// Asks for confirmation on the terminal, unless `--yes` is set.
import { CommandRefused } from '../../domain/errors.ts';
import { Exit } from '../command-context.ts';
import type { Terminal } from './terminal.ts';

/**
 * Continues only after confirmation, by `--yes` or by the answer to the question. The answer no ends the command with exit code 1.
 * @throws {CommandRefused} without a terminal, so that a script never hangs: it must use `--yes`.
 */
export async function confirm(terminal: Terminal, question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  if (terminal.ask === undefined) {
    throw new CommandRefused('this command asks for confirmation, but there is no terminal', {
      hint: 'Add --yes to continue without confirmation.',
    });
  }
  if (await terminal.ask(question)) return;
  terminal.err('Cancelled. Nothing was changed.');
  throw new Exit(1);
}
