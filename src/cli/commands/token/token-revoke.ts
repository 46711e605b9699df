// The command `token revoke`: revokes a token permanently.
import { Command } from 'commander';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { CommandContext } from '../../command-context.ts';
import { confirm } from '../../terminal/confirm.ts';
import { readCount } from '../../option-values.ts';
import { printReport } from '../../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../../site-options.ts';
import { withAdmin } from '../../with-admin.ts';

interface Options extends SiteOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `token revoke`: revokes a token permanently. */
export function tokenRevokeCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('revoke'))
    .description('revoke a token permanently; requests that use it get 401 from now on')
    .argument('<id>', `number of the token; see: ${toOwnCommand('token', 'list')}`, readCount)
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'for scripts: print the token as JSON')
    .action(async (id: number, options: Options) => {
      await confirm(context.terminal, `Revoke token ${id} permanently?`, options.yes);
      const token = await withAdmin(context, options, 'write', (api) => api.revokeToken(id));
      printReport(context.terminal, token, options.json, ({ label }) => `Token ${id} (${label}) is revoked.`);
    });
}
