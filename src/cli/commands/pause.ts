// The command `pause`: stops sending to a Target.
import type { Command } from 'commander';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { CommandContext } from '../command-context.ts';
import { targetStateCommand } from './target-state-command.ts';

/** `pause`: nothing is sent until `resume`. */
export function pauseCommand(context: CommandContext): Command {
  return targetStateCommand(context, 'pause', 'stop sending to a target until it is resumed; changes wait', ({ name }) => {
    return `is paused; changes wait and nothing is lost. To resume: ${toOwnCommand('resume', name)}`;
  });
}
