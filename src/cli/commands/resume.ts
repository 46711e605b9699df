// The command `resume`: ends a pause.
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { targetStateCommand } from './target-state-command.ts';

/** `resume`: ends a pause. */
export function resumeCommand(context: CommandContext): Command {
  return targetStateCommand(context, 'resume', 'resume a paused target and send the waiting changes', ({ state }) => `is ${state} again`);
}
