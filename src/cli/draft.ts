import type { Command } from 'commander';
import { toOwnCommand } from '../domain/own-command.ts';
import type { CommandContext } from './command-context.ts';
import { targetStateCommand } from './target-state-command.ts';

/** `draft`: back to previews only. */
export function draftCommand(context: CommandContext): Command {
  return targetStateCommand(context, 'draft', 'back to previews only: nothing is sent until the next apply', ({ name }) => {
    return `only previews from now on; what it holds stays. Go live again with: ${toOwnCommand('apply', name)}`;
  });
}
