// Creates the command line program with all commands, and runs it.
import { Command } from 'commander';
import { toOwnCommand } from '../domain/own-command.ts';
import { acceptCommand } from './commands/accept.ts';
import { applyCommand } from './commands/apply.ts';
import { checkCommand } from './commands/check.ts';
import type { CommandContext } from './command-context.ts';
import { demoCommand } from './commands/demo.ts';
import { draftCommand } from './commands/draft.ts';
import { listCommand } from './commands/list.ts';
import { forgetCommand } from './commands/forget.ts';
import { logCommand } from './commands/log.ts';
import { pauseCommand } from './commands/pause.ts';
import { planCommand } from './commands/plan.ts';
import { proposeCommands } from './terminal/propose-commands.ts';
import { rejectCommand } from './commands/reject.ts';
import { renameCommand } from './commands/rename.ts';
import { reportError } from './terminal/report-error.ts';
import { resumeCommand } from './commands/resume.ts';
import { retryCommand } from './commands/retry.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { testCommand } from './commands/test.ts';
import { tokenCommand } from './commands/token/token.ts';
import { whyCommand } from './commands/why.ts';
import { withdrawCommand } from './commands/withdraw.ts';

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

/** Copies settings to all subcommands. Commander does this only for commands that it creates itself, not for added commands. */
function inherit(command: Command, parent: Command, above: readonly string[]): Command {
  const words = [...above, command.name()];
  command.copyInheritedSettings(parent).showHelpAfterError(`(see: ${toOwnCommand(...words, '--help')})`);
  for (const child of command.commands) inherit(child, command, words);
  return command;
}
