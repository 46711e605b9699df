// The command `token extend`: changes the expiry of a token.
import { Command } from 'commander';
import { toOwnCommand } from '../../../domain/own-command.ts';
import type { CommandContext } from '../../command-context.ts';
import { readCount, readExpiry } from '../../option-values.ts';
import { showTime } from '../../../domain/wording.ts';
import { printReport } from '../../terminal/print.ts';
import { addSiteOptions, type SiteOptions } from '../../site-options.ts';
import { withAdmin } from '../../with-admin.ts';

interface Options extends SiteOptions {
  readonly expires: number | 'never';
  readonly json?: boolean;
}

/** `token extend`: changes the expiry of a token, so that the Entra portal needs no new one. */
export function tokenExtendCommand(context: CommandContext): Command {
  return addSiteOptions(new Command('extend'))
    .description('change the expiry of a token')
    .argument('<id>', `number of the token; see: ${toOwnCommand('token', 'list')}`, readCount)
    .requiredOption('--expires <duration>', 'lifetime from now, e.g. 180d, or never', readExpiry)
    .option('--json', 'for scripts: print the token as JSON')
    .action(async (id: number, options: Options) => {
      const expiresInMs = options.expires === 'never' ? undefined : options.expires;
      const token = await withAdmin(context, options, 'write', (api) => api.extendToken(id, expiresInMs));
      printReport(context.terminal, token, options.json, ({ label, expiresAt }) =>
        expiresAt === undefined ? `Token ${id} (${label}) never expires.` : `Token ${id} (${label}) expires on ${showTime(expiresAt)}.`,
      );
    });
}
