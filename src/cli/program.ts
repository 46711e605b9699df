// Builds the command line program with all commands, and runs it.
import { Command } from 'commander';
import { toOwnCommand } from '../domain/own-command.ts';
import { acceptCommand } from './accept.ts';
import { applyCommand } from './apply.ts';
import { checkCommand } from './check.ts';
import type { CommandContext } from './command-context.ts';
import { demoCommand } from './demo.ts';
import { draftCommand } from './draft.ts';
import { listCommand } from './list.ts';
import { forgetCommand } from './forget.ts';
import { logCommand } from './log.ts';
import { pauseCommand } from './pause.ts';
import { planCommand } from './plan.ts';
import { proposeCommands } from './propose-commands.ts';
import { rejectCommand } from './reject.ts';
import { renameCommand } from './rename.ts';
import { reportError } from './report-error.ts';
import { resumeCommand } from './resume.ts';
import { retryCommand } from './retry.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { testCommand } from './test.ts';
import { tokenCommand } from './token.ts';
import { whyCommand } from './why.ts';
import { withdrawCommand } from './withdraw.ts';

/** Every command, in the order of the help. */
const commands = [
  startCommand,
  checkCommand,
  tokenCommand,
  statusCommand,
  listCommand,
  logCommand,
  testCommand,
  planCommand,
  applyCommand,
  draftCommand,
  pauseCommand,
  resumeCommand,
  acceptCommand,
  rejectCommand,
  withdrawCommand,
  retryCommand,
  renameCommand,
  forgetCommand,
  whyCommand,
  demoCommand,
];

/** Parses the command line and runs its command. Writes through the context's terminal only. */
export function createProgram(context: CommandContext, version: string): Command {
  const { terminal } = context;
  const program = new Command(terminal.invocation.program)
    .description('Keeps visitor systems in sync with Microsoft Entra ID')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) })
    .showHelpAfterError(`(see: ${toOwnCommand('--help')})`);
  for (const create of commands) program.addCommand(inherit(create(context), program, []));
  return program;
}

/** Runs one command line and returns its exit code. Never throws: errors are printed on standard error. */
export async function runProgram(argv: readonly string[], context: CommandContext, version: string): Promise<number> {
  const { terminal, useFolders } = proposeCommands(context.terminal);
  try {
    const program = createProgram({ ...context, terminal }, version).hook('preAction', (_program, command) => useFolders(command.opts()));
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return reportError(error, terminal);
  }
}

/** Commander hands settings down to commands that it makes itself, not to those that are added. */
function inherit(command: Command, parent: Command, above: readonly string[]): Command {
  const words = [...above, command.name()];
  command.copyInheritedSettings(parent).showHelpAfterError(`(see: ${toOwnCommand(...words, '--help')})`);
  for (const child of command.commands) inherit(child, command, words);
  return command;
}
