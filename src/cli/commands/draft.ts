// The command `draft`: returns a Target to previews.
import type { Command } from 'commander';
import { toOwnCommand } from '../../domain/own-command.ts';
import type { CommandContext } from '../command-context.ts';
import { targetStateCommand } from './target-state-command.ts';

/** `draft`: returns a Target to previews. */
export function draftCommand(context: CommandContext): Command {
  return targetStateCommand(context, 'draft', 'turn a target back into a draft; sends nothing until the next apply', ({ name }) => {
    return `is a draft again: nothing is sent, and existing records are unchanged. To go live again: ${toOwnCommand('apply', name)}`;
  });
}
