// The command group `token`, with its subcommands.
import { Command } from 'commander';
import type { CommandContext } from '../../command-context.ts';
import { tokenCreateCommand } from './token-create.ts';
import { tokenExtendCommand } from './token-extend.ts';
import { tokenListCommand } from './token-list.ts';
import { tokenRevokeCommand } from './token-revoke.ts';

/** `token`: manages the tokens with which Entra signs in. */
export function tokenCommand(context: CommandContext): Command {
  const token = new Command('token').description('manage the tokens that Entra uses to sign in');
  for (const create of [tokenCreateCommand, tokenListCommand, tokenExtendCommand, tokenRevokeCommand]) token.addCommand(create(context));
  return token;
}
