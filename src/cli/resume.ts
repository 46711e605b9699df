import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { targetStateCommand } from './target-state-command.ts';

/** `resume`: ends a pause. */
export function resumeCommand(context: CommandContext): Command {
  return targetStateCommand(context, 'resume', 'end a pause: what waits is sent', ({ state }) => `is ${state} again`);
}
